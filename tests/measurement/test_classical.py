"""Items and totals: published figures to their last digit, and NumPy's own to ten."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measurement.published import BOTH, SCIPY_SHAPE, Published
from training.measurement.item_statistics import item_statistics, pearson, rest_scores
from training.measurement.marks import Floats, Marks
from training.measurement.total_statistics import error_at, reliability, total_statistics

PRINTED = 5.1e-4  # of figures published with three decimals
cells = st.sampled_from([0.0, 0.0, 1.0, 1.0, 0.5, None])
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=0, max_size=12).map(
        lambda rows: Marks.from_rows([f"q{place}" for place in range(width)], rows)
    )
)


def alpha_of(rows: Floats) -> float:
    size = rows.shape[1]
    return float(size / (size - 1) * (1 - np.cov(rows.T).trace() / rows.sum(axis=1).var(ddof=1)))


@pytest.mark.parametrize("data", BOTH)
def test_the_patterns_are_those_of_the_literature(data: Published) -> None:
    assert sum(data.people) == 1000
    assert data.marks().values.sum(axis=0).tolist() == list(data.right)


@pytest.mark.parametrize("data", BOTH)
def test_items_as_published(data: Published) -> None:
    found = item_statistics(data.marks())

    assert [one.facility for one in found] == pytest.approx([right / 1000 for right in data.right])
    assert [one.sd for one in found] == pytest.approx(data.item_sd, abs=PRINTED)
    assert [one.discrimination for one in found] == pytest.approx(data.discrimination, abs=PRINTED)
    assert {one.n for one in found} == {one.discrimination_n for one in found} == {1000}


@pytest.mark.parametrize("data", BOTH)
def test_the_test_as_published(data: Published) -> None:
    rows = data.marks().complete_rows()
    totals, whole = total_statistics(rows.sum(axis=1), 5), reliability(rows)

    assert (totals.mean, totals.sd) == pytest.approx((data.mean, data.sd), abs=PRINTED)
    assert (totals.skewness, totals.kurtosis) == pytest.approx(SCIPY_SHAPE[data], abs=1e-9)
    assert (whole.alpha, whole.sem) == pytest.approx((data.alpha, data.sem), abs=PRINTED)
    assert whole.alpha_if_deleted == pytest.approx(data.alpha_if_deleted, abs=PRINTED)


@pytest.mark.parametrize("data", BOTH)
def test_kr20_is_alpha_when_both_variances_have_one_denominator(data: Published) -> None:
    rows = data.marks().complete_rows()
    share = rows.mean(axis=0)
    kr20 = 5 / 4 * (1 - (share * (1 - share)).sum() / rows.sum(axis=1).var())

    assert reliability(rows).alpha == pytest.approx(kr20, rel=1e-12)


def test_discrimination_is_the_correlation_with_the_other_items() -> None:
    rows = np.random.default_rng(4).random((40, 7))

    found = item_statistics(Marks(tuple("abcdefg"), rows))

    for place, one in enumerate(found):
        rest = np.delete(rows, place, axis=1).sum(axis=1)
        assert one.discrimination == pytest.approx(np.corrcoef(rows[:, place], rest)[0, 1], rel=1e-10)
    deleted = [alpha_of(np.delete(rows, place, axis=1)) for place in range(7)]
    assert reliability(rows).alpha_if_deleted == pytest.approx(deleted, rel=1e-9)
    assert reliability(rows).alpha == pytest.approx(alpha_of(rows), rel=1e-10)


def test_with_gaps_the_rest_is_the_mean_of_the_other_items_seen() -> None:
    marks = Marks.from_rows("abc", [[1, 1, 0], [0, None, 0.5], [1, 1, None], [None, 1, 1], [0, None, None]])

    first = item_statistics(marks)[0]

    assert (first.n, first.facility, first.discrimination_n) == (4, 0.5, 3)  # the last person saw nothing else
    assert first.discrimination == pytest.approx(np.corrcoef([1, 0, 1], [0.5, 0.5, 1])[0, 1])
    assert rest_scores(marks, 0) == pytest.approx([0.5, 0.5, 1, 1, np.nan], nan_ok=True)


def test_discriminative_efficiency_is_1_when_the_order_could_not_be_better() -> None:
    found = item_statistics(Marks.from_rows("abc", [[0, 0, 0], [0, 1, 0], [1, 1, 0], [1, 1, 1]]))

    assert found[0].efficiency == pytest.approx(1)
    assert found[0].discrimination == pytest.approx(2 / np.sqrt(8))


def test_too_few_people_leave_figures_undefined() -> None:
    one = total_statistics(np.array([2.0]), 3)
    two = total_statistics(np.array([2.0, 3.0]), 3)
    three = total_statistics(np.array([1.0, 2.0, 3.0]), 3)

    assert (one.mean, one.sd, one.mean_interval) == (2.0, None, None)
    assert (two.sd, two.skewness) == (pytest.approx(0.5**0.5), None)
    assert (three.skewness, three.kurtosis) == (pytest.approx(0), None)
    assert reliability(np.array([[1.0, 0.0], [0.0, 1.0]])).alpha is None
    assert total_statistics(np.empty(0), 3).mean is None


def test_no_spread_leaves_figures_undefined() -> None:
    rows = np.tile([0.1, 0.2, 0.3], (5, 1))  # sums that floats do not hold exactly
    totals = total_statistics(rows.sum(axis=1), 3)
    found = item_statistics(Marks(("a", "b", "c"), rows))

    assert (totals.sd, totals.skewness, totals.kurtosis) == (0.0, None, None)
    assert reliability(rows).alpha is None
    assert [(one.sd, one.discrimination, one.constant) for one in found] == [(0.0, None, True)] * 3


def test_errors_at_a_total() -> None:
    assert error_at(10, 20) == pytest.approx((10 * 10 / 19) ** 0.5)
    assert error_at(20, 20) == 0


def test_pearson_needs_two_that_vary() -> None:
    assert pearson(np.array([1.0]), np.array([1.0])) is None
    assert pearson(np.array([1.0, 1.0]), np.array([0.0, 1.0])) is None
    assert pearson(np.array([0.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0])) == pytest.approx(1)


@settings(max_examples=200, deadline=None)
@given(tables)
def test_figures_stay_in_their_ranges(marks: Marks) -> None:
    for one in item_statistics(marks):
        if one.facility is not None and one.facility_interval is not None:
            assert 0 <= one.facility_interval.low <= one.facility + 1e-12
            assert one.facility - 1e-12 <= one.facility_interval.high <= 1
        assert one.discrimination is None or -1 <= one.discrimination <= 1
        assert one.efficiency is None or one.efficiency <= 1 + 1e-9
    whole = reliability(marks.complete_rows())
    assert whole.alpha is None or whole.alpha <= 1 + 1e-9
    weights = [one for one in whole.effective_weights if one is not None]
    assert not weights or sum(weights) == pytest.approx(1)
