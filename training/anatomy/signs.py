"""Signs as clinicians write them, with their grades; resolved or refused, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from training.anatomy.spelling import key, nearest, plain
from training.anatomy.structures import Structure, StructureKind
from training.anatomy.tables import DATA, read_table
from training.anatomy.vocabulary import Unknown

_STRENGTH = re.compile(r"(?P<grade>[0-5])\s?(?P<half>[+-]?)\s?/\s?5")


@dataclass(frozen=True)
class Sign:
    """A sign that the vocabulary holds.

    group: motor, sensory, autonomic, trophic, reflex, test or any.
    kinds: the kinds of structure that can show it; the others certainly cannot.
    alarm: the kinds on which it makes needling wrong until someone has looked.
    """

    name: str
    synonyms: tuple[str, ...]
    group: str
    kinds: frozenset[str]
    alarm: frozenset[str]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Observed:
    """A sign as it was found. `grade` is "slightly", "moderately", "very", "markedly", a strength "4/5", or ""."""

    sign: str
    grade: str = ""


@dataclass(frozen=True)
class SignList:
    """What a cell of signs says: those understood, in their order, and what was not."""

    observed: tuple[Observed, ...]
    unknown: tuple[Unknown, ...]


@dataclass(frozen=True)
class SignVocabulary:
    """Signs by name, and the keys of every spelling of signs, grades and red flags."""

    signs: dict[str, Sign]
    names: dict[str, str]
    grades: dict[str, str]
    red_flags: tuple[str, ...]
    flag_names: dict[str, str]


def load(folder: Path = DATA) -> SignVocabulary:
    """Read and check the files of signs, grades and red flags; DataError for a wrong row."""
    signs: dict[str, Sign] = {}
    names: dict[str, str] = {}
    grades: dict[str, str] = {}
    flags: dict[str, str] = {}
    for row in read_table(folder, "signs.csv", ("name", "synonyms", "group", "kinds", "alarm", "sources")):
        signs[row["name"]] = Sign(
            row["name"], row.many("synonyms"), row["group"], frozenset(row.many("kinds")),
            frozenset(row.many("alarm")), row.many("sources"),
        )  # fmt: skip
        for name in (row["name"], *row.many("synonyms")):
            if names.setdefault(key(name), row["name"]) != row["name"]:
                raise row.fault(f"{name!r} already means {names[key(name)]!r}")
    for file, index in (("grades.csv", grades), ("red_flags.csv", flags)):
        for row in read_table(folder, file, ("name", "synonyms", "sources")):
            for name in (row["name"], *row.many("synonyms")):
                if index.setdefault(key(name), row["name"]) != row["name"]:
                    raise row.fault(f"{name!r} already means {index[key(name)]!r}")
    return SignVocabulary(signs, names, grades, tuple(dict.fromkeys(flags.values())), flags)


@lru_cache(maxsize=1)
def sign_vocabulary() -> SignVocabulary:
    """The signs that ship, read once."""
    return load()


@lru_cache(maxsize=16_384)
def resolve_signs(text: str) -> SignList:
    """The signs of a cell such as "shortened, very tender" or "4/5 weak".

    Separated by commas or semicolons. A strength alone means weak, and 5/5 alone normal: the scale says so.
    """
    observed: list[Observed] = []
    unknown: list[Unknown] = []
    for piece in re.split(r"[,;]", plain(text[:2_000])):
        if not piece.strip():
            continue
        one = _resolve_sign(piece.strip())
        if isinstance(one, Observed):
            observed.append(one)
        else:
            unknown.append(one)
    return SignList(tuple(observed), tuple(unknown))


def _resolve_sign(text: str) -> Observed | Unknown:
    known = sign_vocabulary()
    if strength := _STRENGTH.search(text):
        grade = f"{strength['grade']}{strength['half']}/5"
        rest = key(f"{text[: strength.start()]} {text[strength.end() :]}")
        if not rest:
            return Observed("normal") if grade == "5/5" else Observed("weak", grade)
        sign = known.names.get(rest)
        return Observed(sign, grade) if sign in ("weak", "normal") else Unknown(text, (f"{grade} weak",))
    words = key(text)
    if sign := known.names.get(words):
        return Observed(sign)
    for length in (1, 2):
        first, rest = " ".join(words.split()[:length]), " ".join(words.split()[length:])
        if first in known.grades and rest in known.names:
            return Observed(known.names[rest], known.grades[first])
    return Unknown(text, _suggest(words))


def _suggest(words: str) -> tuple[str, ...]:
    known = sign_vocabulary()
    first, _, rest = words.partition(" ")
    if rest and first in known.grades:
        return tuple(dict.fromkeys(f"{known.grades[first]} {known.names[name]}" for name in nearest(rest, known.names)))
    return tuple(dict.fromkeys(known.names[name] for name in nearest(words, known.names)))


def sign_fits(sign: str, kind: StructureKind) -> bool:
    """Whether a structure of that kind can show the sign; False only where it certainly cannot (a sweating reflex)."""
    return kind in sign_vocabulary().signs[sign].kinds


def is_alarm(structure: Structure, sign: str) -> bool:
    """Whether this finding alone makes needling wrong until someone has looked: Babinski positive, saddle numb."""
    return sign in structure.alarm or structure.kind in sign_vocabulary().signs[sign].alarm


@lru_cache(maxsize=4_096)
def resolve_red_flag(text: str) -> str | Unknown:
    """The red flag's name in the checked list, or Unknown with the nearest names."""
    known = sign_vocabulary().flag_names
    wanted = key(text)
    if wanted in known:
        return known[wanted]
    return Unknown(text, tuple(dict.fromkeys(known[name] for name in nearest(wanted, known))))
