"""Every structure that ships, by id and by the key of each of its names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from training.anatomy.spelling import key
from training.anatomy.structures import (
    Family,
    Structure,
    load_families,
    load_groups,
    load_muscles,
    load_others,
    load_sweeps,
)
from training.anatomy.tables import DATA


@dataclass(frozen=True)
class Vocabulary:
    """Every structure by id. The names are keyed when one is first looked up: the reader of free wording has its own
    index, and keying them all takes longer than reading the files."""

    structures: dict[str, Structure]
    families: dict[str, Family]

    @cached_property
    def names(self) -> dict[str, tuple[Structure, ...]]:
        """Structures by the key of each of their names; ValueError for a name that two of one kind share."""
        levels = {level.id for family in self.families.values() for level in family.levels.values()}
        own = [one for one in self.structures.values() if one.id not in levels]
        names: dict[str, tuple[Structure, ...]] = {}
        for structure in own:
            for name in sorted({key(name) for name in (structure.name, *structure.synonyms)} - {""}):
                there = names.get(name, ())
                if rival := next((other for other in there if other.kind == structure.kind), None):
                    raise ValueError(f"{name!r} names two of a kind: {rival.id} and {structure.id}")
                names[name] = (*there, structure)
        for structure in own:
            for name in _looser_names(structure):
                names.setdefault(key(name), (structure,))
        return names

    @cached_property
    def family_names(self) -> dict[str, Family]:
        """Families by the key of each of their names; ValueError for a name that two share."""
        names: dict[str, Family] = {}
        for family in self.families.values():
            for name in {key(family.name), *map(key, family.synonyms)}:
                if names.setdefault(name, family) is not family:
                    raise ValueError(f"{name!r} names two families: {names[name].id} and {family.id}")
        return names


def load(folder: Path = DATA) -> Vocabulary:
    """Read and check all data files below folder.

    Raises DataError for a wrong row, ValueError for an id or a name that two structures of one kind share.
    """
    found = _read(folder)
    if not (found.names and found.family_names):
        raise ValueError("the vocabulary is empty")
    return found


def _read(folder: Path) -> Vocabulary:
    muscles = load_muscles(folder)
    groups = load_groups(muscles, folder)
    others = load_others(muscles, folder)
    sweeps = load_sweeps({**muscles, **groups, **others}, folder)
    families = load_families(folder)
    structures = {**muscles, **groups, **others, **sweeps}
    if len(structures) != len(muscles) + len(groups) + len(others) + len(sweeps):
        raise ValueError("a structure id is used in two files")
    for family in families.values():
        structures.update((level.id, level) for level in family.levels.values())
    return Vocabulary(structures, families)


def _looser_names(structure: Structure) -> Iterable[str]:
    """A test also answers to its names without, or with, the word test or sign, where nothing else is called so."""
    if structure.kind == "test":
        for name in (structure.name, *structure.synonyms):
            short = re.sub(r"\s+(test|sign)$", "", name)
            yield from (short, f"{short} test", f"{short} sign")


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary that ships, read once."""
    return _read(DATA)
