"""Standards against published and hand-computed figures, and what must hold of any."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.measurement.standards import (
    angoff,
    borderline_regression,
    checklist_error,
    checklist_share,
    doubts,
    outcome_of,
    student_inside,
    student_t,
)

# F. J. Anscombe, Graphs in Statistical Analysis, Am. Stat. 27 (1973) 17-21, the first data set.
X = (10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
Y = (8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)


def test_the_line_is_that_of_the_published_data() -> None:
    """Anscombe prints y = 3 + 0.5 x, a regression sum of squares of 27.50, a residual one of 13.75 and r² = 0.667."""
    line = borderline_regression(Y, X, borderline=4)
    assert line is not None
    assert (line.intercept, line.slope) == pytest.approx((3.0, 0.5), abs=0.0015)
    assert line.residual**2 * 9 == pytest.approx(13.75, abs=0.02)
    assert line.r_squared == pytest.approx(0.667, abs=0.001)
    # s = sqrt(13.763/9) = 1.2366; at x = 4: 1.2366·sqrt(1/11 + 25/110) = 0.6976; t(9) = 2.262
    assert line.cut == pytest.approx(5.0, abs=0.002)
    assert line.error == pytest.approx(0.6976, abs=0.0005)
    assert line.high - line.cut == pytest.approx(2.262 * 0.6976, abs=0.002)


@pytest.mark.parametrize(
    ("freedom", "t"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (8, 2.306), (9, 2.262), (28, 2.048), (120, 1.980)],
)
def test_t_is_that_of_the_tables(freedom: int, t: float) -> None:
    assert student_t(freedom) == pytest.approx(t, abs=0.0006)


def test_t_at_99_per_cent() -> None:
    assert student_t(10, 0.99) == pytest.approx(3.169, abs=0.0006)
    assert student_inside(0, 7) == 0


def test_the_interval_holds_the_cut_as_often_as_it_says() -> None:
    chance = random.Random(1)
    held = 0
    for _ in range(600):
        ratings = [chance.choice((1, 2, 2, 3, 3, 4, 4, 5)) for _ in range(20)]
        scores = [0.3 + 0.13 * one + chance.gauss(0, 0.08) for one in ratings]
        line = borderline_regression(scores, ratings)
        assert line is not None
        held += line.low <= 0.56 <= line.high
    assert 0.925 <= held / 600 <= 0.975


def test_what_keeps_a_line_from_deciding() -> None:
    assert doubts([0.5] * 3, [2, 3, 4]) == ("few", "not-rising")
    assert doubts([0.8, 0.9] * 6, [3] * 12) == ("one-rating",)
    assert doubts([0.8, 0.9] * 6, [3, 4] * 6) == ("none-borderline",)
    assert doubts([0.8, 0.5] * 6, [2, 4] * 6) == ("not-rising",)
    assert doubts([0.05, 0.9] * 6, [2, 3] * 6) == ()
    assert doubts([0.0, 0.9] * 6, [2, 3] * 6) == ("off-scale",)
    assert borderline_regression([0.1, 0.2], [1, 2]) is None
    with pytest.raises(ValueError, match="each person"):
        borderline_regression([0.1], [1, 2])


def test_an_angoff_sheet_by_hand() -> None:
    """Three judges, four items: cuts 0.6, 0.7, 0.5; SD 0.1; error 0.1/√3 = 0.0577; t(2) = 4.303, so ± 0.2484."""
    found = angoff([[0.5, 0.6, 0.7, 0.6], [0.7, 0.8, 0.6, 0.7], [0.4, 0.6, 0.5, 0.5]])
    assert found.cuts == pytest.approx((0.6, 0.7, 0.5))
    assert found.cut == pytest.approx(0.6)
    assert (found.deviation, found.error) == (pytest.approx(0.1), pytest.approx(0.057735, abs=1e-6))
    assert found.interval == pytest.approx((0.3516, 0.8484), abs=1e-4)
    assert found.items[0].mean == pytest.approx(0.53333, abs=1e-5)
    assert found.items[0].deviation == pytest.approx(0.152753, abs=1e-6)  # of 0.5, 0.7, 0.4
    assert (found.items[0].low, found.items[0].high) == (0.4, 0.7)


def test_one_judge_has_no_error_and_gaps_are_refused() -> None:
    found = angoff([[0.5, 0.7]])
    assert (found.cut, found.error, found.interval) == (pytest.approx(0.6), None, None)
    for sheet in ([], [[]], [[0.5], [0.5, 0.6]]):
        with pytest.raises(ValueError, match="each"):
            angoff(sheet)


def test_a_checklist_by_hand() -> None:
    """Weights 3, 1, 1: with the first two done 4/5; equal items (5²)/(9+1+1) = 2.2727; sqrt(0.16/1.2727) = 0.3546."""
    share = checklist_share([3, 1, 1], [True, True, False])
    assert share == pytest.approx(0.8)
    assert checklist_error(share, [3, 1, 1]) == pytest.approx(0.35457, abs=1e-4)
    # Ten items, 8 right: Lord's sqrt(T(P − T)/(P − 1)) = sqrt(8·2/9) = 1.3333 of ten.
    assert checklist_error(0.8, [1] * 10) == pytest.approx(0.13333, abs=1e-5)
    with pytest.raises(ValueError, match="two items"):
        checklist_error(0.5, [4])


def test_outcomes_around_the_cut() -> None:
    def of(share: float, *, missed: bool = False) -> str:
        return outcome_of(share, 0.08, 0.6, 0.06, critical_missed=missed)  # sqrt(0.08² + 0.06²) = 0.1

    assert [of(0.49), of(0.5), of(0.51), of(0.6), of(0.69), of(0.7)] == [
        "not-yet", "not-yet", "second-look", "second-look", "second-look", "passed",
    ]  # fmt: skip
    assert of(1.0, missed=True) == "not-yet"
    assert outcome_of(0.6, 0, 0.6, 0, critical_missed=False) == "passed"


shares = st.floats(0, 1, allow_nan=False)


@given(shares, shares, st.floats(0, 0.3), st.floats(0, 0.3), st.floats(0, 0.5))
def test_more_never_does_worse_and_a_critical_miss_never_passes(
    share: float, cut: float, error: float, cut_error: float, more: float
) -> None:
    order = ("not-yet", "second-look", "passed")
    first = outcome_of(share, error, cut, cut_error, critical_missed=False)
    better = outcome_of(min(1, share + more), error, cut, cut_error, critical_missed=False)
    assert order.index(better) >= order.index(first)
    assert outcome_of(share, error, cut, cut_error, critical_missed=True) == "not-yet"


@given(st.lists(st.tuples(st.integers(1, 5), shares), min_size=3, max_size=40))
def test_the_cut_stands_on_the_line_inside_its_interval(pairs: list[tuple[int, float]]) -> None:
    line = borderline_regression([score for _, score in pairs], [rating for rating, _ in pairs])
    if line is None:
        assert len({rating for rating, _ in pairs}) == 1
        return
    assert line.cut == pytest.approx(line.at(2))
    assert line.low <= line.cut <= line.high
    assert -1e-9 <= line.r_squared <= 1 + 1e-9
    # The line goes through the middle of the points.
    middle = sum(rating for rating, _ in pairs) / len(pairs)
    assert math.isclose(line.at(middle), sum(score for _, score in pairs) / len(pairs), abs_tol=1e-9)


@given(
    st.integers(2, 8).flatmap(
        lambda items: st.lists(st.lists(shares, min_size=items, max_size=items), min_size=2, max_size=9)
    )
)
def test_the_cut_of_a_sheet_is_the_mean_of_its_items_too(sheet: list[list[float]]) -> None:
    found = angoff(sheet)
    assert found.cut == pytest.approx(sum(one.mean for one in found.items) / len(found.items))
    assert found.interval is not None
    assert 0 <= found.interval.low <= found.cut + 1e-9
    assert found.cut <= found.interval.high + 1e-9
