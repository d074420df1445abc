"""Days where the school is. A certificate counts in days, so the zone decides when one begins."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_at(at: datetime, zone: ZoneInfo) -> date:
    """The day that it is in the zone at a moment."""
    if at.tzinfo is None:
        raise ValueError(f"naive time {at!r}; give it a zone (datetime.now(UTC))")
    return at.astimezone(zone).date()


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last when it is shorter: 31 January and 1 is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
