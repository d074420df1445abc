from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from training.measurement import marking, partial
from training.measurement.partial import Referral

OPTIONS = "abcdef"
ticks = st.sets(st.sampled_from(OPTIONS))
orders = st.permutations("abcde")
numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6)
tolerances = st.floats(min_value=0.001, max_value=1e5)
shares = st.floats(min_value=0, max_value=1)


# --- choices ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "ticked", "score"),
    [
        ("ab", "ab", 1),
        ("ab", "a", 0.5),
        ("ab", "abc", 0.75),
        ("ab", "ac", 0.25),
        ("ab", "", 0),
        ("ab", OPTIONS, 0),
        ("ab", "cdef", 0),
        ("", "", 1),
        ("", "abc", 0.5),
        (OPTIONS, "abc", 0.5),
    ],
)
def test_choices_are_hits_less_false_ticks(keys: str, ticked: str, score: float) -> None:
    assert partial.choices(OPTIONS, keys, ticked) == pytest.approx(score)


@given(ticks, ticks)
def test_choices_have_1_exactly_when_right(keys: set[str], ticked: set[str]) -> None:
    score = partial.choices(OPTIONS, keys, ticked)
    assert 0 <= score <= 1
    assert (score == 1) is marking.mark_choices(keys, ticked)


@given(ticks, ticks, st.sampled_from(OPTIONS))
def test_a_tick_more_helps_where_it_is_right_and_harms_where_it_is_not(
    keys: set[str], ticked: set[str], more: str
) -> None:
    with_it, without = (partial.choices(OPTIONS, keys, given) for given in (ticked | {more}, ticked - {more}))
    assert with_it >= without if more in keys else with_it <= without


def test_a_coin_earns_nothing_before_the_floor() -> None:
    """Over all ways to tick, hits less false ticks come to 0 on average; the floor at 0 alone lifts it."""
    ways = [set(way) for size in range(7) for way in {frozenset(one[:size]) for one in permutations(OPTIONS)}]
    keys = set("ab")
    mean = sum(len(way & keys) / 2 - len(way - keys) / 4 for way in ways) / len(ways)
    assert mean == pytest.approx(0)


# --- order -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_order", "right", "score"), [("abcd", 6, 1), ("bacd", 5, 5 / 6), ("dcba", 0, 0), ("dabc", 3, 0.5)]
)
def test_an_order_counts_its_pairs(given_order: str, right: int, score: float) -> None:
    assert partial.pairs_in_order("abcd", given_order) == (right, 6)
    assert partial.order("abcd", given_order) == pytest.approx(score)


@given(orders)
def test_an_order_has_1_exactly_when_right_and_its_reverse_has_the_rest(order: list[str]) -> None:
    score = partial.order("abcde", order)
    assert 0 <= score <= 1
    assert (score == 1) is marking.mark_order("abcde", order)
    assert partial.order("abcde", order[::-1]) == pytest.approx(1 - score)


@given(orders, st.integers(0, 3))
def test_swapping_two_neighbours_into_their_order_always_helps(order: list[str], place: int) -> None:
    assume(order[place] > order[place + 1])
    better = [*order[:place], order[place + 1], order[place], *order[place + 2 :]]
    assert partial.order("abcde", better) > partial.order("abcde", order)


def test_one_step_is_in_order() -> None:
    assert partial.order("a", "a") == 1


# --- number ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tolerance", "given_number", "score"),
    [(2, 10, 1), (2, 12, 1), (2, 14, 0.5), (2, 7, 0.75), (2, 16, 0), (2, 99, 0), (0, 10, 1), (0, 10.1, 0)],
)
def test_a_number_fades_between_one_and_three_tolerances(tolerance: float, given_number: float, score: float) -> None:
    assert partial.number(10, tolerance, given_number) == pytest.approx(score)


@pytest.mark.parametrize("given_number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_has_nothing(given_number: float) -> None:
    assert partial.number(10, 2, given_number) == 0


@given(numbers, tolerances, numbers)
def test_a_number_has_1_exactly_when_right(key: float, tolerance: float, given_number: float) -> None:
    score = partial.number(key, tolerance, given_number)
    assert 0 <= score <= 1
    assert (score == 1) is marking.mark_number(key, tolerance, given_number)


@given(numbers, tolerances, st.floats(0, 1e5), st.floats(0, 1e5), st.sampled_from([-1, 1]))
def test_further_away_is_never_better(key: float, tolerance: float, near: float, far: float, way: int) -> None:
    near, far = sorted((near, far))
    assert partial.number(key, tolerance, key + way * far) <= partial.number(key, tolerance, key + way * near) + 1e-6


# --- segment ---------------------------------------------------------------------------------------------------


def test_findings_weigh_the_answer_against_the_best() -> None:
    assert partial.by_findings(["C6"], "C7", 0.31, 0.5) == pytest.approx(0.62)
    assert partial.by_findings(["C6"], "C6", 0.31, 0.5) == 1


@given(shares, shares, st.floats(min_value=0.01, max_value=1))
def test_a_more_probable_segment_never_scores_less(first: float, second: float, best: float) -> None:
    low, high = sorted((first, second))
    found = [partial.by_findings(["C6"], "C7", one, best) for one in (low, high)]
    assert 0 <= found[0] <= found[1] <= 1
    assert partial.by_findings(["C6"], "C6", low, best) == 1


@pytest.mark.parametrize(("posterior", "best"), [(-0.1, 0.5), (0.1, 0)])
def test_no_probability_is_refused(posterior: float, best: float) -> None:
    with pytest.raises(ValueError):
        partial.by_findings(["C6"], "C7", posterior, best)


@given(shares)
def test_without_findings_the_shared_muscles_count(share: float) -> None:
    assert partial.by_innervation(["C6"], "C7", share) == share
    assert partial.by_innervation(["C6"], "C6", share) == 1


@pytest.mark.parametrize("share", [-0.01, 1.01, math.nan])
def test_no_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError):
        partial.by_innervation(["C6"], "C7", share)


@pytest.mark.parametrize(
    ("keys", "answer", "decided"),
    [
        (["refer"], "refer", Referral.RIGHT),
        (["refer"], "C6", Referral.OVER_NEEDLING),
        (["C6", "C7"], "refer", Referral.OVER_REFERRAL),
        (["C6"], "C7", None),
        (["C6"], "C6", None),
    ],
)
def test_to_refer_is_a_decision_of_its_own(keys: list[str], answer: str, decided: Referral | None) -> None:
    assert partial.referral(keys, answer) is decided
