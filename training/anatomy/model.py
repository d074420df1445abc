"""The model as arrays: how probable each observation is under each hypothesis.

    P(sign | hypothesis, profile) = background + (1 - background) * sensitivity(class, profile) * supply(structure)

A profile says in which qualities a lesion shows (mostly motor, mostly sensory ...); it is unknown, so it is summed
over. That is what makes two weak muscles of one root less than twice the evidence of one. All numbers stand in data/;
docs/localization.md explains each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.anatomy.nerves import load_nerves
from training.anatomy.observations import Observation
from training.anatomy.parameters import IGNORED, PROFILES, Parameters, parameters
from training.anatomy.segments import SEGMENTS, region_of
from training.anatomy.signs import sign_vocabulary
from training.anatomy.structures import Structure
from training.anatomy.supply import load_weights, segment_weights
from training.anatomy.vocabulary import vocabulary

Array = NDArray[np.float64]
Kind = Literal["segment", "pair", "nerve", "other"]

LESION_SIDES = ("left", "right", "both")
CORD = "cord"
UPPER_MOTOR = "upper-motor"
_FAILS = frozenset({"provoked", "motor-loss", "wasting", "reflex-loss", "reflex-absent"})
"""Classes in which people say that a test is positive."""


@dataclass(frozen=True)
class Hypothesis:
    """One thing that may lie behind the findings. `segments`: one, two of a pair, none of a nerve."""

    id: str
    name: str
    kind: Kind
    segments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """One observation: log probability by profile and hypothesis (flat) on the side of the lesion, and off it."""

    affected: Array
    spared: float


class Model:
    """The hypotheses with their priors, and the likelihood of observations under them; made once."""

    def __init__(self, numbers: Parameters) -> None:
        self.numbers = numbers
        known = frozenset(vocabulary().structures)
        nerves = load_nerves(known)
        self.hypotheses: tuple[Hypothesis, ...] = (
            *(Hypothesis(segment, segment, "segment", (segment,)) for segment in SEGMENTS),
            *(
                Hypothesis(f"{upper}-{lower}", f"{upper}–{lower}", "pair", (upper, lower))
                for upper, lower in pairwise(SEGMENTS)
            ),
            *(Hypothesis(nerve.id, nerve.name, nerve.group) for nerve in nerves),
        )
        self.size = len(self.hypotheses)
        self.place = {hypothesis.id: place for place, hypothesis in enumerate(self.hypotheses)}
        self._nerves = nerves
        self._special = load_weights(known)
        self._supplies: dict[str, Array] = {}
        self._rows: dict[tuple[str, str, str], Rows] = {}
        self.log_prior = self._log_prior([nerve.prior for nerve in nerves])

    def _log_prior(self, nerve_priors: Sequence[float]) -> Array:
        """Log prior by side of the lesion, profile and hypothesis: shape (sides, profiles, hypotheses), adding to 1."""
        numbers = self.numbers
        alone = numbers.priors
        weights = [
            *(alone[segment] for segment in SEGMENTS),
            *(numbers["pair.prior"] * min(alone[a], alone[b]) for a, b in pairwise(SEGMENTS)),
            *nerve_priors,
        ]
        share = np.array(weights) / sum(weights)
        profile = np.array(
            [numbers.profiles("segment" if one.segments else "nerve") for one in self.hypotheses]
        ).T  # (profiles, hypotheses)
        both = np.array([self._bilateral(one) for one in self.hypotheses])
        sides = np.stack([(1 - both) / 2, (1 - both) / 2, both])
        prior: Array = np.log(share[None, None, :] * profile[None, :, :] * sides[:, None, :])
        return prior

    def _bilateral(self, hypothesis: Hypothesis) -> float:
        if hypothesis.kind in ("nerve", "other"):
            return self.numbers[f"bilateral.{hypothesis.kind}"]
        low = all(region_of(segment) == "sacral" and segment != "S1" for segment in hypothesis.segments)
        return self.numbers["bilateral.sacral" if low else "bilateral.segment"]

    # --- supply ---------------------------------------------------------------------------------------------------

    def supply(self, structure: Structure) -> Array:
        """How surely each hypothesis reaches the structure, 0 to 1."""
        found = self._supplies.get(structure.id)
        if found is None:
            found = self._supplies[structure.id] = self._supply(structure)
        return found

    def _supply(self, structure: Structure) -> Array:
        by_segment = segment_weights(structure, self.numbers, self._special)
        weights = np.zeros(self.size)
        for place, hypothesis in enumerate(self.hypotheses):
            if hypothesis.segments:
                weights[place] = max(by_segment.get(segment, 0.0) for segment in hypothesis.segments)
        first = self.place[self._nerves[0].id]
        for place, nerve in enumerate(self._nerves, start=first):
            weights[place] = nerve.supply.get(structure.id) or sum(
                part_share * nerve.supply.get(part, 0.0) for part, part_share in structure.parts
            )
        return weights

    # --- likelihood -----------------------------------------------------------------------------------------------

    def rows(self, observation: Observation) -> Rows | None:
        """The likelihood of one observation; None where it says nothing."""
        wanted = (observation.structure.id, observation.sign, observation.grade)
        if wanted not in self._rows:
            if len(self._rows) > 20_000:  # structures named in hostile ways must not fill the memory
                self._rows.clear()
            classes = finding_classes(observation, self.numbers)
            if not classes:
                return None
            normal = sign_vocabulary().signs[observation.sign].finding_class == "normal"
            found, background = self.chance(
                observation.structure, classes, self.numbers.grade_factor(observation.grade)
            )
            self._rows[wanted] = (
                Rows(np.log1p(-found).ravel(), float(np.log1p(-background)))
                if normal
                else Rows(np.log(found).ravel(), float(np.log(background)))
            )
        return self._rows[wanted]

    def chance(self, structure: Structure, classes: Sequence[str], factor: float = 1.0) -> tuple[Array, float]:
        """The chance that the structure shows a sign of these classes, by profile and hypothesis; and by chance alone.

        factor: what a grade does to the background rate. Of several classes the one found more often counts.
        """
        known = [self.numbers.classes[name] for name in classes]
        background = min(factor * max(one.background for one in known), 0.5)
        sensitivity = np.array([max(one.sensitivity[place] for one in known) for place in range(len(PROFILES))])
        supply = self._reached(structure, classes)
        return background + (1 - background) * sensitivity[:, None] * supply[None, :], background

    def _reached(self, structure: Structure, classes: Sequence[str]) -> Array:
        if UPPER_MOTOR in classes:  # only the cord explains it, whatever the structure
            weights = np.zeros(self.size)
            weights[self.place[CORD]] = 1.0
            return weights
        return self.supply(structure)


def finding_classes(observation: Observation, numbers: Parameters) -> tuple[str, ...]:
    """What an observation counts as: classes of sensitivities.csv; of a normal one those it denies. () says nothing."""
    structure = observation.structure
    found = sign_vocabulary().signs[observation.sign].finding_class
    if found == IGNORED or (structure.kind == "movement" and found in ("pain", "tender", "restricted")):
        return ()  # a movement hurts or stops where something is stretched or pressed, not where its own muscles are
    if structure.kind == "reflex" and "positive" in structure.alarm and found in ("normal", "provoked", UPPER_MOTOR):
        return (UPPER_MOTOR,)  # a pathological reflex: its absence says nothing about roots
    if structure.kind == "test":
        carried = (numbers.special.get(structure.id, "motor-loss" if structure.parts else "provoked"),)
        return carried if found == "normal" or found in _FAILS else ("provoked",)
    if found == "normal":
        return numbers.normals[structure.kind]
    return (found,)


@lru_cache(maxsize=1)
def model() -> Model:
    """The model of the data that ship, made once."""
    return Model(parameters())
