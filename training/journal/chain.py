"""What ties an entry to the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64

# Made once: an encoder with these settings costs more than what it writes.
_as_text = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def entry_hash(
    previous: str, number: int, at: datetime, kind: str, actor_id: int | None, subject: str, payload: Mapping[str, Any]
) -> str:
    """SHA-256, in hex, over the hash before and the entry as JSON with sorted keys and no white space."""
    content = [previous, number, at.astimezone(UTC).isoformat(), kind, actor_id, subject, payload]
    return hashlib.sha256(_as_text(content).encode()).hexdigest()
