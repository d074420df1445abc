"""Where somebody practises, as it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext

from training.competency.jurisdiction import rules
from training.competency.jurisdiction.service import ELSEWHERE, Card
from training.competency.observing.forms import read_day


@dataclass(frozen=True)
class PracticeForm:
    """A place with a register class, written `place/class`; a licence number; and, to confirm, the day of looking."""

    where: str = ""
    licence: str = ""
    checked_on: str = ""
    seen: int = 0
    day: date | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return self.where.partition("/")[0]

    @property
    def register(self) -> str:
        return self.where.partition("/")[2]

    @classmethod
    def of(cls, card: Card, today: date | None = None) -> PracticeForm:
        """What stands now, to be changed or confirmed."""
        row, day = card.newest, today.isoformat() if today else ""
        if row is None:
            return cls(checked_on=day, seen=card.seen)
        where = row.jurisdiction if row.jurisdiction == ELSEWHERE else f"{row.jurisdiction}/{row.register_class}"
        return cls(where, row.licence, day, card.seen)

    @classmethod
    def parse(cls, fields: Mapping[str, str], *, confirming: bool = False) -> PracticeForm:
        errors = {}
        where = fields.get("where", "")
        if where not in dict(choices()):
            errors["where"] = gettext("Choose where, and in which register class.")
            where = ""
        written = fields.get("checked_on", "")[:20]
        day = read_day(written) if confirming else None
        if confirming and day is None:
            errors["checked_on"] = gettext("Give the day as it stands in a calendar, such as 2026-06-01.")
        seen = fields.get("seen", "")
        number = int(seen) if seen.isdecimal() and len(seen) < 7 else 0
        return cls(where, fields.get("licence", "").strip()[:80], written, number, day, errors)


def choices() -> list[tuple[str, str]]:
    """Every place with each of its register classes, and elsewhere."""
    listed = [
        (f"{place.id}/{one.id}", f"{place.name}: {one.name}")
        for place in rules.jurisdictions()
        for one in place.classes
    ]
    return [*listed, (ELSEWHERE, gettext("Somewhere else: no rules are kept here"))]
