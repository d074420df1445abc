"""Whether a case has become known: answered rightly more often, or fast and rightly more often, than its people answer.

Sources: docs/measurement.md, "Watching the bank". Both thresholds are judgements; neither was simulated.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, median

import numpy as np

from training.measurement.intervals import Interval, wilson
from training.measurement.item_calibration import (
    AUTHOR_ERROR,
    PANEL_ERROR,
    Calibration,
    answer_table,
    calibrate,
    drift,
    expected_right,
    shrunk,
)
from training.measurement.item_flags import LEAKED
from training.measurement.sample_size import TRUSTED

FAST = 0.5  # of the median of the person's other cases, and less
PACED_BY = 5  # other cases of a person before anything can be called fast for them


@dataclass(frozen=True)
class Sight:
    """A first answer to a case. seconds: from the draw to the answer, above 0. difficulty: in logits, as drawn;
    provisional: rated by fewer panel members than needed."""

    person: int
    case: str
    right: bool
    seconds: float
    difficulty: float
    provisional: bool = False


@dataclass(frozen=True)
class Watched:
    """What the first answers to a case say. The latest are the last 30.

    drift: z of the latest right answers over what the people's other answers make one expect; None before there are 30,
    or where the computation does not settle. fast: of the `paced` latest, those of people whose pace is known, how
    many were right in at most half the person's usual time. swift: as a z, how far that lies above the share of such
    answers in all other cases; None before 30.
    """

    answers: int
    right: int
    latest: int
    latest_right: int
    drift: float | None
    paced: int
    fast: int
    swift: float | None

    @property
    def share(self) -> float | None:
        return self.right / self.answers if self.answers else None

    @property
    def latest_share(self) -> float | None:
        return self.latest_right / self.latest if self.latest else None

    @property
    def interval(self) -> Interval | None:
        """95 % of the share of all first answers."""
        return wilson(self.right, self.answers) if self.answers else None

    @property
    def telling(self) -> bool:
        return self.answers >= TRUSTED

    @property
    def suspected(self) -> bool:
        """Whether one of the two lies above what chance explains."""
        return any(z is not None and z > LEAKED for z in (self.drift, self.swift))


def watch(sights: Iterable[Sight]) -> dict[str, Watched]:
    """Of the cases of one bank by their names. sights: oldest first; each person's first to a case."""
    every = list(sights)
    by_case: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(every):
        by_case[one.case].append(place)
    paced = fast_and_right(every)
    known = [one for one in paced if one is not None]
    table = _Table(every) if any(len(places) >= TRUSTED for places in by_case.values()) else None
    found = {}
    for case, places in by_case.items():
        latest = places[-TRUSTED:]
        mine = [one for one in (paced[place] for place in latest) if one is not None]
        all_mine = [one for one in (paced[place] for place in places) if one is not None]
        found[case] = Watched(
            answers=len(places),
            right=sum(every[place].right for place in places),
            latest=len(latest),
            latest_right=sum(every[place].right for place in latest),
            drift=table.drift(case, [every[place] for place in latest]) if table else None,
            paced=len(mine),
            fast=sum(mine),
            swift=swift(mine, sum(known) - sum(all_mine), len(known) - len(all_mine)),
        )
    return found


def swift(fast: Sequence[bool], elsewhere: int, of: int) -> float | None:
    """How far fast right answers lie above their share in other cases, (elsewhere + ½)/(of + 1); None below 30.

    The z that a normal variable exceeds as rarely as chance gives so many or more, by the binomial distribution: they
    are rare, so that their own z would be large too often. Between −8 and 8.
    """
    if len(fast) < TRUSTED:
        return None
    share, number = (elsewhere + 0.5) / (of + 1), len(fast)
    tail = sum(math.comb(number, k) * share**k * (1 - share) ** (number - k) for k in range(sum(fast), number + 1))
    return max(-8.0, min(8.0, NormalDist().inv_cdf(1 - min(1 - 1e-15, max(1e-15, tail)))))


def fast_and_right(sights: Sequence[Sight]) -> list[bool | None]:
    """Of each sight whether it was right and fast for its person; None where too little is known of the pace."""
    times: dict[int, list[float]] = defaultdict(list)
    for one in sights:
        times[one.person].append(one.seconds)
    for several in times.values():
        several.sort()
    found: list[bool | None] = []
    for one in sights:
        usual = median_without(times[one.person], one.seconds)
        found.append(None if usual is None else one.right and one.seconds <= FAST * usual)
    return found


def median_without(ordered: Sequence[float], value: float) -> float | None:
    """The median of the others, of an ordered row that holds the value; None where fewer than five are left."""
    if len(ordered) - 1 < PACED_BY:
        return None
    place = bisect_left(ordered, value)
    return median([*ordered[:place], *ordered[place + 1 :]])


class _Table:
    """The answers as people by cases, with the difficulties that they and the ratings make probable."""

    def __init__(self, sights: Sequence[Sight]) -> None:
        rated = {one.case: (one.difficulty, one.provisional) for one in sights}  # the latest draw's
        self.cases = {case: column for column, case in enumerate(rated)}
        people = list(dict.fromkeys(one.person for one in sights))
        self.rows = {person: row for row, person in enumerate(people)}
        first = {(one.person, one.case): one.right for one in reversed(sights)}
        self.values = answer_table(first, people, list(rated))
        errors = [AUTHOR_ERROR if provisional else PANEL_ERROR for _, provisional in rated.values()]
        found = calibrate(self.values, shrunk([difficulty for difficulty, _ in rated.values()], errors))
        self.calibration: Calibration | None = found if found.settled else None

    def drift(self, case: str, latest: Sequence[Sight]) -> float | None:
        if self.calibration is None or len(latest) < TRUSTED:
            return None
        answers = self.values[np.array([self.rows[one.person] for one in latest])]
        expected = expected_right(answers, self.calibration, self.cases[case])
        return drift(expected.tolist(), [one.right for one in latest])
