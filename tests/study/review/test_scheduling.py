"""When a card comes back: graded by rule, spread over days, in the school's own day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import NOON
from training.study.review.scheduling import (
    AGAIN,
    AWAY_SECONDS,
    GOOD,
    HARD,
    day_bounds,
    evened,
    grade,
    moved,
    reach,
    recall,
    schedule,
    seconds_taken,
)

EDMONTON = ZoneInfo("America/Edmonton")
QUICK = [5.0] * 20


@pytest.mark.parametrize(
    ("right", "seconds", "earlier", "expected"),
    [
        (False, 1.0, QUICK, AGAIN),
        (False, None, [], AGAIN),
        (True, 9.9, QUICK, GOOD),
        (True, 10.0, QUICK, GOOD),
        (True, 10.1, QUICK, HARD),
        (True, None, QUICK, GOOD),
        (True, 60.0, QUICK[:7], GOOD),
        (True, 60.0, QUICK[:8], HARD),
    ],
)
def test_the_grade_follows_from_the_answer_and_its_time(
    right: bool, seconds: float | None, earlier: list[float], expected: int
) -> None:
    assert grade(right, seconds, earlier) == expected


@pytest.mark.parametrize(
    ("later", "seconds"),
    [(4.21, 4.2), (0, 0.0), (AWAY_SECONDS, AWAY_SECONDS), (AWAY_SECONDS + 1, None), (-5, None), (90_000, None)],
)
def test_a_pause_and_a_jumping_clock_are_no_time_taken(later: float, seconds: float | None) -> None:
    assert seconds_taken(NOON, NOON + timedelta(seconds=later)) == seconds


def test_good_answers_bring_a_card_back_later_and_later() -> None:
    """The intervals that fsrs is known for (measurement.md, section 8)."""
    card: dict[str, Any] = {}
    at, days = NOON, []
    for _ in range(6):
        new = schedule(card, GOOD, 5.0, at)
        days.append((new.due_at - at).days)
        card, at = new.card, new.due_at
    assert days == [0, 2, 11, 46, 163, 498]


def test_a_wrong_answer_brings_it_back_at_once_and_keeps_its_log() -> None:
    first = schedule({}, AGAIN, 7.5, NOON)
    assert first.due_at - NOON == timedelta(minutes=1)
    assert first.log["rating"] == AGAIN
    assert first.log["review_duration"] == 7500
    assert datetime.fromisoformat(first.log["review_datetime"]) == NOON


def test_recall_fades() -> None:
    stability = schedule({}, GOOD, None, NOON).stability
    values = [recall(stability, NOON, NOON + timedelta(days=day)) for day in range(0, 60, 10)]
    assert values[0] == 1.0
    assert values == sorted(values, reverse=True)
    assert recall(None, None, NOON) == 0.0


def test_a_day_begins_at_midnight_where_the_school_is() -> None:
    start, end = day_bounds(datetime(2026, 6, 1, 5, 59, tzinfo=UTC), EDMONTON)  # 23:59 on 31 May there
    assert start.astimezone(UTC) == datetime(2026, 5, 31, 6, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2026, 6, 1, 6, tzinfo=UTC)
    start, end = day_bounds(datetime(2026, 11, 1, 12, tzinfo=UTC), EDMONTON)  # clocks go back that day
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=25)


def test_a_full_day_sends_a_card_to_the_next_free_one() -> None:
    due = NOON + timedelta(days=20)
    crowded = [due] * 5 + [due + timedelta(days=1)] * 3 + [due - timedelta(days=1)] * 3
    assert evened(due, NOON, [], EDMONTON) == due
    assert evened(due, NOON, crowded, EDMONTON) == due - timedelta(days=2)
    assert evened(due, NOON, [due], EDMONTON) == due - timedelta(days=1)


def test_the_first_days_are_not_moved() -> None:
    due = NOON + timedelta(days=2)
    assert evened(due, NOON, [due] * 50, EDMONTON) == due
    assert [reach(NOON + timedelta(days=days), NOON) for days in (0, 2, 3, 20, 50, 500)] == [0, 0, 1, 2, 5, 7]


@given(st.integers(0, 3000), st.lists(st.integers(0, 3000), max_size=60))
def test_a_card_is_never_moved_further_than_a_tenth(days: int, others: list[int]) -> None:
    due = NOON + timedelta(days=days)
    found = evened(due, NOON, [NOON + timedelta(days=one) for one in others], EDMONTON)
    assert abs(found - due) <= timedelta(days=max(1, round(days * 0.1)) if days >= 3 else 0)
    assert moved({"due": "x", "step": 1}, found) == {"due": found.isoformat(), "step": 1}


def test_evening_out_keeps_days_alike() -> None:
    """Sixty cards that would all come due on one day are spread over the days within reach."""
    due = NOON + timedelta(days=30)
    days: list[datetime] = []
    for _ in range(60):
        days.append(evened(due, NOON, days, EDMONTON))
    counts = [days.count(day) for day in set(days)]
    assert len(counts) == 7
    assert max(counts) - min(counts) <= 1
