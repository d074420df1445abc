"""Answer a card, once, and look back on it. The caller commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, insert, literal, null, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training.content.documents import Framework
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound
from training.library import service as library
from training.study.review import scheduling
from training.study.review.faces import Face, drill_face, question_face, read
from training.study.review.looking import Look, look
from training.study.review.models import Review, ReviewCard, ReviewSettings
from training.study.review.queue import (
    Amounts,
    Day,
    Left,
    amounts_of,
    day_of,
    left_today,
    next_card,
    seed_of,
)
from training.study.review.recall import Recall, recall_by_competency

__all__ = [
    "Amounts",
    "AnsweredAlready",
    "Day",
    "Lapse",
    "Left",
    "Look",
    "Overview",
    "Saved",
    "Showing",
    "Today",
    "amounts_of",
    "answer",
    "day_of",
    "keep_amounts",
    "left_today",
    "look",
    "next_card",
    "overview",
    "shown_face",
    "today",
]

MOST_CARDS_A_DAY, MOST_NEW_A_DAY = 200, 50
EARLIER_ANSWERS = 50  # whose median says what is slow


@dataclass(frozen=True)
class Showing:
    """A card as it was shown to somebody: which, for the how manieth time, in which version, and when."""

    key: str
    number: int
    version_hash: str | None
    shown_at: datetime


@dataclass(frozen=True)
class Saved:
    """What was saved; `again` when it had been saved before and this was the same once more."""

    public_id: str
    right: bool
    again: bool


class AnsweredAlready(Conflict):
    """This showing has an answer, and it stands; `public_id` is where it is shown."""

    def __init__(self, public_id: str) -> None:
        super().__init__("You have answered this card already. Your first answer stands.")
        self.public_id = public_id


# Built once, for building a statement takes several times as long as running it.
_CARD = cast(Table, ReviewCard.__table__)
_REVIEW = cast(Table, Review.__table__)


def _held(dialect: Any) -> Any:
    """One statement that makes a card or finds it, and makes whoever else answers it wait."""
    given = ("public_id", "person_id", "kind", "key", "item_id")
    made = dialect.insert(_CARD).values(
        {
            **{name: bindparam(name) for name in given},
            "fsrs": {},
            **{name: bindparam("at", type_=_CARD.c.due_at.type) for name in ("due_at", "added_at")},
            **dict.fromkeys(("reviews", "today", "lapses"), 0),
        }
    )
    held = made.on_conflict_do_update(index_elements=["person_id", "key"], set_={"person_id": made.excluded.person_id})
    names = ("id", "fsrs", "reviews", "today", "lapses", "reviewed_at")
    return held.returning(*(_CARD.c[name] for name in names))


_HELD = {"sqlite": _held(sqlite), "postgresql": _held(postgresql)}
_KEEP = insert(_REVIEW)
_MOVE = update(_CARD).where(_CARD.c.id == bindparam("of_card"))
_STANDING = select(_REVIEW.c.public_id, _REVIEW.c.response, _REVIEW.c.right).where(
    _REVIEW.c.card_id == bindparam("card"), _REVIEW.c.number == bindparam("number")
)
_LATEST = (
    select(_REVIEW.c.seconds)
    .where(
        _REVIEW.c.person_id == bindparam("person"),
        _REVIEW.c.kind == bindparam("kind"),
        _REVIEW.c.seconds.is_not(None),
    )
    .order_by(_REVIEW.c.reviewed_at.desc(), _REVIEW.c.id.desc())
    .limit(EARLIER_ANSWERS)
    .subquery()
)
# How fast this person is, and what else comes due around two moments: one question.
_AROUND = union_all(
    select(_LATEST.c.seconds, literal(None, _CARD.c.due_at.type).label("due_at")),
    select(null(), _CARD.c.due_at).where(
        _CARD.c.person_id == bindparam("person"),
        _CARD.c.due_at.between(
            bindparam("from_", type_=_CARD.c.due_at.type), bindparam("until", type_=_CARD.c.due_at.type)
        ),
        _CARD.c.id != bindparam("card"),
    ),
)


# --- answering -------------------------------------------------------------------------------------------------


def shown_face(session: Session, showing: Showing, person: str) -> Face:
    """What was shown, with the same answers to choose from. Raises NotFound for what is asked no more."""
    if showing.version_hash is None:
        face = drill_face(showing.key, seed_of(person, showing.key, showing.number))
    else:
        document = library.document(session, showing.version_hash)
        face = question_face(document, showing.key.partition("#")[2], showing.version_hash)
    if face is None or face.key != showing.key:
        raise NotFound("This card is not asked any more. Go on with the next one.")
    return face


def answer(
    session: Session,
    person_id: int,
    person: str,
    showing: Showing,
    sent: Mapping[str, Any],
    *,
    at: datetime,
    zone: ZoneInfo,
) -> Saved:
    """Save the answer to a card that was shown, mark it, and say when the card comes back; five queries.

    `person` is the public id of the person, which with the card says what was to choose from. The same answer again
    gets the same reply. Raises AnsweredAlready when another answer stands, InvalidAnswer for what cannot be read,
    NotFound for what is asked no more.
    """
    face = shown_face(session, showing, person)
    response, right = read(face, sent)
    made = {
        "public_id": new_public_id(),
        "person_id": person_id,
        "kind": face.kind,
        "key": face.key,
        "item_id": face.document.id if face.document is not None else None,
        "at": at,
    }
    card = session.execute(_HELD[session.get_bind().dialect.name], made).one()
    if card.reviews >= showing.number:
        return _standing(session, card.id, showing.number, response)
    if card.reviews != showing.number - 1:
        raise Invalid("This form is not one of ours. Go on with the next card.")
    seconds = scheduling.seconds_taken(showing.shown_at, at)
    grades = (scheduling.GOOD, scheduling.HARD) if right else (scheduling.AGAIN,)
    possible = {one: scheduling.schedule(card.fsrs, one, seconds, at) for one in grades}
    earlier, others = _around(session, person_id, card.id, face.kind, [one.due_at for one in possible.values()], at)
    grade = scheduling.grade(right, seconds, earlier)
    new = possible[grade]
    due_at = scheduling.evened(new.due_at, at, others, zone)
    row = {
        "public_id": new_public_id(),
        "card_id": card.id,
        "person_id": person_id,
        "number": showing.number,
        "kind": face.kind,
        "version_hash": showing.version_hash,
        "response": response,
        "offered": [one.id for one in face.choices],
        "right": right,
        "grade": grade,
        "seconds": seconds,
        "log": new.log,
        "due_at": due_at,
        "reviewed_at": at,
    }
    session.execute(_KEEP, row)
    start, _ = scheduling.day_bounds(at, zone)
    changed = {
        "of_card": card.id,
        "fsrs": scheduling.moved(new.card, due_at),
        "due_at": due_at,
        "stability": new.stability,
        "reviews": showing.number,
        "today": card.today + 1 if card.reviewed_at is not None and card.reviewed_at >= start else 1,
        "lapses": card.lapses + (not right and card.reviews > 0),
        "reviewed_at": at,
    }
    session.execute(_MOVE, changed)
    return Saved(row["public_id"], right, again=False)


def _standing(session: Session, card_id: int, number: int, response: dict[str, Any]) -> Saved:
    row = session.execute(_STANDING, {"card": card_id, "number": number}).one()
    if row.response != response:
        raise AnsweredAlready(row.public_id)
    return Saved(row.public_id, row.right, again=True)


def _around(
    session: Session, person_id: int, card_id: int, kind: str, due: Sequence[datetime], at: datetime
) -> tuple[list[float], list[datetime]]:
    """The seconds of the person's latest answers to this kind of card, and what else comes due near these moments."""
    near_days = max(scheduling.reach(one, at) for one in due)
    near = timedelta(days=near_days + 1 if near_days else 0)
    asked = {"person": person_id, "kind": kind, "card": card_id, "from_": min(due) - near, "until": max(due) + near}
    rows = session.execute(_AROUND, asked).all()
    return [row.seconds for row in rows if row.seconds is not None], [row.due_at for row in rows if row.due_at]


def keep_amounts(session: Session, person_id: int, amounts: Amounts, *, at: datetime) -> None:
    """How much the person wants a day from now on. Raises Invalid out of 1 to 200 cards and 0 to 50 new ones."""
    if not (1 <= amounts.cards_a_day <= MOST_CARDS_A_DAY and 0 <= amounts.new_a_day <= MOST_NEW_A_DAY):
        raise Invalid("Choose 1 to 200 cards a day, and 0 to 50 new ones.")
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    values = {"cards_a_day": amounts.cards_a_day, "new_a_day": amounts.new_a_day, "updated_at": at}
    made = (sqlite.insert if on_sqlite else postgresql.insert)(ReviewSettings).values(person_id=person_id, **values)
    session.execute(made.on_conflict_do_update(index_elements=["person_id"], set_=values))


# --- the pages -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Overview:
    day: Day
    recall: tuple[Recall, ...]


def overview(session: Session, person_id: int, at: datetime, zone: ZoneInfo) -> Overview:
    """The day and what is remembered, in five queries once the documents are in memory."""
    day = day_of(session, person_id, at, zone)
    entries = library.entries(session, "framework")
    titles: dict[str, str] = {}
    for document in library.documents(session, [one.version_hash for one in entries]).values():
        if isinstance(document, Framework):
            titles.update((one.id, one.title) for one in document.competencies)
    return Overview(day, tuple(recall_by_competency(day, titles)))


@dataclass(frozen=True)
class Lapse:
    """A card that was answered wrongly today, and the day on which it comes back."""

    public_id: str
    face: Face
    back_on: date
    is_today: bool


@dataclass(frozen=True)
class Today:
    """How the day went: answers given, those that were right, what had faded, and what is left."""

    day: Day
    answers: int
    right: int
    faded: tuple[Lapse, ...]


_TODAY = (
    select(_REVIEW.c.public_id, _REVIEW.c.card_id, _REVIEW.c.right)
    .where(
        _REVIEW.c.person_id == bindparam("person"),
        _REVIEW.c.reviewed_at >= bindparam("start", type_=_REVIEW.c.reviewed_at.type),
    )
    .order_by(_REVIEW.c.reviewed_at, _REVIEW.c.id)
)


def today(session: Session, person_id: int, at: datetime, zone: ZoneInfo) -> Today:
    day = day_of(session, person_id, at, zone)
    start, _ = scheduling.day_bounds(at, zone)
    rows = session.execute(_TODAY, {"person": person_id, "start": start}).all()
    cards = {row.id: row for row in day.cards}
    faded: dict[int, Lapse] = {}
    for row in rows:
        card = cards.get(row.card_id)
        face = day.face(card) if card is not None and not row.right else None
        if card is not None and face is not None:
            back_on = day.back_on(card)
            faded.setdefault(card.id, Lapse(row.public_id, face, back_on, back_on == at.astimezone(zone).date()))
    return Today(day, len(rows), sum(row.right for row in rows), tuple(faded.values()))
