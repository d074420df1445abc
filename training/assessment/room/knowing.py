"""What an examiner knows of a patient: the findings, and from the history the region where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from training.anatomy.localization import Localization, localize
from training.anatomy.model import Array, Hypothesis, model
from training.anatomy.observations import Observation
from training.anatomy.segments import REGIONS, segments_of
from training.anatomy.vocabulary import vocabulary

ELSEWHERE = 0.05
"""How probable a cause outside the region of the complaint stays, beside one within. An assumption."""


def known(observations: Sequence[Observation], region: str) -> Localization:
    """The findings' localization, with what lies outside the region of the complaint made less probable."""
    found = localize(observations)
    joint = found.joint * _weights(region)
    return replace(found, joint=joint / joint.sum())


@lru_cache(maxsize=8)
def _weights(region: str) -> Array:
    """By hypothesis. A nerve lies where most of what it supplies lies; what is neither may lie anywhere."""
    own = frozenset(segment for name in REGIONS if name == region for segment in segments_of(name))
    if not own:
        return np.ones(model().size)
    return np.array([1.0 if _within(one, own) else ELSEWHERE for one in model().hypotheses])


def _within(hypothesis: Hypothesis, own: frozenset[str]) -> bool:
    if hypothesis.segments:
        return not own.isdisjoint(hypothesis.segments)
    if hypothesis.kind == "other":
        return True
    its = model()
    place = its.place[hypothesis.id]
    inside = outside = 0.0
    for structure in vocabulary().structures.values():
        share = float(its.supply(structure)[place]) if structure.principal and not structure.sweep else 0.0
        if own.isdisjoint(structure.principal):
            outside += share
        else:
            inside += share
    return inside >= outside
