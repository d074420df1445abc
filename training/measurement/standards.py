"""Where a standard lies, and how surely: borderline regression for stations, modified Angoff for written exams.

Shares run from 0 to 1. No figure is given without its error, since few people or few judges leave much of it open.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

from training.measurement.intervals import Interval

FEWEST_SCORES = 10  # candidates at a station: below that a line through them says nothing
TRUSTED_SCORES = 30
FEWEST_JUDGES = 3
STABLE_JUDGES = 10  # from so many on a cut hardly moves with who is asked
BORDERLINE = 2  # on the scale fail 1, borderline 2, clear pass 3, good 4, excellent 5
RATINGS = (1, 2, 3, 4, 5)
LOOK = 1.0  # standard errors between score and cut within which somebody looks a second time

Doubt = Literal["few", "one-rating", "none-borderline", "not-rising", "off-scale"]
Outcome = Literal["passed", "second-look", "not-yet"]


@dataclass(frozen=True)
class BorderlineCut:
    """The line of scores over ratings, and the cut where it meets the borderline rating.

    cut, error, low, high: the unit of the scores; `error` is the standard error of the line there, low and high bound
    the cut with 95 %. residual: the SD of scores around the line. r_squared: the share of their variance it explains.
    """

    people: int
    intercept: float
    slope: float
    residual: float
    r_squared: float
    cut: float
    error: float
    low: float
    high: float

    def at(self, rating: float) -> float:
        """The score that the line expects with a rating."""
        return self.intercept + self.slope * rating


def borderline_regression(
    scores: Sequence[float], ratings: Sequence[float], borderline: float = BORDERLINE
) -> BorderlineCut | None:
    """Least squares of score on rating, read at the borderline rating; None where no line can be drawn.

    A line needs three people, two different ratings. error = s·sqrt(1/n + (b − mean)²/Sxx), s² = residual sum of
    squares / (n − 2); the interval is cut ± t(n − 2)·error. Scores and ratings are pairs, else ValueError.
    Source: simple linear regression, confidence interval of the mean response (N. Draper, H. Smith, Applied Regression
    Analysis); its use for a cut: docs/standard-setting.md.
    """
    n = len(scores)
    if n != len(ratings):
        raise ValueError("a score and a rating of each person")
    if n < 3 or len(set(ratings)) < 2:
        return None
    x, y = fmean(ratings), fmean(scores)
    sxx = sum((one - x) ** 2 for one in ratings)
    slope = sum((one - x) * (score - y) for one, score in zip(ratings, scores, strict=True)) / sxx
    intercept = y - slope * x
    left = sum((score - intercept - slope * one) ** 2 for one, score in zip(ratings, scores, strict=True))
    whole = sum((score - y) ** 2 for score in scores)
    residual = math.sqrt(left / (n - 2))
    cut = intercept + slope * borderline
    error = residual * math.sqrt(1 / n + (borderline - x) ** 2 / sxx)
    half = student_t(n - 2) * error
    explained = 1 - left / whole if whole > 0 else 0.0
    return BorderlineCut(n, intercept, slope, residual, explained, cut, error, cut - half, cut + half)


def doubts(scores: Sequence[float], ratings: Sequence[int]) -> tuple[Doubt, ...]:
    """Why a cut by regression must not decide; empty when it may.

    Nobody at borderline or below means that the line was drawn beyond what was seen.
    """
    found: list[Doubt] = []
    if len(scores) < FEWEST_SCORES:
        found.append("few")
    if len(set(ratings)) < 2:
        found.append("one-rating")
    elif min(ratings) > BORDERLINE:
        found.append("none-borderline")
    line = borderline_regression(scores, ratings)
    if line is not None and line.slope <= 0:
        found.append("not-rising")
    elif line is not None and not 0 < line.cut <= 1:
        found.append("off-scale")
    return tuple(found)


# --- a checklist -----------------------------------------------------------------------------------------------


def checklist_share(weights: Sequence[int], done: Sequence[bool]) -> float:
    """The weight of what was done over the weight of all. Weights are above 0, one for each item, else ValueError."""
    if not weights or len(weights) != len(done) or min(weights) <= 0:
        raise ValueError("a weight above 0 and a mark for each item")
    return sum(weight for weight, one in zip(weights, done, strict=True) if one) / sum(weights)


def checklist_error(share: float, weights: Sequence[int]) -> float:
    """The standard error of measurement of a checklist's share, had other items of the kind been asked.

    sqrt(p(1 − p)/(n − 1)): the binomial error of F. M. Lord, Educ. Psychol. Meas. 15 (1955) 325-336, as a share. Items
    of unequal weight count as n = (Σw)²/Σw² equal ones (L. Kish, Survey Sampling, 1965). ValueError for one item.
    """
    equal = sum(weights) ** 2 / sum(one * one for one in weights)
    if equal <= 1:
        raise ValueError("at least two items")
    return math.sqrt(max(0.0, share * (1 - share)) / (equal - 1))


def outcome_of(share: float, error: float, cut: float, cut_error: float, *, critical_missed: bool) -> Outcome:
    """What a score says: a critical item that was missed is never made up for.

    Within one standard error of the difference, sqrt(error² + cut_error²), of the cut the score says neither: somebody
    looks a second time. Outside it reaching the cut passes.
    """
    if critical_missed:
        return "not-yet"
    away = share - cut
    if abs(away) < LOOK * math.hypot(error, cut_error) - 1e-9:
        return "second-look"
    return "passed" if away >= -1e-9 else "not-yet"


# --- Angoff ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemSpread:
    """What the judges said of one item; deviation with n − 1, None for one judge."""

    mean: float
    deviation: float | None
    low: float
    high: float


@dataclass(frozen=True)
class AngoffCut:
    """The mean of the judges' own cuts. deviation: their SD; error: of the cut; low, high: its 95 % interval.

    Deviation, error and interval are None below two judges.
    """

    judges: int
    items: tuple[ItemSpread, ...]
    cuts: tuple[float, ...]
    cut: float
    deviation: float | None
    error: float | None
    interval: Interval | None


def angoff(ratings: Sequence[Sequence[float]]) -> AngoffCut:
    """The cut of a sheet, judges × items, each a share from 0 to 1; ValueError for gaps or an empty sheet.

    A judge's cut is the mean of their items, the cut the mean of the judges'. error = SD(cuts)/sqrt(judges), the
    interval cut ± t(judges − 1)·error. Source: R. G. MacCann, G. Stanley, Pract. Assess. Res. Eval. 9 (2004) 5, the
    "central limit theorem" method; it takes judges for independent, which they are in the first round only.
    """
    if not ratings or not ratings[0] or len({len(row) for row in ratings}) != 1:
        raise ValueError("at least one judge, and a rating of each item by each")
    items = tuple(spread([row[number] for row in ratings]) for number in range(len(ratings[0])))
    cuts = tuple(fmean(row) for row in ratings)
    cut, count = fmean(cuts), len(cuts)
    if count < 2:
        return AngoffCut(count, items, cuts, cut, None, None, None)
    deviation = stdev(cuts)
    error = deviation / math.sqrt(count)
    half = student_t(count - 1) * error
    return AngoffCut(count, items, cuts, cut, deviation, error, Interval(max(0.0, cut - half), min(1.0, cut + half)))


def spread(shares: Sequence[float]) -> ItemSpread:
    return ItemSpread(fmean(shares), stdev(shares) if len(shares) > 1 else None, min(shares), max(shares))


# --- Student's t -----------------------------------------------------------------------------------------------


def student_t(freedom: int, inside: float = 0.95) -> float:
    """The t between whose negative and positive value lies `inside` of the distribution. ValueError for freedom < 1.

    By halving on the finite series for whole degrees of freedom: Abramowitz and Stegun 26.7.3 and 26.7.4.
    """
    if freedom < 1 or not 0 < inside < 1:
        raise ValueError("freedom from 1 on, and a share between 0 and 1")
    low, high = 0.0, 1.0
    while student_inside(high, freedom) < inside:
        low, high = high, high * 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if student_inside(middle, freedom) < inside else (low, middle)
    return (low + high) / 2


def student_inside(t: float, freedom: int) -> float:
    """How much of Student's distribution lies between −t and t, for t >= 0."""
    angle = math.atan(t / math.sqrt(freedom))
    odd = freedom % 2 == 1
    square = math.cos(angle) ** 2
    term, total = (math.cos(angle), 0.0) if odd else (1.0, 0.0)
    for number in range(freedom // 2):
        total += term
        step = 2 * number + (2 if odd else 1)
        term *= square * step / (step + 1)
    if odd:
        return 2 / math.pi * (angle + math.sin(angle) * total)
    return math.sin(angle) * total
