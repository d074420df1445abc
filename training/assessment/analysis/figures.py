"""The figures of questions from their answers, a whole test at a time; nothing here knows a database.

The test of a quiz question is its quiz, that of a case's question all cases of its bank: the rest score, against which
discrimination and options are seen, is the share right of the other questions of that test.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from training.assessment.analysis.readings import Reading, Response, reading, segments_answered
from training.assessment.analysis.subjects import Subject
from training.measurement import intervals
from training.measurement.item_calibration import (
    AUTHOR_ERROR,
    USUAL_SPREAD,
    Calibrated,
    Calibration,
    author_rating,
    calibrate,
    drift,
    expected_right,
    shrunk,
)
from training.measurement.item_flags import Flag, flags
from training.measurement.item_statistics import ItemStatistics, item_statistics, pearson
from training.measurement.marks import Floats, Marks
from training.measurement.option_counts import OptionCount, OptionTable, score_groups
from training.measurement.sample_size import TRUSTED, Standing, standing

GROUPS = 3
# What an author should look at first.
URGENCY = (
    Flag.NEGATIVE,
    Flag.SUSPECT_KEY,
    Flag.LEAKED,
    Flag.HARDER,
    Flag.HARD,
    Flag.WEAK,
    Flag.UNUSED,
    Flag.RARE,
)


@dataclass(frozen=True)
class Figures:
    """What the answers say of one question. `difficulty` starts from the author's estimate and moves with answers."""

    subject: Subject
    statistics: ItemStatistics
    flags: tuple[Flag, ...]
    difficulty: Calibrated

    @property
    def n(self) -> int:
        return self.statistics.n

    @property
    def facility_standing(self) -> Standing:
        return standing("facility", self.n)

    @property
    def discrimination_standing(self) -> Standing:
        return standing("discrimination", self.statistics.discrimination_n)

    @property
    def facility(self) -> float | None:
        """None where too few people answered to say."""
        return None if self.facility_standing is Standing.HIDDEN else self.statistics.facility

    @property
    def discrimination(self) -> float | None:
        """None where too few people answered to say, or it has no meaning."""
        return None if self.discrimination_standing is Standing.HIDDEN else self.statistics.discrimination

    @property
    def urgency(self) -> tuple[int, int]:
        """Sorts the oddest first."""
        return min((URGENCY.index(one) for one in self.flags), default=len(URGENCY)), -self.n


@dataclass
class Pool:
    """The questions of one test with everybody's marks: people by questions, NaN where somebody did not answer."""

    subjects: Sequence[Subject]
    rows: list[list[int]] = field(init=False)  # for each subject the rows of `values` of those who answered, in order
    values: Floats = field(init=False)

    def __post_init__(self) -> None:
        people: dict[int, int] = {}
        for subject in self.subjects:
            for row in subject.rows:
                people.setdefault(row.person, len(people))
        self.values = np.full((len(people), len(self.subjects)), np.nan)
        self.rows = []
        for column, subject in enumerate(self.subjects):
            places = [people[row.person] for row in subject.rows]
            self.values[places, column] = [row.right for row in subject.rows]
            self.rows.append(places)

    @property
    def marks(self) -> Marks:
        return Marks(tuple(subject.name for subject in self.subjects), self.values)

    @cached_property
    def totals(self) -> tuple[Floats, Floats]:
        """For each person how many were right, and how many answered."""
        seen = ~np.isnan(self.values)
        return np.where(seen, self.values, 0.0).sum(axis=1), seen.sum(axis=1).astype(np.float64)

    @cached_property
    def calibration(self) -> Calibration:
        ratings = [author_rating(min(5, max(1, subject.difficulty))) for subject in self.subjects]
        # How far difficulties spread cannot be had from authors' ratings, whose own error is no more than a judgement.
        return calibrate(self.values, shrunk(ratings, AUTHOR_ERROR, USUAL_SPREAD))

    def rest(self, column: int) -> Floats:
        """The rest scores of those who answered a question, in the order of its answers; NaN without any other."""
        right, number = (one[self.rows[column]] for one in self.totals)
        mine = self.values[self.rows[column], column]
        others = number - 1
        return np.where(others > 0, (right - mine) / others.clip(1), np.nan)

    def options(self, column: int, how: Reading) -> OptionTable:
        return tally([row.response for row in self.subjects[column].rows], how, self.rest(column))

    def drift(self, column: int) -> float | None:
        """How far the latest answers lie above what these people's other answers made one expect."""
        rows = self.rows[column][-TRUSTED:]
        if len(rows) < TRUSTED:
            return None
        latest = self.values[rows]
        return drift(expected_right(latest, self.calibration, column).tolist(), (latest[:, column] == 1).tolist())

    def figures(self) -> list[Figures]:
        """Of every question."""
        return [self._of(column, one) for column, one in enumerate(item_statistics(self.marks))]

    def figures_of(self, column: int) -> Figures:
        """Of one question, seen against the whole test."""
        return self._of(column, item_statistics(self.marks)[column])

    def _of(self, column: int, one: ItemStatistics) -> Figures:
        odd = flags(one, self._telling_options(column, one), self.drift(column))
        return Figures(self.subjects[column], one, tuple(self._kept(column, odd)), self.calibration.items[column])

    def _telling_options(self, column: int, one: ItemStatistics) -> OptionTable | None:
        question = self.subjects[column].question
        if one.n < TRUSTED or question.kind not in ("choice", "choices", "segment"):
            return None
        if question.kind == "segment":
            given = responses({row.response for row in self.subjects[column].rows})
            return self.options(column, segments_answered(question, given))
        return self.options(column, reading(question))

    def _kept(self, column: int, odd: Iterable[Flag]) -> Iterable[Flag]:
        """On the spine nobody expects every segment to be taken."""
        if self.subjects[column].question.kind != "segment":
            return odd
        return (one for one in odd if one not in (Flag.UNUSED, Flag.RARE))


def pools(subjects: Iterable[Subject]) -> list[Pool]:
    """The subjects by the test they belong to."""
    by_pool: dict[str, list[Subject]] = {}
    for subject in subjects:
        by_pool.setdefault(subject.pool, []).append(subject)
    return [Pool(members) for members in by_pool.values()]


def tally(given: Sequence[str], how: Reading, rest: Floats) -> OptionTable:
    """`measurement.option_counts` of answers as they are stored: the same figures, for many items at once.

    given: stored responses; rest: each person's rest score, NaN where there is none.
    """
    different = list(dict.fromkeys(given))
    place = {text: number for number, text in enumerate(different)}
    taken = [set(how.read(one)) for one in responses(different)]
    member = np.array([[option in took for option in how.options] for took in taken], dtype=np.float64)
    took = member.reshape(len(different), len(how.options))[[place[text] for text in given]]
    known = ~np.isnan(rest)
    group = score_groups(rest, GROUPS)
    n = len(given)
    counts = [
        OptionCount(
            option=option,
            is_key=option in how.keys,
            count=int(column.sum()),
            share=float(column.mean()) if n else 0.0,
            share_interval=intervals.wilson(int(column.sum()), n) if n else intervals.Interval(0.0, 1.0),
            mean_rest_score=float(rest[known & (column > 0)].mean()) if (known & (column > 0)).any() else None,
            correlation=pearson(column[known], rest[known]),
            by_group=[int(column[group == one].sum()) for one in range(GROUPS)],
        )
        for option, column in zip(how.options, took.T, strict=True)
    ]
    return OptionTable(n, 0, [int((group == one).sum()) for one in range(GROUPS)], counts if n else [])


def responses(texts: Iterable[str]) -> list[Response]:
    return [json.loads(text) for text in texts]


def by_frequency(subject: Subject) -> list[Response]:
    """The different answers to this wording, most frequent first."""
    return responses(text for text, _ in Counter(row.response for row in subject.rows).most_common())
