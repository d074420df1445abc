"""What only both cells together say: "scapula: wings on push-up", "wrist extension: full but deviates radially"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from training.anatomy.catalogue import vocabulary
from training.anatomy.sign_table import sign_vocabulary
from training.anatomy.structures import Structure
from training.anatomy.tables import DATA, read_table
from training.anatomy.wording.words import words

_DENYING = frozenset({"no", "not", "without", "absent", "negative", "never", "nil", "none", "denies", "neither"})
_DOUBTING = frozenset({"possibly", "questionable", "equivocal", "?", "doubtful"})
_UNABLE = frozenset({"cannot", "unable", "not", "difficult", "difficulty", "weak", "fails", "fail", "impossible"})
_DEEDS = frozenset({"straighten", "straightened", "extend", "lock", "lifted"})
"""Words for what is not possible; alone they say nothing is wrong."""

Group = tuple[tuple[str, ...], ...]
"""Alternatives, each a run of words."""


@dataclass(frozen=True)
class Picture:
    structure: tuple[Group, ...]
    sign: tuple[Group, ...]
    result: Structure
    shows: str


def _groups(cell: str) -> tuple[Group, ...]:
    if cell == "*":
        return ()
    return tuple(tuple(_alternative(one.strip()) for one in group.split("|")) for group in cell.split(" + "))


def _alternative(text: str) -> tuple[str, ...]:
    """The words of an alternative; behind "=" they are the whole cell."""
    return (_WHOLE, *words(text[1:])) if text.startswith("=") else words(text)


_WHOLE = "="


@lru_cache(maxsize=1)
def _pictures(folder: Path = DATA) -> dict[str, tuple[Picture, ...]]:
    """By the words one of which the sign's cell must hold, in the order of the file."""
    found: dict[str, list[Picture]] = {}
    for row in read_table(folder, "pictures.csv", ("structure", "sign", "result", "shows", "sources")):
        result = vocabulary().structures.get(row["result"])
        if result is None or row["shows"] not in sign_vocabulary().signs:
            raise row.fault(f"there is no structure {row['result']!r} or no sign {row['shows']!r}")
        picture = Picture(_groups(row["structure"]), _groups(row["sign"]), result, row["shows"])
        for alternative in picture.sign[0]:
            found.setdefault(alternative[0], []).append(picture)
    return {word: tuple(them) for word, them in found.items()}


def together(structure: tuple[str, ...], sign: tuple[str, ...]) -> tuple[Structure, str] | None:
    """The structure and the sign that words of both cells make up, if they do."""
    known = _pictures()
    for word in sign[:40]:
        for picture in known.get(word, ()):
            if all(_holds(structure, group) for group in picture.structure) and all(
                _holds(sign, group) for group in picture.sign
            ):
                shows = _shown(picture, sign)
                return None if shows is None else (picture.result, shows)
    return None


def _shown(picture: Picture, sign: tuple[str, ...]) -> str | None:
    """What is seen, or its denial; None where the words deny what is no test."""
    said = set(sign)
    if any(alternative[0] in _DEEDS for alternative in picture.sign[0]):
        return picture.shows if said & _UNABLE else None
    if said & _DOUBTING and picture.shows == "positive":
        return "equivocal"
    if said & _DENYING:
        return "negative" if picture.shows == "positive" else None
    return picture.shows


def _holds(given: tuple[str, ...], group: Group) -> bool:
    return any(
        given == one[1:]
        if one[0] == _WHOLE
        else any(given[place : place + len(one)] == one for place in range(len(given) - len(one) + 1))
        for one in group
    )
