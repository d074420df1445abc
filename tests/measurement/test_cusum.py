"""The learning curve: its arithmetic by hand, its two phases, and what chance does."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.measurement.cusum import (
    CusumRule,
    chance_of_drift,
    chance_of_shown,
    configured_rule,
    curve,
    shown_at,
)

RULE = configured_rule()
RULES = st.builds(
    CusumRule,
    acceptable=st.floats(0.01, 0.4),
    unacceptable=st.floats(0.45, 0.9),
    alpha=st.floats(0.01, 0.4),
    beta=st.floats(0.01, 0.4),
)
RESULTS = st.lists(st.booleans(), max_size=80)


def test_by_hand_with_one_in_ten_and_one_in_five() -> None:
    """P = ln 2 = 0.6931, Q = ln(0.9 / 0.8) = 0.1178, s = 0.1178 / 0.8109; both limits are ln 9 / 0.8109."""
    rule = CusumRule(acceptable=0.1, unacceptable=0.2, alpha=0.1, beta=0.1)
    assert rule.step_down == pytest.approx(0.1452, abs=5e-5)
    assert rule.step_up == pytest.approx(0.8548, abs=5e-5)
    assert (rule.lower, rule.upper) == (pytest.approx(-2.7095, abs=5e-5), pytest.approx(2.7095, abs=5e-5))


def test_by_hand_with_the_shipped_rates() -> None:
    """P = ln 1.75 = 0.5596, Q = ln(0.8 / 0.65) = 0.2076, s = 0.2076 / 0.7673; ln 9 / 0.7673 = 2.8637."""
    assert RULE.step_down == pytest.approx(0.2706, abs=5e-5)
    assert RULE.upper == pytest.approx(2.8637, abs=5e-5)
    assert RULE.least_successes == 11  # 10 x 0.2706 is 2.706, 11 x 0.2706 is 2.977


def test_a_run_of_successes_shows_the_skill_and_failures_before_it_are_no_debt() -> None:
    points = curve([False] * 20 + [True] * 11, RULE)
    assert shown_at(points) == 30
    assert [one.score for one in points[:20]] == [0.0] * 20


def test_after_the_skill_is_shown_successes_are_no_credit_and_four_failures_signal() -> None:
    points = curve([True] * 40 + [False] * 4, RULE)
    assert [one.signal for one in points[-4:]] == [False, False, False, True]
    assert points[-1].score == pytest.approx(4 * RULE.step_up)


def test_after_a_signal_it_begins_again_at_zero() -> None:
    points = curve([False] * 5, RULE, monitored_from=0)
    assert [one.signal for one in points] == [False, False, False, True, False]
    assert points[-1].score == pytest.approx(RULE.step_up)


def test_a_decision_begins_the_monitoring_at_zero() -> None:
    points = curve([True] * 5 + [False], RULE, monitored_from=5)
    assert [one.phase for one in points] == ["learning"] * 5 + ["monitored"]
    assert points[-1].score == pytest.approx(RULE.step_up)


@given(RULES, RESULTS, st.none() | st.integers(0, 80))
def test_the_score_stays_on_its_side_and_every_signal_is_at_a_limit(
    rule: CusumRule, results: list[bool], since: int | None
) -> None:
    points = curve(results, rule, monitored_from=since)
    assert len(points) == len(results)
    for one in points:
        assert one.score <= 0 if one.phase == "learning" else one.score >= 0
        limit = one.score <= rule.lower + 1e-9 if one.phase == "learning" else one.score >= rule.upper - 1e-9
        assert one.signal == limit
    phases = [one.phase for one in points]
    assert phases == sorted(phases)  # never back to learning


@given(RULES)
def test_the_steps_cancel_between_the_two_rates(rule: CusumRule) -> None:
    """At s failures in 1 the score stays where it is on average, and s lies between the two rates."""
    assert rule.acceptable < rule.step_down < rule.unacceptable
    assert rule.step_up + rule.step_down == pytest.approx(1)


@given(RULES, st.floats(0, 1), st.integers(0, 7))
def test_chances_are_those_of_all_series_counted_one_by_one(rule: CusumRule, rate: float, count: int) -> None:
    drift = shown = 0.0
    for series in product((True, False), repeat=count):
        chance = math.prod(1 - rate if one else rate for one in series)
        drift += chance * any(one.signal for one in curve(series, rule, monitored_from=0))
        shown += chance * (shown_at(curve(series, rule)) is not None)
    assert chance_of_drift(rate, count, rule) == pytest.approx(drift)
    assert chance_of_shown(rate, count, rule) == pytest.approx(shown)


def test_the_chances_that_the_documents_print() -> None:
    assert round(chance_of_shown(0.2, 25, RULE), 2) == 0.54
    assert round(chance_of_drift(0.2, 50, RULE), 2) == 0.23
    assert round(chance_of_drift(0.35, 50, RULE), 2) == 0.90


@pytest.mark.parametrize(
    "wrong",
    [{"acceptable": 0.0}, {"acceptable": 0.4, "unacceptable": 0.3}, {"unacceptable": 1.0}, {"alpha": 0.5}, {"beta": 0}],
)
def test_a_rule_that_is_none_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must hold|between"):
        CusumRule(**wrong)


def test_a_rate_is_a_share() -> None:
    with pytest.raises(ValueError, match="share"):
        chance_of_drift(1.5, 3, RULE)
