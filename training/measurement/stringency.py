"""How strictly somebody rates beside others who rated the same people.

For each person i whom the assessor rated m_i times and others k_i times, with means a_i and b_i:

    d_i = a_i - b_i                 above 0: higher (more lenient) than the others; below 0: stricter
    w_i = 1 / (1/m_i + 1/k_i)       d_i varies by s² / w_i
    D   = sum(w_i d_i) / sum(w_i)   over the people both have rated
    D ± t(f) · s / sqrt(sum(w_i))

Comparing within the same people takes out that one assessor met better trainees than another, which a plain mean does
not. s² is what ratings of one person vary by, pooled over everybody with two ratings or more: sum of squares about each
person's mean, divided by f = sum(n_i - 1). That variance holds the differences among assessors too, so that the
interval is rather too wide than too narrow. It is never taken below 1/12: a whole level hides half a step either way, and
a rectangular distribution of width 1 has that variance; else a few equal ratings would look certain.

Source: weighted least squares for a difference of two means within blocks, a textbook result (D. C. Montgomery, Design
and Analysis of Experiments, the chapter on incomplete block designs; from general knowledge, no page was looked up).
That an assessor's stringency is what limits such ratings, and that it should be shown: docs/observed-practice.md.

What it cannot say: two assessors see one person in different encounters, of different difficulty, at different times;
somebody who watches mostly early ones looks strict. With three assessors, one lenient colleague makes the two others look
strict. So it is something to talk about, never a correction of a rating, and below `LEAST_SHARED` people it is grey.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from training.measurement.intervals import Interval, student
from training.measurement.sample_size import Standing

LEAST_SHARED = (
    5  # people; a judgement: at s = 0.8 and one rating by each of two, the interval is then about ±1.1 levels
)
LEAST_OTHERS = 2  # one other assessor is no group
LEAST_VARIANCE = 1 / 12


class Rating(NamedTuple):
    """One rating of a person by an assessor; the ids are anybody's, the level is 1 to 5."""

    assessor: int
    person: int
    level: float


@dataclass(frozen=True)
class Stringency:
    """An assessor beside the others. `difference` is in levels, above 0 for more lenient; None when nobody is shared.

    `ratings` are all of theirs with this `mean`; `shared` the people whom others rated too, `others` how many others.
    """

    assessor: int
    ratings: int
    mean: float
    shared: int
    others: int
    difference: float | None
    interval: Interval | None

    @property
    def standing(self) -> Standing:
        """Whether it is shown, greyed for too few people or too few others, or cannot be said."""
        if self.difference is None:
            return Standing.HIDDEN
        enough = self.shared >= LEAST_SHARED and self.others >= LEAST_OTHERS
        return Standing.SHOWN if enough else Standing.GREY


def stringency(ratings: Iterable[Rating]) -> dict[int, Stringency]:
    """Each assessor among these ratings, by id."""
    by_person: dict[int, dict[int, list[float]]] = {}
    by_assessor: dict[int, list[Rating]] = {}
    for one in ratings:
        by_person.setdefault(one.person, {}).setdefault(one.assessor, []).append(one.level)
        by_assessor.setdefault(one.assessor, []).append(one)
    variance, freedom = _within(by_person)
    return {
        assessor: _of(assessor, own, by_person, max(variance, LEAST_VARIANCE), freedom)
        for assessor, own in by_assessor.items()
    }


def _within(by_person: Mapping[int, Mapping[int, list[float]]]) -> tuple[float, int]:
    """What ratings of one person vary by, and its degrees of freedom."""
    squares, freedom = 0.0, 0
    for of_person in by_person.values():
        levels = [level for one in of_person.values() for level in one]
        mean = math.fsum(levels) / len(levels)
        squares += math.fsum((level - mean) ** 2 for level in levels)
        freedom += len(levels) - 1
    return (squares / freedom if freedom else 0.0), freedom


def _of(
    assessor: int,
    own: list[Rating],
    by_person: Mapping[int, Mapping[int, list[float]]],
    variance: float,
    freedom: int,
) -> Stringency:
    differences, weights = [], []
    others: set[int] = set()
    for person in {one.person for one in own}:
        mine = by_person[person][assessor]
        theirs = [level for who, levels in by_person[person].items() if who != assessor for level in levels]
        if theirs:
            others.update(who for who in by_person[person] if who != assessor)
            differences.append(math.fsum(mine) / len(mine) - math.fsum(theirs) / len(theirs))
            weights.append(1 / (1 / len(mine) + 1 / len(theirs)))
    mean = math.fsum(one.level for one in own) / len(own)
    if not weights:
        return Stringency(assessor, len(own), mean, 0, 0, None, None)
    together = math.fsum(weights)
    value = math.fsum(weight * one for weight, one in zip(weights, differences, strict=True)) / together
    half = student(freedom) * math.sqrt(variance / together)
    return Stringency(assessor, len(own), mean, len(weights), len(others), value, Interval(value - half, value + half))
