"""Of the rows that could be written down, an examination that favours the answer as strongly as wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.anatomy.localization import Localization
from training.anatomy.model import LESION_SIDES, Array, model
from training.anatomy.parameters import above_zero, number
from training.anatomy.patients.rows import Row
from training.anatomy.segments import SEGMENTS
from training.anatomy.tables import DATA, read_table
from training.anatomy.tables import Row as Line

TRIED = 4
"""How many of the drawn examinations that meet a demand are looked at more closely."""
_NUMBERS = ("least", "most", "second", "rival", "chance", "vague")
_COUNTS = ("abnormal_least", "abnormal_most", "normal_least", "normal_most")


@dataclass(frozen=True)
class Demand:
    """What a difficulty asks for.

    least, most: bounds of the answer's probability. second: the most that the next answer may have; rival: the least.
    abnormal, normal: how many rows of each, from and to. chance: how many findings lie elsewhere. vague: how often the
    pain misleads. draws: how many examinations of one patient are compared.
    """

    least: float
    most: float
    second: float
    rival: float
    abnormal: tuple[int, int]
    normal: tuple[int, int]
    chance: int
    vague: float
    draws: int

    def met(self, answer: Array, second: Array) -> NDArray[np.bool_]:
        """Whether the probabilities of the answer and of the next one are as wanted; the answer has at least twice."""
        inside = (answer >= self.least) & (answer <= self.most)
        result: NDArray[np.bool_] = inside & (second <= np.minimum(self.second, answer / 2)) & (second >= self.rival)
        return result


@lru_cache(maxsize=1)
def demands() -> dict[int, Demand]:
    """difficulties.csv by difficulty, 1 to 5."""
    return load_demands()


def load_demands(folder: Path = DATA) -> dict[int, Demand]:
    columns = ("difficulty", *_NUMBERS[:4], *_COUNTS, *_NUMBERS[4:], "draws", "sources", "note")
    found = {}
    for row in read_table(folder, "difficulties.csv", columns):
        least, most, second, rival, chance, vague = (number(row, name) for name in _NUMBERS)
        a, b, c, d = (int(number(row, name)) for name in _COUNTS)
        draws = int(above_zero(row, "draws"))
        demand = Demand(least, most, second, rival, (a, b), (c, d), int(chance), vague, draws)
        found[int(number(row, "difficulty"))] = demand
        _check(row, least, most)
    return found


def _check(row: Line, least: float, most: float) -> None:
    if not 0.5 <= least < most <= 1:
        raise row.fault("least and most must rise from 0.5 to 1: below that the answer is not the best")


@dataclass(frozen=True)
class Candidate:
    """A row that may be taken, and how readily."""

    row: Row
    weight: float


def find(
    answer: str,
    side: str,
    always: Sequence[Row],
    abnormal: Sequence[Candidate],
    normal: Sequence[Candidate],
    demand: Demand,
    random: np.random.Generator,
) -> Iterator[tuple[Row, ...]]:
    """Examinations, with the rows of `always` in each, whose posterior meets the demand or nearly so; often none.

    Only lesions on that side are looked at, so the whole localization has the last word.
    """
    if len(abnormal) < demand.abnormal[0] or len(normal) < demand.normal[0]:
        return
    drawn = [
        _draws(those, count, demand.draws, random)
        for those, count in ((abnormal, demand.abnormal), (normal, demand.normal))
    ]
    taken = np.concatenate(drawn, axis=1)
    logs = taken @ np.stack([_evidence(one.row, side) for one in (*abnormal, *normal)])
    for row in always:
        logs = logs + _evidence(row, side)
    groups, names = _groups()
    shares = _shares(logs, side) @ groups
    here = names.index(answer)
    own = shares[:, here].copy()
    shares[:, here] = 0.0
    candidates = (*abnormal, *normal)
    for place in np.flatnonzero(demand.met(own, shares.max(axis=1)))[:TRIED].tolist():
        yield (*always, *(candidates[kept].row for kept in np.flatnonzero(taken[place]).tolist()))


def leaders(found: Localization) -> tuple[tuple[str, float], tuple[str, float]]:
    """The two best of `standing`, faster."""
    groups, names = _groups()
    shares = found.probabilities @ groups
    first, second = np.argsort(-shares, kind="stable")[:2].tolist()
    return (names[first], float(shares[first])), (names[second], float(shares[second]))


def standing(found: Localization) -> tuple[tuple[str, float], ...]:
    """The answers with their probabilities, the best first: segments, nerves by their names, and the rest."""
    return tuple(sorted((*found.segments, *found.nerves, *found.others), key=lambda one: -one[1]))


def _draws(candidates: Sequence[Candidate], count: tuple[int, int], draws: int, random: np.random.Generator) -> Array:
    """Random choices among the candidates as rows of zeros and ones; the heavier more often.

    Source of the sampling: P. S. Efraimidis, P. G. Spirakis, Information Processing Letters 97 (2006) 181-185.
    """
    weights = np.array([one.weight for one in candidates])
    keys = random.random((draws, len(candidates))) ** (1 / weights)
    rank = (-keys).argsort(axis=1).argsort(axis=1)
    wanted = random.integers(count[0], count[1], size=(draws, 1), endpoint=True)
    result: Array = (rank < wanted).astype(np.float64)
    return result


def _evidence(row: Row, side: str) -> Array:
    """The log likelihood of a row by profile and hypothesis (flat) with the lesion on that side, but for a constant."""
    its = model()
    found = (its.rows(one) for one in row.observations if row.side in (side, "both", "midline"))
    known = [rows.affected for rows in found if rows is not None]
    if not known:
        return np.zeros(its.log_prior[0].size)
    total: Array = known[0] if len(known) == 1 else np.sum(known, axis=0)
    return total


def _shares(logs: Array, side: str) -> Array:
    """The posterior over hypotheses for each of several sums of evidence, with a lesion on that side or on both."""
    its = model()
    logs = logs + _log_prior(side)
    joint = np.exp(logs - logs.max(axis=1, keepdims=True)).reshape(len(logs), -1, its.size).sum(axis=1)
    shares: Array = joint / joint.sum(axis=1, keepdims=True)
    return shares


@lru_cache(maxsize=4)
def _log_prior(side: str) -> Array:
    prior = model().log_prior
    summed: Array = np.logaddexp(prior[LESION_SIDES.index(side)], prior[LESION_SIDES.index("both")]).ravel()
    return summed


@lru_cache(maxsize=1)
def _groups() -> tuple[Array, tuple[str, ...]]:
    """Which hypotheses add up to which answer, a pair split equally between its two: shape (hypotheses, answers)."""
    its = model()
    names = tuple(dict.fromkeys((*SEGMENTS, *(one.name for one in its.hypotheses if not one.segments))))
    groups = np.zeros((its.size, len(names)))
    for place, hypothesis in enumerate(its.hypotheses):
        for name in hypothesis.segments or (hypothesis.name,):
            groups[place, names.index(name)] = 1 / max(1, len(hypothesis.segments))
    return groups, names
