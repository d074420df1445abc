"""Words for signs, and what they mean on each kind of structure: "absent" is another thing on a reflex than on skin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from training.anatomy.sign_table import sign_vocabulary
from training.anatomy.structures import KINDS, Structure, StructureKind
from training.anatomy.tables import DATA, read_table
from training.anatomy.wording.words import HINTS, wording, words

SCORE = "score"
"""The sense of a bare number on a scale; the grade holds scale and value."""
_REFUSED = "-"
_COLUMNS = ("words", *("muscle", "movement", "reflex", "skin", "joint", "test"), "activity", "sources")
ACTIVITIES = frozenset(
    {"heel-walking", "toe-walking", "single-leg-heel-raise", "squat", "single-leg-stance", "sit-to-stand",
     "stair-climbing", "grip-dynamometry", "making-a-fist", "tandem-gait", "rapid-alternating-movements",
     "hair-combing", "overhead-reaching", "pushing", "push-up", "throwing", "carrying", "jar-opening", "key-turning",
     "screwdriver-use", "knee-raising", "leg-crossing"}
)  # fmt: skip
"""Tests that are something to do: not being able to is weakness, where the absence of a Tinel sign is normal."""
_LOSSES = frozenset(
    {"motor-loss", "wasting", "sensory-loss", "reflex-loss", "reflex-absent", "upper-motor", "restricted", "provoked"}
)


@dataclass(frozen=True)
class Sense:
    """A sign as worded, before it is known on what: a name of signs.csv or a row of senses.csv, with its grade.

    denied: "no weakness". hints: the kinds it can be said of, when the words tell ("reduced pinprick").
    """

    word: str
    grade: str = ""
    denied: bool = False
    hints: frozenset[StructureKind] | None = None


@dataclass(frozen=True)
class Span:
    """Words that mean something in a cell of signs: a sense, a grade, a denial or a hint of the kind."""

    start: int
    stop: int
    role: str
    value: str


@dataclass(frozen=True)
class SenseTable:
    """Phrases of signs, by their words; and for each sense its sign by kind, where that is not the sense itself."""

    phrases: dict[tuple[str, ...], tuple[str, str]]
    longest: dict[str, int]
    by_kind: dict[str, dict[str, str]]


_DENIALS = (
    "no", "not", "without", "nor", "never", "nil", "denies", "free of", "lack of", "absence of", "no evidence of",
    "no sign of", "negative for", "rather than", "denied", "devoid of", "no obvious", "no demonstrable",
    "no significant", "no objective", "no clinical", "no definite", "neither", "is not", "not any",
)  # fmt: skip
_ABNORMALS = (
    "deficit", "abnormality", "change", "asymmetry", "involvement", "difference", "deterioration", "impairment",
    "focal deficit", "neurological deficit", "lateralising sign", "finding", "disturbance", "focal neurology",
)  # fmt: skip


@lru_cache(maxsize=1)
def sense_table(folder: Path = DATA) -> SenseTable:
    """Built once from signs.csv, senses.csv and grades.csv; senses come before the signs of the same words."""
    phrases: dict[tuple[str, ...], tuple[str, str]] = {}
    by_kind: dict[str, dict[str, str]] = {}
    for row in read_table(folder, "senses.csv", _COLUMNS):
        spellings = row.many("words")
        by_kind[spellings[0]] = {column: row[column] for column in _COLUMNS[1:-1]}
        for kind, sign in by_kind[spellings[0]].items():
            if sign and sign not in sign_vocabulary().signs:
                raise row.fault(f"{kind}: there is no sign {sign!r}")
        for phrase in spellings:
            phrases.setdefault(words(phrase), ("sense", spellings[0]))
    for known in sign_vocabulary().signs.values():
        for phrase in (known.name, *known.synonyms):
            if not phrase[0].isdigit():  # "1+" is a score, whose scale the structure tells
                phrases.setdefault(words(phrase), ("sense", known.name))
    for grade, name in sign_vocabulary().grades.items():
        if grade != "little":  # "a little weak", but also the little finger
            phrases.setdefault(words(grade), ("grade", name))
    for denial in _DENIALS:
        phrases.setdefault(words(denial), ("denial", denial))
    for abnormal in _ABNORMALS:
        phrases.setdefault(words(abnormal), ("sense", "impaired"))
    phrases.pop((), None)
    longest: dict[str, int] = {}
    for spelt in phrases:
        longest[spelt[0]] = max(longest.get(spelt[0], 0), len(spelt))
    return SenseTable(phrases, longest, by_kind)


@lru_cache(maxsize=16_384)
def spans(given: tuple[str, ...]) -> tuple[Span, ...]:
    """The meaningful words, longest expressions first, from left to right."""
    table = sense_table()
    found: list[Span] = []
    place = 0
    while place < len(given):
        word = given[place]
        if word.startswith("§"):
            found.append(Span(place, place + 1, "score", word[1:]))
            place += 1
            continue
        length = min(table.longest.get(word, 0), len(given) - place)
        while length and given[place : place + length] not in table.phrases:
            length -= 1
        if length:
            found.append(Span(place, place + length, *table.phrases[given[place : place + length]]))
            place += length
            continue
        place += 1
    return tuple(found)


@lru_cache(maxsize=8_192)
def hint_of(given: tuple[str, ...]) -> tuple[frozenset[StructureKind] | None, frozenset[int]]:
    """The kinds that words such as "pinprick" or "power" speak of, and where those words stand."""
    known = wording()
    kinds: frozenset[StructureKind] | None = None
    places: set[int] = set()
    place = 0
    while place < len(given):
        length = min(known.longest.get(given[place], 0), len(given) - place)
        while length and known.meanings.get(given[place : place + length], ((), ""))[1] not in HINTS:
            length -= 1
        if not length:
            place += 1
            continue
        role = known.meanings[given[place : place + length]][1]
        kinds = HINTS[role] if kinds is None else kinds & HINTS[role] or HINTS[role]
        places.update(range(place, place + length))
        place += length
    return kinds, frozenset(places)


def meaning_on(sense: Sense, structure: Structure) -> tuple[str, str, bool] | None:
    """The sign, its grade, and whether the words said just that, of a sense on a structure; None where it cannot be."""
    if sense.word == SCORE:
        return _score(sense, structure)
    signs = sign_vocabulary().signs
    sign = _sign_on(sense.word, structure)
    if sense.denied:
        return _denied(sense.word, sign, structure)
    if sign is None:
        return None
    native = sense.word in signs and structure.kind in signs[sense.word].kinds
    grade = sense.grade if signs[sign].finding_class not in ("normal", "ignored") else ""
    return sign, grade, native


def _sign_on(word: str, structure: Structure) -> str | None:
    by_kind, signs = sense_table().by_kind, sign_vocabulary().signs
    kind: str = structure.kind
    native = word in signs and structure.kind in signs[word].kinds
    if word not in by_kind:
        return word if native else None
    if kind == "test" and structure.id in ACTIVITIES:
        return by_kind[word]["activity"] or None
    meant = by_kind[word][kind]
    if kind == "test" and word == "present" and _is_pulse(structure):
        return "normal"
    if kind == "test" and word in ("absent", "loss", "unable") and _is_pulse(structure):
        return "absent"
    if kind == "reflex":
        meant = _on_reflex(word, meant, structure)
        if meant == _REFUSED:
            return None
    if kind == "test" and word == "reduced" and not structure.segments:
        return "reduced"  # a sense, such as vibration, is reduced; a straight leg raise that is reduced is positive
    return meant or (word if native else None)


def _is_pulse(structure: Structure) -> bool:
    """Pulses and breath sounds, whose absence is the alarm."""
    return "absent" in structure.alarm and "positive" not in structure.alarm


def _on_reflex(word: str, meant: str, structure: Structure) -> str:
    """A pathological reflex is there or not; an ordinary one is never "positive", since that might mean normal."""
    if "positive" not in structure.alarm:
        return _REFUSED if meant in ("positive", "negative") or word in ("positive", "negative") else meant
    if word == "present":
        return "positive"
    pathological = structure.id != "plantar-response"
    if pathological and word in ("absent", "reduced", "loss", "impaired", "unable"):
        return "negative"
    return meant


def _denied(word: str, sign: str | None, structure: Structure) -> tuple[str, str, bool] | None:
    """What "no ..." says: normal, or nothing at all where the opposite of the sign is no finding of its own."""
    signs = sign_vocabulary().signs
    if word in ("normal", "present", "restricted") or (sign is not None and signs[sign].finding_class == "normal"):
        if structure.kind == "reflex":
            return ("absent", "", False) if "positive" not in structure.alarm else ("negative", "", False)
        opposite = _sign_on("positive" if structure.kind == "test" else "abnormal", structure)
        if word == "present" and structure.kind == "test":
            opposite = "negative"
        if word == "restricted":
            opposite = "normal"
        return (opposite, "", False) if opposite else None
    if structure.kind == "test" and structure.id not in ACTIVITIES:
        return ("negative", "", True)
    found = signs[sign].finding_class if sign is not None else (signs[word].finding_class if word in signs else "")
    if word == "clonus" and structure.kind == "reflex":
        return ("negative" if "positive" in structure.alarm else "no such sign", "", True)
    if sign is None:
        return None
    if found in _LOSSES:
        return ("normal", "", True)
    return ("no such sign", "", True)


def _score(sense: Sense, structure: Structure) -> tuple[str, str, bool] | None:
    """A number on a scale: strength 0-5 (MRC), reflexes 0-4, sensation 0-2 (ISNCSCI), or a row of plus signs.

    A bare number says outright what it is by its shape: 1+ and 2+ are reflexes, 4, 4- and 4+ strengths; 3+ is either.
    """
    scale, _, value = sense.grade.partition(":")
    if not value:
        return None
    number, half = int(value[0]), value[1:]
    if structure.kind == "reflex" and scale in ("4", "+", "p"):
        sure = scale != "+" or (half == "+" and number < 3)
        return (("absent", "reduced", "normal", "brisk", "brisk")[min(number, 4)], "", sure)
    if structure.kind == "test" and scale == "p" and structure.id not in ACTIVITIES:
        return ("positive", "", True)
    if structure.kind == "skin" and scale in ("2", "+") and not half and number <= 2:
        return (("numb", "reduced sensation", "normal")[number], "", True)
    moves = structure.kind in ("muscle", "movement") or (structure.kind == "test" and bool(structure.parts))
    if moves and scale in ("5", "+"):
        sure = scale == "5" or half != "+" or number > 3
        return ("normal", "", sure) if value in ("5", "5+") else ("weak", f"{value}/5", sure)
    return None


def merge_hints(senses: Iterable[Sense], hints: frozenset[StructureKind] | None) -> tuple[Sense, ...]:
    """The senses, with hints added to those that have none."""
    return tuple(one if one.hints is not None or hints is None else replace(one, hints=hints) for one in senses)


__all__ = [
    "ACTIVITIES",
    "KINDS",
    "SCORE",
    "Sense",
    "Span",
    "hint_of",
    "meaning_on",
    "merge_hints",
    "sense_table",
    "spans",
]
