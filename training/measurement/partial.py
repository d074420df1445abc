"""How near an answer came to its key, from 0 to 1: feedback, never points.

Right and wrong are decided by `marking`; nothing that passes, certifies or estimates a difficulty reads a score made
here. Where a score says how near a segment was, the side is judged apart and changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from enum import StrEnum
from itertools import combinations

from training.measurement.marking import REFER, mark_number

FADES_OVER = 3.0  # tolerances from a number's key at which nothing is left


class Referral(StrEnum):
    """What an answer decided, where the key or the answer was to refer: a decision of its own, no matter of degree."""

    RIGHT = "right-referral"
    OVER_NEEDLING = "over-needling"  # had to be referred, a segment was named
    OVER_REFERRAL = "over-referral"  # could be needled, was referred


def referral(keys: Collection[str], answer: str) -> Referral | None:
    """The decision behind a segment answer; None where neither key nor answer is to refer."""
    if REFER in keys:
        return Referral.RIGHT if answer == REFER else Referral.OVER_NEEDLING
    return Referral.OVER_REFERRAL if answer == REFER else None


def choices(options: Collection[str], keys: Collection[str], ticked: Collection[str]) -> float:
    """Share of the right options ticked, less the share of the wrong ones ticked; not below 0.

    Whoever ticks at random expects 0, however many they tick, and so do who tick all or nothing: Youden's J (W. J.
    Youden, Cancer 3 (1950) 32-35). Counting ticks and gaps that agree with the key instead would give half for a coin.
    Where all options are right, or none, chance cannot be taken off: the share of options dealt with rightly.

    keys, ticked: among the options. 1 exactly when the answer is right.
    """
    right, wrong = set(keys), set(options) - set(keys)
    hits = len(right & set(ticked)) / len(right) if right else 1.0
    false = len(wrong & set(ticked)) / len(wrong) if wrong else 0.0
    return max(0.0, hits - false)


def pairs_in_order(key: Sequence[str], given: Sequence[str]) -> tuple[int, int]:
    """How many pairs of steps stand in the right order, and of how many; `given` is the key in some order."""
    place = {step: number for number, step in enumerate(given)}
    right = sum(place[first] < place[later] for first, later in combinations(key, 2))
    return right, math.comb(len(key), 2)


def order(key: Sequence[str], given: Sequence[str]) -> float:
    """Share of the pairs of steps that stand in the right order: (1 + Kendall's tau) / 2.

    Half is what a random order expects, 0 the reversed one. 1 exactly when the order is right; of one step, 1.
    Source: M. G. Kendall, Biometrika 30 (1938) 81-93.
    """
    right, pairs = pairs_in_order(key, given)
    return right / pairs if pairs else 1.0


def number(key: float, tolerance: float, given: float) -> float:
    """1 within the tolerance, then falling in a straight line to 0 at three tolerances; without tolerance all or
    nothing. What is not finite has 0. 1 exactly when the answer is right.
    """
    if mark_number(key, tolerance, given):
        return 1.0
    if tolerance <= 0 or not math.isfinite(given):
        return 0.0
    return max(0.0, (FADES_OVER - abs(given - key) / tolerance) / (FADES_OVER - 1))


def by_findings(keys: Collection[str], answer: str, posterior: float, best: float) -> float:
    """How probable a patient's findings make the answered segment beside the best one: posterior / best, at most 1.

    A key has 1, whatever the findings make of it. Another segment has 1 only where the findings favour it as much as
    any, which a case whose key is the best segment excludes. posterior, best: 0 <= posterior, 0 < best, else
    ValueError.
    """
    if posterior < 0 or best <= 0:
        raise ValueError("a posterior is not negative, and the best one is above 0")
    return 1.0 if answer in keys else min(1.0, posterior / best)


def by_innervation(keys: Collection[str], answer: str, share: float) -> float:
    """The share of muscles that the answered segment has in common with the nearest key, where there are no findings.

    A key has 1. Another segment has 1 only where the two supply the same muscles, as T9 and T10 do here. share: 0 to 1,
    else ValueError.
    """
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    return 1.0 if answer in keys else share
