"""Rasch difficulties by conditional maximum likelihood: no assumption about the people's abilities is needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.measurement.conditional import Conditional, Groups, conditional
from training.measurement.marks import Bools, Floats, Marks

_LAST_STEP = 3e-6  # logits; Newton's method squares the error, so what is left after it is below 1e-10
_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True)
class RaschFit:
    """Difficulties in logits, summing to 0 over the items that have one; NaN for the others.

    people: those who count; perfect, zero: people with every or no answer right (of the items with a difficulty), who
    say nothing of differences between items; log_likelihood: conditional, of the answers given the totals.
    """

    difficulties: Floats
    standard_errors: Floats
    people: int
    perfect: int
    zero: int
    log_likelihood: float
    converged: bool


def fit(marks: Marks) -> RaschFit | None:
    """Estimate the difficulties; None where no two items can be compared. Every mark must be 0 or 1, else ValueError.

    Maximises Σ over people of ln P(answers | total, items seen) by Newton's method; gaps need no filling in, for each
    person counts with the items seen. Standard errors are roots of the diagonal of the pseudo-inverse of the observed
    information, as belongs to "sum zero". Items can be compared when for every way of parting them in two somebody got
    one of the first right and one of the second wrong, and somebody the reverse; the largest such set is estimated, so
    an item that all or none got right has no difficulty.
    Source: E. B. Andersen, J. R. Stat. Soc. B 32 (1970) 283-301; G. H. Fischer, Psychometrika 46 (1981) 59-77.
    """
    if not marks.binary_items().all():
        raise ValueError("the Rasch model is for marks of 0 and 1")
    wins = _wins(marks.values)
    kept = _comparable(wins > 0)
    if kept.sum() < 2:
        return None
    values = marks.values[:, kept]
    groups, perfect, zero = _grouped(values)
    right = np.nansum(values[_informative(values)], axis=0)
    found, at, converged = _newton(groups, right, _pairwise(wins[np.ix_(kept, kept)]))
    size = len(found)
    covariance = np.linalg.inv(at.information + 1 / size) - 1 / size
    difficulties, errors = np.full(len(kept), np.nan), np.full(len(kept), np.nan)
    difficulties[kept], errors[kept] = found, np.sqrt(np.diag(covariance).clip(0))
    people = int(groups.people.sum())
    return RaschFit(difficulties, errors, people, perfect, zero, _log_likelihood(right, found, at), converged)


def _log_likelihood(right: Floats, difficulties: Floats, at: Conditional) -> float:
    return -float(right @ difficulties) - at.log_gamma


def _newton(groups: Groups, right: Floats, start: Floats) -> tuple[Floats, Conditional, bool]:
    here = start
    at = conditional(groups, here)
    size = len(here)
    for _ in range(50):
        step = np.linalg.solve(at.information + 1 / size, at.expected - right)
        step -= step.mean()
        best = _log_likelihood(right, here, at)
        for _ in range(30):
            there = here + step
            ahead = conditional(groups, there)
            if _log_likelihood(right, there, ahead) >= best - 1e-9 * (1 + abs(best)):
                break
            step /= 2
        else:
            return here, at, False
        here, at = there, ahead
        if float(np.abs(step).max()) < _LAST_STEP:
            return here, at, True
    return here, at, False


def _wins(values: Floats) -> Floats:
    """[i, j]: how many people got i right and j wrong."""
    size = values.shape[1]
    wins = np.zeros((size, size))
    for start in range(0, len(values), _ROWS_AT_ONCE):
        rows = values[start : start + _ROWS_AT_ONCE]
        wins += (rows == 1).astype(np.float64).T @ (rows == 0).astype(np.float64)
    return wins


def _comparable(beats: Bools) -> Bools:
    """The largest strongly connected set of items, the first of several; edges where somebody got i right, j wrong."""
    size = len(beats)
    left = np.ones(size, dtype=np.bool_)
    largest = np.zeros(size, dtype=np.bool_)
    while left.any():
        first = int(np.argmax(left))
        together = _reached(beats, first) & _reached(beats.T, first)
        if together.sum() > largest.sum():
            largest = together
        left &= ~together
    return largest


def _reached(edges: Bools, first: int) -> Bools:
    reached = np.zeros(len(edges), dtype=np.bool_)
    reached[first] = True
    edge = reached
    while edge.any():
        edge = edges[edge].any(axis=0) & ~reached
        reached = reached | edge
    return reached


def _pairwise(wins: Floats) -> Floats:
    """Difficulties from pairs of items alone, a start near the maximum: ln odds(i right, j wrong) = b_j − b_i."""
    size = len(wins)
    games = wins + wins.T
    here: Floats = np.log(wins.sum(axis=0)) - np.log(wins.sum(axis=1))
    here = here - here.mean()
    for _ in range(50):
        chance = 1 / (1 + np.exp((here[:, None] - here[None, :]).clip(-700, 700)))  # that i is the one right
        gradient = (games * chance - wins).sum(axis=1)
        weight = games * chance * (1 - chance)
        information = np.diag(weight.sum(axis=1)) - weight
        step = np.linalg.solve(information + 1 / size, gradient).clip(-2, 2)
        here = here + step - step.mean()
        if float(np.abs(step).max()) < 1e-2:
            break
    return here


def _informative(values: Floats) -> Bools:
    total, seen = np.nansum(values, axis=1), (~np.isnan(values)).sum(axis=1)
    return np.asarray((total > 0) & (total < seen), dtype=np.bool_)


def _grouped(values: Floats) -> tuple[Groups, int, int]:
    """People by items seen and total, and how many have all or none right."""
    seen = ~np.isnan(values)
    totals, number = np.nansum(values, axis=1).astype(np.int64), seen.sum(axis=1)
    perfect, zero = int(((totals == number) & (number > 0)).sum()), int(((totals == 0) & (number > 0)).sum())
    counted = (totals > 0) & (totals < number)
    seen, totals = seen[counted], totals[counted]
    key = np.concatenate([np.packbits(seen, axis=1), totals.astype("<u4").view(np.uint8).reshape(-1, 4)], axis=1)
    whole = np.ascontiguousarray(key).view(np.dtype((np.void, key.shape[1]))).ravel()
    _, first, people = np.unique(whole, return_index=True, return_counts=True)
    return Groups(seen[first], totals[first], people.astype(np.float64)), perfect, zero
