"""The test as a whole: the spread of its totals and how reliable they are. Complete rows only."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from training.measurement import intervals
from training.measurement.intervals import Interval
from training.measurement.marks import Floats

_NO_SPREAD = 1e-9


@dataclass(frozen=True)
class TotalStatistics:
    """Totals of n people. sd: denominator n−1. Skewness and excess kurtosis are from k-statistics, 0 for a normal
    distribution; their standard errors are those under one. None where there are too few people or no spread."""

    n: int
    mean: float | None
    mean_interval: Interval | None
    sd: float | None
    skewness: float | None
    skewness_se: float | None
    kurtosis: float | None
    kurtosis_se: float | None


@dataclass(frozen=True)
class Reliability:
    """How consistent the items are. None where undefined.

    alpha: Cronbach's, with its interval; sem = sd·sqrt(1−α), in marks; kr21 for 0/1 marks only; alpha_if_deleted and
    effective_weights (shares of 1; None for an item that counts against the total), one for each item.
    """

    items: int
    n: int
    alpha: float | None
    alpha_interval: Interval | None
    sem: float | None
    sem_interval: Interval | None
    kr21: float | None
    alpha_if_deleted: list[float | None]
    effective_weights: list[float | None]


def total_statistics(totals: Floats, greatest: float) -> TotalStatistics:
    """Mean, spread and shape of the totals; `greatest` is the greatest that can be had.

    With central moments m2, m3, m4 (denominator n): k2 = n·m2/(n−1), k3 = n²m3/((n−1)(n−2)), k4 = n²((n+1)m4 −
    3(n−1)m2²)/((n−1)(n−2)(n−3)); sd = sqrt(k2), skewness = k3/k2^1.5 from 3 people, kurtosis = k4/k2² from 4.
    Source: R. A. Fisher, Proc. London Math. Soc. 30 (1930) 199-238; D. N. Joanes, C. A. Gill, The Statistician 47
    (1998) 183-189 (there G1 and G2).
    """
    n = len(totals)
    if n == 0:
        return TotalStatistics(0, None, None, None, None, None, None, None)
    mean = float(totals.mean())
    if n == 1:
        return TotalStatistics(1, mean, None, None, None, None, None, None)
    if float(np.ptp(totals)) <= _NO_SPREAD:
        return TotalStatistics(n, mean, None, 0.0, None, None, None, None)
    centred = totals - mean
    m2, m3, m4 = (float((centred**power).mean()) for power in (2, 3, 4))
    k2 = n * m2 / (n - 1)
    sd = math.sqrt(k2)
    skewness = skewness_se = kurtosis = kurtosis_se = None
    if n > 2:
        skewness = n * n * m3 / ((n - 1) * (n - 2)) / k2**1.5
        skewness_se = math.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)))
    if n > 3 and skewness_se is not None:
        k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3))
        kurtosis = k4 / k2**2
        kurtosis_se = 2 * skewness_se * math.sqrt((n * n - 1) / ((n - 3) * (n + 5)))
    around = intervals.mean_total(mean, sd, n, greatest)
    return TotalStatistics(n, mean, around, sd, skewness, skewness_se, kurtosis, kurtosis_se)


def reliability(rows: Floats) -> Reliability:
    """Cronbach's alpha of people by items, without gaps, from 3 people and 2 items whose totals vary.

    α = k/(k−1)·(1 − Σ var(x_i)/var(T)), every variance with n−1. KR-20 is the same number, if both its variances have
    one denominator: p·q has n, so var(T) must have n too. alpha_if_deleted is α of the other items, from 3 items on.
    KR-21 = k/(k−1)·(1 − M(k−M)/(k·var_n(T))). Effective weight = sqrt(cov(x_i,T))/Σ sqrt(cov(x_j,T)).
    Source: L. J. Cronbach, Psychometrika 16 (1951) 297-334; G. F. Kuder, M. W. Richardson, ibid. 2 (1937) 151-160.
    """
    n, size = rows.shape
    nothing: list[float | None] = [None] * size
    if n < 3 or size == 0:
        return Reliability(size, n, None, None, None, None, None, nothing, nothing)
    totals = rows.sum(axis=1)
    own = np.where(np.ptp(rows, axis=0) <= _NO_SPREAD, 0.0, rows.var(axis=0, ddof=1))
    centred = totals - totals.mean()
    shared = (rows - rows.mean(axis=0)).T @ centred / (n - 1)
    whole = float(totals.var(ddof=1))
    varies = float(np.ptp(totals)) > _NO_SPREAD
    alpha = size / (size - 1) * (1 - float(own.sum()) / whole) if size > 1 and varies else None
    interval = None if alpha is None else intervals.alpha(alpha, size, n)
    sd = math.sqrt(whole)
    return Reliability(
        items=size,
        n=n,
        alpha=alpha,
        alpha_interval=interval,
        sem=None if alpha is None else _error(sd, alpha),
        sem_interval=None if interval is None else Interval(_error(sd, interval.high), _error(sd, interval.low)),
        kr21=_kr21(rows, totals) if size > 1 and varies else None,
        alpha_if_deleted=_without_each(own, shared, whole),
        effective_weights=_weights(shared) if varies else nothing,
    )


def error_at(total: float, items: int) -> float:
    """The standard error of a total of 0/1 marks at that total: sqrt(T(k−T)/(k−1)). items > 1.

    Source: F. M. Lord, Educ. Psychol. Meas. 17 (1957) 510-521.
    """
    return math.sqrt(total * (items - total) / (items - 1))


def _error(sd: float, alpha: float) -> float:
    return sd * math.sqrt(max(0.0, 1 - alpha))


def _kr21(rows: Floats, totals: Floats) -> float | None:
    if not bool(((rows == 0) | (rows == 1)).all()):
        return None
    size, mean = rows.shape[1], float(totals.mean())
    variance = float(totals.var())
    return float(size / (size - 1) * (1 - mean * (size - mean) / (size * variance)))


def _without_each(own: Floats, shared: Floats, whole: float) -> list[float | None]:
    """var(T − x) = var(T) + var(x) − 2·cov(x, T)."""
    size = len(own)
    if size < 3:
        return [None] * size
    rest = whole + own - 2 * shared
    left = size - 1
    return [
        left / (left - 1) * (1 - (float(own.sum()) - float(one)) / float(variance)) if variance > 1e-12 else None
        for one, variance in zip(own, rest, strict=True)
    ]


def _weights(shared: Floats) -> list[float | None]:
    roots = np.sqrt(shared.clip(0))
    return [float(root / roots.sum()) if one >= 0 else None for one, root in zip(shared, roots, strict=True)]
