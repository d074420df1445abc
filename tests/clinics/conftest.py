from __future__ import annotations

from tests.credentials.conftest import certificate_in, queries

__all__ = ["certificate_in", "queries"]
