"""Against exact rational arithmetic, where the usual recursions lose every digit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from training.measurement.conditional import Groups, conditional
from training.measurement.marks import Floats


def gammas(values: list[Fraction]) -> list[Fraction]:
    """Elementary symmetric functions of all orders."""
    found = [Fraction(1)]
    for value in values:
        grown = [*found, Fraction(0)]
        for order in range(1, len(grown)):
            grown[order] += value * found[order - 1]
        found = grown
    return found


def without(found: list[Fraction], value: Fraction, order: int) -> list[Fraction]:
    left = [Fraction(1)]
    for one in range(1, order + 1):
        left.append(found[one] - value * left[one - 1])
    return left


def difficulties(size: int, spread: float) -> Floats:
    chosen = np.random.default_rng(size).normal(0, spread, size)
    chosen[1] = chosen[0]  # a tie
    chosen[2] = chosen[0] + 5e-5  # nearly one
    chosen[4] = chosen[3] + 2e-4  # just not one
    return chosen - chosen.mean()


@pytest.mark.parametrize(("size", "spread"), [(12, 0.5), (60, 3.0)])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_chances_and_covariance_are_exact(size: int, spread: float, share: float) -> None:
    hard = difficulties(size, spread)
    total = 1 + round(share * (size - 2))
    easy = [Fraction(float(np.exp(-one))) for one in hard]
    whole = gammas(easy)

    found = conditional(Groups(np.ones((1, size), bool), np.array([total]), np.array([1.0])), hard)

    rest = [without(whole, one, total) for one in easy]
    chance = [one * left[total - 1] / whole[total] for one, left in zip(easy, rest, strict=True)]
    assert found.expected == pytest.approx([float(one) for one in chance], rel=1e-12)
    for i, j in [(0, 1), (0, 2), (3, 4), (5, 6), (7, size - 1)]:
        both = Fraction(0)
        if total > 1:
            both = easy[i] * easy[j] * without(rest[i], easy[j], total - 2)[total - 2] / whole[total]
        scale = float(np.sqrt(found.information[i, i] * found.information[j, j]))
        assert found.information[i, j] == pytest.approx(float(both - chance[i] * chance[j]), abs=1e-8 * scale + 1e-12)
    assert found.log_gamma == pytest.approx(float(np.log(float(whole[total]))), rel=1e-12)


def test_two_hundred_items_from_minus_nine_to_nine_lose_nothing() -> None:
    hard = np.linspace(-9, 9, 200)
    totals = np.arange(1, 200)

    each = [
        conditional(Groups(np.ones((1, 200), bool), np.array([total]), np.array([1.0])), hard)
        for total in (1, 100, 199)
    ]
    all_of_them = conditional(Groups(np.ones((199, 200), bool), totals, np.ones(199)), hard)

    assert [one.expected.sum() for one in each] == pytest.approx([1, 100, 199], rel=1e-12)
    assert all_of_them.expected.sum() == pytest.approx(totals.sum(), rel=1e-12)
    assert np.abs(all_of_them.information.sum(axis=1)).max() < 1e-6
    assert np.isfinite(all_of_them.log_gamma)


def test_gaps_are_left_out() -> None:
    hard = np.array([-1.0, 0.2, 0.8, 2.0])
    seen = np.array([[True, False, True, True]])

    with_gap = conditional(Groups(seen, np.array([2]), np.array([3.0])), hard)
    alone = conditional(Groups(np.ones((1, 3), bool), np.array([2]), np.array([3.0])), hard[[0, 2, 3]])

    assert with_gap.expected[[0, 2, 3]] == pytest.approx(alone.expected)
    assert with_gap.expected[1] == 0
    assert with_gap.information[np.ix_([0, 2, 3], [0, 2, 3])] == pytest.approx(alone.information)
    assert with_gap.information[1] == pytest.approx(0)
    assert with_gap.log_gamma == pytest.approx(alone.log_gamma)
