"""A patient met in the room, as the tests of the room have it."""

from __future__ import annotations

from tests.assessment.room.conftest import met

__all__ = ["met"]
