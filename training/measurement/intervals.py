"""How far a figure from so many people can be trusted: 95 % intervals in closed form."""

from __future__ import annotations

import math
from typing import NamedTuple

Z = 1.959963984540054  # the normal quantile at 97.5 %


class Interval(NamedTuple):
    low: float
    high: float


def wilson(right: float, asked: float, z: float = Z) -> Interval:
    """Bounds on a share, from `right` out of `asked`; asked > 0 and 0 <= right <= asked, else ValueError.

    (p + z²/2n ± z·sqrt(p(1−p)/n + z²/4n²)) / (1 + z²/n). Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.
    """
    if asked <= 0 or not 0 <= right <= asked:
        raise ValueError("0 <= right <= asked, and asked above 0")
    share = right / asked
    middle = share + z * z / (2 * asked)
    half = z * math.sqrt(share * (1 - share) / asked + z * z / (4 * asked * asked))
    below = 1 + z * z / asked
    low = 0.0 if right == 0 else max(0.0, (middle - half) / below)
    high = 1.0 if right == asked else min(1.0, (middle + half) / below)
    return Interval(low, high)


def mean_mark(mean: float, variance: float, n: int) -> Interval:
    """Bounds on the mean of marks from 0 to 1, whole or partial; `variance` with denominator n.

    Wilson's interval for as many 0/1 marks as would be equally uncertain: n·m(1−m)/v with v = (n·variance + m(1−m)) /
    (n + 1). Marks of 0 and 1 have variance m(1−m), so for them this *is* Wilson's interval. No marks from 0 to 1 vary
    more than that, so one imagined worst-case answer in v keeps a few equal partial marks from looking certain. A
    normal interval would leave 0..1 and have no width there. Coverage at 95 %: see the test.
    """
    worst = mean * (1 - mean)
    if worst <= 0:
        return wilson(mean * n, n)
    blended = (n * min(variance, worst) + worst) / (n + 1)
    answers = n * worst / blended
    return wilson(mean * answers, answers)


def correlation(r: float, n: int) -> Interval | None:
    """Bounds on a Pearson correlation of n pairs: tanh(artanh r ± z/sqrt(n−3)). None for n <= 3 or |r| = 1.

    Source: R. A. Fisher, Metron 1 (1921) 3-32.
    """
    if n <= 3 or abs(r) >= 1 - 1e-12:
        return None
    middle, half = math.atanh(r), Z / math.sqrt(n - 3)
    return Interval(math.tanh(middle - half), math.tanh(middle + half))


def alpha(value: float, items: int, people: int) -> Interval | None:
    """Bounds on Cronbach's alpha: 1 − exp(ln(1−α) − ln(n/(n−1)) ± z·sqrt(2k/((k−1)(n−2)))). None for n <= 2 or α = 1.

    Source: D. G. Bonett, T. A. Wright, J. Organ. Behav. 36 (2015) 3-15.
    """
    if people <= 2 or items < 2 or value >= 1:
        return None
    middle = math.log(1 - value) - math.log(people / (people - 1))
    half = Z * math.sqrt(2 * items / ((items - 1) * (people - 2)))
    return Interval(1 - math.exp(middle + half), 1 - math.exp(middle - half))


def mean_total(value: float, sd: float, n: int, greatest: float) -> Interval | None:
    """Bounds on a mean of n totals with standard deviation sd (n−1): value ± t·sd/sqrt(n), cut off at 0 and at the
    greatest possible total. None for n < 2 or without spread."""
    if n < 2 or sd == 0:
        return None
    half = student(n - 1) * sd / math.sqrt(n)
    return Interval(max(0.0, value - half), min(greatest, value + half))


def around(value: float, standard_error: float) -> Interval:
    """value ± 1.96 standard errors."""
    return Interval(value - Z * standard_error, value + Z * standard_error)


def student(freedom: int) -> float:
    """Student's t quantile at 97.5 %: exact for 1 and 2 degrees of freedom, within 0.13 % from 3 on.

    Source: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.7.5.
    """
    if freedom == 1:
        return math.tan(math.pi * 0.475)
    if freedom == 2:
        return 0.95 / math.sqrt(0.5 * (1 - 0.95**2))
    terms = (
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92160,
    )
    return Z + math.fsum(term / float(freedom) ** power for power, term in enumerate(terms, start=1))
