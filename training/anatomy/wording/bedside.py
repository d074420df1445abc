"""Findings that no single name and sign make up: measurements, pictures of both cells, what tells nothing."""

from __future__ import annotations

import re

from training.anatomy.catalogue import vocabulary
from training.anatomy.spelling import plain
from training.anatomy.structures import Structure
from training.anatomy.wording.measures import measured
from training.anatomy.wording.phrases import listed, meanings
from training.anatomy.wording.pictures import together
from training.anatomy.wording.saying import Said
from training.anatomy.wording.sides import take_sides
from training.anatomy.wording.subjects import Subject
from training.anatomy.wording.words import words

_HISTORY = frozenset(
    {"onset", "posture-relief", "night-waking", "imaging", "hand-dominance", "limb-deformity", "spinal-posture"}
)
_MARKS = frozenset({"scar", "scarred", "bruise", "bruised", "bruising", "deformity", "deformed", "callus", "callosity"})


def beside_the_point(subject: Subject | None, sign: str) -> tuple[Said, ...]:
    """What tells nothing of a segment, whatever stands beside it: how it began, a scar, which hand is used."""
    items = subject.items if subject else ()
    if sign.strip() and len(items) == 1 and items[0][0][0].id in _HISTORY:
        return (Said(items[0][0][0], "equivocal", "", subject.side if subject else None),)
    if _MARKS & set(words(sign)) and items:
        return (Said(vocabulary().structures["limb-deformity"], "positive", "", subject.side if subject else None),)
    return ()


def pictured(structure: str, sign: str) -> Said | None:
    """A number on a test with limits, or what only both cells together say."""
    named = take_sides(words(structure))
    said = words(sign)
    stop = next((place for place, word in enumerate(said) if word in _COMPARING), len(said))
    told = take_sides(said[:stop])
    if named.clash or told.clash or (named.side and told.side and named.side != told.side):
        return None
    side = named.side or told.side
    if {"weight", "loss"} == set(named.rest) and any(letter.isdigit() for letter in sign):
        return Said(vocabulary().structures["weight-change"], "positive", "", side)
    if any(letter.isdigit() for letter in sign) and (test := _measured_test(named.rest)):
        if shows := measured(test.id, sign):
            return Said(test, shows, "", side)
        return None
    seen = together(named.rest, (*told.rest, *said[stop:]))
    if seen is None:
        millimetres = _MILLIMETRES.fullmatch(plain(sign)) if "discrimination" in named.rest else None
        items = listed(named.rest) if millimetres else ()
        if millimetres is None or len(items) != 1:
            return None
        wide = float(millimetres["number"]) > _TWO_POINTS_APART
        skin = next((one[0] for one in items[0] if one[0].kind == "skin"), None)
        return Said(skin, "reduced sensation" if wide else "normal", "", side) if skin else None
    return Said(seen[0], seen[1], "", side)


_COMPARING = frozenset({"than", "compared", "versus", "vs", "relative"})
_MILLIMETRES = re.compile(r"(?:>|about |at )?\s?(?P<number>[0-9]{1,2}(?:\.[0-9])?)\s?mm", re.IGNORECASE)
_TWO_POINTS_APART = 6.0
"""Millimetres up to which two points are told apart at a normal fingertip."""


def _measured_test(given: tuple[str, ...]) -> Structure | None:
    if given in (("temperature",), ("temp",)):
        return vocabulary().structures["body-temperature"]
    return next(iter(tests_named(given)), None) if len(given) <= _SHORT_NAME else None


_SHORT_NAME = 4


def tests_named(given: tuple[str, ...]) -> tuple[Structure, ...]:
    """The tests that words name."""
    found = meanings(tuple(word for word in given if word not in _NO_NAME))
    return tuple(one[0] for one in found if len(one) == 1 and one[0].kind == "test" and not one[0].sweep)


_NO_NAME = frozenset({"(", ")", ",", "present", "positive"})
