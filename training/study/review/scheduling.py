"""When a card comes back: fsrs, graded by rule and never by self-report, with the load of the days evened out.

`measurement.md` section 8 gives the reasons: the default parameters, 90 % recall wanted, no button called Easy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from fsrs import Card, Rating, Scheduler

AGAIN, HARD, GOOD = 1, 2, 3
AWAY_SECONDS = 180.0  # longer than this, and the phone lay in a pocket
TIMES_BEFORE_SLOW = 8  # so many answers, before one can be called slow for this person
SLOW = 2.0
EVENED_FROM_DAYS, MOST_DAYS_MOVED = 3, 7
MOVED_SHARE = 0.1

# Its own fuzz moves days at random; `evened` moves them to where there is room.
_SCHEDULER = Scheduler(desired_retention=0.9, enable_fuzzing=False)


@dataclass(frozen=True)
class Scheduled:
    """A card after an answer, as fsrs writes it and its log, and when it comes due."""

    card: dict[str, Any]
    log: dict[str, Any]
    due_at: datetime
    stability: float | None


def seconds_taken(shown_at: datetime, at: datetime) -> float | None:
    """From showing to answering; None when the person was away or the clock jumped."""
    seconds = (at - shown_at).total_seconds()
    return round(seconds, 1) if 0 <= seconds <= AWAY_SECONDS else None


def grade(right: bool, seconds: float | None, earlier: Sequence[float]) -> int:
    """Again for wrong, good for right, hard for right but slower than twice the person's median of earlier answers."""
    if not right:
        return AGAIN
    if seconds is None or len(earlier) < TIMES_BEFORE_SLOW:
        return GOOD
    return HARD if seconds > SLOW * median(earlier) else GOOD


def schedule(card: Mapping[str, Any], grade: int, seconds: float | None, at: datetime) -> Scheduled:
    """The card after an answer at a moment; an empty mapping is a card that was never answered."""
    before = Card.from_dict({**card}) if card else Card(card_id=0, due=at)  # type: ignore[typeddict-item]
    taken = None if seconds is None else round(seconds * 1000)
    after, log = _SCHEDULER.review_card(before, Rating(grade), at, taken)
    return Scheduled(dict(after.to_dict()), dict(log.to_dict()), after.due, after.stability)


def recall(stability: float | None, reviewed_at: datetime | None, at: datetime) -> float:
    """How probably it is remembered at a moment, 0 to 1; 0 when it was never reviewed."""
    card = Card(card_id=0, stability=stability, due=at, last_review=reviewed_at)
    return float(_SCHEDULER.get_card_retrievability(card, at))


# --- days ------------------------------------------------------------------------------------------------------


def day_bounds(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Where the day that a moment lies in begins and ends, where the school is."""
    today = at.astimezone(zone).date()
    return _midnight(today, zone), _midnight(today + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def reach(due_at: datetime, at: datetime) -> int:
    """By how many days, either way, a card may be moved: a tenth of its interval, none for the first days."""
    days = (due_at - at).days
    if days < EVENED_FROM_DAYS:
        return 0
    return min(max(1, round(days * MOVED_SHARE)), MOST_DAYS_MOVED)


def evened(due_at: datetime, at: datetime, others: Sequence[datetime], zone: ZoneInfo) -> datetime:
    """The same hour of the day with the fewest other cards within reach; the nearest such day, the earlier of two."""
    load: dict[date, int] = {}
    for other in others:
        day = other.astimezone(zone).date()
        load[day] = load.get(day, 0) + 1
    most = reach(due_at, at)
    days = [due_at + timedelta(days=shift) for shift in range(-most, most + 1)]
    return min(days, key=lambda one: (load.get(one.astimezone(zone).date(), 0), abs(one - due_at), one))


def moved(card: dict[str, Any], due_at: datetime) -> dict[str, Any]:
    """The card as fsrs writes it, due at another moment."""
    return {**card, "due": due_at.isoformat()}
