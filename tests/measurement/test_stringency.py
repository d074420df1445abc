"""Stringency: by hand, by its symmetries, and by simulation of how often the interval holds the truth."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.measurement.intervals import student
from training.measurement.sample_size import Standing
from training.measurement.stringency import LEAST_SHARED, LEAST_VARIANCE, Rating, stringency

ratings = st.lists(
    st.builds(Rating, st.integers(1, 4), st.integers(1, 6), st.integers(1, 5).map(float)), min_size=1, max_size=40
)


def test_by_hand() -> None:
    """Assessor 1 gives 2 and 3 where 2 gives 4 and 3: differences -2 (weight ½) and 0 (weight ½)."""
    given_ = [Rating(1, 1, 2), Rating(2, 1, 4), Rating(1, 2, 3), Rating(2, 2, 3)]
    found = stringency(given_)
    first, second = found[1], found[2]
    assert first.difference == pytest.approx(-1)
    assert second.difference == pytest.approx(1)
    # Squares about the means: 1 + 1 + 0 + 0 over two degrees of freedom is 1; the weights together are 1.
    assert first.interval is not None
    assert first.interval.high - first.interval.low == pytest.approx(2 * student(2))
    assert (first.ratings, first.shared, first.others, first.mean) == (2, 2, 1, 2.5)


def test_more_ratings_of_one_person_weigh_more() -> None:
    """d = -1 with weight 1/(1/1+1/1) = ½; d = +1 with weight 1/(1/2+1/2) = 1."""
    given_ = [
        Rating(1, 1, 3), Rating(2, 1, 4),
        Rating(1, 2, 4), Rating(1, 2, 4), Rating(2, 2, 3), Rating(3, 2, 3),
    ]  # fmt: skip
    assert stringency(given_)[1].difference == pytest.approx((-0.5 + 1) / 1.5)


def test_who_met_weaker_trainees_is_not_called_strict() -> None:
    weak, able = [Rating(1, p, 2) for p in range(6)], [Rating(2, p, 5) for p in range(10, 16)]
    of_a_third = [Rating(3, p, 2) for p in range(6)] + [Rating(3, p, 5) for p in range(10, 16)]
    found = stringency([*weak, *able, *of_a_third])
    assert found[1].difference == found[2].difference == found[3].difference == 0
    assert found[1].mean == 2


def test_who_shares_nobody_has_no_figure() -> None:
    (alone,) = stringency([Rating(1, 1, 3), Rating(1, 2, 5)]).values()
    assert (alone.difference, alone.interval, alone.shared) == (None, None, 0)
    assert alone.standing is Standing.HIDDEN


def test_equal_ratings_do_not_look_certain() -> None:
    given_ = [Rating(who, person, 4) for who in (1, 2, 3) for person in range(LEAST_SHARED)]
    found = stringency(given_)[1]
    assert found.standing is Standing.SHOWN
    assert found.interval is not None
    together = LEAST_SHARED / (1 + 1 / 2)
    half = student(2 * LEAST_SHARED) * math.sqrt(LEAST_VARIANCE / together)
    assert found.interval.high == pytest.approx(half)


@pytest.mark.parametrize(("people", "others", "grey"), [(4, 2, True), (5, 1, True), (5, 2, False), (9, 3, False)])
def test_too_few_people_or_colleagues_are_grey(people: int, others: int, grey: bool) -> None:
    given_ = [Rating(who, person, 3) for person in range(people) for who in range(others + 1)]
    assert (stringency(given_)[0].standing is Standing.GREY) == grey


@given(ratings)
def test_shifting_everybody_changes_nothing_but_means(given_: list[Rating]) -> None:
    before = stringency(given_)
    after = stringency([one._replace(level=one.level + 2) for one in given_])
    for assessor, one in before.items():
        if one.difference is None:
            assert after[assessor].difference is None
        else:
            assert after[assessor].difference == pytest.approx(one.difference, abs=1e-9)


@given(ratings)
def test_an_interval_holds_its_figure_and_the_order_of_ratings_says_nothing(given_: list[Rating]) -> None:
    found, turned = stringency(given_), stringency(list(reversed(given_)))
    for assessor, one in found.items():
        assert one.ratings == sum(each.assessor == assessor for each in given_)
        if one.difference is None or one.interval is None:
            assert one.shared == 0
            continue
        assert one.interval.low < one.difference < one.interval.high
        assert abs(one.difference) <= 4
        assert turned[assessor].difference == pytest.approx(one.difference, abs=1e-9)


def test_the_interval_holds_the_truth_at_least_as_often_as_it_says() -> None:
    """Twelve trainees, five assessors of known stringency who see some of them, whole levels: 600 assessors."""
    chance = Random(5)
    held = tried = 0
    for _ in range(120):
        strict = [chance.gauss(0, 0.4) for _ in range(5)]
        able = [chance.gauss(3.2, 0.6) for _ in range(12)]
        given_ = []
        for person, level in enumerate(able):
            for who in chance.sample(range(5), 3):
                seen = min(5, max(1, round(level + strict[who] + chance.gauss(0, 0.6))))
                given_.append(Rating(who, person, seen))
        for who, one in stringency(given_).items():
            if one.interval is None:
                continue
            # Beside the others, as they met: the mean of their stringency over the people shared, equally often.
            beside = [
                sum(strict[each.assessor] for each in given_ if each.person == person and each.assessor != who) / 2
                for person in {each.person for each in given_ if each.assessor == who}
            ]
            truth = strict[who] - sum(beside) / len(beside)
            held += one.interval.low <= truth <= one.interval.high
            tried += 1
    assert tried > 550
    assert held / tried >= 0.95
