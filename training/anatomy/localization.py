"""From findings to how strongly each segment, nerve or other cause explains them.

A localization is a posterior over the hypotheses of `training.anatomy.model`, with the side of the lesion and its
profile summed over. The order of the findings never matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from training.anatomy.contradictions import distinct
from training.anatomy.model import LESION_SIDES, Array, Hypothesis, Model, Rows, finding_classes, model
from training.anatomy.observations import Observation
from training.anatomy.segments import SEGMENTS
from training.anatomy.signs import sign_vocabulary
from training.anatomy.structures import Structure
from training.anatomy.vocabulary import vocabulary


@dataclass(frozen=True)
class Localization:
    """How strongly everything explains the findings. Probabilities from 0 to 1; they add up to 1.

    observations: those that were given. used: which of them say anything. joint: by side of the lesion, profile and
    hypothesis, shape (3, 4, hypotheses). evidence: log likelihood of each used observation, shape (used, 3, 4 x those).
    """

    observations: tuple[Observation, ...]
    used: tuple[int, ...]
    joint: Array
    evidence: Array
    model: Model

    @cached_property
    def probabilities(self) -> Array:
        """Of every hypothesis, in the order of the model."""
        summed: Array = self.joint.sum(axis=(0, 1))
        return summed

    @cached_property
    def segments(self) -> tuple[tuple[str, float], ...]:
        """All thirty, the most probable first; a pair's probability is split equally between its two."""
        found = dict.fromkeys(SEGMENTS, 0.0)
        for hypothesis, probability in zip(self.model.hypotheses, self.probabilities.tolist(), strict=True):
            for segment in hypothesis.segments:
                found[segment] += probability / len(hypothesis.segments)
        return tuple(sorted(found.items(), key=lambda one: -one[1]))

    @cached_property
    def nerves(self) -> tuple[tuple[str, float], ...]:
        """Every nerve by its name, the most probable first; places along one nerve are added up."""
        return self._others("nerve")

    @cached_property
    def others(self) -> tuple[tuple[str, float], ...]:
        """What is neither segment nor nerve: chance or a local cause, a polyneuropathy, the cord."""
        return self._others("other")

    @property
    def other(self) -> float:
        return sum(probability for _name, probability in self.others)

    def _others(self, kind: str) -> tuple[tuple[str, float], ...]:
        found: dict[str, float] = {}
        for hypothesis, probability in zip(self.model.hypotheses, self.probabilities.tolist(), strict=True):
            if hypothesis.kind == kind:
                found[hypothesis.name] = found.get(hypothesis.name, 0.0) + probability
        return tuple(sorted(found.items(), key=lambda one: -one[1]))

    @cached_property
    def side(self) -> str:
        """The side of the lesion that explains the findings best: left, right or both."""
        return LESION_SIDES[int(self.joint.sum(axis=(1, 2)).argmax())]

    @cached_property
    def ranked(self) -> tuple[tuple[Hypothesis, float], ...]:
        """Hypotheses with their probabilities, the most probable first."""
        order = np.argsort(-self.probabilities, kind="stable")
        return tuple((self.model.hypotheses[place], float(self.probabilities[place])) for place in order)

    @cached_property
    def contributions(self) -> Array:
        """What each used finding adds to the log likelihood of each hypothesis: shape (used, hypotheses).

        The difference that leaving it out would make; a finding that repeats what others said adds little.
        """
        shape = (len(LESION_SIDES), -1, self.model.size)
        whole = _log_sum(self.evidence.sum(axis=0).reshape(shape) + self.model.log_prior)
        without = self.evidence.sum(axis=0)[None] - self.evidence
        left_out = [_log_sum(one.reshape(shape) + self.model.log_prior) for one in without]
        return whole - np.array(left_out) if left_out else np.zeros((0, self.model.size))


def localize(observations: Sequence[Observation]) -> Localization:
    """The posterior over all hypotheses. With no observation that says anything it is the prior.

    Of observations that say the same, one counts; contradictions are the caller's to find.
    """
    its = model()
    rows: list[tuple[int, Rows]] = []
    for place in distinct(observations):
        observation = observations[place]
        row = _sweep(observation, observations, its) if observation.structure.sweep else its.rows(observation)
        if row is not None:
            rows.append((place, row))
    evidence = np.empty((len(rows), len(LESION_SIDES), its.log_prior[0].size))
    for number, (place, row) in enumerate(rows):
        for where, lesion in enumerate(LESION_SIDES):
            evidence[number, where] = _seen_from(observations[place].side, lesion, row)
    logs = evidence.sum(axis=0).reshape(its.log_prior.shape) + its.log_prior
    joint = np.exp(logs - logs.max())
    return Localization(tuple(observations), tuple(place for place, _ in rows), joint / joint.sum(), evidence, its)


def _seen_from(side: str, lesion: str, row: Rows) -> Array | float:
    """The observation's log likelihood with the lesion on that side."""
    if side == "both":  # seen on each side
        return 2 * row.affected if lesion == "both" else row.affected + row.spared
    if side in ("midline", lesion) or lesion == "both":
        return row.affected
    return row.spared


def _sweep(observation: Observation, observations: Sequence[Observation], its: Model) -> Rows | None:
    """ "Other muscles normal": each part that no other finding speaks of counts, but not in full."""
    named = [
        other for other in observations if other.structure is not observation.structure and not other.structure.sweep
    ]
    abnormal = [other for other in named if sign_vocabulary().signs[other.sign].finding_class != "normal"]
    touched = {name for other in abnormal for name in _reaches(other.structure)}
    total: Array | None = None
    spared = 0.0
    trust = its.numbers["sweep.trust"]
    for part, _share in observation.structure.parts:
        structure = vocabulary().structures[part]
        if touched.intersection(_reaches(structure)):
            continue
        row = its.rows(Observation(structure, observation.sign, observation.side, observation.grade))
        if row is not None and finding_classes(observation, its.numbers):
            total = trust * row.affected if total is None else total + trust * row.affected
            spared += trust * row.spared
    return None if total is None else Rows(total, spared)


def _reaches(structure: Structure) -> set[str]:
    """What a finding at the structure speaks of: itself, its muscles; of skin and reflexes also their segments."""
    own = {structure.id, *(part for part, _share in structure.parts)}
    if structure.kind in ("skin", "reflex"):
        own |= {f"{structure.kind} {segment}" for segment in structure.principal}
    return own


def _log_sum(logs: Array) -> Array:
    """log(sum(exp)) over sides and profiles."""
    top = logs.max(axis=(0, 1))
    summed: Array = top + np.log(np.exp(logs - top).sum(axis=(0, 1)))
    return summed
