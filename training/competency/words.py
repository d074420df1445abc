"""What people write, as it is kept; and what the journal keeps of it."""

from __future__ import annotations

import hashlib
import re

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def cleaned(text: str) -> str:
    """What somebody wrote, with one kind of line end and without what no database should have to keep."""
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def text_hash(text: str) -> str:
    """What the journal keeps of somebody's words: enough to prove a change, not the words."""
    return hashlib.sha256(text.encode()).hexdigest()
