"""What can be examined where and how: the lists of the room, and finding a structure by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from training.anatomy.chart.areas import AREAS, Area, area_of
from training.anatomy.information import Choice, Manner, choices, manners
from training.anatomy.patients.examined import examined
from training.anatomy.spelling import key
from training.anatomy.structures import Family, Structure
from training.anatomy.vocabulary import Unknown, resolve_structure, vocabulary
from training.assessment.room.found import Step

WHOLE_BODY_AT_MOST = 70  # choices of one manner; more are listed area by area
FOUND_AT_MOST = 12
LONGEST_QUERY = 80


@dataclass(frozen=True)
class Offer:
    """One thing to examine: `label` is its name, or its level within a family. `step` when that was done already."""

    choice: Choice
    label: str
    step: Step | None

    @property
    def value(self) -> str:
        return "/".join(self.choice.key)


@dataclass(frozen=True)
class Group:
    """Offers that stand together: single structures, or (with a name) the levels of a family.

    `more` are those that one examines less often.
    """

    name: str
    offers: tuple[Offer, ...]
    more: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Search:
    """What a name found; `nearest` are names to try instead."""

    query: str
    structures: tuple[tuple[Structure, tuple[Offer, ...]], ...]
    nearest: tuple[str, ...]


@lru_cache(maxsize=1)
def offered() -> tuple[Choice, ...]:
    """What the room offers. Strength is tested where a movement shows it, so of no single level beside the spine."""
    moved = {
        part
        for structure in vocabulary().structures.values()
        if structure.kind in ("movement", "test")
        for part, _share in structure.parts
    }
    return tuple(
        choice
        for choice in choices()
        if choice.manner.id != "strength"
        or choice.structure.kind != "muscle"
        or choice.structure.id in moved
        or any(part in moved for part, _share in choice.structure.parts)
    )


@lru_cache(maxsize=1)
def by_place() -> Mapping[Area, Mapping[str, tuple[Choice, ...]]]:
    """Choices by area and manner, by name."""
    found: dict[Area, dict[str, list[Choice]]] = {}
    for choice in sorted(offered(), key=lambda one: one.structure.name.casefold()):
        found.setdefault(area_of(choice.structure), {}).setdefault(choice.manner.id, []).append(choice)
    return {
        area: {manner: tuple(found[area][manner]) for manner in manners() if manner in found[area]}
        for area in AREAS
        if area in found
    }


@lru_cache(maxsize=1)
def _by_structure() -> Mapping[str, tuple[Choice, ...]]:
    found: dict[str, list[Choice]] = {}
    for choice in offered():
        found.setdefault(choice.structure.id, []).append(choice)
    return {name: tuple(its) for name, its in found.items()}


@lru_cache(maxsize=1)
def _family_of() -> Mapping[str, tuple[Family, str]]:
    return {
        level.id: (family, segment)
        for family in vocabulary().families.values()
        for segment, level in family.levels.items()
    }


def areas() -> tuple[Area, ...]:
    """Where anything can be examined."""
    return tuple(by_place())


def all_manners() -> tuple[Manner, ...]:
    return tuple(manners().values())


def manners_in(area: Area) -> tuple[Manner, ...]:
    """The manners that suit something in an area."""
    return tuple(manners()[manner] for manner in by_place().get(area, {}))


def in_area(area: Area, manner: str, done: Mapping[tuple[str, str], Step]) -> tuple[Group, ...]:
    """The list of an area for one manner: single structures first, then each family's levels in a row."""
    return _grouped(by_place().get(area, {}).get(manner, ()), done)


def everywhere(manner: str, done: Mapping[tuple[str, str], Step]) -> tuple[tuple[Area, tuple[Group, ...]], ...]:
    """The list of one manner for the whole body, by area; empty when it is too long to be read."""
    lists = {area: its[manner] for area, its in by_place().items() if manner in its}
    if sum(map(len, lists.values())) > WHOLE_BODY_AT_MOST:
        return ()
    return tuple((area, _grouped(its, done)) for area, its in lists.items())


def areas_of(manner: str) -> tuple[Area, ...]:
    """Where a manner finds something to examine."""
    return tuple(area for area, its in by_place().items() if manner in its)


def _grouped(listed: Iterable[Choice], done: Mapping[tuple[str, str], Step]) -> tuple[Group, ...]:
    single: list[Offer] = []
    levels: dict[str, list[Offer]] = {}
    for choice in listed:
        step = done.get(choice.key)
        if choice.structure.id in _family_of():
            family, segment = _family_of()[choice.structure.id]
            levels.setdefault(family.name, []).append(Offer(choice, segment, step))
        elif choice.structure.id.startswith("facet-"):
            label = choice.structure.name.removesuffix(" facet joint")
            levels.setdefault("facet joint", []).append(Offer(choice, label, step))
        else:
            single.append(Offer(choice, choice.structure.name, step))
    usual = tuple(offer for offer in single if offer.step or offer.choice.key in _usual())
    rest = tuple(offer for offer in single if offer not in usual)
    groups = [Group("", usual or rest, rest if usual else ())] if single else []
    for name, offers in levels.items():
        ordered = sorted(offers, key=lambda one: _order(one.choice.structure))
        groups.append(Group(name, tuple(ordered)))
    return tuple(groups)


@lru_cache(maxsize=1)
def _usual() -> frozenset[tuple[str, str]]:
    return frozenset(choice.key for one in examined() for choice in one.choices)


@lru_cache(maxsize=1)
def _places() -> Mapping[str, int]:
    return {name: place for place, name in enumerate(vocabulary().structures)}


def _order(structure: Structure) -> int:
    return _places()[structure.id]


def search(query: str, done: Mapping[tuple[str, str], Step]) -> Search | None:
    """Structures by a name, as clinicians write it or as it begins; unknown words get the nearest names."""
    query = " ".join(query.split())[:LONGEST_QUERY]
    if not query:
        return None
    resolved = resolve_structure(query)
    first = [resolved] if isinstance(resolved, Structure) else []
    hits = [*first, *(one for one in _named_like(key(query)) if one not in first)]
    structures = tuple(
        (one, tuple(Offer(choice, choice.manner.name, done.get(choice.key)) for choice in _by_structure()[one.id]))
        for one in hits
        if one.id in _by_structure()
    )[:FOUND_AT_MOST]
    nearest = resolved.suggestions if isinstance(resolved, Unknown) and not structures else ()
    return Search(query, structures, nearest)


def _named_like(wanted: str) -> Iterable[Structure]:
    """Structures of which a name begins with the words, then those where some word of it does."""
    if not wanted:
        return ()
    names = vocabulary().names
    begun = {one.id: one for name, its in names.items() if name.startswith(wanted) for one in its}
    within = {one.id: one for name, its in names.items() if f" {wanted}" in name for one in its}
    return tuple({**begun, **within}.values())
