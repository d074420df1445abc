"""What one person's answers say of their judgement: telling whom to needle, knowing what they know, pace, change.

Intervals are 95 % and treat answers as independent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist, quantiles

from training.measurement import intervals
from training.measurement.intervals import Interval
from training.measurement.sample_size import COUNTS_ONLY

NORMAL = NormalDist()

SURE_MAY_BE_WRONG = 0.10  # a judgement: whoever says "sure" should be wrong once in ten at most
GUESS_MAY_BE_RIGHT = 0.75  # a judgement: who is right more often than this does not guess
EXACT_UP_TO = 1_000
TAIL = 0.025
FASTEST_SECONDS, SLOWEST_SECONDS = 1.0, 1_800.0  # outside, nobody was answering: a clock jumped, somebody went away


# --- to needle or to refer -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Detection:
    """`sensitivity` is d', how well two kinds are told apart, 0 by chance; `bias` is c, above 0 for who says no."""

    sensitivity: float
    sensitivity_interval: Interval
    bias: float
    bias_interval: Interval


def detection(hits: int, signals: int, false_alarms: int, others: int) -> Detection:
    """d' = z(H) − z(F) and c = −(z(H) + z(F))/2, with H = hits of signals and F = false alarms of the others.

    The log-linear correction, (count + 0.5) / (n + 1), keeps shares of 0 and 1 finite. Intervals by the delta method:
    var z(P) = P(1 − P) / (n·φ(z)²).
    hits, false_alarms: counts from 0 to their number; signals, others: 1 or more; else ValueError.
    Source: M. J. Hautus, Behav. Res. Methods 27 (1995) 46-51; variances G. Gourevitch, E. Galanter, Psychometrika 32
    (1967) 25-33.
    """
    if not (0 <= hits <= signals and 0 <= false_alarms <= others and signals and others):
        raise ValueError("0 <= hits <= signals and 0 <= false alarms <= others, and one or more of each kind")
    hit, false = (hits + 0.5) / (signals + 1), (false_alarms + 0.5) / (others + 1)
    z_hit, z_false = NORMAL.inv_cdf(hit), NORMAL.inv_cdf(false)
    variance = hit * (1 - hit) / (signals * NORMAL.pdf(z_hit) ** 2)
    variance += false * (1 - false) / (others * NORMAL.pdf(z_false) ** 2)
    error = math.sqrt(variance)
    d, c = z_hit - z_false, -(z_hit + z_false) / 2
    return Detection(d, intervals.around(d, error), c, intervals.around(c, error / 2))


# --- confidence ------------------------------------------------------------------------------------------------


class Calibration(StrEnum):
    """What can be said of a person's confidence."""

    UNKNOWN = "unknown"  # too few answers with a "sure" and with a "guess"
    OVER = "over"
    UNDER = "under"
    BOTH = "both"
    NOTHING_ODD = "nothing-odd"


def calibration(sure_right: int, sure: int, guess_right: int, guess: int) -> Calibration:
    """Over-confident: the share wrong of what was said to be sure is above 10 %; under-confident: the share right of
    what was called a guess is above 75 %. Each only when its whole interval says so, and from ten answers of the kind.
    """
    over = sure >= COUNTS_ONLY and intervals.wilson(sure - sure_right, sure).low > SURE_MAY_BE_WRONG
    under = guess >= COUNTS_ONLY and intervals.wilson(guess_right, guess).low > GUESS_MAY_BE_RIGHT
    if over or under:
        return Calibration.BOTH if over and under else Calibration.OVER if over else Calibration.UNDER
    return Calibration.NOTHING_ODD if max(sure, guess) >= COUNTS_ONLY else Calibration.UNKNOWN


# --- change ----------------------------------------------------------------------------------------------------


def difference(right: int, asked: int, right_before: int, asked_before: int) -> tuple[float, Interval]:
    """right/asked − right_before/asked_before with the hybrid score interval, from −1 to 1; as `wilson`, ValueError.

    d − √((p − l)² + (u' − p')²) to d + √((u − p)² + (p' − l')²), with l and u Wilson's bounds of either share.
    Source: R. G. Newcombe, Stat. Med. 17 (1998) 873-890, method 10.
    """
    now, then = intervals.wilson(right, asked), intervals.wilson(right_before, asked_before)
    share, before = right / asked, right_before / asked_before
    down = math.hypot(share - now.low, then.high - before)
    up = math.hypot(now.high - share, before - then.low)
    return share - before, Interval(max(-1.0, share - before - down), min(1.0, share - before + up))


# --- time ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pace:
    """Times to answer in seconds: `n` of them, the median with its interval and the quartiles.

    left_out: times that nobody spent on answering. Median and quartiles are None without times, the interval below six.
    """

    n: int
    left_out: int
    median: float | None
    interval: Interval | None
    quartiles: Interval | None


def pace(seconds: Iterable[float]) -> Pace:
    """The middle of times to answer; those under a second and over half an hour are left out and counted."""
    every = list(seconds)
    kept = sorted(one for one in every if FASTEST_SECONDS <= one <= SLOWEST_SECONDS)
    if not kept:
        return Pace(0, len(every), None, None, None)
    low, middle, high = quantiles(kept, n=4, method="inclusive") if len(kept) > 1 else kept * 3
    return Pace(len(kept), len(every) - len(kept), middle, median_interval(kept), Interval(low, high))


def median_interval(ordered: Sequence[float]) -> Interval | None:
    """Bounds on a median that assume no distribution: the narrowest pair of values, equally far from both ends, that
    holds it with 95 % or more. How many values lie below a median is binomial, normal above a thousand of them.

    ordered: ascending. None below six values, for then no pair does.
    """
    n = len(ordered)
    if n > EXACT_UP_TO:
        place = math.floor((n - 1 - intervals.Z * math.sqrt(n)) / 2)
        return Interval(ordered[place], ordered[n - 1 - place])
    place, here = -1, 0.5**n
    below = here
    while below <= TAIL:
        place += 1
        here *= (n - place) / (place + 1)
        below += here
    return Interval(ordered[place], ordered[n - 1 - place]) if place >= 0 else None
