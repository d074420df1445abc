"""Findings that cannot both be true, and findings that say the same thing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from training.anatomy.model import finding_classes
from training.anatomy.observations import Observation
from training.anatomy.parameters import Parameters, parameters
from training.anatomy.signs import sign_vocabulary


def contradictions(observations: Sequence[Observation]) -> tuple[tuple[int, int], ...]:
    """Pairs of places: a structure is called normal, and shows on the same side what normal denies.

    A muscle can be short though its strength is normal, but a reflex cannot be absent and normal.
    """
    by_structure: dict[str, list[int]] = defaultdict(list)
    for place, observation in enumerate(observations):
        if not observation.structure.sweep:
            by_structure[observation.structure.id].append(place)
    numbers = parameters()
    found: list[tuple[int, int]] = []
    for places in by_structure.values():
        normal = [place for place in places if _is_normal(observations[place])]
        abnormal = [place for place in places if place not in normal]
        for one in normal:
            denied = _families(observations[one], numbers)
            found += (
                (one, other)
                for other in abnormal
                if _overlap(observations[one].side, observations[other].side)
                and set(denied[:1]) & set(_families(observations[other], numbers))
            )
    return tuple(found)


def distinct(observations: Sequence[Observation]) -> tuple[int, ...]:
    """The places of the observations that count: of several that say the same, the strongest.

    "Weak" and "wasted" of one muscle are one sign of lost motor supply, and a row that stands twice is one row.
    """
    numbers = parameters()
    kept: dict[tuple[object, ...], int] = {}
    for place, observation in enumerate(observations):
        families = _families(observation, numbers)
        # the parts of Horner's syndrome are one sign of one fibre tract
        subject = numbers.special.get(observation.structure.id, observation.structure.id)
        same = (subject, observation.side, _is_normal(observation), families)
        other = kept.get(same)
        if other is None or _firmness(observation, numbers) > _firmness(observations[other], numbers):
            kept[same] = place
    return tuple(sorted(kept.values()))


def _families(observation: Observation, numbers: Parameters) -> tuple[str, ...]:
    return tuple(numbers.classes[name].family for name in finding_classes(observation, numbers))


def _firmness(observation: Observation, numbers: Parameters) -> tuple[float, str, str]:
    """How seldom a finding is chance; then its words, so that the order of the findings never matters."""
    chance = sum(numbers.classes[name].background for name in finding_classes(observation, numbers))
    return -chance * numbers.grade_factor(observation.grade), observation.sign, observation.grade


def _is_normal(observation: Observation) -> bool:
    return sign_vocabulary().signs[observation.sign].finding_class == "normal"


def _overlap(one: str, other: str) -> bool:
    return one == other or {one, other} != {"left", "right"}
