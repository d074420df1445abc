"""Text from requests to typed values."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from training.anatomy.segments import REGIONS
from training.assessment.responses import SentAnswer, read_sent


def sent_answer(fields: MultiDict[str, str]) -> SentAnswer:
    """The answer form of templates/assessment/question.html."""
    return read_sent(dict(fields.lists()))


def given_again(sent: SentAnswer) -> dict[str, Any]:
    """What was sent, for showing the form once more; nothing that was chosen is lost."""
    return {**sent.response, "confidence": sent.confidence}


def stage(fields: MultiDict[str, str]) -> int:
    """The part of a case that is to be opened; -1, which there is not, for anything that is no number."""
    text = fields.get("stage", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else -1


def region(args: MultiDict[str, str]) -> str:
    """A region to show alone; anything else is all of them."""
    wanted = args.get("region", "")
    return wanted if wanted in REGIONS else ""
