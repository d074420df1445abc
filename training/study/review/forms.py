"""What a card's form carries, and what is read from it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from training.assessment import service as assessment
from training.db.errors import Invalid
from training.study.review.service import Amounts, Showing

_SALT = "review-card"
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def token(secret: str, person: str, showing: Showing) -> str:
    """Which card was shown to whom, and when, signed: the page writes nothing, so the form brings it back."""
    shown = (showing.shown_at - _EPOCH) // _MS
    return str(
        URLSafeSerializer(secret, _SALT).dumps([person, showing.key, showing.number, showing.version_hash, shown])
    )


def showing(secret: str, person: str, text: str) -> Showing:
    """Raises Invalid for what we did not sign for this person."""
    try:
        whose, key, number, version_hash, shown = URLSafeSerializer(secret, _SALT).loads(text[:1000])
    except (BadSignature, ValueError, TypeError, json.JSONDecodeError):
        whose = None
    if whose != person:
        raise Invalid("The form is not one of ours. Go on with the next card and answer it there.")
    return Showing(key, number, version_hash, _EPOCH + shown * _MS)


@dataclass(frozen=True)
class Sent:
    """An answer as it was sent; the card decides whether it is one of its own."""

    token: str
    response: dict[str, Any]


def sent(fields: MultiDict[str, str]) -> Sent:
    """The forms of templates/study/review/card.html, and `question_form` of templates/assessment/question.html."""
    read = assessment.read_sent(dict(fields.lists()))
    return Sent(read.nonce, read.response)


@dataclass(frozen=True)
class AmountsForm:
    """How much a day, or errors by field; `given` is what was typed."""

    amounts: Amounts | None
    given: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: MultiDict[str, str]) -> AmountsForm:
        given = {name: fields.get(name, "").strip()[:6] for name in ("cards_a_day", "new_a_day")}
        errors = {}
        if not _within(given["cards_a_day"], 1, 200):
            errors["cards_a_day"] = "Type a whole number from 1 to 200."
        if not _within(given["new_a_day"], 0, 50):
            errors["new_a_day"] = "Type a whole number from 0 to 50."
        if errors:
            return cls(None, given, errors)
        return cls(Amounts(int(given["cards_a_day"]), int(given["new_a_day"])), given)


def _within(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdecimal() and least <= int(text) <= most
