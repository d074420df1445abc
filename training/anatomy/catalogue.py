"""Every structure that ships, by id and by the key of each of its names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
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
    """Every structure by id, and by the key of each of its names."""

    structures: dict[str, Structure]
    names: dict[str, tuple[Structure, ...]]
    families: dict[str, Family]
    family_names: dict[str, Family]


def load(folder: Path = DATA) -> Vocabulary:
    """Read and check all data files below folder.

    Raises DataError for a wrong row, ValueError for an id or a name that two structures of one kind share.
    """
    muscles = load_muscles(folder)
    groups = load_groups(muscles, folder)
    others = load_others(muscles, folder)
    sweeps = load_sweeps({**muscles, **groups, **others}, folder)
    families = load_families(folder)
    structures = {**muscles, **groups, **others, **sweeps}
    if len(structures) != len(muscles) + len(groups) + len(others) + len(sweeps):
        raise ValueError("a structure id is used in two files")
    names: dict[str, tuple[Structure, ...]] = {}
    for structure in structures.values():
        for name in sorted({key(name) for name in (structure.name, *structure.synonyms)} - {""}):
            there = names.get(name, ())
            if rival := next((other for other in there if other.kind == structure.kind), None):
                raise ValueError(f"{name!r} names two of a kind: {rival.id} and {structure.id}")
            names[name] = (*there, structure)
    for structure in structures.values():
        for name in _looser_names(structure):
            names.setdefault(key(name), (structure,))
    family_names: dict[str, Family] = {}
    for family in families.values():
        for name in {key(family.name), *map(key, family.synonyms)}:
            if family_names.setdefault(name, family) is not family:
                raise ValueError(f"{name!r} names two families: {family_names[name].id} and {family.id}")
        structures.update((level.id, level) for level in family.levels.values())
    return Vocabulary(structures, names, families, family_names)


def _looser_names(structure: Structure) -> Iterable[str]:
    """A test also answers to its names without, or with, the word test or sign, where nothing else is called so."""
    if structure.kind == "test":
        for name in (structure.name, *structure.synonyms):
            short = re.sub(r"\s+(test|sign)$", "", name)
            yield from (short, f"{short} test", f"{short} sign")


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary that ships, read once."""
    return load()
