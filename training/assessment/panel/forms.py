from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from training.anatomy.segments import REGIONS
from training.assessment.panel.rating import NOTE_LENGTH

KINDS = ("case", "quiz")
BANKS = ("sign-off", "exam", "practice")


@dataclass(frozen=True)
class Asked:
    """Which questions; with `rated` those one has rated, else those that wait."""

    region: str = ""
    bank: str = ""
    kind: str = ""
    rated: bool = False

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> Asked:
        """What is none of ours is left out."""

        def one_of(name: str, known: tuple[str, ...]) -> str:
            given = fields.get(name, "")
            return given if given in known else ""

        return cls(one_of("region", REGIONS), one_of("bank", BANKS), one_of("kind", KINDS), fields.get("rated") == "1")

    def wants(self, kind: str, region: str, bank: str) -> bool:
        return self.kind in ("", kind) and self.region in ("", region) and self.bank in ("", bank)

    @property
    def address(self) -> dict[str, Any]:
        """The filters, without which of the two lists, as parts of an address."""
        wanted = {"region": self.region, "bank": self.bank, "kind": self.kind}
        return {name: value for name, value in wanted.items() if value}

    @property
    def narrowed(self) -> bool:
        return bool(self.address)


@dataclass(frozen=True)
class RatingForm:
    """A rating as it was sent: `share` in per cent. `given` is what was typed, for showing it again."""

    share: int
    note: str
    version_hash: str
    seen: int
    stay: bool
    given: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> RatingForm:
        errors: dict[str, str] = {}
        text, note = fields.get("share", "").strip(), fields.get("note", "").strip().replace("\x00", "")
        share = whole(text.removesuffix("%").strip())
        if share is None or not 1 <= share <= 99:
            errors["share"] = gettext("Give a whole number from 1 to 99: of 100, how many would be right?")
        if len(note) > NOTE_LENGTH:
            errors["note"] = gettext(
                "At most %(most)s characters; these are %(number)s.", most=NOTE_LENGTH, number=len(note)
            )
        return cls(
            share or 0,
            note,
            fields.get("version", "")[:64].replace("\x00", ""),
            whole(fields.get("seen", "")) or 0,
            fields.get("then") == "stay",
            {"share": text[:12], "note": note[: 2 * NOTE_LENGTH]},
            errors,
        )


def whole(text: str) -> int | None:
    """A whole number of at most six digits; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else None


def question_name(text: str) -> tuple[str, str]:
    """The item and the question of "item#question"; empty where it is none."""
    item_id, _, question_id = text[:140].replace("\x00", "").partition("#")
    return item_id, question_id
