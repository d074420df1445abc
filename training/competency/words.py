"""What people write, as it is kept; and what the journal keeps of it."""

from __future__ import annotations

import hashlib
import re

from training.db.errors import Invalid

LEAST_WORDS = 20  # characters of what was seen: less than that names no behaviour
MOST_WORDS = 4000
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def cleaned(text: str) -> str:
    """What somebody wrote, with one kind of line end and without what no database should have to keep."""
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def checked_words(text: str) -> str:
    """What somebody saw, cleaned. Raises Invalid when it is too short to say anything, or too long."""
    seen = cleaned(text)
    if len(seen) < LEAST_WORDS:
        raise Invalid("Write first what you saw, in at least %(least)s characters.", least=LEAST_WORDS)
    if len(seen) > MOST_WORDS:
        raise Invalid("Write what you saw in at most %(most)s characters.", most=MOST_WORDS)
    return seen


def text_hash(text: str) -> str:
    """What the journal keeps of somebody's words: enough to prove a change, not the words."""
    return hashlib.sha256(text.encode()).hexdigest()
