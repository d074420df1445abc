from __future__ import annotations

import math
import random
from statistics import NormalDist, median

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from training.measurement.judgement import (
    Calibration,
    calibration,
    detection,
    difference,
    median_interval,
    pace,
)

NORMAL = NormalDist()
counts = st.tuples(st.integers(0, 200), st.integers(1, 200)).filter(lambda one: one[0] <= one[1])


# --- to needle or to refer -------------------------------------------------------------------------------------


def test_sensitivity_and_bias_by_hand() -> None:
    """Both shares corrected: 15.5/21 and 5.5/51."""
    found = detection(15, 20, 5, 50)
    z_hit, z_false = NORMAL.inv_cdf(15.5 / 21), NORMAL.inv_cdf(5.5 / 51)
    assert found.sensitivity == pytest.approx(z_hit - z_false)
    assert found.bias == pytest.approx(-(z_hit + z_false) / 2)


@given(counts, counts)
def test_even_none_and_all_are_finite(hits: tuple[int, int], false: tuple[int, int]) -> None:
    found = detection(*hits, *false)
    assert all(map(math.isfinite, (found.sensitivity, found.bias, *found.sensitivity_interval, *found.bias_interval)))
    assert found.sensitivity_interval.low < found.sensitivity < found.sensitivity_interval.high


@given(counts, counts)
def test_the_other_way_round_turns_the_bias(hits: tuple[int, int], false: tuple[int, int]) -> None:
    """Who refers where the first needles, and needles where the first refers, tells as well and leans the other way."""
    (hit, signals), (alarm, others) = hits, false
    one, other = detection(hit, signals, alarm, others), detection(others - alarm, others, signals - hit, signals)
    assert other.sensitivity == pytest.approx(one.sensitivity)
    assert other.bias == pytest.approx(-one.bias)


@given(counts, counts)
def test_another_hit_raises_the_sensitivity(hits: tuple[int, int], false: tuple[int, int]) -> None:
    assume(hits[0] < hits[1])
    assert detection(hits[0] + 1, hits[1], *false).sensitivity > detection(*hits, *false).sensitivity


def test_the_intervals_hold_the_truth() -> None:
    """A person with d' = 1.5 and c = 0.3, forty of each kind."""
    chance = random.Random(4)
    hit, alarm = NORMAL.cdf(0.75 - 0.3), NORMAL.cdf(-0.75 - 0.3)
    held = [0, 0]
    for _ in range(1000):
        found = detection(*(binomial(chance, 40, hit), 40), *(binomial(chance, 40, alarm), 40))
        held[0] += found.sensitivity_interval.low <= 1.5 <= found.sensitivity_interval.high
        held[1] += found.bias_interval.low <= 0.3 <= found.bias_interval.high
    assert 930 <= min(held) <= max(held) <= 980


def binomial(chance: random.Random, n: int, share: float) -> int:
    return sum(chance.random() < share for _ in range(n))


@pytest.mark.parametrize("bad", [(3, 2, 0, 1), (0, 0, 0, 1), (0, 1, 2, 1), (-1, 1, 0, 1)])
def test_counts_that_cannot_be_are_refused(bad: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError):
        detection(*bad)


# --- confidence ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ((9, 9, 5, 9), Calibration.UNKNOWN),
        ((10, 10, 0, 0), Calibration.NOTHING_ODD),
        ((18, 20, 5, 12), Calibration.NOTHING_ODD),
        ((12, 20, 5, 12), Calibration.OVER),
        ((20, 20, 30, 31), Calibration.UNDER),
        ((12, 20, 30, 31), Calibration.BOTH),
        ((0, 9, 0, 0), Calibration.UNKNOWN),
    ],
)
def test_confidence_is_called_off_only_when_the_whole_interval_says_so(
    answers: tuple[int, int, int, int], found: Calibration
) -> None:
    assert calibration(*answers) is found


# --- change ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "then", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)],
)
def test_a_difference_agrees_with_published_examples(
    now: tuple[int, int], then: tuple[int, int], low: float, high: float
) -> None:
    """R. G. Newcombe, Stat. Med. 17 (1998) 873-890, table II, method 10."""
    found, interval = difference(*now, *then)
    assert found == pytest.approx(now[0] / now[1] - then[0] / then[1])
    assert interval == pytest.approx((low, high), abs=1e-4)


@given(counts, counts)
def test_a_difference_lies_in_its_interval_and_turns_over(now: tuple[int, int], then: tuple[int, int]) -> None:
    found, (low, high) = difference(*now, *then)
    assert -1 <= low <= found <= high <= 1
    back, (low_back, high_back) = difference(*then, *now)
    assert (back, low_back, high_back) == pytest.approx((-found, -high, -low))


# --- time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "first", "last"), [(6, 1, 6), (8, 1, 8), (9, 2, 8), (10, 2, 9), (20, 6, 15), (30, 10, 21)]
)
def test_a_median_lies_between_the_values_of_the_tables(n: int, first: int, last: int) -> None:
    """The ranks that tables of the sign test give for 95 %."""
    assert median_interval(range(1, n + 1)) == (first, last)


def test_few_values_have_no_interval() -> None:
    assert [median_interval([1.0] * n) for n in range(6)] == [None] * 6


def test_the_exact_and_the_normal_count_meet() -> None:
    exact, normal = median_interval(range(1000)), median_interval(range(1001))
    assert exact
    assert normal
    assert abs(exact.low - normal.low) <= 1
    assert 0 <= normal.high - exact.high <= 2


def test_pace_leaves_out_what_nobody_spent_on_answering() -> None:
    found = pace([0.2, -40.0, 10, 20, 30, 40, 3 * 3600, 1800])
    assert (found.n, found.left_out) == (5, 3)
    assert found.median == 30
    assert found.quartiles == (20, 40)


def test_pace_of_nothing_and_of_one() -> None:
    assert pace([]).median is None
    assert pace([7200.0]).left_out == 1
    alone = pace([12.0])
    assert (alone.median, alone.interval, alone.quartiles) == (12, None, (12, 12))


@given(st.lists(st.floats(1, 1800), min_size=6, max_size=200))
def test_pace_is_in_order(times: list[float]) -> None:
    found = pace(times)
    assert found.median == pytest.approx(median(times))
    assert found.quartiles
    assert found.interval
    assert found.quartiles.low <= found.median <= found.quartiles.high
    assert found.interval.low <= found.median <= found.interval.high
