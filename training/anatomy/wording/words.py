"""Clinical text as words, and words as the few that carry meaning: positions, parts, actions, hints of the kind."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from training.anatomy.spelling import levelled, plain, singular
from training.anatomy.structures import StructureKind
from training.anatomy.tables import DATA, read_table

LONGEST_CELL = 2_000
"""Cells are cut here, so that a pasted page cannot make the reader slow."""

SEPARATORS = frozenset({",", ";", "and", "/", "&", "plus", "or", "|", "including"})
_HALF = re.compile(r"(?<=[0-9]) ?(?:1/2|½)(?![0-9/])|½")
_NOT = re.compile(r"(?<=[a-z])n't\b")
_POSSESSIVE = re.compile(r"'s\b|s'(?=\s|$)")
_INNER_DASH = re.compile(r"(?<=[a-z])-(?=[a-z])|(?<![0-9a-z+])-|(?<![0-9])-(?![0-9a-z/])")
_SHORT_SIGNS = re.compile(r"(?<![\w+])(?:(?P<plus>\+)ve|(?P<minus>-)ve|(?P<both>\+\s?/\s?-))(?!\w)")
_STRENGTH = re.compile(
    r"(?<![\w/.])m?(?P<before>[+-]?)(?P<grade>[0-5])\s?(?P<half>[+-]|plus|minus)?(?:/[0-5][+-]?)?\s?"
    r"(?:/|out of|of)\s?5\b(?!/)"
)
_HALF_GRADE = re.compile(r"(?<![\w/.])(?P<grade>[0-5])\s(?P<half>plus|minus)(?![\w/])")
_ROMAN = re.compile(r"(?<![\w/.])(?P<grade>0|iv|i{1,3}|v)\s?(?P<half>[+-])?\s?/\s?v\b")
_REFLEX = re.compile(r"(?<![\w/.])\+?(?P<grade>[0-4])\s?\+?\s?/\s?\+?4\+?(?![\w/])")
_SENSORY = re.compile(r"(?<![\w/.])(?P<grade>[0-2])\s?/\s?2(?![\w/.])")
_QUANTITY = re.compile(
    r"(?<![\w/.])[0-9]{1,4}(?:\s?(?:-|to)\s?[0-9]{1,4})?\s?(?:°|%|(?:degree|deg|cm|mm|kg|second|sec|s|minute|min|month|week|day|year|hour)s?\b)"
)
_GRADED = re.compile(
    r"(?<![\w/.])(?:mrc|grade|power|strength|motor power|muscle power|m)\s?(?:grade|score|is|of|:|=)?\s?"
    r"(?P<grade>[0-5])\s?(?P<half>[+-]|plus|minus)?(?![\w/.])"
)
_LEVEL_GAP = re.compile(r"(?<![\w])(?P<letter>c|th|t|d|l|s)[ .]?(?P<number>[0-9]{1,2})(?![\w])")
_TOKEN = re.compile(
    r"§[0-9]:[0-9][+-]?|[a-z][a-z0-9]*|[0-9]+\.[0-9]|[0-9]+(?:st|nd|rd|th)\b|[0-5][+-](?![0-9a-z])|[0-9]+|[+±]+|[,;:()/&?|-]"
)
_ARTICLES = frozenset({"the", "a", "an", "his", "her", "their", "patient"})
_ROMANS = {"0": "0", "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth"}
_PLURALS = {"feet": "foot", "calves": "calf", "halluces": "hallux", "scapulae": "scapula", "has": "has", "does": "does"}
_SIGNS = {"plus": "+", "minus": "-", "+": "+", "-": "-", "": "", None: ""}


def lowered(text: str) -> str:
    """Text without accents and capitals, with one kind of dash, quote and space, halves as decimals."""
    folded = plain(_HALF.sub(".5", text[:LONGEST_CELL])).casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return folded


@lru_cache(maxsize=16_384)
def words(text: str, scores: bool = False) -> tuple[str, ...]:
    """The words of a cell, levelled: articles dropped, singular, one spelling; commas and the like as words.

    scores: read "4-/5" and its like as one word each, "§5:4-" (scale and value), and drop angles and times.
    """
    if text.isascii() and text.replace(" ", "").isalpha() and len(text) <= LONGEST_CELL:  # most names, most cells
        return tuple(level_word(word) for word in text.casefold().split() if word not in _ARTICLES)
    line = lowered(text).replace("§", " ")
    if "'" in line:
        line = _POSSESSIVE.sub("", _NOT.sub(" not", line)).replace("'", "")
    if scores:
        line = _HALF_GRADE.sub(_half_grade, _SHORT_SIGNS.sub(_short_sign, line))
        line = _REFLEX.sub(lambda found: f" §4:{found['grade']} ", _STRENGTH.sub(_strength, _ROMAN.sub(_roman, line)))
        line = _SENSORY.sub(lambda found: f" §2:{found['grade']} ", _QUANTITY.sub(" ", line))
        line = _GRADED.sub(lambda found: f" §5:{found['grade']}{_SIGNS[found['half']]} ", line)
    else:
        line = _LEVEL_GAP.sub(lambda found: f"{found['letter']}{found['number']}", line)
    if "-" in line:
        line = _INNER_DASH.sub(" ", line)
    return tuple(level_word(word) for word in _TOKEN.findall(line) if word not in _ARTICLES)


def _half_grade(found: re.Match[str]) -> str:
    return f"{found['grade']}{_SIGNS[found['half']]}"


def _short_sign(found: re.Match[str]) -> str:
    return " positive " if found["plus"] else " negative " if found["minus"] else " equivocal "


def _strength(found: re.Match[str]) -> str:
    half = _SIGNS[found["half"]] or found["before"]
    return f" §5:{found['grade']}{half} "


def _roman(found: re.Match[str]) -> str:
    return f" §5:{_ROMANS[found['grade']]}{found['half'] or ''} "


@lru_cache(maxsize=16_384)
def level_word(word: str) -> str:
    """One spelling of a single word."""
    if word in _ORDINALS:
        return _ORDINALS[word]
    word = levelled(word)
    if word in _PLURALS:
        return _PLURALS[word]
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("xes", "ches", "shes", "sses")) else singular(word)


@dataclass(frozen=True)
class Wording:
    """What words.csv says: phrases (as words) to the words they stand for, and the role of each."""

    meanings: dict[tuple[str, ...], tuple[tuple[str, ...], str]]
    longest: dict[str, int]


HINTS: dict[str, frozenset[StructureKind]] = {
    "motor": frozenset({"muscle", "movement", "test"}),
    "muscle": frozenset({"muscle"}),
    "movement": frozenset({"movement", "muscle", "test"}),
    "sensory": frozenset({"skin", "test"}),
    "skin": frozenset({"skin"}),
    "reflex": frozenset({"reflex"}),
    "test": frozenset({"test", "reflex"}),
    "joint": frozenset({"joint"}),
}
"""Which kinds of structure a word of that role speaks of."""

ROLES = frozenset({"drop", "filler", "quantifier", "edge", "position", "height", "part", "action", "root", *HINTS})


@lru_cache(maxsize=1)
def wording(folder: Path = DATA) -> Wording:
    """The words that ship; DataError for a wrong row."""
    meanings: dict[tuple[str, ...], tuple[tuple[str, ...], str]] = {}
    longest: dict[str, int] = {}
    for row in read_table(folder, "words.csv", ("words", "means", "role", "sources")):
        if row["role"] not in ROLES:
            raise row.fault(f"role: {row['role']!r} is none of {', '.join(sorted(ROLES))}")
        for phrase in row.many("words"):
            spelt = words(phrase)
            if meanings.setdefault(spelt, (tuple(row["means"].split()), row["role"])) != (
                tuple(row["means"].split()), row["role"],
            ):  # fmt: skip
                raise row.fault(f"{phrase!r} has another meaning already")
            longest[spelt[0]] = max(longest.get(spelt[0], 0), len(spelt))
    return Wording(meanings, longest)


class Phrase(NamedTuple):
    """A phrase in canonical words, the order gone: what it names, what hints at the kind, what may be left out.

    mixed: it hints at kinds that exclude each other ("power and reflexes").
    """

    bag: tuple[str, ...]
    hints: frozenset[StructureKind] | None
    heights: tuple[str, ...]
    fillers: tuple[str, ...]
    sweeping: bool
    mixed: bool
    positions: tuple[str, ...]

    def without(self, *dropped: str) -> tuple[str, ...]:
        return tuple([word for word in self.bag if word not in dropped])


@lru_cache(maxsize=16_384)
def canonical(given: tuple[str, ...]) -> Phrase:
    """The phrase that words make, longest known expressions first."""
    longest, meanings = wording().longest, wording().meanings
    bag: set[str] = set()
    told: dict[str, set[str]] = {}
    hints: frozenset[StructureKind] | None = None
    sweeping = mixed = joint_only = False
    place = 0
    count = len(given)
    while place < count:
        word = given[place]
        length = longest.get(word, 0)
        if length > count - place:
            length = count - place
        while length and given[place : place + length] not in meanings:
            length -= 1
        if not length:
            if word not in SEPARATORS and word not in _MARKS:
                bag.add(word)
            place += 1
            continue
        means, role = meanings[given[place : place + length]]
        place += length
        if role in HINTS:
            if role == "joint" and hints is not None:
                continue  # "pinprick over the third metatarsophalangeal joint"
            if joint_only:
                hints = None
            joint_only = role == "joint"
            mixed = mixed or (hints is not None and not hints & HINTS[role])
            hints = HINTS[role] if hints is None else hints & HINTS[role] or HINTS[role]
        elif role == "quantifier":
            sweeping = True
        elif role == "edge":
            told.setdefault(role, set()).update(means)
        elif role not in ("root", "drop"):
            if role == "filler":
                means = given[place - length : place]
            if role in ("height", "filler", "position"):
                told.setdefault(role, set()).update(means)
            bag.update(means)
    if "edge" in told and "position" not in told:
        bag |= told["edge"]
    if "finger" in bag and bag & _FINGERS and not SEPARATORS & set(given):
        bag.discard("finger")  # "index fingertip"
    return Phrase(
        tuple(sorted(bag)), hints, tuple(sorted(told.get("height", ()))), tuple(sorted(told.get("filler", ()))),
        sweeping, mixed, tuple(sorted(told.get("position", ()))),
    )  # fmt: skip


_MARKS = frozenset({"-", ":", "(", ")", "?"})
_FINGERS = frozenset({"thumb", "indexfinger", "middlefinger", "ringfinger", "littlefinger"})
