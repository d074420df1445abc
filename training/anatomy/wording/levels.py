"""Spinal levels as they stand in a phrase: "C6", "L4/5", "C5, C6 and C7", "T10-12"."""

from __future__ import annotations

import re
from functools import lru_cache

from training.anatomy.segments import parse_segment, span

_RANGE = frozenset({"-", "to", "through"})
_LIST = frozenset({",", "/", "&", "and", "+", "or"})
_SHAPE = re.compile(r"(?:c|th|t|d|l|s)[0-9]{1,2}")


@lru_cache(maxsize=8_192)
def find_levels(words: tuple[str, ...]) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
    """The segments named by words, in the order named; whether they were a range; and the words besides.

    Without any level, or with one that does not exist, no segments and all the words.
    """
    words = _ribs(words)
    segments: list[str] = []
    ranged = False
    rest: list[str] = []
    place = 0
    while place < len(words):
        if _SHAPE.fullmatch(words[place]) is None:
            rest.append(words[place])
            place += 1
            continue
        first = parse_segment(words[place])
        if first is None:
            return (), False, words
        segments.append(first)
        place += 1
        while place + 1 < len(words) and words[place] in _RANGE | _LIST:
            following = words[place + 1]
            if words[place + 1] in _LIST and place + 2 < len(words):  # "C5, and C6"
                following = words[place + 2]
            if following.isdigit():
                following = f"{segments[-1][0]}{following}"
            next_one = parse_segment(following) if _SHAPE.fullmatch(following.lower()) else None
            if next_one is None:
                break
            if words[place] in _RANGE:
                between = span(segments[-1], next_one)
                if not between:
                    return (), False, words
                segments += between[1:]
                ranged = True
            else:
                segments.append(next_one)
            place += 3 if words[place + 1] in _LIST else 2
    return tuple(dict.fromkeys(segments)), ranged, tuple(rest)


_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
             "twelfth")  # fmt: skip
_COUNTED = frozenset({"rib", "intercostal", "thoracic"})


def _ribs(words: tuple[str, ...]) -> tuple[str, ...]:
    """ "Sixth rib" as "t6 rib": ribs, their spaces and the thoracic nerves are counted alike."""
    return tuple(
        f"t{_ORDINALS.index(word) + 1}" if word in _ORDINALS and following in _COUNTED else word
        for word, following in zip(words, (*words[1:], ""), strict=False)
    )
