from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.measurement import intervals

marks = st.lists(st.sampled_from([0.0, 0.25, 0.5, 2 / 3, 1.0]), min_size=1, max_size=60)


def of(values: list[float]) -> intervals.Interval:
    return intervals.mean_mark(min(1.0, float(np.mean(values))), float(np.var(values)), len(values))


def test_wilson_agrees_with_a_published_example() -> None:
    """R. G. Newcombe, Stat. Med. 17 (1998) 857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (right, asked), bounds in published.items():
        assert intervals.wilson(right, asked) == pytest.approx(bounds, abs=5e-5)


@pytest.mark.parametrize(("right", "asked"), [(0, 0), (-1, 3), (4, 3)])
def test_wilson_refuses_what_is_no_share(right: int, asked: int) -> None:
    with pytest.raises(ValueError):
        intervals.wilson(right, asked)


@given(st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=60))
def test_for_right_and_wrong_the_interval_is_wilsons(values: list[float]) -> None:
    assert of(values) == pytest.approx(intervals.wilson(sum(values), len(values)))


@given(marks)
def test_an_interval_of_marks_holds_their_mean_and_stays_between_0_and_1(values: list[float]) -> None:
    low, high = of(values)

    assert 0 <= low <= np.mean(values) + 1e-12
    assert np.mean(values) - 1e-12 <= high <= 1
    assert low < high


@pytest.mark.parametrize("n", [5, 10, 30, 100])
def test_partial_marks_are_covered_95_times_in_100(n: int) -> None:
    chance = np.random.default_rng(n)
    worlds = {
        "thirds": (chance.choice([0, 0.5, 1], (2000, n), p=[0.2, 0.3, 0.5]), 0.65),
        "smooth": (chance.beta(2, 1, (2000, n)), 2 / 3),
        "mostly right": (chance.choice([0, 0.25, 0.5, 1], (2000, n), p=[0.02, 0.03, 0.05, 0.9]), 0.9325),
    }
    for name, (samples, true) in worlds.items():
        held = [low <= true <= high for low, high in (of(list(sample)) for sample in samples)]
        assert np.mean(held) > 0.92, name


def test_fishers_interval_of_a_correlation() -> None:
    """r = 0.5 of 28: artanh 0.5493 ± 1.96/5."""
    assert intervals.correlation(0.5, 28) == pytest.approx((0.15603, 0.73582), abs=1e-5)
    assert intervals.correlation(0.5, 3) is None
    assert intervals.correlation(1.0, 30) is None


def test_alphas_interval_holds_it_in_samples_as_in_theory() -> None:
    """Parallel items with a true alpha of 0.75."""
    chance = np.random.default_rng(1)
    items, people = 6, 40
    held = 0
    for _ in range(1000):
        rows = chance.normal(0, 1, (people, 1)) + chance.normal(0, np.sqrt(2), (people, items))
        alpha = items / (items - 1) * (1 - rows.var(axis=0, ddof=1).sum() / rows.sum(axis=1).var(ddof=1))
        bounds = intervals.alpha(alpha, items, people)
        assert bounds is not None
        held += bounds.low <= 0.75 <= bounds.high
    assert 0.93 <= held / 1000 <= 0.97
    assert intervals.alpha(0.5, 6, 2) is None
    assert intervals.alpha(1.0, 6, 30) is None


def test_students_quantiles() -> None:
    """From tables."""
    tables = {1: 12.706, 2: 4.303, 4: 2.776, 9: 2.262, 29: 2.045, 999: 1.962}
    for freedom, value in tables.items():
        assert intervals.student(freedom) == pytest.approx(value, rel=1e-3)


def test_the_interval_of_a_mean_total_stays_where_totals_can_be() -> None:
    assert intervals.mean_total(5.0, 2.0, 10, 20) == pytest.approx(
        (5 - 2.2622 * 2 / 10**0.5, 5 + 2.2622 * 2 / 10**0.5), 1e-4
    )
    assert intervals.mean_total(0.5, 0.7, 2, 1) == (0, 1)
    assert intervals.mean_total(0.5, 0.7, 1, 1) is None
