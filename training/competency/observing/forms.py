"""A request, words and a rating as they were sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext

from training.competency.observing.requests import MOST_FOCUS
from training.competency.observing.service import ENTRUSTMENTS
from training.competency.words import LEAST_WORDS
from training.content.framework import SCOPE_LINES
from training.db.base import new_public_id


@dataclass(frozen=True)
class RequestForm:
    """What a trainee asks for. `public_id` is the request's, so that a second click makes no second request."""

    region: str = ""
    focus: str = ""
    public_id: str = field(default_factory=new_public_id)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> RequestForm:
        errors = {}
        region, focus = fields.get("region", ""), fields.get("focus", "").strip()
        if region not in SCOPE_LINES:
            errors["region"] = gettext("Choose where on the body it will be.")
        if len(focus) > MOST_FOCUS:
            errors["focus"] = gettext("Say what to watch in at most %(most)s characters.", most=MOST_FOCUS)
        return cls(region, focus, fields.get("public_id", "")[:40], errors)


@dataclass(frozen=True)
class ObservationForm:
    """What an assessor saw. The values as text are kept, so that nothing has to be typed twice."""

    seen: str = ""
    region: str = ""
    observed_on: str = ""
    nonce: str = field(default_factory=new_public_id)
    day: date | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> ObservationForm:
        """Words, place and day alone: no rating is read here, whoever sends one."""
        errors = {}
        seen = fields.get("seen", "").strip()
        if len(seen) < LEAST_WORDS:
            errors["seen"] = gettext("Write first what you saw, in at least %(least)s characters.", least=LEAST_WORDS)
        region = fields.get("region", "")
        if region not in SCOPE_LINES:
            errors["region"] = gettext("Choose where on the body it was.")
        written = fields.get("observed_on", "")
        day = read_day(written)
        if day is None:
            errors["observed_on"] = gettext("Give the day as it stands in a calendar, such as 2026-06-01.")
        return cls(seen, region, written[:20], fields.get("nonce", "")[:40], day, errors)


@dataclass(frozen=True)
class SignForm:
    """A rating, and the password of whoever signs; the password is never shown again."""

    entrustment: int = 0
    password: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> SignForm:
        errors = {}
        entrustment = read_level(fields.get("entrustment", ""))
        if not entrustment:
            errors["entrustment"] = gettext("Choose how far you could let go.")
        password = fields.get("password", "")
        if not password:
            errors["password"] = gettext("Enter your password, to show that it is you.")
        return cls(entrustment, password, errors)


def read_level(text: str) -> int:
    """A level of entrustment; 0 for what is none."""
    return int(text) if text in {str(level) for level in ENTRUSTMENTS} else 0


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
