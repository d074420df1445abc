from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measurement.published import BOTH, GIRTH, LSAT6, LTM_DIFFICULTIES, LTM_DISCRIMINATION, Published
from tests.measurement.simulated import answers, marks
from training.measurement.marks import Floats, Marks
from training.measurement.rasch import RaschFit, fit


def fitted(table: Marks) -> RaschFit:
    found = fit(table)
    assert found is not None
    return found


def log_likelihood(difficulties: Floats, table: Floats) -> float:
    """By counting through every pattern of answers; for few items and no gaps."""
    patterns = np.array(list(itertools.product([0, 1], repeat=table.shape[1])))
    weights, totals = -(patterns @ difficulties), patterns.sum(axis=1)
    gamma = np.array([np.logaddexp.reduce(weights[totals == total]) for total in range(table.shape[1] + 1)])
    return float((-(table @ difficulties) - gamma[table.sum(axis=1).astype(int)]).sum())


@pytest.mark.parametrize("data", BOTH)
def test_agrees_with_another_package(data: Published) -> None:
    found = fitted(data.marks())

    assert found.difficulties == pytest.approx(GIRTH[data], abs=2e-4)
    assert found.converged
    assert found.people + found.perfect + found.zero == 1000


@pytest.mark.parametrize("data", BOTH)
def test_no_other_difficulties_are_more_likely(data: Published) -> None:
    """The gradient of a likelihood written down anew is 0, and its curvature gives the standard errors."""
    table = data.marks().values
    found = fitted(data.marks())
    at = found.difficulties[:4]
    step = 1e-4

    def of(free: Floats) -> float:
        return log_likelihood(np.append(free, -free.sum()), table)

    unit = np.eye(4) * step
    gradient = [(of(at + one) - of(at - one)) / (2 * step) for one in unit]
    curvature = [
        [(of(at + a + b) - of(at + a - b) - of(at - a + b) + of(at - a - b)) / (4 * step**2) for b in unit]
        for a in unit
    ]
    spread = np.vstack([np.eye(4), -np.ones(4)])
    covariance = spread @ np.linalg.inv(-np.array(curvature)) @ spread.T

    assert found.log_likelihood == pytest.approx(of(at), rel=1e-12)
    assert gradient == pytest.approx([0] * 4, abs=1e-4)  # divided by a curvature of some 200: 5e-7 logits
    assert found.standard_errors == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-5)


def test_marginal_estimates_published_for_ltm_lie_near() -> None:
    marginal = np.array(LTM_DIFFICULTIES) * LTM_DISCRIMINATION

    assert fitted(LSAT6.marks()).difficulties == pytest.approx(marginal - marginal.mean(), abs=0.003)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_recovers_true_difficulties_within_its_errors(missing: float) -> None:
    true = np.linspace(-2.5, 2.5, 40)

    found = fitted(marks(answers(600, true, missing=missing)))

    off = (found.difficulties - true) / found.standard_errors
    assert np.abs(off).max() < 4
    assert 0.75 < off.std() < 1.25


def test_two_items_give_the_log_odds_of_the_two_ways_to_get_one_right() -> None:
    """30 people only the first right, 10 only the second: b2 − b1 = ln 3, its variance 1/30 + 1/10."""
    table = [[1, 0]] * 30 + [[0, 1]] * 10 + [[1, 1]] * 5 + [[0, 0]] * 2

    found = fitted(Marks.from_rows(("a", "b"), table))

    assert found.difficulties == pytest.approx([-np.log(3) / 2, np.log(3) / 2])
    assert found.standard_errors == pytest.approx([np.sqrt(1 / 30 + 1 / 10) / 2] * 2)
    assert (found.people, found.perfect, found.zero) == (40, 5, 2)


def test_two_booklets_joined_by_one_item_are_on_one_scale() -> None:
    true = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    table = answers(4000, true, seed=5)
    table[:2000, 3:] = np.nan
    table[2000:, :2] = np.nan

    found = fitted(marks(table))

    assert np.abs((found.difficulties - true) / found.standard_errors).max() < 3.5


def test_booklets_without_a_common_item_cannot_be_joined() -> None:
    table = answers(200, np.zeros(5), seed=5)
    table[:100, 2:] = np.nan
    table[100:, :2] = np.nan

    found = fitted(marks(table))

    assert np.isnan(found.difficulties).tolist() == [True, True, False, False, False]
    assert np.nansum(found.difficulties) == pytest.approx(0)


def test_an_item_all_or_none_got_right_has_no_difficulty_and_changes_no_other() -> None:
    table = answers(200, np.array([-1.0, 0.0, 1.0]))
    more = np.column_stack([np.ones(200), table, np.zeros(200)])

    alone, found = fitted(marks(table)), fitted(marks(more))

    assert np.isnan(found.difficulties[[0, 4]]).all()
    assert found.difficulties[1:4] == pytest.approx(alone.difficulties, abs=1e-9)
    assert found.log_likelihood == pytest.approx(alone.log_likelihood)


@pytest.mark.parametrize(
    "table",
    [
        [],
        [[1, 0]],
        [[1, 1], [0, 0]],
        [[1, 0], [1, 0]],
        [[1, 0, 0], [1, 1, 0]],  # a perfect order
        [[None, None], [1, None]],
    ],
)
def test_nothing_to_compare_is_no_result(table: list[list[float | None]]) -> None:
    size = len(table[0]) if table else 2
    assert fit(Marks.from_rows(("a", "b", "c")[:size], table)) is None


def test_partial_marks_are_refused() -> None:
    with pytest.raises(ValueError, match="0 and 1"):
        fit(Marks.from_rows(("a", "b"), [[0.5, 1]]))


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 8), st.integers(2, 40), st.integers(0, 10_000), st.sampled_from([0.0, 0.2, 0.6]))
def test_whatever_the_table_difficulties_sum_to_zero_and_the_order_of_rows_and_items_does_not_matter(
    size: int, people: int, seed: int, missing: float
) -> None:
    chance = np.random.default_rng(seed)
    table = answers(people, chance.normal(0, 2, size), seed=seed, missing=missing)
    order, rows = chance.permutation(size), chance.permutation(people)

    found, other = fit(marks(table)), fit(marks(table[rows][:, order]))

    assert (found is None) == (other is None)
    if found is None or other is None:
        return
    known = ~np.isnan(found.difficulties)
    assert found.converged
    assert known.sum() >= 2
    assert np.nansum(found.difficulties) == pytest.approx(0, abs=1e-9)
    assert (found.standard_errors[known] > 0).all()
    if known.all() and not np.isnan(other.difficulties).any():
        assert other.difficulties == pytest.approx(found.difficulties[order], abs=1e-6)
