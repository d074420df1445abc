"""What clinicians really examine, and how often: the structures that invented cases are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random

from training.anatomy.information import Choice, choices, manners
from training.anatomy.model import model
from training.anatomy.parameters import share
from training.anatomy.patients.patient import carrier_of
from training.anatomy.segments import POSITION
from training.anatomy.structures import Structure
from training.anatomy.tables import DATA, Row, read_table
from training.anatomy.vocabulary import vocabulary

_EVERY_LEVEL = "-*"
_DRAWS = 5


@dataclass(frozen=True)
class Examined:
    """A structure with the manners in which it is examined, the usual one first. common: from 0 to 1."""

    structure: Structure
    choices: tuple[Choice, ...]
    common: float


class Pool:
    """Structures from which some are drawn, common ones more often."""

    def __init__(self, members: Iterable[Examined]) -> None:
        self.members = tuple(members)
        self._up_to = tuple(accumulate(one.common for one in self.members))

    def draw(self, count: int, random: Random) -> list[Examined]:
        """Up to so many, each once, and never two that one muscle stands behind."""
        found: dict[str, Examined] = {}
        for _ in range(_DRAWS if self.members else 0):
            for one in random.choices(self.members, cum_weights=self._up_to, k=count):
                found.setdefault(carrier_of(one.structure), one)
                if len(found) == count:
                    return list(found.values())
        return list(found.values())


@dataclass(frozen=True)
class Surroundings:
    """Of one hypothesis: what it reaches, what its rivals reach and it does not, and what lies farther off."""

    inner: Pool
    outer: Pool
    far: Pool


@lru_cache(maxsize=1)
def examined() -> tuple[Examined, ...]:
    """examined.csv, read once; a family stands for each of its levels."""
    return load_examined()


def load_examined(folder: Path = DATA) -> tuple[Examined, ...]:
    known = vocabulary()
    found: list[Examined] = []
    for row in read_table(folder, "examined.csv", ("structure", "manners", "common", "sources", "note")):
        name = row["structure"]
        family = known.families.get(name.removesuffix(_EVERY_LEVEL)) if name.endswith(_EVERY_LEVEL) else None
        structures = list(family.levels.values()) if family else [known.structures.get(name)]
        found += (_examined(structure, row) for structure in structures)
    return tuple(found)


def _examined(structure: Structure | None, row: Row) -> Examined:
    if structure is None:
        raise row.fault(f"there is no structure {row['structure']!r}")
    choices = []
    for name in row.many("manners"):
        if name not in manners() or structure.kind not in manners()[name].kinds:
            raise row.fault(f"manners: a {structure.kind} is not examined by {name!r}")
        choices.append(Choice(structure, manners()[name]))
    if not choices:
        raise row.fault("manners: none is named")
    return Examined(structure, tuple(choices), 1.0 if row["common"] == "1" else share(row, "common"))


@lru_cache(maxsize=1)
def usual() -> tuple[int, ...]:
    """The places among `information.choices()` of what clinicians usually do, for advice on what to examine next."""
    keys = {choice.key for one in examined() for choice in one.choices}
    return tuple(place for place, choice in enumerate(choices()) if choice.key in keys)


@lru_cache(maxsize=256)
def around(truth: str, reach: int = 2, least: float = 0.3) -> Surroundings:
    """The examined structures by what they say of a hypothesis.

    reach: how many segments away a rival lies at most. least: the supply from which a structure counts as reached.
    """
    its = model()
    here = its.place[truth]
    inner = [one for one in examined() if its.supply(one.structure)[here] >= least]
    levels = [POSITION[segment] for segment in its.hypotheses[here].segments] or [
        POSITION[segment] for one in inner for segment in one.structure.principal
    ]
    near = range(min(levels) - reach, max(levels) + reach + 1) if levels else range(0)
    outer, far = [], []
    for one in examined():
        if one in inner:
            continue
        positions = [POSITION[segment] for segment in one.structure.principal]
        if any(position in near for position in positions):
            outer.append(one)
        elif any(abs(position - level) <= 3 * reach for position in positions for level in levels):
            far.append(one)
    return Surroundings(Pool(inner), Pool(outer), Pool(far))
