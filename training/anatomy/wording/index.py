"""Structures by the words of their names, as written and with the order and the fillers gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from training.anatomy.catalogue import vocabulary
from training.anatomy.structures import Structure
from training.anatomy.wording.words import HINTS, SEPARATORS, canonical, wording, words

Meaning = tuple[Structure, ...]
"""One thing a phrase can mean: the structures it speaks of, all of one kind."""
Meanings = tuple[Meaning, ...]
Words = tuple[str, ...]


class Implied(tuple[Structure, ...]):
    """A meaning that the words have only with a sign that asks for it: "biceps" is the reflex when it is absent."""


@dataclass
class Index:
    """Names as they are spelt, and those that hold each word: what a bag of canonical words names is worked out of
    these when it is first asked for, since to level all names at once would make the first finding slow."""

    exact: dict[Words, Meanings]
    spellings: list[tuple[Structure, Words]]
    holding: dict[str, list[int]]
    spelt_as: dict[str, set[str]]
    """For a canonical word, the words that begin the expressions it stands for."""
    _known: dict[Words, tuple[Structure, ...]] = field(default_factory=dict)
    _lists: dict[Words, bool] = field(default_factory=dict)

    def named(self, bag: Words) -> tuple[Structure, ...]:
        """The structures with a name of just these canonical words, in any order; of each kind the first."""
        if bag not in self._known:
            self._work_out(bag)
        return self._known[bag]

    def is_list(self, bag: Words) -> bool:
        """Whether a name of these words is a list itself: "little finger and ulnar half of the ring finger"."""
        self.named(bag)
        return self._lists[bag]

    @property
    def clashes(self) -> tuple[tuple[Words, tuple[str, str]], ...]:
        """Bags that names of two structures of one kind share, with the one kept and the other."""
        bags = {canonical(spelt).bag for _, spelt in self.spellings}
        found = ((bag, one) for bag in sorted(bags) for one in _chosen(self._candidates(bag))[1])
        return tuple(found)

    def _work_out(self, bag: Words) -> None:
        if len(self._known) > _MOST_BAGS:
            self._known.clear()
            self._lists.clear()
        candidates = self._candidates(bag)
        self._known[bag] = _chosen(candidates)[0] if bag else ()
        self._lists[bag] = any(SEPARATORS & set(spelt) for _, spelt in candidates)

    def _candidates(self, bag: Words) -> list[tuple[Structure, Words]]:
        """The names whose words level to the bag, those that lose none first: "shoulder" is the shoulder, and not the
        "shoulder tip"."""
        if not bag:
            return []
        places = self._places(min(bag, key=self._count))
        found = [
            self.spellings[place]
            for place in places
            if canonical(self.spellings[place][1]).bag == bag and not _is_no_name(*self.spellings[place])
        ]
        return sorted(found, key=lambda one: len(bag) < len(one[1]))

    def _places(self, word: str) -> list[int]:
        return sorted({place for one in self._beginnings(word) for place in self.holding.get(one, ())})

    def _count(self, word: str) -> int:
        return sum(len(self.holding.get(one, ())) for one in self._beginnings(word))

    def _beginnings(self, word: str) -> set[str]:
        return {word} | self.spelt_as.get(word, set())


_MOST_BAGS = 16_384


def _is_no_name(structure: Structure, spelt: Words) -> bool:
    """Names that mean their structure in these words only: "ulnar distribution", "hip movement"."""
    phrase = canonical(spelt)
    if phrase.bag and set(phrase.bag) <= {*phrase.positions, *phrase.heights} - {"plantar"}:
        return True
    return len(phrase.bag) == 1 and structure.id.endswith(("-range", "-contour"))


def _chosen(
    candidates: list[tuple[Structure, Words]],
) -> tuple[tuple[Structure, ...], list[tuple[str, str]]]:
    chosen: dict[str, Structure] = {}
    clashes: list[tuple[str, str]] = []
    for structure, _ in candidates:
        if structure.id in chosen:
            continue
        rivals = (one for one in chosen.values() if one.kind == structure.kind and one.sweep == structure.sweep)
        if rival := next(rivals, None):
            clashes.append((rival.id, structure.id))
        else:
            chosen[structure.id] = structure
    return tuple(chosen.values()), clashes


@lru_cache(maxsize=1)
def index() -> Index:
    """Built once from the vocabulary; the levels of families are found by find_levels instead."""
    exact: dict[Words, dict[str, Structure]] = {}
    spellings: list[tuple[Structure, Words]] = []
    holding: dict[str, list[int]] = {}
    for structure, spelt in _spelt():
        named = exact.setdefault(spelt, {})
        if structure.id in named:
            continue
        named[structure.id] = structure
        for word in spelt:
            holding.setdefault(word, []).append(len(spellings))
        spellings.append((structure, spelt))
    spelt_as: dict[str, set[str]] = {}
    for phrase, (means, role) in wording().meanings.items():
        if role not in HINTS and phrase:
            for word in means:
                spelt_as.setdefault(word, set()).add(phrase[0])
    return Index(
        {spelt: tuple([(one,) for one in them.values()]) for spelt, them in exact.items()},
        spellings,
        holding,
        spelt_as,
    )


def _spelt() -> Iterator[tuple[Structure, Words]]:
    """Every name of every structure but the levels, in words."""
    families = {level.id for family in vocabulary().families.values() for level in family.levels.values()}
    spell = words.__wrapped__  # each name is spelt once, so that a cache would only be filled
    for structure in vocabulary().structures.values():
        if structure.id not in families:
            for name in (structure.name, *structure.synonyms):
                if spelt := spell(name):
                    yield structure, spelt
