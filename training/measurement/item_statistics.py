"""Each item by itself and against the rest of the test, from the answers that were given.

Sources: F. M. Lord, M. R. Novick, Statistical Theories of Mental Test Scores (1968), chapter 15; Moodle, "Quiz
statistics calculations" (whose discrimination index and discriminative efficiency are 100 times those here).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.measurement import intervals
from training.measurement.intervals import Interval
from training.measurement.marks import Bools, Floats, Marks

_NO_SPREAD = 1e-9  # marks run from 0 to 1; a range below this is rounding


@dataclass(frozen=True)
class ItemStatistics:
    """What the answers say of one item; None where a figure is not defined.

    n: answers given. facility: their mean, 0 to 1, with its interval. sd: denominator n−1. discrimination: Pearson's
    correlation, −1 to 1, of the item's marks with the rest score, the mean mark on the other items the same person
    saw (with no gaps that is the rest of the total), over the discrimination_n people who saw this item and another.
    efficiency: that correlation over the greatest that these marks and rest scores could have. constant: every mark the
    same.
    """

    item: str
    n: int
    facility: float | None
    facility_interval: Interval | None
    sd: float | None
    constant: bool
    discrimination: float | None
    discrimination_n: int
    discrimination_interval: Interval | None
    efficiency: float | None


def item_statistics(marks: Marks) -> list[ItemStatistics]:
    values = np.ascontiguousarray(marks.values.T)
    seen = ~np.isnan(values)
    totals = np.where(seen, values, 0.0).sum(axis=0)
    number = seen.sum(axis=0)
    return [
        _of(item, values[place], seen[place], totals, number.astype(np.float64))
        for place, item in enumerate(marks.items)
    ]


def _of(item: str, column: Floats, seen: Bools, totals: Floats, number: Floats) -> ItemStatistics:
    given = column[seen]
    n = len(given)
    if n == 0:
        return ItemStatistics(item, 0, None, None, None, False, None, 0, None, None)
    mean = float(given.mean())
    constant = spread(given) <= _NO_SPREAD
    sd = (0.0 if constant else float(given.std(ddof=1))) if n > 1 else None
    both = seen & (number > 1)
    mine = column[both]
    rest = (totals[both] - mine) / (number[both] - 1)
    r, greatest = pearson(mine, rest), pearson(np.sort(mine), np.sort(rest))
    return ItemStatistics(
        item=item,
        n=n,
        facility=mean,
        facility_interval=intervals.mean_mark(min(mean, 1.0), float(given.var()), n),
        sd=sd,
        constant=constant,
        discrimination=r,
        discrimination_n=len(mine),
        discrimination_interval=None if r is None else intervals.correlation(r, len(mine)),
        efficiency=r / greatest if r is not None and greatest else None,
    )


def rest_scores(marks: Marks, place: int) -> Floats:
    """For each person the mean mark on the other items that the person saw; NaN without any."""
    others = np.delete(marks.values, place, axis=1)
    seen = ~np.isnan(others)
    number = seen.sum(axis=1)
    return np.where(number > 0, np.where(seen, others, 0.0).sum(axis=1) / number.clip(1), np.nan)


def spread(values: Floats) -> float:
    """The range; 0 for no values."""
    return float(np.ptp(values)) if len(values) else 0.0


def pearson(first: Floats, second: Floats) -> float | None:
    """The correlation Σ(x−x̄)(y−ȳ)/sqrt(Σ(x−x̄)²·Σ(y−ȳ)²); None where one of the two does not vary."""
    if len(first) < 2 or spread(first) <= _NO_SPREAD or spread(second) <= _NO_SPREAD:
        return None
    x, y = first - first.mean(), second - second.mean()
    return float(np.clip((x @ y) / np.sqrt((x @ x) * (y @ y)), -1.0, 1.0))
