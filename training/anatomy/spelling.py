"""One spelling for the many ways in which the same clinical name is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from heapq import nlargest

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_QUOTES = str.maketrans(dict.fromkeys("’‘`´ʼ", "'"))
_NOT_A_NAME = re.compile(r"[^a-z0-9+/]+")
_POSSESSIVE = re.compile(r"'s\b|s'(?=\s|$)")
_DROPPED = frozenset({"the", "a", "an", "muscle", "muscles"})
_VARIANTS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"oedema", "edema"),
        (r"aesthe", "esthe"),
        (r"\bperoneal\b", "fibular"),
        (r"\bperoneus\b", "fibularis"),
        (r"\bperonei\b", "fibulares"),
        (r"fibre", "fiber"),
        (r"tumour", "tumor"),
        (r"manoeuv(re|er)", "maneuver"),
        (r"ischaem", "ischem"),
        (r"haema", "hema"),
        (r"\bneurone(s?)\b", r"neuron\1"),
    )
)
_ANY_VARIANT = re.compile("|".join(pattern.pattern for pattern, _ in _VARIANTS))


def levelled(text: str) -> str:
    """Lower-case text with one spelling of the words that British and American, or old and new terms, write apart."""
    if _ANY_VARIANT.search(text):
        for pattern, replacement in _VARIANTS:
            text = pattern.sub(replacement, text)
    return text


LONGEST = 120
"""Names are cut here before comparing, so that a pasted page cannot make the checker slow."""


def plain(text: str) -> str:
    """Text with one kind of dash, quote and space; case and words are kept."""
    if text.isascii():
        return " ".join(text.replace("`", "'").split())
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_QUOTES)
    return " ".join(folded.split())


@lru_cache(maxsize=16_384)
def key(text: str) -> str:
    """The form under which a name is looked up: case, dashes, accents, plurals and variants levelled.

    Empty when nothing of a name is left.
    """
    lowered = plain(text[:LONGEST]).casefold()
    if not lowered.isascii():
        letters = unicodedata.normalize("NFKD", lowered)
        lowered = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if "'" in lowered:
        lowered = _POSSESSIVE.sub("", lowered).replace("'", "")
    lowered = levelled(lowered)
    words = _NOT_A_NAME.sub(" ", lowered).split()
    return " ".join(singular(word) for word in words if word not in _DROPPED)


def singular(word: str) -> str:
    """Level the plural without caring for grammar; "biceps" loses its s in the data and in the question alike."""
    if len(word) > 3 and word.endswith("s") and word[-2:] not in ("ss", "us", "is"):
        return word[:-1]
    return word


def nearest(wanted: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The known spellings closest to the wanted one, best first; empty when nothing is near."""
    wanted = wanted[:LONGEST]
    pairs = _pairs(wanted)
    # difflib takes some 10 µs a name; sharing pairs of letters is told in less than one
    likely = nlargest(_COMPARED, known, key=lambda name: _overlap(pairs, _pairs(name)))
    return tuple(get_close_matches(wanted, likely, n=count, cutoff=0.62))


_COMPARED = 40


@lru_cache(maxsize=32_768)
def _pairs(name: str) -> frozenset[str]:
    return frozenset(name[place : place + 2] for place in range(max(len(name) - 1, 1)))


def _overlap(pairs: frozenset[str], others: frozenset[str]) -> float:
    """The share of letter pairs in common, 0 to 1 (Dice's coefficient)."""
    return 2 * len(pairs & others) / (len(pairs) + len(others))
