"""Skin said by where it lies from a landmark: "just below the umbilicus", "halfway between navel and groin"."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from training.anatomy.catalogue import vocabulary
from training.anatomy.structures import Structure
from training.anatomy.tables import DATA, read_table
from training.anatomy.wording.levels import find_levels
from training.anatomy.wording.words import canonical

Meanings = tuple[tuple[Structure, ...], ...]

_RELATIONS: dict[tuple[str, ...], str] = {
    ("above",): "above", ("superior", "to"): "above", ("proximal", "to"): "above", ("cranial", "to"): "above",
    ("below",): "below", ("beneath",): "below", ("underneath",): "below", ("under",): "below",
    ("inferior", "to"): "below", ("distal", "to"): "below", ("caudal", "to"): "below",
    ("beside",): "beside", ("next", "to"): "beside", ("adjacent", "to"): "beside", ("lateral", "to"): "beside",
    ("either", "side", "of"): "beside", ("close", "to"): "beside", ("near",): "beside", ("around",): "beside",
    ("between",): "between",
}  # fmt: skip
_HALVES = frozenset(
    {"midway", "halfway", "half", "way", "mid", "middle", "just", "approximately", "about", "exactly", "finger",
     "fingerbreadth", "fingersbreadth", "breadth", "width", "cm", "two", "three", "four", "one", "inch", "slightly",
     "immediately", "directly", "level"}
)  # fmt: skip
_TRUNK = frozenset(
    {"trunk", "abdomen", "wall", "chest", "band", "girdle", "belt", "flank", "anterior", "posterior", "lateral",
     "medial", "upper", "lower", "mid", "just", "thin", "narrow", "back", "spine", "sternum", "from", "strip",
     "epigastrium", "half", "around", "encircling", "circumferential", "segmental", "oval", "small", "front",
     "quadrant", "radiating", "above", "below", "scapula", "rib"}
)  # fmt: skip
"""Words beside a landmark of the trunk that say no more than it does."""
_LIMB: dict[tuple[str, str], tuple[str, str]] = {
    ("knee", "above"): ("lower", "thigh"), ("patella", "above"): ("lower", "thigh"),
    ("knee", "below"): ("upper", "leg"), ("elbow", "above"): ("lower", "upperarm"),
    ("elbow", "below"): ("upper", "forearm"), ("wrist", "above"): ("lower", "forearm"),
    ("ankle", "above"): ("lower", "leg"), ("groin", "below"): ("upper", "thigh"),
    ("inguinalligament", "below"): ("upper", "thigh"), ("shoulder", "below"): ("upper", "upperarm"),
    ("buttock", "below"): ("upper", "thigh"), ("axilla", "below"): ("upper", "upperarm"),
    ("malleolus", "above"): ("lower", "leg"), ("calf", "below"): ("lower", "leg"),
}  # fmt: skip
"""Which part of a limb, and its end, lies there."""
_SPOKEN = {"upperarm": ("upper", "arm"), "leg": ("lower", "leg")}
_PARTS = frozenset({"thigh", "leg", "lowerleg", "upperarm", "arm", "forearm", "calf", "shin", "knee", "elbow", "foot"})
_CORD = frozenset({"level", "lesion", "waist", "segment"})


@lru_cache(maxsize=1)
def _areas(folder: Path = DATA) -> dict[tuple[str, ...], str]:
    """The skin at a relation to one landmark, or between two."""
    areas: dict[tuple[str, ...], str] = {}
    for row in read_table(folder, "places.csv", ("landmark", "relation", "other", "area", "sources")):
        if row["area"] not in vocabulary().structures:
            raise row.fault(f"area: there is no structure {row['area']!r}")
        names = (row["landmark"], row["other"]) if row["other"] else (row["landmark"],)
        for order in (names, names[::-1]):
            areas[(row["relation"], *order)] = row["area"]
    return areas


@lru_cache(maxsize=1)
def _landmarks() -> frozenset[str]:
    return frozenset(name for key in _areas() for name in key[1:])


def place_of(given: tuple[str, ...], read: Callable[[tuple[str, ...]], Meanings]) -> Meanings:
    """The skin at a relation to a landmark; where the landmark is not known, what stands before the relation.

    read: how other phrases are read.
    """
    if below_a_level(given):
        return ((vocabulary().structures["sensory-level"],),)
    if "level" in given and (skin := _at_level(given, read)):
        return skin
    found = next(
        (
            (place, length, _RELATIONS[given[place : place + length]])
            for place in range(len(given))
            for length in (3, 2, 1)
            if given[place : place + length] in _RELATIONS
        ),
        None,
    )
    if found is None:
        return _at_level(given, read)
    place, length, relation = found
    head, tail = given[:place], given[place + length :]
    while head and (head[-1] in _HALVES or head[-1].isdigit()):
        head = head[:-1]
    if not tail:
        return ()
    if relation == "between":
        landmarks = _two(tail)
        area = _areas().get(("between", *landmarks)) if landmarks else None
    else:
        mark = _landmark(tail)
        area = _areas().get((relation, mark)) if mark else None
        told = tuple(word for word in tail if canonical((word,)).positions)
        if (mark, relation) in _LIMB and (skin := _on_limb((*told, *head), *_LIMB[mark, relation], read)):
            return skin
    if area and _says_no_more(head):
        return ((vocabulary().structures[area],),)
    return _heads(head, read)


def _heads(head: tuple[str, ...], read: Callable[[tuple[str, ...]], Meanings]) -> Meanings:
    """Skin before a relation to something that is no landmark here: "medial knee below the patella"."""
    if not set(canonical(head).bag) & _PARTS:
        return ()
    return tuple(one for one in read(head) if one[0].kind == "skin")


def _says_no_more(head: tuple[str, ...]) -> bool:
    phrase = canonical(head)
    return set(phrase.without(*phrase.fillers)) <= _TRUNK and (phrase.hints is None or "skin" in phrase.hints)


def _on_limb(head: tuple[str, ...], height: str, part: str, read: Callable[[tuple[str, ...]], Meanings]) -> Meanings:
    bag = set(canonical(head).bag)
    if not bag & _PARTS:
        if not head or part not in ("thigh", "upperarm", "forearm", "leg") or not canonical(head).positions:
            return ()
        head = (*head, *_SPOKEN.get(part, (part,)))
    skin = tuple(one for one in read((height, *head)) if one[0].kind == "skin")
    return skin or tuple(one for one in read(head) if one[0].kind == "skin")


def _landmark(given: tuple[str, ...]) -> str:
    """The one landmark that words name, or nothing; "thin strip" behind it says no more."""
    phrase = canonical(given)
    bag = set(phrase.without(*phrase.fillers)) - _NO_MARK
    known = bag & (_landmarks() | {mark for mark, _ in _LIMB})
    return known.pop() if len(known) == 1 and len(bag) == 1 else ""


_NO_MARK = frozenset({"anterior", "just", "line", "thin", "mid", "strip", "fold", "crease", "lateral"})


def _two(given: tuple[str, ...]) -> tuple[str, ...]:
    for place, word in enumerate(given):
        if word in ("and", "to", "&"):
            pair = (_landmark(given[:place]), _landmark(given[place + 1 :]))
            return pair if all(pair) else ()
    return ()


def _at_level(given: tuple[str, ...], read: Callable[[tuple[str, ...]], Meanings]) -> Meanings:
    """ "Band around the trunk at the level of the umbilicus", "band from back to xiphoid", "thigh at groin level"."""
    if "level" in given:
        place = given.index("level")
        tail = given[place + 1 :]
        marks = [given[place - 1 : place]] if not tail or tail[0] not in ("of", "with") else [tail]
        head = given[: place - (marks[0] is not tail)]
    elif {"band", "girdle", "belt"} & set(given) and "to" in given:
        place = len(given) - 1 - given[::-1].index("to")
        head, marks = given[:place], [given[place + 1 :]]
    else:
        return ()
    mark = _landmark(marks[0])
    area = _areas().get(("at", mark)) if mark else None
    if not area:
        return ()
    thigh = mark in ("groin", "inguinalligament") and set(canonical(head).bag) <= _TRUNK | {"thigh"}
    if _says_no_more(tuple(word for word in head if word != "to")) or thigh:
        return ((vocabulary().structures[area],),)
    return ()


def below_a_level(given: tuple[str, ...]) -> bool:
    """ "Pinprick below T8", "sensation below the level", "from T6 down": what a lesion of the cord does."""
    down = "below" in given or ("from" in given and ({"down", "downward", "downwards"} & set(given)))
    if not down:
        return False
    segments, _, rest = find_levels(given)
    bag = set(canonical(rest).bag) - {"below", "downward", "downwards", "trunk", "leg"} - _CORD
    return not bag and ((bool(segments) and segments[0][0] in "CT") or bool(_CORD & set(given)))
