"""What a structure's cell and a sign's cell say of each other, before the side is settled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from training.anatomy.sign_table import sign_vocabulary
from training.anatomy.structures import Structure, StructureKind
from training.anatomy.wording.index import Implied, Meaning, Meanings
from training.anatomy.wording.predicates import Clause, Predicate
from training.anatomy.wording.senses import SCORE, Sense, meaning_on
from training.anatomy.wording.sides import Side
from training.anatomy.wording.subjects import Subject
from training.anatomy.wording.words import words

_YES = frozenset({"present", "positive"})
_MORE = _YES | {"increased"}
_NO = frozenset({"absent", "negative"})


@dataclass(frozen=True)
class Said:
    """A sign on a structure before its side is settled."""

    structure: Structure
    sign: str
    grade: str
    side: Side | None


def say(subject: Subject, predicate: Predicate) -> tuple[Said, ...] | Literal["structure", "sign"]:
    """Every sign on every structure; else which cell does not fit."""
    said: list[Said] = []
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
            said += [Said(*one, clause.side or subject.side) for one in chosen]
    for item in subject.spared:
        chosen = _choose(item, (Sense("normal"),), subject.hints)
        if isinstance(chosen, str):
            return "structure"
        same = [one for one in chosen if one[0].kind in {each.structure.kind for each in said}]
        said += [Said(*one, subject.side) for one in same]
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
    if not told and not subject.senses and predicate.clauses and all(one.grade for one in predicate.clauses):
        tests = all(meaning[0].kind == "test" for item in subject.items for meaning in item)
        return (Clause((Sense("positive"),), predicate.clauses[0].side, (), ()),) if tests else None  # "partial"
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
        if first.id in _OF_A_REGION and signs[sure[0][0]].finding_class not in _MOTOR:
            continue  # "elbow tender" is not every muscle that moves it
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
_MOTOR = frozenset({"motor-loss", "wasting", "upper-motor", "normal", "ignored"})
_OF_A_REGION = frozenset(
    {"elbow-muscles", "wrist-muscles", "hip-muscles", "knee-muscles", "ankle-muscles", "toe-muscles",
     "finger-muscles", "shoulder-girdle-muscles"}
)  # fmt: skip
SILENT = frozenset({"normal", "ignored"})
_PLAIN = frozenset({"normal", "equivocal", "no such sign"})


def _without_contradiction(said: list[Said]) -> tuple[Said, ...] | None:
    """Each finding once. Normal beside a sign of the same structure and side: the sign stands if it is of another
    quality, which only other words can tell, so it is kept; a bare contradiction is None."""
    kept: dict[tuple[str, str, Side | None], Said] = {}
    for one in said:
        there = kept.setdefault((one.structure.id, one.sign, one.side), one)
        if one.grade and not there.grade:  # "weak, 4/5"
            kept[one.structure.id, one.sign, one.side] = one
    signs = sign_vocabulary().signs
    by_place: dict[tuple[str, Side | None], set[str]] = {}
    for one in kept.values():
        by_place.setdefault((one.structure.id, one.side), set()).add(signs[one.sign].finding_class)
    final = []
    for one in kept.values():
        classes = by_place[one.structure.id, one.side]
        if signs[one.sign].finding_class == "normal" and classes - {"normal", "ignored"}:
            bare = one.sign == "normal" or "provoked" in classes
            if bare and classes & {
                "motor-loss",
                "wasting",
                "sensory-loss",
                "reflex-loss",
                "reflex-absent",
                "upper-motor",
                "provoked",
            }:
                return None
            continue
        final.append(one)
    return tuple(final) or None


def lost_bulk(structure: str, found: tuple[Said, ...]) -> tuple[Said, ...]:
    """ "Thigh girth: reduced" is wasting."""
    if not _BULK & set(words(structure)):
        return found
    return tuple(
        replace(one, sign="wasted") if one.structure.kind == "muscle" and one.sign == "weak" else one for one in found
    )


_BULK = frozenset({"girth", "circumference", "bulk", "contour", "outline"})
