"""One observation at one structure, and how three cells of free wording are read as observations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Literal

from training.anatomy.phrases import Implied, Meaning, Meanings, listed, meanings
from training.anatomy.predicates import Clause, Predicate, read_predicate
from training.anatomy.senses import SCORE, Sense, hint_of, meaning_on, merge_hints, spans
from training.anatomy.sides import Side, read_side, take_sides
from training.anatomy.sign_table import sign_vocabulary
from training.anatomy.spelling import nearest
from training.anatomy.structures import Structure, StructureKind
from training.anatomy.subjects import Subject, read_subject
from training.anatomy.vocabulary import suggest_structures
from training.anatomy.wording import SEPARATORS, words

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
     "lumbar-flexion", "lumbar-extension", "neck-joint", "lumbar-spine-joint", "thoracic-spine-joint"}
)  # fmt: skip
"""Structures of the middle: an empty side is theirs."""
_YES = frozenset({"present", "positive"})
_MORE = _YES | {"increased"}
_NO = frozenset({"absent", "negative"})


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
    predicate = read_predicate(sign)
    subject = read_subject(structure)
    found = _combine(structure, subject, sign, predicate)
    misread = () if isinstance(found, tuple) else (found,)
    if given_side is None and side.strip(" -–?./"):
        return Reading((), (*misread, Misread("side", side, _near_sides(side))))
    return Reading((), misread) if isinstance(found, Misread) else _sided(found, subject, side, given_side)


@dataclass(frozen=True)
class _Said:
    """A sign on a structure before its side is settled."""

    structure: Structure
    sign: str
    grade: str
    side: Side | None


_REGIONS = frozenset(
    {"whole-arm-skin", "whole-leg-skin", "dorsum-of-the-hand-skin", "dorsum-of-the-foot-skin", "fingers-skin",
     "toes-skin", "neck-joint", "walking", "chest-wall-skin", "trunk-band-skin", "lumbar-spine-joint", "forearm-skin"}
)  # fmt: skip
"""Structures so wide that a structure named beside the sign is what is meant ("arm: numb thumb")."""


def _combine(structure: str, subject: Subject | None, sign: str, predicate: Predicate) -> tuple[_Said, ...] | Misread:
    if predicate.broken:
        return Misread("sign", sign, ())
    wide = subject is None or not subject.items or _is_general(subject)
    if wide and (inner := _named_by_sign(subject, structure, sign, wide)):
        return inner
    if subject is not None and subject.items:
        found = _say(subject, predicate)
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


def _named_by_sign(subject: Subject | None, structure: str, sign: str, wide: bool) -> tuple[_Said, ...] | None:
    """What the sign's cell says of a structure that it names itself: "hand: weak grip", "Power: weak EHL", "gait: foot
    drop", "legs: normal power and reflexes"."""
    if subject is None:
        return None
    inner = read_subject(sign)
    if inner is None or not inner.items:
        return None
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
    found = _say(replace(inner, senses=spoken, side=inner.side or subject.side, hints=hints), Predicate(()))
    return found if isinstance(found, tuple) else None


def _qualities(given: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a sign's cell that say what was examined ("power", "reflexes") or that nothing here knows."""
    _, hinting = hint_of(given)
    used = {place for span in spans(given) for place in range(span.start, span.stop)} - hinting
    return tuple(word for place, word in enumerate(given) if place not in used)


def _implied(structure: str, sign: str, subject: Subject | None, predicate: Predicate) -> tuple[_Said, ...]:
    """A test that both cells name together: "foot: drop", "scapula: winging", "gait: ataxic"."""
    signs = sign_vocabulary().signs
    spoken = [sense for clause in predicate.clauses for sense in clause.senses]
    plain = any(one.denied or (one.word in signs and signs[one.word].finding_class in _SILENT) for one in spoken)
    named = take_sides(words(structure)).rest
    side = subject.side if subject else None
    if len(predicate.clauses) == 1 and (clause := predicate.clauses[0]).senses:  # "Tinel's sign: negative at the elbow"
        for test in _tests((*named, *clause.rest)):
            told = [meaning_on(sense, test) for sense in clause.senses]
            if clause.rest and None not in told:
                return tuple(_Said(test, one[0], one[1], clause.side or side) for one in told if one is not None)
    if plain:
        return ()
    if not spoken and (not sign.strip() or words(sign)[:1] in _ADJUNCTS) and (tests := _tests(named)):
        return (_Said(tests[0], "positive", "", side),)
    parts = [word if word not in SEPARATORS else "" for word in take_sides(words(sign)).rest]
    for part in (parts, *(list(group) for _, group in groupby(parts, bool))):
        if tests := _tests((*named, *filter(None, part))):
            return (_Said(tests[0], "positive", "", side),)
    return ()


def _tests(given: tuple[str, ...]) -> tuple[Structure, ...]:
    """The tests that words name."""
    found = meanings(tuple(word for word in given if word not in _NO_NAME))
    return tuple(one[0] for one in found if len(one) == 1 and one[0].kind == "test" and not one[0].sweep)


_ADJUNCTS = tuple((word,) for word in ("on", "when", "during", "with", "at", "after", "while", "since"))
_NO_NAME = frozenset({"(", ")", ",", "present", "positive"})


def _is_general(subject: Subject) -> bool:
    """Whether the cell names a whole region or examination, of which the other cell may name a part."""
    return all(any(meaning[0].sweep or meaning[0].id in _REGIONS for meaning in item) for item in subject.items)


def _say(subject: Subject, predicate: Predicate) -> tuple[_Said, ...] | Literal["structure", "sign"]:
    """Every sign on every structure; else which cell does not fit."""
    said: list[_Said] = []
    clauses = _clauses(subject, predicate)
    if clauses is None:
        return "sign"
    every = tuple(sense for clause in clauses for sense in clause.senses)
    for given in subject.items:
        one_for_all = _best(given, every, subject.hints) if len(clauses) > 1 and len(given) > 1 else None
        item = (one_for_all,) if isinstance(one_for_all, tuple) else given
        for clause in clauses:
            chosen = _choose(item, clause.senses, subject.hints)
            if isinstance(chosen, str):
                return chosen
            said += [_Said(*one, clause.side or subject.side) for one in chosen]
    for item in subject.spared:
        chosen = _choose(item, (Sense("normal"),), subject.hints)
        if isinstance(chosen, str):
            return "structure"
        same = [one for one in chosen if one[0].kind in {each.structure.kind for each in said}]
        said += [_Said(*one, subject.side) for one in same]
    kept = _without_contradiction(said)
    return "sign" if kept is None else kept


def _clauses(subject: Subject, predicate: Predicate) -> tuple[Clause, ...] | None:
    """The clauses that hold a sign, with what the structure's cell adds; None without a sign or with a strange word."""
    told: list[Clause] = []
    hints = subject.hints
    grade = subject.grade
    for clause in predicate.clauses:
        if clause.strange:
            return None
        hints = hints or clause.hints
        grade = grade or clause.grade
        if clause.senses:
            told.append(clause)
    if not subject.senses:
        return tuple(told if len(told) < 2 else _informative(told)) or None
    told = [replace(one, senses=tuple(_as_yes(sense) for sense in one.senses)) for one in told]
    spoken = [one for clause in told for one in clause.senses]
    side = next((one.side for one in told if one.side), None)
    sweats = subject.senses[0].word == "sweating"
    if sweats and any(one.word in ("reduced", "loss", *_NO) and not one.denied for one in spoken):
        return (Clause((Sense("dry skin"),), side, (), ()),)
    if any((one.word in _NO and not one.denied) or (one.denied and one.word in _YES) for one in spoken):
        return (Clause(tuple(replace(one, denied=not one.denied) for one in subject.senses), side, (), ()),)
    kept = tuple(clause for clause in told if not all(one.word in _MORE for one in clause.senses))
    own = tuple(replace(one, grade=one.grade or grade) for one in subject.senses)
    return kept or (Clause(own, side, (), ()),)


def _as_yes(sense: Sense) -> Sense:
    """A plus sign beside a sign named in the other cell only says that it is there."""
    return Sense("present") if sense.word == SCORE and sense.grade.startswith("p:") else sense


def _informative(told: list[Clause]) -> list[Clause]:
    """Beside another sign "present" says nothing."""
    kept = [one for one in told if one.side or not all(sense.word == "present" for sense in one.senses)]
    return kept or told[:1]


_Found = tuple[Structure, str, str]


def _choose(
    item: Meanings, senses: tuple[Sense, ...], hints: frozenset[StructureKind] | None
) -> list[_Found] | Literal["structure", "sign"]:
    """One meaning of the item for all the senses, else one for each; a sense that fits nowhere is a sign misread."""
    together = _best(item, senses, hints)
    if together is not None and not isinstance(together, str):
        return _on(together, senses)
    if len(senses) > 1:
        found: list[_Found] = []
        for sense in senses:
            best = _best(item, (sense,), hints)
            if isinstance(best, str):
                return "structure"
            if best is not None:
                found += _on(best, (sense,))
            elif sense.word != "present":
                return "sign"
        return found
    return "structure" if isinstance(together, str) else "sign"


def _on(meaning: Meaning, senses: tuple[Sense, ...]) -> list[_Found]:
    found: list[_Found] = []
    for structure in meaning:
        for sense in senses:
            if told := meaning_on(sense, structure):
                found.append((structure, told[0], told[1]))
    return found


def _best(
    item: Meanings, senses: tuple[Sense, ...], hints: frozenset[StructureKind] | None
) -> Meaning | Literal["several"] | None:
    """The meaning that can show all the senses; words that say it outright come before those that must be turned."""
    signs = sign_vocabulary().signs
    hinted = hints is not None or any(sense.hints is not None for sense in senses)
    sense_words = {sense.word for sense in senses}
    ranked: list[tuple[tuple[int, int, int, bool], Meaning, str]] = []
    for meaning in item:
        first = meaning[0]
        told = [meaning_on(sense, first) for sense in senses]
        if any(one is None for one in told):
            continue
        if any(sense.hints is not None and first.kind not in sense.hints for sense in senses):
            continue
        if hints is not None and first.kind not in hints and len(item) > 1:
            continue
        if first.sweep and first.kind == "test" and len(item) > 1 and (hinted or sense_words != {"normal"}):
            continue  # only "normal" alone is said of a whole examination
        sure = [one for one in told if one is not None]
        turned = sum(not one[2] for one in sure)
        plain = sure[0][0] in _PLAIN
        if isinstance(meaning, Implied) and first.kind == "reflex" and (plain or turned) and sense_words != {SCORE}:
            continue  # "ankle normal" need not mean the jerk
        order = _KIND_ORDER.get(sure[0][0], ()) or tuple(signs[sure[0][0]].kind_order)
        silent = sure[0][0] in ("painful", "radiating pain") and not first.segments
        whole = first.sweep is not (signs[sure[0][0]].finding_class == "normal")
        far = plain and isinstance(meaning, Implied) and not first.sweep and sense_words != {SCORE}
        place = -1 if first.sweep and first.kind == "test" else order.index(first.kind)
        ranked.append(((turned + far, 0 if silent else 1, place, whole), meaning, sure[0][0]))
    if not ranked:
        return None
    ranked.sort(key=lambda one: one[0])
    best = ranked[0]
    rivals = [one for one in ranked[1:] if one[0][0] == best[0][0] and best[0][0] > 0]
    for rival in rivals:
        other = signs[rival[2]].finding_class != signs[best[2]].finding_class
        if other and best[2] not in _PLAIN:
            return "several"
    return best[1]


_KIND_ORDER: dict[str, tuple[str, ...]] = {"normal": ("movement", "muscle", "reflex", "skin", "test", "joint")}
_SILENT = frozenset({"normal", "ignored"})
_PLAIN = frozenset({"normal", "equivocal", "no such sign"})


def _without_contradiction(said: list[_Said]) -> tuple[_Said, ...] | None:
    """Each finding once. Normal beside a sign of the same structure and side: the sign stands if it is of another
    quality, which only other words can tell, so it is kept; a bare contradiction is None."""
    kept: dict[tuple[str, str, Side | None], _Said] = {}
    for one in said:
        kept.setdefault((one.structure.id, one.sign, one.side), one)
    signs = sign_vocabulary().signs
    by_place: dict[tuple[str, Side | None], set[str]] = {}
    for one in kept.values():
        by_place.setdefault((one.structure.id, one.side), set()).add(signs[one.sign].finding_class)
    final = []
    for one in kept.values():
        classes = by_place[one.structure.id, one.side]
        if signs[one.sign].finding_class == "normal" and classes - {"normal", "ignored"}:
            bare = one.sign == "normal" or "provoked" in classes
            if bare and classes & {"motor-loss", "sensory-loss", "reflex-loss", "upper-motor", "provoked"}:
                return None
            continue
        final.append(one)
    return tuple(final) or None


def _sided(found: tuple[_Said, ...], subject: Subject | None, given: str, side: Side | None) -> Reading:
    observations: list[Observation] = []
    if subject is not None and subject.clash:
        return Reading((), (Misread("side", given, _SIDES),))
    named = {one.side for one in found if one.side}
    for one in found:
        settled = one.side or side
        if one.side and side and one.side != side and not (len(named) > 1 and side in (*named, "both")):
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
