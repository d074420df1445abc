"""A second explanation: the findings one after the other, and what is most probable after each.

The order is that of the record, which is the examiner's. The last step is the localization of all findings; on the way
a finding that means little alone may move much, and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.anatomy.information import gained
from training.anatomy.localization import Localization, localize
from training.anatomy.observations import Observation

LEADING = 3
MATTERS = 0.05


@dataclass(frozen=True)
class Stage:
    """After one thing was examined: `observations` are what it showed.

    shares: the most probable segments then, and those that are followed, with probabilities from 0 to 1, highest
    first. nerve: the best nerve, where it matters, else None. told: how far the posterior moved, in bits.
    """

    observations: tuple[Observation, ...]
    shares: tuple[tuple[str, float], ...]
    nerve: tuple[str, float] | None
    told: float


def stepwise(observations: Sequence[Observation], follow: Sequence[str] = ()) -> tuple[Stage, ...]:
    """One stage for each structure and side, in their order. follow: segments that are shown at every stage."""
    stages: list[Stage] = []
    seen: list[Observation] = []
    before = localize(())
    for group in _examined(observations):
        seen += group
        after = localize(seen)
        stages.append(Stage(group, _shares(after, follow), _nerve(after), gained(before, after)))
        before = after
    return tuple(stages)


def _examined(observations: Sequence[Observation]) -> Iterator[tuple[Observation, ...]]:
    """What was seen at one structure on one side, together."""
    group: list[Observation] = []
    for one in observations:
        if group and (one.structure.id, one.side) != (group[0].structure.id, group[0].side):
            yield tuple(group)
            group = []
        group.append(one)
    if group:
        yield tuple(group)


def _shares(found: Localization, follow: Sequence[str]) -> tuple[tuple[str, float], ...]:
    best = dict(found.segments[:LEADING])
    probabilities = dict(found.segments)
    shown = {**best, **{segment: probabilities[segment] for segment in follow if segment in probabilities}}
    return tuple(sorted(shown.items(), key=lambda one: -one[1]))


def _nerve(found: Localization) -> tuple[str, float] | None:
    return found.nerves[0] if found.nerves[0][1] >= MATTERS else None
