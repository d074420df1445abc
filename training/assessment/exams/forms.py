"""Text from requests to typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from training.assessment.exams.sittings import Sitting

MOST_DIGITS = 6


def whole(text: str, otherwise: int = -1) -> int:
    """A number of few digits; anything else is the other."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else otherwise


@dataclass(frozen=True)
class SittingForm:
    """When and for whom; `errors` by field. Times are typed in the school's time zone."""

    exam_id: str
    opens_at: datetime | None
    closes_at: datetime | None
    cohorts: tuple[str, ...]
    confirmed: bool
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: MultiDict[str, str], zone: ZoneInfo, running: Sitting | None = None) -> SittingForm:
        """`running`: a sitting that has begun, of which only the end is asked."""
        errors: dict[str, str] = {}
        opens = running.opens_at if running else _moment(fields.get("opens_at", ""), zone)
        closes = _moment(fields.get("closes_at", ""), zone)
        if opens is None:
            errors["opens_at"] = gettext("Give the day and time at which it opens.")
        if closes is None:
            errors["closes_at"] = gettext("Give the day and time at which it closes.")
        if opens and closes and closes <= opens:
            errors["closes_at"] = gettext("The sitting closes before it opens. Let it close later.")
        cohorts: tuple[str, ...] = tuple(fields.getlist("cohort"))
        if running is not None:
            cohorts = tuple(public_id for public_id, _ in running.cohorts)
        elif fields.get("whom") == "cohorts" and not cohorts:
            errors["whom"] = gettext("Choose a cohort, or everybody.")
        elif fields.get("whom") != "cohorts":
            cohorts = ()
        exam_id = fields.get("exam", "").replace("\x00", "")[:64]
        return cls(exam_id, opens, closes, cohorts, fields.get("confirmed") == "yes", errors)


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """What `<input type="datetime-local">` sends."""
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
