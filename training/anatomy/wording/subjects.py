"""A cell that names a structure, with whatever else stands in it: a side, a sign, a level in parentheses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

from training.anatomy.catalogue import vocabulary
from training.anatomy.structures import StructureKind
from training.anatomy.wording.index import Implied, Meanings
from training.anatomy.wording.levels import find_levels
from training.anatomy.wording.phrases import LONGEST_PHRASE, listed
from training.anatomy.wording.predicates import read_senses
from training.anatomy.wording.riders import riderless
from training.anatomy.wording.senses import Sense, Span, hint_of, spans
from training.anatomy.wording.sides import Side, take_sides
from training.anatomy.wording.words import canonical, words

_MOST_SPANS = 6
_FEW_SPANS, _SHORT = 3, 14
"""Every choice among the signs of a cell is tried: all of six in a short one, of three in one of 14 words or more."""


@dataclass(frozen=True)
class Subject:
    """What a cell names: the meanings of each item, with the signs, the side and the hints that stood beside them.

    spared: what the cell leaves out ("dorsum of the foot sparing the first web space"), which is then normal.
    items: empty when the cell holds nothing but signs ("Weakness") or hints ("Power").
    clash: the cell names two sides that exclude each other.
    """

    items: tuple[Meanings, ...]
    senses: tuple[Sense, ...] = ()
    side: Side | None = None
    clash: bool = False
    hints: frozenset[StructureKind] | None = None
    grade: str = ""
    spared: tuple[Meanings, ...] = ()


@lru_cache(maxsize=16_384)
def read_subject(text: str) -> Subject | None:
    """The first reading, from the most literal on, that accounts for every word; None when there is none."""
    given = words(text)
    if len(given) > LONGEST_PHRASE:
        return None
    whole = tuple(word for word in given if word not in ("(", ")"))
    if items := listed(whole):  # "neck rotation to the right" before any side is taken out
        return Subject(items)
    if "(" in given:  # "head rotation to the right (sternocleidomastoid)"
        outside = next(iter([*_with_and_without_parentheses(given)][1:]), ())
        if outside != whole and take_sides(outside).side and (items := listed(outside)):
            return Subject(items)
    scored = words(text, scores=True)
    levelled = find_levels(given)[0]
    for base in dict.fromkeys((given, scored) if levelled else (scored, given)):
        sided = take_sides(base)
        for candidate in _with_and_without_parentheses(sided.rest):
            if found := _read(candidate):
                return replace(found, side=sided.side, clash=sided.clash)
    return _sparing(given) or _in_a_posture(given) or _without_riders(given)


def _without_riders(given: tuple[str, ...]) -> Subject | None:
    """What stands before words that only add how it was tested, or which part of it most."""
    for rest in riderless(given):
        sided = take_sides(_trimmed(rest))
        if found := _read(sided.rest):
            return replace(found, side=sided.side, clash=sided.clash)
    return None


_SPARING = frozenset({"sparing", "excluding", "except", "excepting"})


def _sparing(given: tuple[str, ...]) -> Subject | None:
    place = next((place for place, word in enumerate(given) if word in _SPARING), 0)
    if not place:
        return None
    sided = take_sides(_trimmed(given[:place]))
    subject = _read(sided.rest)
    if subject is None and "sensation" in sided.rest:  # "below-knee sensation"
        subject = _read((*(word for word in sided.rest if word != "sensation"), "sensation"))
    spared = listed(_trimmed(tuple(word for word in given[place + 1 :] if word not in ("of", "for"))))
    if subject is None or not spared:
        return None
    return replace(subject, items=_less(subject.items, spared), side=sided.side, clash=sided.clash, spared=spared)


def _less(items: tuple[Meanings, ...], spared: tuple[Meanings, ...]) -> tuple[Meanings, ...]:
    """A sweep of many areas without those that are spared."""
    left_out = {one.id for item in spared for meaning in item for one in meaning}
    known = vocabulary().structures
    kept: list[Meanings] = []
    for item in items:
        parts = [part for part, _ in item[0][0].parts] if len(item) == 1 and item[0][0].sweep else []
        if left_out & set(parts):
            kept += [((known[part],),) for part in parts if part not in left_out]
        else:
            kept.append(item)
    return tuple(kept)


def _in_a_posture(given: tuple[str, ...]) -> Subject | None:
    """ "Elbow flexion with the forearm supinated": how a movement was tested, when no sign stands there."""
    place = next((place for place, word in enumerate(given) if word in ("with", "while", "when")), 0)
    sided = take_sides(given[:place])
    items = listed(sided.rest) if place and not spans(given[place:]) else ()
    moved = items and all(any(meaning[0].kind in ("movement", "test") for meaning in item) for item in items)
    return Subject(items, side=sided.side, clash=sided.clash) if moved else None


def _with_and_without_parentheses(given: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield tuple(word for word in given if word not in ("(", ")"))
    if "(" not in given:
        return
    outside: list[str] = []
    inside: list[str] = []
    depth = 0
    for word in given:
        if word == "(":
            depth += 1
        elif word == ")":
            depth = max(depth - 1, 0)
        else:
            (inside if depth else outside).append(word)
    yield tuple(outside)
    yield tuple(inside)


@lru_cache(maxsize=16_384)
def _read(given: tuple[str, ...]) -> Subject | None:
    if not given:
        return None
    if items := listed(given):
        return Subject(items)
    if subject := _beside_levels(given, ()):
        return subject
    plantar = "plantar" in given
    found = [one for one in spans(given) if plantar or given[one.start : one.stop] not in _MOVERS]
    found = found[: _MOST_SPANS if len(given) < _SHORT else _FEW_SPANS]
    for count in range(1, len(found) + 1):
        for chosen in combinations(found, count):
            if subject := _without(given, chosen):
                return subject
    path = listed(_trimmed(given), path=True)
    return Subject(path) if path else None


_MOVERS = (("extensor",), ("flexor",))
"""How a plantar response goes; of anything else, a muscle."""


def _without(given: tuple[str, ...], chosen: tuple[Span, ...]) -> Subject | None:
    """The reading in which the chosen words are signs and all others name the structure."""
    if all(span.role in ("grade", "denial") for span in chosen) and not any(span.role == "denial" for span in chosen):
        return None
    places = {place for span in chosen for place in range(span.start, span.stop)}
    rest = tuple(word for place, word in enumerate(given) if place not in places)
    clause, _ = read_senses(given, chosen)
    felt = any(one.word in _FELT for one in clause.senses)
    hints, _ = hint_of(rest)
    if items := listed(_trimmed(rest)) or (listed(_trimmed(rest), path=True) if felt else ()):
        return Subject(items, clause.senses, hints=hints, grade=clause.grade)
    if not canonical(rest).bag:
        return Subject((), clause.senses, hints=hints, grade=clause.grade)
    return _beside_levels(rest, clause.senses)


_FELT = frozenset({"painful", "radiating pain", "paraesthesia", "dysaesthesia", "numb", "hypersensitive", "rash"})


def _trimmed(given: tuple[str, ...]) -> tuple[str, ...]:
    """Without separators at either end, which a sign taken out has left."""
    start, stop = 0, len(given)
    while start < stop and given[start] in _EDGES:
        start += 1
    while stop > start and given[stop - 1] in _EDGES:
        stop -= 1
    return given[start:stop]


_EDGES = frozenset({",", ";", "and", "or", "-", ":", "/", "&", "with"})


def _beside_levels(given: tuple[str, ...], senses: tuple[Sense, ...]) -> Subject | None:
    """ "Wrist extension C6", "L5: great toe": the level only says what the examiner tests by it.

    Beside an area of many segments, or of others, it is the level that counts: "chest wall at T5", "S1 in the foot".
    """
    segments, _, rest = find_levels(given)
    if not segments or not rest:
        return None
    items = listed(_trimmed(rest)) or listed(_trimmed(tuple(word for word in rest if word not in ("rib", "space"))))
    if not items:
        return None
    outright = [[one[0] for one in item if not isinstance(one, Implied) and not one[0].sweep] for item in items]
    areas = [area for item in outright if all(one.kind in ("skin", "joint") for one in item) for area in item]
    areas = [area for area in areas if area.kind == "skin"]
    if any(len(area.segments) > _WIDE or not set(segments) & set(area.segments) for area in areas):
        items = listed((*(word for one in segments for word in (one.lower(), ",")), "dermatome")) or items
    return Subject(items, senses, hints=hint_of(rest)[0])


_WIDE = 4
