"""Which side is meant: in a cell of its own, or among the words of a structure or a sign."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from training.anatomy.wording.words import words

Side = Literal["left", "right", "both", "midline"]

_IN_A_PHRASE: dict[tuple[str, ...], Side] = {
    ("left",): "left", ("l",): "left", ("lt",): "left", ("left", "side"): "left", ("left", "hand", "side"): "left",
    ("left", "sided"): "left", ("right",): "right", ("r",): "right", ("rt",): "right", ("right", "side"): "right",
    ("right", "hand", "side"): "right", ("right", "sided"): "right", ("both",): "both", ("both", "side"): "both",
    ("bilateral",): "both", ("bilaterally",): "both", ("b", "/", "l"): "both", ("left", "and", "right"): "both",
    ("right", "and", "left"): "both", ("left", "/", "right"): "both", ("right", "/", "left"): "both",
    ("either", "side"): "both", ("l", "and", "r"): "both", ("r", "and", "l"): "both", ("each", "side"): "both",
}  # fmt: skip
_ALONE: dict[tuple[str, ...], Side] = {
    **_IN_A_PHRASE,
    ("midline",): "midline", ("central",): "midline", ("centre",): "midline", ("center",): "midline",
    ("middle",): "midline", ("axial",): "midline", ("mid",): "midline", ("none",): "midline",
    ("n", "/", "a"): "midline",
    ("na",): "midline", ("not", "applicable"): "midline", ("median",): "midline", ("neither",): "midline",
    ("bl",): "both", ("r", "/", "l"): "both", ("l", "/", "r"): "both", ("r", "&", "l"): "both", ("l", "&", "r"): "both",
    ("r", "+", "l"): "both", ("l", "+", "r"): "both", ("right", "&", "left"): "both", ("left", "&", "right"): "both",
    ("right", "+", "left"): "both", ("left", "+", "right"): "both", ("right", "=", "left"): "both",
    ("symmetrical",): "both", ("symmetric",): "both", ("symmetrically",): "both", ("either",): "both",
    ("equal",): "both", ("two", "side"): "both", ("rl",): "both", ("lr",): "both", ("all",): "both",
    ("left", ",", "right"): "both", ("right", ",", "left"): "both", ("general",): "both", ("generalised",): "both",
    ("bilat",): "both", ("bil",): "both", ("dexter",): "right", ("sinister",): "left", ("rightward",): "right",
}  # fmt: skip
_LONGEST = 3
_AROUND = frozenset({"on", "in", "side", "only", "to", "of", "(", ")", "at", "mainly", "predominantly", "."})


@dataclass(frozen=True)
class Sided:
    """The side that words name, if any, and the words without it. `clash`: they name two that exclude each other."""

    side: Side | None
    rest: tuple[str, ...]
    clash: bool = False


@lru_cache(maxsize=4_096)
def read_side(text: str) -> Side | None:
    """The side of a cell of its own; None for an empty one or for words that name no side."""
    spelt = words(text)
    if spelt in _ALONE:
        return _ALONE[spelt]
    found = take_sides(tuple(word for word in spelt if word not in ("only", "mainly", ".")))
    rest = [word for word in found.rest if word not in _AROUND and word not in _PARTS]
    return None if found.clash or rest else found.side


_PARTS = frozenset({"arm", "leg", "hand", "foot", "upper", "lower", "limb", "extremity", "body", "neck", "trunk"})


@lru_cache(maxsize=16_384)
def take_sides(given: tuple[str, ...]) -> Sided:
    """Take the words for left, right and both out of a phrase."""
    rest: list[str] = []
    found: list[Side] = []
    place = 0
    while place < len(given):
        for length in range(min(_LONGEST, len(given) - place), 0, -1):
            if side := _IN_A_PHRASE.get(given[place : place + length]):
                found.append(side)
                place += length
                break
        else:
            rest.append(given[place])
            place += 1
    sides = set(found)
    if sides == {"left", "right"}:
        return Sided(None, tuple(rest), clash=True)
    if "both" in sides:
        return Sided("both", tuple(rest), clash=len(sides) > 1)
    return Sided(found[0] if found else None, tuple(rest))
