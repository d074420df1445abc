"""Patients by the model's own dice, to see whether its probabilities are honest.

The truth comes from the prior and the findings from the likelihood; what is examined depends on what was found, never
on the truth. Of a calibrated model, the answers that get 70 % are then right in 70 of 100 patients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from training.anatomy.localization import Localization, localize
from training.anatomy.model import LESION_SIDES, finding_classes, model
from training.anatomy.observations import Observation, Side
from training.anatomy.patients.examined import Examined, around, examined
from training.anatomy.patients.patient import carrier_of, shown

_AT_FIRST, _ROUNDS, _FOLLOWED, _THEN = 20, 3, 2, 4
"""How many structures are examined to begin with; then in each of so many rounds, of the best answers, so many each."""


SIDES: tuple[Side, Side] = ("left", "right")


class Simulated(NamedTuple):
    """truth: the id of the hypothesis that the findings were drawn from. found: what they say."""

    truth: str
    found: Localization


def simulate(count: int, seed: int) -> Iterator[Simulated]:
    """So many patients; the same seed gives the same ones."""
    its = model()
    random = np.random.default_rng(seed)
    prior = np.exp(its.log_prior)
    for place in random.choice(prior.size, size=count, p=prior.ravel() / prior.sum()).tolist():
        side, profile, truth = (int(one) for one in np.unravel_index(place, prior.shape))
        dice = _Dice(truth, LESION_SIDES[side], profile, random)
        for one in _some(examined(), _AT_FIRST, random):
            dice.examine(one)
        for _ in range(_ROUNDS):
            for hypothesis, _probability in localize(dice.observations).ranked[:_FOLLOWED]:
                for one in _some(around(hypothesis.id).inner.members, _THEN, random):
                    dice.examine(one)
        yield Simulated(its.hypotheses[truth].id, localize(dice.observations))


class _Dice:
    """One patient under examination. No structure is examined twice, nor two that one muscle stands behind."""

    def __init__(self, truth: int, side: str, profile: int, random: np.random.Generator) -> None:
        self._truth, self._side, self._profile, self._random = truth, side, profile, random
        self._seen: set[str] = set()
        self.observations: list[Observation] = []

    def examine(self, one: Examined) -> None:
        """Each side by itself, as the likelihood has it: the lesion shows on its own side, chance on either."""
        carrier = carrier_of(one.structure)
        normal = "negative" if one.structure.kind == "test" else "normal"
        classes = finding_classes(Observation(one.structure, normal, "both"), model().numbers)
        if carrier in self._seen or not classes:
            return
        self._seen.add(carrier)
        for side in SIDES:
            found = self._found(one, classes, side)
            sign = shown()[found, one.structure.kind][0][0].sign if found else normal
            self.observations.append(Observation(one.structure, sign, side))

    def _found(self, one: Examined, classes: tuple[str, ...], side: Side) -> str:
        """The first class of signs that the dice give on a side; "" for none of those that normal denies."""
        lot = float(self._random.random())
        affected = self._side in (side, "both")
        for name in classes:
            chance, background = model().chance(one.structure, (name,))
            if lot < (float(chance[self._profile, self._truth]) if affected else background):
                return name
        return ""


def _some(among: Sequence[Examined], count: int, random: np.random.Generator) -> list[Examined]:
    if not among:
        return []
    weights = np.array([one.common for one in among])
    places = random.choice(len(among), size=min(count, len(among)), replace=False, p=weights / weights.sum())
    return [among[place] for place in places.tolist()]
