"""Signs as clinicians write them, with their grades; resolved or refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from training.anatomy.sign_table import Sign, SignVocabulary, load, sign_vocabulary
from training.anatomy.spelling import key, nearest, plain
from training.anatomy.structures import Structure, StructureKind
from training.anatomy.vocabulary import Unknown
from training.anatomy.wording.predicates import read_predicate
from training.anatomy.wording.senses import SCORE, Sense, sense_table, spans
from training.anatomy.wording.words import canonical, words

_STRENGTH = re.compile(r"(?P<grade>[0-5])\s?(?P<half>[+-]?)\s?/\s?5")


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
        if isinstance(one, Unknown):
            told = _phrased(piece)
            observed += told
            unknown += [] if told else [one]
        else:
            observed.append(one)
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


def _phrased(text: str) -> list[Observed]:
    """The signs that a phrase says outright, whatever the structure: "reduced to pinprick", "mildly weak"."""
    clauses = read_predicate(text).clauses
    if len(clauses) != 1 or clauses[0].strange or clauses[0].side:
        return []
    rest = canonical(clauses[0].rest)
    signs = [_outright(sense) for sense in clauses[0].senses]
    if set(rest.bag) - set(rest.fillers) or None in signs:
        return []
    return [sign for sign in signs if sign is not None]


def _outright(sense: Sense) -> Observed | None:
    known = sign_vocabulary().signs
    if sense.word == SCORE:
        scale, _, value = sense.grade.partition(":")
        return None if scale != "5" else Observed("normal") if value == "5" else Observed("weak", f"{value}/5")
    turned = sense_table().by_kind.get(sense.word, {})
    plain = sense.word in known and all(turned.get(kind) in (None, "", sense.word) for kind in known[sense.word].kinds)
    name: str | None = sense.word if plain else None
    if sense.hints is not None and turned:
        meant = {turned[kind] or (sense.word if plain else "") for kind in sense.hints - {"test"}}
        name = meant.pop() if len(meant) == 1 else None
    if not name:
        return None
    if sense.denied:
        return Observed("normal") if known[name].finding_class in ("motor-loss", "wasting", "sensory-loss") else None
    return Observed(name, "" if known[name].finding_class in ("normal", "ignored") else sense.grade)


def _suggest(words: str) -> tuple[str, ...]:
    known = sign_vocabulary()
    first, _, rest = words.partition(" ")
    if rest and first in known.grades:
        return tuple(
            dict.fromkeys(f"{known.grades[first]} {known.names[name]}" for name in nearest(rest, known.names, 1))
        )
    return tuple(dict.fromkeys(known.names[name] for name in nearest(words, known.names)))


def sign_fits(sign: str, kind: StructureKind) -> bool:
    """Whether a structure of that kind can show the sign; False only where it certainly cannot (a sweating reflex)."""
    return kind in sign_vocabulary().signs[sign].kinds


def is_alarm(structure: Structure, sign: str) -> bool:
    """Whether this finding alone makes needling wrong until someone has looked: Babinski positive, saddle numb."""
    return sign in structure.alarm or structure.kind in sign_vocabulary().signs[sign].alarm


@lru_cache(maxsize=4_096)
def resolve_red_flag(text: str) -> str | Unknown:
    """The red flag's name in the checked list, or Unknown with the nearest names.

    A longer text is read when it holds the words of one flag alone and denies nothing: "history of breast cancer".
    """
    known = sign_vocabulary().flag_names
    wanted = key(text)
    if wanted in known:
        return known[wanted]
    spelt = words(text)
    if not any(span.role == "denial" for span in spans(spelt)):
        found = {_flag_phrases()[part] for part in _runs(spelt) if part in _flag_phrases()}
        if len(found) == 1:
            return found.pop()
    return Unknown(text, tuple(dict.fromkeys(known[name] for name in nearest(wanted, known))))


@lru_cache(maxsize=1)
def _flag_phrases() -> dict[tuple[str, ...], str]:
    return {words(name): flag for name, flag in sign_vocabulary().flag_names.items()}


def _runs(given: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every run of up to five words."""
    for start in range(min(len(given), 60)):
        for length in range(1, 6):
            yield given[start : start + length]


__all__ = [
    "Observed", "Sign", "SignList", "SignVocabulary", "is_alarm", "load", "resolve_red_flag", "resolve_signs",
    "sign_fits", "sign_vocabulary",
]  # fmt: skip
