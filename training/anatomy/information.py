"""What to examine next: the information, in bits, that a test is expected to give about the cause.

The information is the mutual information between a test's two outcomes and the hypotheses (C. E. Shannon, Bell System
Technical Journal 27 (1948) 379-423), 0 to 1 bit, under the present posterior.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from training.anatomy.localization import Localization
from training.anatomy.model import Array, model
from training.anatomy.parameters import above_zero
from training.anatomy.structures import Structure
from training.anatomy.tables import DATA, read_table
from training.anatomy.vocabulary import vocabulary


@dataclass(frozen=True)
class Manner:
    """A way of examining: the kinds of structure it suits, what it looks for, and how long it takes."""

    id: str
    name: str
    kinds: tuple[str, ...]
    classes: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Choice:
    """One thing that can be examined: a structure, in one manner."""

    structure: Structure
    manner: Manner

    @property
    def key(self) -> tuple[str, str]:
        return self.structure.id, self.manner.id

    @property
    def classes(self) -> tuple[str, ...]:
        """What it looks for; a test that muscles carry is read as their strength."""
        carried = self.structure.kind == "test" and bool(self.structure.parts)
        return ("motor-loss",) if carried else self.manner.classes


@dataclass(frozen=True)
class Worth:
    """A choice and what it is expected to tell, in bits."""

    choice: Choice
    bits: float


@lru_cache(maxsize=1)
def manners() -> dict[str, Manner]:
    """manners.csv by id, read once."""
    return load_manners()


def load_manners(folder: Path = DATA) -> dict[str, Manner]:
    rows = read_table(folder, "manners.csv", ("id", "name", "kinds", "classes", "seconds", "sources", "note"))
    return {
        row["id"]: Manner(row["id"], row["name"], row.many("kinds"), row.many("classes"), above_zero(row, "seconds"))
        for row in rows
    }


@lru_cache(maxsize=1)
def choices() -> tuple[Choice, ...]:
    """Everything that can be examined and can tell something: single structures, in each manner that suits them."""
    its = model()
    words = {level.id for level in vocabulary().families["myotome"].levels.values()}  # "C6 strength" is no one test
    return tuple(
        Choice(structure, manner)
        for structure in vocabulary().structures.values()
        if not structure.sweep and structure.id not in words and its.supply(structure).any()
        for manner in manners().values()
        if structure.kind in manner.kinds
    )


@lru_cache(maxsize=1)
def _chances() -> Array:
    """The chance of a sign for every choice, profile and hypothesis: shape (choices, 4, hypotheses)."""
    its = model()
    return np.stack([its.chance(choice.structure, choice.classes)[0] for choice in choices()])


def worths(localization: Localization) -> Array:
    """The expected information of each of `choices()`, in bits, in their order."""
    return _information(localization.joint.sum(axis=0), _chances())


def worth_of(localization: Localization, choice: Choice) -> float:
    """The expected information of one choice, in bits."""
    chance = localization.model.chance(choice.structure, choice.classes)[0]
    return float(_information(localization.joint.sum(axis=0), chance[None])[0])


def best_next(
    localization: Localization, count: int = 1, without: Collection[tuple[str, str]] = (), among: Sequence[int] = ()
) -> tuple[Worth, ...]:
    """The most informative choices, best first. `without`: keys of choices already made; `among`: places to look at."""
    bits = worths(localization)
    known = choices()
    order = np.argsort(-bits, kind="stable")
    allowed = set(among)
    found: list[Worth] = []
    for place in order.tolist():
        if known[place].key not in without and (not allowed or place in allowed):
            found.append(Worth(known[place], float(bits[place])))
            if len(found) == count:
                break
    return tuple(found)


def gained(before: Localization, after: Localization) -> float:
    """How far the posterior moved, in bits: the relative entropy of after to before. Never negative."""
    was, now = before.probabilities, after.probabilities
    moved = now > 0
    return max(0.0, float((now[moved] * np.log2(now[moved] / was[moved])).sum()))


def entropy(localization: Localization) -> float:
    """How much is still open, in bits: 0 when one hypothesis is certain."""
    now = localization.probabilities[localization.probabilities > 0]
    return max(0.0, float(-(now * np.log2(now)).sum()))


def _information(posterior: Array, chances: Array) -> Array:
    """Mutual information of outcome and hypothesis. posterior: (profiles, hypotheses); chances: (choices, same)."""
    found = np.einsum("czh,zh->ch", chances, posterior)
    prior = posterior.sum(axis=0)
    share = found.sum(axis=1)
    bits = np.zeros(len(chances))
    for joint, total in ((found, share), (prior[None, :] - found, 1.0 - share)):
        inside = np.where(joint > 0, joint, 1.0)
        expected = prior[None, :] * total[:, None]
        ratio = np.where(joint > 0, inside / np.where(expected > 0, expected, 1.0), 1.0)
        bits += (np.where(joint > 0, joint, 0.0) * np.log(ratio)).sum(axis=1)
    result: Array = np.maximum(bits, 0.0) / math.log(2)
    return result
