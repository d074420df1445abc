"""Which options were chosen, by whom: the telling picture of a multiple-choice item.

For an answer on the spine give categories as options (key, one above, one below, same region, other region).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from training.measurement import intervals
from training.measurement.intervals import Interval
from training.measurement.item_statistics import pearson
from training.measurement.marks import Floats


@dataclass(frozen=True)
class OptionCount:
    """One option. by_group: its choosers in each score group, weakest first; mean_rest_score: of its choosers;
    correlation: Pearson's, of choosing it (1 or 0) with the rest score (for the key that is the discrimination)."""

    option: str
    is_key: bool
    count: int
    share: float
    share_interval: Interval
    mean_rest_score: float | None
    correlation: float | None
    by_group: list[int]


@dataclass(frozen=True)
class OptionTable:
    """n: answers; omitted: people who saw it and chose nothing, in no other count; groups: sizes, weakest first."""

    n: int
    omitted: int
    groups: list[int]
    options: list[OptionCount]


def option_counts(
    chosen: Sequence[Collection[str] | str | None],
    options: Sequence[str],
    key: Collection[str],
    rest_scores: Sequence[float],
    groups: int = 3,
) -> OptionTable:
    """Count the options of one item by score group.

    chosen: for each person an option, several of them, or None; options: all there are, those nobody took included;
    rest_scores: for each person the score on the other items, NaN where there is none (then only counted). Groups are
    thirds (or as many parts as asked) by rest score; equal scores stay together, so sizes may differ.
    Raises ValueError for lists of different length or an option that is not one of `options`.
    """
    if len(chosen) != len(rest_scores):
        raise ValueError("as many rest scores as answers")
    picks = [None if one is None else frozenset([one] if isinstance(one, str) else one) for one in chosen]
    if unknown := sorted({option for pick in picks if pick for option in pick} - set(options)):
        raise ValueError(f"no such option: {', '.join(unknown)}")
    answered = [pick for pick in picks if pick is not None]
    rest = np.array([score for pick, score in zip(picks, rest_scores, strict=True) if pick is not None], dtype=float)
    group = score_groups(rest, groups)
    table = [
        _count(option, option in key, np.array([option in pick for pick in answered], dtype=float), rest, group, groups)
        for option in options
    ]
    sizes = [int((group == one).sum()) for one in range(groups)]
    return OptionTable(len(answered), len(picks) - len(answered), sizes, table if answered else [])


def score_groups(scores: Floats, groups: int) -> Floats:
    """For each score its group, 0 the weakest, by the middle of its rank; −1 where there is no score."""
    known = ~np.isnan(scores)
    place = np.full(len(scores), -1.0)
    values, inverse, counts = np.unique(scores[known], return_inverse=True, return_counts=True)
    if len(values):
        middle = (np.cumsum(counts) - counts / 2) / counts.sum()
        place[known] = np.minimum(np.floor(middle * groups), groups - 1)[inverse]
    return place


def _count(option: str, is_key: bool, took: Floats, rest: Floats, group: Floats, groups: int) -> OptionCount:
    known = ~np.isnan(rest)
    count = int(took.sum())
    theirs = rest[known & (took > 0)]
    return OptionCount(
        option=option,
        is_key=is_key,
        count=count,
        share=count / len(took) if len(took) else 0.0,
        share_interval=intervals.wilson(count, len(took)) if len(took) else Interval(0.0, 1.0),
        mean_rest_score=float(theirs.mean()) if len(theirs) else None,
        correlation=pearson(took[known], rest[known]),
        by_group=[int(took[group == one].sum()) for one in range(groups)],
    )
