"""A new session and a score, as they were sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from training.competency.observing.forms import read_day
from training.content.documents import Station
from training.db.base import new_public_id

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,22}")
RATING_TEXTS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class SessionForm:
    """Stations, people and cohorts are ids as sent; what there is of them the service says."""

    title: str = ""
    held_on: str = ""
    stations: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    cohorts: tuple[str, ...] = ()
    nonce: str = field(default_factory=new_public_id)
    day: date | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: MultiDict[str, str]) -> SessionForm:
        errors = {}
        title = fields.get("title", "").replace("\x00", "").strip()
        if not 1 <= len(title) <= 120:
            errors["title"] = gettext("Give the session a name of at most 120 characters.")
        written = fields.get("held_on", "")
        day = read_day(written)
        if day is None:
            errors["held_on"] = gettext("Give the day as it stands in a calendar, such as 2026-06-01.")
        stations = tuple(one[:64].replace("\x00", "") for one in fields.getlist("station"))
        if not stations:
            errors["stations"] = gettext("Choose at least one station.")
        chosen = tuple(one[:22].replace("\x00", "") for one in fields.getlist("person"))
        cohorts = tuple(one[:120].replace("\x00", "") for one in fields.getlist("cohort"))
        if not chosen and not cohorts:
            errors["people"] = gettext("Choose a cohort, or at least one trainee.")
        return cls(title[:200], written[:20], stations, chosen, cohorts, nonce_of(fields), day, errors)


@dataclass(frozen=True)
class ScoreForm:
    """A checklist, a rating (0 while none is chosen) and words."""

    done: tuple[str, ...] = ()
    rating: int = 0
    comment: str = ""
    nonce: str = field(default_factory=new_public_id)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: MultiDict[str, str], station: Station) -> ScoreForm:
        """Only the station's own items are read."""
        sent = set(fields.getlist("done"))
        done = tuple(one.id for one in station.items if one.id in sent)
        rating, errors = fields.get("rating", ""), {}
        if rating not in RATING_TEXTS:
            errors["rating"] = gettext("Choose a global rating.")
        comment = fields.get("comment", "")[:4000]
        return cls(done, int(rating) if not errors else 0, comment, nonce_of(fields), errors)


def nonce_of(fields: MultiDict[str, str]) -> str:
    """That of the form; a fresh one where none was sent."""
    given = fields.get("nonce", "")
    return given if _NONCE.fullmatch(given) else new_public_id()
