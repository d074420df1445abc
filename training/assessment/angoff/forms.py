"""A judge's sheet as it was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext

from training.assessment.panel.forms import whole


@dataclass(frozen=True)
class SheetForm:
    """Ratings in per cent by question; `given` is what was typed, for showing it again."""

    ratings: dict[str, int]
    given: dict[str, str]
    number: int
    seen: int
    hand_in: bool
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str], keys: Sequence[str]) -> SheetForm:
        """Only the sheet's own questions are read. The fields are called share-1, share-2 ... in their order."""
        ratings, given, errors = {}, {}, {}
        hand_in = fields.get("then") == "hand-in"
        for number, key in enumerate(keys, start=1):
            text = fields.get(f"share-{number}", "").strip()
            given[key] = text[:12]
            share = whole(text.removesuffix("%").strip())
            if share is not None and 1 <= share <= 99:
                ratings[key] = share
            elif text:
                errors[f"share-{number}"] = gettext("Question %(number)s: a whole number from 1 to 99.", number=number)
            elif hand_in:
                errors[f"share-{number}"] = gettext("Question %(number)s is not rated yet.", number=number)
        seen, round_number = (whole(fields.get(name, "")) or 0 for name in ("seen", "round"))
        return cls(ratings, given, round_number, seen, hand_in, errors)
