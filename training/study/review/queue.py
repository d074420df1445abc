"""A person's day: what is due, what is new, what comes next. All of it follows from the cards: nothing is resumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from training.anatomy.drills import drills
from training.content.documents import Document
from training.library import service as library
from training.study.review.faces import Face, drill_competencies, drill_face, question_face
from training.study.review.missed import Missed, missed, missed_count
from training.study.review.models import ReviewCard, ReviewSettings
from training.study.review.scheduling import day_bounds

CARDS_A_DAY, NEW_A_DAY = 20, 8
MOST_TIMES_A_DAY = 3  # one card; then it waits for tomorrow, so a session ends
FORECAST_DAYS = 7


@dataclass(frozen=True)
class Amounts:
    """How much a person wants a day."""

    cards_a_day: int = CARDS_A_DAY
    new_a_day: int = NEW_A_DAY


@dataclass(frozen=True)
class CardRow:
    """A card as it stood when it was read. `version_hash` is that of its item now; None when it is not offered."""

    id: int
    kind: str
    key: str
    item_id: str | None
    due_at: datetime
    stability: float | None
    reviews: int
    today: int
    lapses: int
    added_at: datetime
    reviewed_at: datetime | None
    version_hash: str | None


@dataclass(frozen=True)
class Next:
    """The card to show; `number` counts this showing among its reviews, from 1. `missed`: once, where it stands."""

    face: Face
    number: int
    new: bool
    again: bool


@dataclass(frozen=True)
class Left:
    """How many cards are left today: due, new, and once more because they were not steady."""

    due: int
    new: int
    again: int

    @property
    def all(self) -> int:
        return self.due + self.new + self.again


@dataclass(frozen=True)
class Day:
    """Everything that the pages say of a person's day; `seen` counts the cards answered today.

    `cards` are all there are, `asked` those of them that can still be asked; `due`, `new` and `again` are left today.
    """

    at: datetime
    zone: ZoneInfo
    amounts: Amounts
    cards: tuple[CardRow, ...]
    asked: tuple[CardRow, ...]
    due: tuple[CardRow, ...]
    new: tuple[Missed | str, ...]
    again: tuple[CardRow, ...]
    seen: int
    new_seen: int
    documents: Mapping[str, Document]

    @property
    def left(self) -> Left:
        return Left(len(self.due), len(self.new), len(self.again))

    def competencies(self, row: CardRow) -> tuple[str, ...]:
        """What a card that is asked belongs to."""
        if row.kind == "drill":
            return drill_competencies(drills()[row.key])
        face = self.face(row)
        return face.competencies if face is not None else ()

    @cached_property
    def left_ids(self) -> frozenset[int]:
        return frozenset(row.id for row in (*self.due, *self.again))

    def face(self, row: CardRow, seed: str = "") -> Face | None:
        """None for what is not asked any more."""
        if row.kind == "drill":
            return drill_face(row.key, seed)
        if row.version_hash is None or row.version_hash not in self.documents:
            return None
        return question_face(self.documents[row.version_hash], row.key.partition("#")[2], row.version_hash)

    def back_on(self, row: CardRow) -> date:
        """The day on which a card comes back: what is behind and not left for today waits for tomorrow."""
        today = self.at.astimezone(self.zone).date()
        day = row.due_at.astimezone(self.zone).date()
        if day > today:
            return day
        return today if row.id in self.left_ids else today + timedelta(days=1)

    def forecast(self) -> list[tuple[date, int]]:
        """How many cards come due on each of the next days, tomorrow first."""
        today = self.at.astimezone(self.zone).date()
        found = [self.back_on(row) for row in self.asked]
        return [(day, found.count(day)) for day in (today + timedelta(days=one) for one in range(1, FORECAST_DAYS + 1))]

    def next_due(self) -> tuple[date, int] | None:
        """The first day after today on which a card comes due, and how many do; None when none does."""
        today = self.at.astimezone(self.zone).date()
        days = [day for row in self.asked if (day := self.back_on(row)) > today]
        return (min(days), days.count(min(days))) if days else None


_ITEM = library.PRACTICE_ITEMS.c
_CARD = ReviewCard.__table__.c
_SETTINGS = select(ReviewSettings.cards_a_day, ReviewSettings.new_a_day).where(
    ReviewSettings.person_id == bindparam("person")
)
_KNOWN = select(_CARD.key).where(_CARD.person_id == bindparam("person"), _CARD.kind == "drill")
_CARDS = (
    select(
        *(
            _CARD[name]
            for name in (
                "id", "kind", "key", "item_id", "due_at", "stability", "reviews", "today", "lapses", "added_at",
                "reviewed_at",
            )
        ),
        _ITEM.version_hash,
    )
    .outerjoin(library.PRACTICE_ITEMS, _ITEM.id == _CARD.item_id)
    .where(_CARD.person_id == bindparam("person"))
    .order_by(_CARD.due_at, _CARD.id)
)  # fmt: skip

_START, _END = bindparam("start", type_=_CARD.due_at.type), bindparam("end", type_=_CARD.due_at.type)
_CARDS_NOW = _CARDS.where(or_(_CARD.due_at < _END, _CARD.reviewed_at >= _START))


def amounts_of(session: Session, person_id: int) -> Amounts:
    row = session.execute(_SETTINGS, {"person": person_id}).one_or_none()
    return Amounts(*row) if row else Amounts()


def day_of(session: Session, person_id: int, at: datetime, zone: ZoneInfo, *, only_now: bool = False) -> Day:
    """In four queries, three once the documents are in memory.

    With `only_now`, of the cards those alone that are due or were answered today, in one query more: that is all which
    choosing the next needs, however many cards there are.
    """
    start, end = day_bounds(at, zone)
    amounts = amounts_of(session, person_id)
    asked_for = {"person": person_id, "start": start, "end": end} if only_now else {"person": person_id}
    found = session.execute(_CARDS_NOW if only_now else _CARDS, asked_for)
    rows = [CardRow(*cast("tuple[Any, ...]", row)) for row in found]
    waiting = missed(session, person_id)
    hashes = {row.version_hash for row in rows if row.version_hash} | {one.version_hash for one in waiting}
    documents = library.documents(session, hashes)
    known = set(session.scalars(_KNOWN, {"person": person_id})) if only_now else {row.key for row in rows}
    rows_today = [row for row in rows if _since(row, start)]
    seen, new_seen = len(rows_today), sum(row.added_at >= start for row in rows_today)
    asked = [row for row in rows if _asked(row, documents)]
    askable = [row for row in asked if row.due_at < end]
    due = [row for row in askable if not _since(row, start)]
    again = [row for row in askable if _since(row, start) and row.today < MOST_TIMES_A_DAY]
    fresh: list[Missed | str] = [
        one for one in waiting if question_face(documents[one.version_hash], one.question_id, one.version_hash)
    ]
    fresh += [key for key in drills() if key not in known]
    wanted = _wanted(amounts, len(due), seen, new_seen)
    return Day(
        at,
        zone,
        amounts,
        tuple(rows),
        tuple(asked),
        tuple(due[: wanted.due]),
        tuple(fresh[: wanted.new]),
        tuple(again),
        seen,
        new_seen,
        documents,
    )


def _since(row: CardRow, start: datetime) -> bool:
    return row.reviewed_at is not None and row.reviewed_at >= start


def _asked(row: CardRow, documents: Mapping[str, Document]) -> bool:
    if row.kind == "drill":
        return row.key in drills()
    if row.version_hash is None:
        return False
    return question_face(documents[row.version_hash], row.key.partition("#")[2], row.version_hash) is not None


def _wanted(amounts: Amounts, due: int, seen: int, new_seen: int) -> Left:
    """How much of what is due and of what is new the day still takes; what is due goes first."""
    room = max(amounts.cards_a_day - seen, 0)
    taken = min(due, room)
    return Left(taken, max(min(amounts.new_a_day - new_seen, room - taken), 0), 0)


def next_card(day: Day, seed: str) -> Next | None:
    """What comes now: what is wanted once more and whose minutes are over, then due and new in turn, then the rest.

    `seed` is the person's; the same card shown again, in another tab or after a reload, offers the same answers.
    """
    once_more = [row for row in day.again if row.due_at <= day.at]
    if once_more and day.seen:
        return _row(day, once_more[0], seed, again=True)
    turn_of_new = day.new and (not day.due or day.seen % 2 == 1)
    if day.due and not turn_of_new:
        return _row(day, day.due[0], seed, again=False)
    if day.new:
        return _fresh(day, day.new[0], seed)
    return _row(day, day.again[0], seed, again=True) if day.again else None


def seed_of(person: str, key: str, number: int) -> str:
    return f"{person}/{key}/{number}"


def _row(day: Day, row: CardRow, seed: str, *, again: bool) -> Next | None:
    number = row.reviews + 1
    face = day.face(row, seed_of(seed, row.key, number))
    return Next(face, number, new=False, again=again) if face else None


def _fresh(day: Day, one: Missed | str, seed: str) -> Next | None:
    if isinstance(one, str):
        face = drill_face(one, seed_of(seed, one, 1))
    else:
        face = question_face(day.documents[one.version_hash], one.question_id, one.version_hash)
    return Next(face, 1, new=True, again=False) if face else None


# --- the count alone, for the first page -----------------------------------------------------------------------


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_OF_TODAY = and_(_CARD.reviewed_at.is_not(None), _CARD.reviewed_at >= _START)
_ASKABLE = and_(_CARD.due_at < _END, or_(_CARD.kind == "drill", _ITEM.id.is_not(None)))
_COUNTS = (
    select(
        _number(and_(_ASKABLE, or_(_CARD.reviewed_at.is_(None), _CARD.reviewed_at < _START))),
        _number(and_(_ASKABLE, _OF_TODAY, _CARD.today < MOST_TIMES_A_DAY)),
        _number(_OF_TODAY),
        _number(and_(_OF_TODAY, _CARD.added_at >= _START)),
        _number(_CARD.kind == "drill"),
        missed_count,
        *(
            select(column).where(ReviewSettings.person_id == bindparam("person")).scalar_subquery()
            for column in (ReviewSettings.cards_a_day, ReviewSettings.new_a_day)
        ),
    )
    .select_from(ReviewCard.__table__.outerjoin(library.PRACTICE_ITEMS, _ITEM.id == _CARD.item_id))
    .where(_CARD.person_id == bindparam("person"))
)


def left_today(session: Session, person_id: int, at: datetime, zone: ZoneInfo) -> Left:
    """How many cards are left today, in one query however many there are."""
    start, end = day_bounds(at, zone)
    row = session.execute(_COUNTS, {"person": person_id, "start": start, "end": end}).one()
    due, again, seen, new_seen, known, waiting = map(int, row[:6])
    amounts = Amounts(row[6] or CARDS_A_DAY, NEW_A_DAY if row[7] is None else row[7])
    wanted = _wanted(amounts, due, seen, new_seen)
    return Left(wanted.due, min(wanted.new, waiting + len(drills()) - known), again)
