"""Stories that several invented cases share: one person, told so that the pain may come from any of some segments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from training.anatomy.segments import Region

MARKS = ("age", "place", "side", "other_side")
"""What stands in braces in a story: the age, where it hurts (a phrase that follows "pain"), its side, the other one."""
MARK = re.compile(r"\{([^{}]*)\}")
_ARTICLE = re.compile(r"\b(A|a)(\s+)\{age\}")
_PLACE_IN_A_SENTENCE = re.compile(r"\{place\}(?![^\s\w])")


@dataclass(frozen=True)
class Story:
    """One template as authored; `training.content.templates` reads and checks it.

    id: what the ids of its cases begin with. answers: segments of the region that it fits equally well, or `refer`
    alone; then referral is an id of referrals.toml, else "". bank: where its cases go. difficulty, ages: the lowest and
    the highest. variants: how many cases are made of it. text: its history with marks, in Markdown.
    """

    id: str
    title: str
    region: Region
    answers: tuple[str, ...]
    referral: str
    bank: str
    difficulty: tuple[int, int]
    ages: tuple[int, int]
    variants: int
    text: str


def told(text: str, age: int, place: str, side: str) -> str:
    """A story with its marks filled in. place: a phrase, in which `{side}` may stand again; side: left or right.

    KeyError for a mark that is none. "A 18-year-old" becomes "An 18-year-old", and a place that holds a comma gets one
    behind it where the sentence goes on.
    """
    sides = {"side": side, "other_side": "left" if side == "right" else "right"}
    if _begins_with_vowel(age):
        text = _ARTICLE.sub(r"\1n\2{age}", text)
    if "," in place:
        text = _PLACE_IN_A_SENTENCE.sub("{place},", text)
    return _put(text, sides | {"age": str(age), "place": _put(place, sides)})


def _put(text: str, values: Mapping[str, str]) -> str:
    return MARK.sub(lambda found: values[found[1]], text)


def _begins_with_vowel(age: int) -> bool:
    """Whether the number is spoken with a vowel in front: eight, eleven, eighteen, eighty to eighty-nine."""
    return age in (8, 11, 18) or 80 <= age <= 89
