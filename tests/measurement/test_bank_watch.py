"""Exposure, overlap, leaks and the standard: by hand-made counts, by properties, and by simulated people."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.measurement.exposure import Exposure, overlap
from training.measurement.leak_watch import Sight, fast_and_right, median_without, swift, watch
from training.measurement.sample_size import Standing
from training.measurement.standard_watch import NEXT, After, after


def test_exposure_is_a_share_of_the_candidates_and_of_what_the_cap_allows() -> None:
    one = Exposure(6, 40, 0.30, 10)
    assert (one.share, one.of_cap, one.used_up) == (0.15, 0.5, False)
    assert Exposure(12, 40, 0.30, 10).used_up
    few = Exposure(3, 4, 0.30, 10)
    assert (few.share, few.of_cap, few.used_up) == (0.75, None, False)
    assert Exposure(0, 0, 0.30, 10).share is None
    with pytest.raises(ValueError, match="candidate"):
        Exposure(5, 4, 0.30, 10)


@given(st.lists(st.frozensets(st.integers(0, 9), min_size=4, max_size=4), min_size=2, max_size=8))
def test_with_equally_many_cases_the_overlap_is_the_mean_over_pairs(people: list[frozenset[int]]) -> None:
    met = [sum(case in one for one in people) for case in range(10)]
    shares = [len(one & other) / 4 for one, other in combinations(people, 2)]
    assert overlap(met, len(people)) == pytest.approx(sum(shares) / len(shares))


@given(st.lists(st.integers(0, 6), max_size=20))
def test_the_overlap_is_a_share(met: list[int]) -> None:
    found = overlap(met, 6)
    assert found is None if not sum(met) else found is not None and 0 <= found <= 1


def test_the_overlap_of_one_person_is_none_and_of_everybody_the_same_is_all() -> None:
    assert overlap([1, 1], 1) is None
    assert overlap([], 5) is None
    assert overlap([5, 5, 0], 5) == 1
    assert overlap([1, 1, 1], 3) == 0
    with pytest.raises(ValueError, match="none to all"):
        overlap([4], 3)


def crowd(*, known_to: int = 0, quick: bool = False, people: int = 60, seed: int = 3) -> list[Sight]:
    """People at the standard who each meet twelve cases; the last so many know the case named 0."""
    random, found = Random(seed), []
    for person in range(people):
        knows = person >= people - known_to
        for case in range(12):
            leaked = knows and case == 0
            right = leaked or random.random() < 0.5
            seconds = 120 * math.exp(random.gauss(0, 0.3)) * (0.15 if leaked and quick else 1)
            found.append(Sight(person, str(case), right, seconds, 0.0))
    return found


def test_a_case_that_the_latest_thirty_knew_is_suspected_and_no_other() -> None:
    found = watch(crowd(known_to=30))
    leaked = found["0"]
    assert leaked.drift is not None
    assert leaked.drift > 3
    assert leaked.latest_right == 30
    assert [case for case, one in found.items() if one.suspected] == ["0"]


def test_fast_right_answers_alone_raise_suspicion() -> None:
    found = watch(crowd(known_to=12, quick=True))["0"]
    assert found.fast == 12
    assert found.swift is not None
    assert found.swift > 3


def test_an_unknown_bank_is_rarely_suspected() -> None:
    suspected = sum(one.suspected for seed in range(10) for one in watch(crowd(seed=seed)).values())
    assert suspected <= 2  # of 120; both statistics are beyond 3 by chance in well under one of a hundred


def test_of_few_answers_nothing_is_said_but_counts() -> None:
    found = watch(crowd(people=29))["0"]
    assert (found.answers, found.drift, found.swift, found.telling, found.suspected) == (29, None, None, False, False)
    assert found.interval is not None
    assert found.share is not None
    assert found.interval.low < found.share < found.interval.high
    assert watch([]) == {}


def test_pace_is_each_persons_own() -> None:
    assert median_without([1, 2, 3, 4, 5, 6], 6) == 3
    assert median_without([1, 2, 3, 4, 5], 3) is None
    slow = [Sight(1, str(n), True, 100, 0) for n in range(5)]
    assert fast_and_right([*slow, Sight(1, "x", True, 50, 0)])[-1] is True
    assert fast_and_right([*slow, Sight(1, "x", True, 51, 0)])[-1] is False
    assert fast_and_right([*slow, Sight(1, "x", False, 9, 0)])[-1] is False
    assert fast_and_right([*slow[1:], Sight(1, "x", True, 9, 0)])[-1] is None


def test_swift_needs_thirty_and_survives_a_share_of_nothing() -> None:
    assert swift([True] * 29, 0, 100) is None
    assert swift([False] * 30, 0, 0) is not None
    assert swift([False] * 30, 100, 100) is not None


def test_the_next_twenty_count_and_must_exceed_what_was_rated() -> None:
    one = after([(0.5, True, False)] * 15 + [(0.5, False, True)] * 10)
    assert (one.people, one.answers, one.right, one.expected, one.provisional) == (1, NEXT, 15, 10.0, 5)
    assert one.z == pytest.approx((15 - 10) / math.sqrt(5))
    assert one.holds is None  # one person is no aggregate
    assert one.standing is Standing.HIDDEN
    together = sum([one] * 10, After())
    assert together.holds is True
    assert together.standing is Standing.GREY
    assert sum([after([(0.6, False, False)])] * 30, After()).holds is False
    assert After().z is None
    assert after([]).people == 0
    with pytest.raises(ValueError, match="between"):
        after([(1.0, True, False)])
