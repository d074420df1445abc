"""One observation at one structure, and how three cells of free wording are read as observations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Literal

from training.anatomy.catalogue import vocabulary
from training.anatomy.sign_table import sign_vocabulary
from training.anatomy.spelling import nearest
from training.anatomy.structures import Structure
from training.anatomy.vocabulary import suggest_structures
from training.anatomy.wording.bedside import beside_the_point, pictured, tests_named
from training.anatomy.wording.index import Meanings
from training.anatomy.wording.levels import find_levels
from training.anatomy.wording.phrases import listed
from training.anatomy.wording.predicates import Predicate, read_predicate
from training.anatomy.wording.saying import SILENT, Said, lost_bulk, say
from training.anatomy.wording.senses import Sense, hint_of, meaning_on, merge_hints, spans
from training.anatomy.wording.sides import Side, read_side, take_sides
from training.anatomy.wording.subjects import Subject, read_subject
from training.anatomy.wording.words import SEPARATORS, words

Field = Literal["structure", "sign", "side"]


@dataclass(frozen=True)
class Observation:
    """What was seen at a structure. `sign` is a name of signs.csv; `grade` as in `training.anatomy.signs.Observed`."""

    structure: Structure
    sign: str
    side: Side
    grade: str = ""


@dataclass(frozen=True)
class Misread:
    """A cell that was not understood: which, what stood there, and the nearest names, best first."""

    field: Field
    given: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What three cells say: the observations understood, and what was not understood."""

    observations: tuple[Observation, ...]
    misread: tuple[Misread, ...] = ()


_SIDES: tuple[str, ...] = ("right", "left", "both", "midline")
_UNSIDED = frozenset(
    {"bladder-function", "bowel-function", "sexual-function", "gait-disturbance", "lhermitte-sign", "romberg-test",
     "tandem-gait", "valsalva-manoeuvre", "cranial-nerves", "coordination", "walking", "antalgic-gait",
     "anal-squeeze", "anal-wink", "bulbocavernosus-reflex", "post-void-residual", "jaw-jerk", "spinal-percussion",
     "neck-movement", "lumbar-movement", "cauda-equina-symptoms", "beevor-sign", "neck-flexion", "neck-extension",
     "lumbar-flexion", "lumbar-extension", "neck-joint", "spine-joint", "weight-change", "exertional-chest-pain",
     "lumbar-spine-joint", "thoracic-spine-joint", "speech",
     "swallowing", "vision", "tongue", "breathlessness", "headache", "new-headache", "body-temperature",
     "blood-pressure", "heart-rate", "oxygen-saturation", "inflammatory-markers", "rest-pain", "onset",
     "posture-relief", "night-waking", "spinal-posture", "step-off", "imaging", "hand-dominance", "sensory-level",
     "dissociated-sensory-loss"}
)  # fmt: skip
"""Structures of the middle: an empty side is theirs."""


def read_observations(structure: str, sign: str, side: str) -> Reading:
    """What three cells of free wording say, or which of them was not understood; never a guess.

    A cell may name several structures or signs, hold a sign beside the structure or a structure beside the sign, and
    name the side. The sign decides between the meanings of a name ("deltoid numb" is skin); where several remain that
    would mean different things, the structure is misread, with them as suggestions. An empty side is misread unless
    another cell names it or the structure has none.
    """
    return _read(structure[:_LONGEST], sign[:_LONGEST], side[:_LONGEST])


_LONGEST = 2_000


@lru_cache(maxsize=16_384)
def _read(structure: str, sign: str, side: str) -> Reading:
    given_side = read_side(side)
    if seen := pictured(structure, sign):
        return _sided((seen,), None, side, given_side)
    predicate = read_predicate(sign)
    subject = read_subject(structure)
    found = _combine(structure, subject, sign, predicate)
    if isinstance(found, Misread) and (told := beside_the_point(subject, sign)):
        found = told
    misread = () if isinstance(found, tuple) else (found,)
    if given_side is None and side.strip(" -–?./"):
        return Reading((), (*misread, Misread("side", side, _near_sides(side))))
    if isinstance(found, Misread):
        return Reading((), misread)
    return _below_both_sides(structure, _sided(lost_bulk(structure, found), subject, side, given_side))


def _below_both_sides(structure: str, read: Reading) -> Reading:
    """ "Sensation below the costal margin: reduced" on both sides is a sensory level, and no pair of roots."""
    if not read.observations or "below" not in words(structure):
        return read
    signs = sign_vocabulary().signs
    for one in read.observations:
        trunk = one.structure.kind == "skin" and one.structure.segments and one.structure.segments[0][0] == "T"
        if not (trunk and one.side == "both" and signs[one.sign].finding_class == "sensory-loss"):
            return read
    return Reading((Observation(vocabulary().structures["sensory-level"], "positive", "both"),))


_REGIONS = frozenset(
    {"whole-arm-skin", "whole-leg-skin", "dorsum-of-the-hand-skin", "dorsum-of-the-foot-skin", "fingers-skin",
     "toes-skin", "neck-joint", "walking", "chest-wall-skin", "trunk-band-skin", "lumbar-spine-joint", "forearm-skin"}
)  # fmt: skip
"""Structures so wide that a structure named beside the sign is what is meant ("arm: numb thumb")."""


def _combine(structure: str, subject: Subject | None, sign: str, predicate: Predicate) -> tuple[Said, ...] | Misread:
    if predicate.broken:
        return Misread("sign", sign, ())
    wide = subject is None or not subject.items or _is_general(subject)
    if wide and (inner := _named_by_sign(subject, structure, sign, wide)):
        return inner
    if subject is not None and subject.items:
        found = say(subject, predicate)
        if isinstance(found, tuple):
            silent = all(not one.structure.segments and one.structure.kind == "skin" for one in found)
            return (_implied(structure, sign, subject, predicate) if silent else ()) or found
        if together := _implied(structure, sign, subject, predicate):
            return together
        if inner := _named_by_sign(subject, structure, sign, wide):
            return inner
        if found == "sign":
            return Misread("sign", sign, _near_signs(sign))
        return Misread("structure", structure, _labels(subject.items))
    if together := _implied(structure, sign, subject, predicate):
        return together
    return Misread("structure", structure, suggest_structures(structure))


def _named_by_sign(subject: Subject | None, structure: str, sign: str, wide: bool) -> tuple[Said, ...] | None:
    """What the sign's cell says of a structure that it names itself: "hand: weak grip", "Power: weak EHL", "gait: foot
    drop", "legs: normal power and reflexes"."""
    if subject is None:
        return None
    inner = read_subject(sign)
    if inner is None or not inner.items:
        return None
    if subject.items and all(one[0].kind == "joint" for item in subject.items for one in item[:1]):
        levels = vocabulary().families["vertebral-level"].levels  # "lumbar spine: tender over L3"
        items: tuple[Meanings, ...] = tuple(((levels[one],),) for one in find_levels(words(sign))[0] if one in levels)
        if not items and not wide:
            return None
        inner = replace(inner, items=items or inner.items)
    if subject.items and any(all(one[0].sweep for one in item) for item in inner.items):
        items = listed((*_qualities(words(sign)), "in", *take_sides(words(structure)).rest))
        if not inner.senses or not items:
            return None
        plain = tuple(replace(one, hints=None) for one in inner.senses)
        inner = replace(inner, items=items, senses=plain, hints=None)
    senses = inner.senses or subject.senses
    if not senses and wide and all(meaning[0].kind == "test" for item in inner.items for meaning in item):
        senses = (Sense("positive"),)
    if not senses:
        return None
    hints = inner.hints or subject.hints
    spoken = merge_hints(senses, subject.hints)
    found = say(replace(inner, senses=spoken, side=inner.side or subject.side, hints=hints), Predicate(()))
    return found if isinstance(found, tuple) else None


def _qualities(given: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a sign's cell that say what was examined ("power", "reflexes") or that nothing here knows."""
    _, hinting = hint_of(given)
    used = {place for span in spans(given) for place in range(span.start, span.stop)} - hinting
    return tuple(word for place, word in enumerate(given) if place not in used)


def _implied(structure: str, sign: str, subject: Subject | None, predicate: Predicate) -> tuple[Said, ...]:
    """A test that both cells name together: "foot: drop", "scapula: winging", "gait: ataxic"."""
    signs = sign_vocabulary().signs
    spoken = [sense for clause in predicate.clauses for sense in clause.senses]
    plain = any(one.denied or (one.word in signs and signs[one.word].finding_class in SILENT) for one in spoken)
    named = take_sides(words(structure)).rest
    side = subject.side if subject else None
    if len(predicate.clauses) == 1 and (clause := predicate.clauses[0]).senses:  # "Tinel's sign: negative at the elbow"
        for test in tests_named((*named, *clause.rest)):
            told = [meaning_on(sense, test) for sense in clause.senses]
            if clause.rest and None not in told:
                return tuple(Said(test, one[0], one[1], clause.side or side) for one in told if one is not None)
    if plain:
        return ()
    if not spoken and (not sign.strip() or words(sign)[:1] in _ADJUNCTS) and (tests := tests_named(named)):
        return (Said(tests[0], "positive", "", side),)
    parts = [word if word not in SEPARATORS else "" for word in take_sides(words(sign)).rest][:_FEW_WORDS]
    for part in (parts, *(list(group) for _, group in groupby(parts, bool))):
        if tests := tests_named((*named, *filter(None, part))):
            return (Said(tests[0], "positive", "", side),)
    return ()


_FEW_WORDS = 24


_ADJUNCTS = tuple((word,) for word in ("on", "when", "during", "with", "at", "after", "while", "since"))


def _is_general(subject: Subject) -> bool:
    """Whether the cell names a whole region or examination, of which the other cell may name a part."""
    return all(any(meaning[0].sweep or meaning[0].id in _REGIONS for meaning in item) for item in subject.items)


def _sided(found: tuple[Said, ...], subject: Subject | None, given: str, side: Side | None) -> Reading:
    observations: list[Observation] = []
    if subject is not None and subject.clash:
        return Reading((), (Misread("side", given, _SIDES),))
    named = {one.side for one in found if one.side}
    for one in found:
        settled = one.side or side
        if one.structure.id.startswith("crossed-") and side:
            settled = side  # where the pain is felt is the other leg
        elif one.side and side and one.side != side and not (len(named) > 1 and side in (*named, "both")):
            return Reading((), (Misread("side", given, (one.side,)),))
        if settled is None and one.structure.sweep:
            settled = "both"
        if settled is None and (one.structure.id in _UNSIDED):
            settled = "midline"
        if settled is None:
            return Reading((), (Misread("side", given, _SIDES),))
        observations.append(Observation(one.structure, one.sign, settled, one.grade))
    return Reading(tuple(observations))


def _near_sides(text: str) -> tuple[str, ...]:
    return nearest(" ".join(words(text)), _SIDES) or _SIDES[:2]


def _near_signs(text: str) -> tuple[str, ...]:
    known = sign_vocabulary().names
    spelt = " ".join(words(text))
    return tuple(dict.fromkeys(known[name] for name in nearest(spelt, known)))


def _labels(items: tuple[Meanings, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(meaning[0].label for item in items for meaning in item))[:3]


__all__ = ["Field", "Misread", "Observation", "Reading", "Side", "read_observations"]
