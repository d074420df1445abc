"""How likely each item is to be right, given a person's total and which items the person saw (Rasch model).

The elementary symmetric functions γ behind this span hundreds of decades for 200 items, and taking one item out of
them by the difference algorithm loses every digit. Here each total r is looked at from the ability at which r is the
expected total. That changes no conditional probability, but turns γ into the probabilities of a sum of independent
answers, read at their mode: numbers near 1, from which one item can be divided out, from below where it is likelier
wrong than right and from above otherwise, without losing digits. Against exact rational arithmetic: see the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.measurement.marks import Bools, Floats

CELLS_AT_ONCE = 1_000_000  # groups times items summed together, so that a table of any length fits into memory
_CELLS_IN_CACHE = 40_000  # worked on together in one step
_CLOSE = 1e-4  # logits; difficulties nearer than this are treated as a tie, where a difference quotient loses digits
_TAIL = 37.0  # -ln(1e-16): what is less likely than this in a sum of answers is nothing


@dataclass(frozen=True)
class Groups:
    """People who saw the same items and have the same total: all that the conditional likelihood knows of them.

    seen: groups by items; totals: 0 < total < items seen; people: how many are in each group.
    """

    seen: Bools
    totals: NDArray[np.int64]
    people: Floats

    def chunks(self, cells: int) -> Iterator[Groups]:
        size = max(1, cells // max(1, self.seen.shape[1]))
        for start in range(0, len(self.totals), size):
            part = slice(start, start + size)
            yield Groups(self.seen[part], self.totals[part], self.people[part])


@dataclass(frozen=True)
class Conditional:
    """Sums over all people, at given difficulties.

    expected: for each item, how many right answers the totals lead one to expect; information: the conditional
    covariance of the right answers, items by items, rows summing to 0; log_gamma: sum of ln γ of the people's totals.
    """

    expected: Floats
    information: Floats
    log_gamma: float


def conditional(groups: Groups, difficulties: Floats) -> Conditional:
    """Expected right answers and their covariance, given the totals.

    P(item i right | total r) = ε_i·γ_{r−1}(without i)/γ_r with ε = exp(−difficulty). For the covariance of i and j one
    needs P(i right, j wrong | r) = ε_i·t with the same t for (j, i); hence t = (P_i − P_j)/(ε_i − ε_j), and for a tie
    its limit, in which i is taken out twice.
    Source: G. H. Fischer, in Fischer & Molenaar (eds), Rasch Models (1995), chapters 2 and 3.
    """
    size = len(difficulties)
    right = np.zeros((size, size))  # [i, j]: expected right answers to i among those who saw j
    twice = np.zeros((size, size))  # [i, j]: the same of "i right and an equal twin of i wrong"
    product = np.zeros((size, size))
    log_gamma = 0.0
    for part in groups.chunks(CELLS_AT_ONCE):
        found = [_chances(few, difficulties) for few in part.chunks(_CELLS_IN_CACHE)]
        chance, twin = (np.concatenate([one[which] for one in found]) for which in (0, 1))
        logs = np.concatenate([one[2] for one in found])
        weighted = chance * part.people[:, None]
        seen = part.seen.astype(np.float64)
        right += weighted.T @ seen
        twice += (twin * part.people[:, None]).T @ seen
        product += weighted.T @ chance
        log_gamma += float(part.people @ logs)
    return Conditional(np.diag(right).copy(), _covariance(difficulties, right, twice, product), log_gamma)


def _covariance(difficulties: Floats, right: Floats, twice: Floats, product: Floats) -> Floats:
    apart = difficulties[None, :] - difficulties[:, None]  # ln(ε_i/ε_j)
    close = np.abs(apart) < _CLOSE
    # ε_i/(ε_i − ε_j), without overflow however far the difficulties are apart
    share = -1 / np.expm1(np.where(close, 1.0, -apart).clip(-700, 700))
    i_not_j = share * (right - right.T)
    limit = (twice + twice.T * np.exp(np.where(close, apart, 0.0))) / 2
    both = right - np.where(close, limit, i_not_j)
    covariance = both - product
    np.fill_diagonal(covariance, np.diag(right) - np.diag(product))
    return np.asarray((covariance + covariance.T) / 2)


def _chances(groups: Groups, difficulties: Floats) -> tuple[Floats, Floats, Floats]:
    """Groups by items: P(right | total); P(right, and an equal twin wrong | total); and ln γ of each group's total."""
    seen = groups.seen.T
    ability = _ability_expecting(groups, difficulties)
    logit = ability[None, :] - difficulties[:, None]
    p = np.where(seen, 1 / (1 + np.exp(-logit)), 0.0)
    q = np.where(seen, 1 / (1 + np.exp(logit)), 1.0)
    variance = float((p * q).sum(axis=0).max(initial=0.0))
    reach = min(len(difficulties), int(_TAIL / 3 + np.sqrt(_TAIL**2 / 9 + 2 * _TAIL * variance)) + 1)  # Bernstein
    sums = _distribution(p, q)
    offsets = np.arange(-reach - 1, reach + 1)[:, None]
    near = groups.totals[None, :] + offsets
    inside = (near >= 0) & (near < len(sums))
    around = np.where(inside, np.take_along_axis(sums, near.clip(0, len(sums) - 1), axis=0), 0.0)
    at_total = around[reach + 1]
    once, again = _without(around, p, q, reach)
    log_gamma = np.log(at_total) - groups.totals * ability - np.where(seen, np.log(q), 0.0).sum(axis=0)
    return (p * once / at_total).T, (p * q * again / at_total).T, log_gamma


def _ability_expecting(groups: Groups, difficulties: Floats) -> Floats:
    """The ability at which each group's total is the expected one, by Newton steps; near it is good enough."""
    seen = groups.seen
    number = seen.sum(axis=1)
    middle = (seen @ difficulties) / number
    ability = middle + np.log(groups.totals / (number - groups.totals))
    for _ in range(12):
        chance = np.where(seen, 1 / (1 + np.exp((difficulties[None, :] - ability[:, None]).clip(-700, 700))), 0.0)
        slope = (chance * (1 - chance)).sum(axis=1)
        step = (groups.totals - chance.sum(axis=1)) / slope.clip(1e-3)
        ability = ability + step.clip(-1.5, 1.5)
        if float(np.abs(step).max(initial=0.0)) < 1e-3:
            break
    return np.asarray(ability)


def _distribution(p: Floats, q: Floats) -> Floats:
    """Totals by groups: the chance of each total when every item is answered by itself."""
    size, groups = p.shape
    sums = np.zeros((size + 1, groups))
    sums[0] = 1.0
    for item in range(size):
        grown = sums[: item + 1] * p[item]
        sums[: item + 1] *= q[item]
        sums[1 : item + 2] += grown
    return sums


def _without(around: Floats, p: Floats, q: Floats, reach: int) -> tuple[Floats, Floats]:
    """The chance of one right answer fewer than the total, with each item taken out once, and taken out twice.

    around: chances of the totals from `reach + 1` below the group's own to `reach` above it. Where an item is likelier
    wrong, f(x) = q·g(x) + p·g(x−1) is solved for g from below, elsewhere from above, so that errors shrink on the way.
    """
    below = p <= 0.5
    larger = np.where(below, q, p)
    scale, ratio = 1 / larger, np.where(below, p, q) / larger
    once, again, before, part = (np.zeros_like(p) for _ in range(4))
    for step in range(reach + 1):
        np.copyto(before, once)
        source = np.where(below, around[step], around[2 * reach + 1 - step])
        np.multiply(source, scale, out=source)
        once *= ratio
        np.subtract(source, once, out=once)
        np.copyto(before, once, where=below)
        again *= ratio
        np.multiply(before, scale, out=part)
        np.subtract(part, again, out=again)
    return once, again
