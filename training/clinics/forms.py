from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext

from training.clinics.entries import entries


@dataclass(frozen=True)
class ListForm:
    """A pasted list of codes; `text` is what was pasted."""

    MOST: ClassVar[int] = 200

    text: str
    entries: list[str]
    errors: dict[str, str]

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> ListForm:
        text = fields.get("codes", "")
        found = entries(text)
        errors = {}
        if not found:
            errors["codes"] = gettext("Paste at least one code.")
        elif len(found) > cls.MOST:
            errors["codes"] = gettext(
                "These are %(count)s entries; at most %(most)s go at once. Check the list in parts.",
                count=len(found),
                most=cls.MOST,
            )
        return cls(text, found, errors)
