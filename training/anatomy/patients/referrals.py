"""Patients whom needling would harm or delay: what they tell, and why the answer is to refer."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from training.anatomy.patients.rows import Row
from training.anatomy.signs import Observed, sign_vocabulary
from training.anatomy.tables import DATA
from training.anatomy.verdicts import refers
from training.anatomy.vocabulary import vocabulary


@dataclass(frozen=True)
class Referral:
    """One danger, laid over an examination that would otherwise invite treatment.

    flags: red flags, one of them at least of those that ask for a referral. told: sentences of the history, one of
    which is taken; spared: what is denied all the same. alone: the pain needs no other story; pain: where it
    is then. segments: those that the examination may suggest; all without. right, wrong: what to do,
    and what not, each with its reason.
    """

    id: str
    regions: tuple[str, ...]
    flags: tuple[str, ...]
    ages: tuple[int, int]
    told: tuple[str, ...]
    spared: str
    rows: tuple[Row, ...]
    reason: str
    explanation: str
    right: tuple[str, str]
    wrong: tuple[tuple[str, str], ...]
    alone: bool = False
    pain: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()


@lru_cache(maxsize=2)
def referrals(folder: Path = DATA) -> tuple[Referral, ...]:
    """referrals.toml, read once. ValueError for an unknown structure, sign or flag, and for flags that do not refer."""
    data = tomllib.loads((folder / "referrals.toml").read_text("utf-8"))
    return tuple(_referral(one) for one in data["referrals"])


def _referral(given: dict[str, Any]) -> Referral:
    flags = tuple(given["flags"])
    if strangers := [flag for flag in flags if flag not in sign_vocabulary().red_flags]:
        raise ValueError(f"referrals.toml: {given['id']}: no red flag {', '.join(strangers)}")
    if not refers(flags):
        raise ValueError(f"referrals.toml: {given['id']}: none of the flags asks for a referral")
    return Referral(
        id=given["id"],
        regions=tuple(given["regions"]),
        flags=flags,
        ages=(given["ages"][0], given["ages"][1]),
        told=tuple(given["told"]),
        spared=given["spared"],
        rows=tuple(_row(given["id"], *one) for one in given["rows"]),
        reason=given["reason"],
        explanation=given["explanation"],
        right=(given["right"], given["right_why"]),
        wrong=tuple((text, why) for text, why in given["wrong"]),
        alone=given.get("alone", False),
        pain=tuple(given.get("pain", ())),
        segments=tuple(given.get("segments", ())),
    )


def _row(where: str, structure: str, sign: str, side: Any) -> Row:
    if structure not in vocabulary().structures or sign not in sign_vocabulary().signs:
        raise ValueError(f"referrals.toml: {where}: there is no {structure!r} or no {sign!r}")
    return Row(vocabulary().structures[structure], (Observed(sign),), side)
