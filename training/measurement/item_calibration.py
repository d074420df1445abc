"""The difficulty of a case when few people have met it: the panel's rating first, moved by answers.

Posterior mode: ability ~ N(μ, σ²), both estimated; difficulty b ~ N(prior, τ²) around the panel's shrunk rating; Rasch
model between. Difficulties stay at the panel's level: their mean is that of the priors, for answers alone cannot tell
hard cases from weak people. Compare that level with people whom tutors call borderline. σ is kept from vanishing in a
tiny cohort by two imagined people of SD 1.
Source: docs/measurement.md, "Difficulty from a panel and few answers" (simulated there); EM as R. D. Bock, M. Aitkin,
Psychometrika 46 (1981) 443-459.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from training.measurement import intervals
from training.measurement.intervals import Interval
from training.measurement.marks import Floats
from training.measurement.sample_size import TRUSTED

PANEL_ERROR = 0.7  # logits, the SD of (rating − truth) of a panel of three
AUTHOR_ERROR = 1.0  # the same of an author alone on a scale of five; a judgement, not measured
AUTHOR_SHARES = {1: 0.9, 2: 0.75, 3: 0.6, 4: 0.45, 5: 0.3}  # what an estimate means as an Angoff rating; a judgement
USUAL_SPREAD = 1.0  # logits, the SD of true difficulties, where too few ratings tell
FEWEST_RATERS = 3
_POINTS = np.linspace(-4.0, 4.0, 31)
_MASS = np.exp(-(_POINTS**2) / 2) / np.exp(-(_POINTS**2) / 2).sum()
_ENOUGH_ITEMS = 10  # to learn a spread from
_PRIOR_PEOPLE = 2.0  # imagined
_Person = TypeVar("_Person", bound=Hashable)
_Item = TypeVar("_Item", bound=Hashable)


class Prior(NamedTuple):
    """Where each difficulty stands before anybody answers: mean and standard deviation, in logits."""

    means: Floats
    sds: Floats


@dataclass(frozen=True)
class Calibrated:
    """One case. difficulty, its standard error and 95 % interval in logits; answers: first attempts it rests on;
    chance: that a just-competent person (ability 0) gets it right; calibrated: at least 30 answers."""

    difficulty: float
    standard_error: float
    interval: Interval
    answers: int
    chance: float
    calibrated: bool


@dataclass(frozen=True)
class Calibration:
    """All cases, and what was learnt of the people: mean and SD of their ability relative to the standard."""

    items: list[Calibrated]
    ability_mean: float
    ability_sd: float
    settled: bool

    @property
    def difficulties(self) -> Floats:
        return np.array([one.difficulty for one in self.items])


def rating(shares: Sequence[float]) -> float:
    """The panel's difficulty in logits: −ln(r/(1−r)) of the mean Angoff rating r, kept within 2 to 98 %.

    shares: each rater's share of just-competent people who get it right, 0 to 1; at least one, else ValueError. With
    fewer than three raters the rating is provisional.
    """
    if not shares or any(not 0 <= share <= 1 for share in shares):
        raise ValueError("one rating or more, from 0 to 1")
    mean = min(0.98, max(0.02, sum(shares) / len(shares)))
    return -math.log(mean / (1 - mean))


def author_rating(estimate: int) -> float:
    """An author's difficulty from 1 (easy) to 5 in logits, until a panel has rated; its error is AUTHOR_ERROR."""
    return rating([AUTHOR_SHARES[estimate]])


def shrunk(
    ratings: Sequence[float], error: float | Sequence[float] = PANEL_ERROR, spread: float | None = None
) -> Prior:
    """Priors from ratings in logits: mean + k·(rating − mean), sd = e·sqrt(k), with k = V/(V + e²).

    error: e, the SD of (rating − truth), above 0, for all or for each. spread: sqrt(V), the SD of the true
    difficulties; without it V is the variance of the ratings (n−1) less the mean of e², at least 0.3², from ten
    ratings on, else 1.
    """
    given = np.asarray(ratings, dtype=np.float64)
    errors = np.broadcast_to(np.asarray(error, dtype=np.float64), given.shape)
    if spread is None:
        known = len(given) >= _ENOUGH_ITEMS
        left = float(given.var(ddof=1)) - float((errors**2).mean()) if known else 0.0
        spread = math.sqrt(max(0.09, left)) if known else USUAL_SPREAD
    k = spread**2 / (spread**2 + errors**2)
    middle = float(given.mean()) if len(given) else 0.0
    return Prior(middle + k * (given - middle), errors * np.sqrt(k))


def first_attempts(answers: Iterable[tuple[_Person, _Item, bool]]) -> dict[tuple[_Person, _Item], bool]:
    """Of answers, oldest first, each person's first to each item: the only one that counts."""
    first: dict[tuple[_Person, _Item], bool] = {}
    for person, item, right in answers:
        first.setdefault((person, item), right)
    return first


def answer_table(first: dict[tuple[_Person, _Item], bool], people: Sequence[_Person], items: Sequence[_Item]) -> Floats:
    """People by items: 1 right, 0 wrong, NaN not met."""
    rows, columns = ({one: place for place, one in enumerate(ones)} for ones in (people, items))
    table = np.full((len(rows), len(columns)), np.nan)
    for (person, item), right in first.items():
        if person in rows and item in columns:
            table[rows[person], columns[item]] = right
    return table


def calibrate(answers: Floats, prior: Prior) -> Calibration:
    """Posterior modes of the difficulties. answers: people by items, 1, 0 or NaN, first attempts only.

    SE = 1/sqrt(information + 1/τ²), where the information of the item's answers is that of the marginal likelihood:
    Σ over people of E[p(1−p)] − Var(p), the last for not knowing their ability.
    Raises ValueError for a table that does not fit the priors, another mark, or a prior without spread.
    """
    if answers.ndim != 2 or answers.shape[1] != len(prior.means) or prior.means.shape != prior.sds.shape:
        raise ValueError("a table with one column for each prior")
    if bool((prior.sds <= 0).any()):
        raise ValueError("a prior needs a standard deviation above 0")
    seen = ~np.isnan(answers)
    if not bool(np.isin(answers[seen], (0.0, 1.0)).all()):
        raise ValueError("an answer is 1 or 0")
    met = seen.any(axis=1)
    right, seen = np.where(seen, answers, 0.0)[met], seen[met].astype(np.float64)
    difficulty, mean, sd, settled = _expectation_maximisation(right, seen, prior)
    posterior = _posterior(right, seen, difficulty, mean, sd)
    chance = _chance(mean + sd * _POINTS, difficulty)
    expected = posterior @ chance
    square = posterior @ chance**2
    information = (seen * (expected - square - (square - expected**2))).sum(axis=0)
    errors = 1 / np.sqrt(information.clip(0) + 1 / prior.sds**2)
    numbers = seen.sum(axis=0).astype(int)
    items = [
        Calibrated(
            float(b), float(se), intervals.around(float(b), float(se)), int(n), 1 / (1 + math.exp(b)), int(n) >= TRUSTED
        )
        for b, se, n in zip(difficulty, errors, numbers, strict=True)
    ]
    return Calibration(items, mean, sd, settled)


def _expectation_maximisation(right: Floats, seen: Floats, prior: Prior) -> tuple[Floats, float, float, bool]:
    difficulty = prior.means.copy()
    mean, sd = 0.0, 1.0
    if not len(right):
        return difficulty, mean, sd, True
    precision = 1 / prior.sds**2
    for _ in range(500):
        posterior = _posterior(right, seen, difficulty, mean, sd)
        abilities = mean + sd * _POINTS
        taken, won = seen.T @ posterior, right.T @ posterior
        new = difficulty
        for _ in range(3):  # Newton steps for each item
            chance = _chance(abilities, new).T
            slope = (taken * chance - won).sum(axis=1) - (new - prior.means) * precision
            new = new + slope / ((taken * chance * (1 - chance)).sum(axis=1) + precision)
        whole = posterior.sum(axis=0)
        mean_now = float(whole @ abilities) / len(right)
        variance = float(whole @ (abilities - mean_now) ** 2)
        sd_now = math.sqrt((variance + _PRIOR_PEOPLE) / (len(right) + _PRIOR_PEOPLE))
        level = float(
            precision @ (new - prior.means) / precision.sum()
        )  # moving everything alike changes no likelihood; the prior fixes it
        change = max(float(np.abs(new - level - difficulty).max()), abs(mean_now - level - mean), abs(sd_now - sd))
        difficulty, mean, sd = new - level, mean_now - level, sd_now
        if change < 1e-6:
            return difficulty, mean, sd, True
    return difficulty, mean, sd, False


def _chance(abilities: Floats, difficulty: Floats) -> Floats:
    """Points by items."""
    return np.asarray(1 / (1 + np.exp((difficulty[None, :] - abilities[:, None]).clip(-500, 500))))


def _posterior(right: Floats, seen: Floats, difficulty: Floats, mean: float, sd: float) -> Floats:
    """People by points: how probable each ability is for each person."""
    logit = (mean + sd * _POINTS)[:, None] - difficulty[None, :]
    log = right @ logit.T - seen @ np.logaddexp(0.0, logit).T + np.log(_MASS)[None, :]
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def panel_error(answers: Floats, ratings: Sequence[float], start: float = PANEL_ERROR) -> float | None:
    """How far the panel's ratings lie from the truth, learnt from the answers: the SD e, from 0.2 to 3 logits.

    None before ten items have 30 answers each; only those count. By EM over e and the spread of the true difficulties:
    e² = mean of (b − rating)² + SE², both centred.
    """
    enough = (~np.isnan(answers)).sum(axis=0) >= TRUSTED
    if enough.sum() < _ENOUGH_ITEMS:
        return None
    table, given = answers[:, enough], np.asarray(ratings, dtype=np.float64)[enough]
    given = given - given.mean()
    error, spread = start, USUAL_SPREAD
    for _ in range(60):
        found = calibrate(table, shrunk(given.tolist(), error, spread))
        b = found.difficulties - found.difficulties.mean()
        unsure = float(np.mean([one.standard_error**2 for one in found.items]))
        new = min(3.0, max(0.2, math.sqrt(float(((b - given) ** 2).mean()) + unsure)))
        spread = math.sqrt(float((b**2).mean()) + unsure)
        if abs(new - error) < 1e-3:
            return new
        error = new
    return error


def expected_right(answers: Floats, calibration: Calibration, item: int) -> Floats:
    """For each person the chance to get the item right, judged by the person's other answers; NaN if not met."""
    others = answers.copy()
    others[:, item] = np.nan
    seen = ~np.isnan(others)
    posterior = _posterior(
        np.where(seen, others, 0.0),
        seen.astype(np.float64),
        calibration.difficulties,
        calibration.ability_mean,
        calibration.ability_sd,
    )
    abilities = calibration.ability_mean + calibration.ability_sd * _POINTS
    chance = posterior @ _chance(abilities, calibration.difficulties)[:, item]
    return np.where(np.isnan(answers[:, item]), np.nan, chance)


def drift(expected: Sequence[float], right: Sequence[bool], window: int = 30) -> float | None:
    """How far the latest first attempts, oldest first, lie above what was expected: z = (Σx − Σp)/sqrt(Σp(1−p)).

    Over the last `window`; None before there are so many. Above 3 the case has probably leaked: retire it. Below −3 it
    has become harder, or its key wrong.
    """
    if len(expected) != len(right):
        raise ValueError("as many expectations as answers")
    if len(right) < window:
        return None
    p = np.asarray(expected[-window:], dtype=np.float64)
    return float((sum(right[-window:]) - p.sum()) / math.sqrt(float((p * (1 - p)).sum())))
