from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from training.credentials.dates import day_at, months_later


def test_the_day_is_the_one_where_the_school_is() -> None:
    at = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)

    assert day_at(at, ZoneInfo("America/Edmonton")) == date(2026, 5, 31)
    assert day_at(at, ZoneInfo("Pacific/Auckland")) == date(2026, 6, 1)


def test_a_naive_time_has_no_day() -> None:
    with pytest.raises(ValueError, match="naive"):
        day_at(datetime(2026, 6, 1), ZoneInfo("UTC"))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 6, 1), 24, date(2028, 6, 1)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
