"""An observation as it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext

from training.competency.observing.service import LEAST_WORDS
from training.content.framework import SCOPE_LINES
from training.db.base import new_public_id


@dataclass(frozen=True)
class ObservationForm:
    """What an assessor saw. The values as text are kept, so that nothing has to be typed twice."""

    seen: str = ""
    region: str = ""
    entrustment: int = 0
    observed_on: str = ""
    nonce: str = field(default_factory=new_public_id)
    day: date | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> ObservationForm:
        errors = {}
        seen = fields.get("seen", "").strip()
        if len(seen) < LEAST_WORDS:
            errors["seen"] = gettext("Write first what you saw, in at least %(least)s characters.", least=LEAST_WORDS)
        region = fields.get("region", "")
        if region not in SCOPE_LINES:
            errors["region"] = gettext("Choose where on the body it was.")
        level = fields.get("entrustment", "")
        if level not in ("1", "2", "3", "4", "5"):
            errors["entrustment"] = gettext("Choose how far you could let go.")
        written = fields.get("observed_on", "")
        day = read_day(written)
        if day is None:
            errors["observed_on"] = gettext("Give the day as it stands in a calendar, such as 2026-06-01.")
        entrustment = int(level) if "entrustment" not in errors else 0
        return cls(seen, region, entrustment, written[:20], fields.get("nonce", "")[:40], day, errors)


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
