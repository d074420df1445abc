"""What a review test is about, with the rest filled in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tests.assessment.makers import WRONG, nonce
from tests.makers import NOON
from training.accounts.models import Person
from training.assessment import service as assessment
from training.study.review import service
from training.study.review.faces import Face

ZONE = ZoneInfo("America/Edmonton")
DAY = timedelta(days=1)
QUICKLY = timedelta(seconds=5)


def right_to(face: Face) -> dict[str, Any]:
    assert face.drill is not None
    if face.drill.on_spine:
        return {"segment": face.drill.right[0]}
    return {"option": next(one.id for one in face.choices if one.id in face.drill.right)}


def wrong_to(face: Face) -> dict[str, Any]:
    assert face.drill is not None
    if face.drill.on_spine:
        return {"segment": "C1" if "C1" not in face.drill.right else "S5"}
    return {"option": next(one.id for one in face.choices if one.id not in face.drill.right)}


def showing_of(card: Any, at: datetime) -> service.Showing:
    return service.Showing(card.face.key, card.number, card.face.version_hash, at)


def next_of(session: Session, person: Person, at: datetime) -> Any:
    """The card that comes now, or None."""
    return service.next_card(service.day_of(session, person.id, at, ZONE), person.public_id)


def show(key: str, number: int = 1, at: datetime = NOON) -> service.Showing:
    return service.Showing(key, number, None, at)


def answer(
    session: Session,
    person: Person,
    showing: service.Showing,
    sent: dict[str, Any],
    *,
    after: timedelta = QUICKLY,
) -> service.Saved:
    at = showing.shown_at + after
    return service.answer(session, person.id, person.public_id, showing, sent, at=at, zone=ZONE)


def work_through(session: Session, person: Person, at: datetime, *, right: bool = True) -> list[str]:
    """Answer drills until none is left today; the keys in their order."""
    keys: list[str] = []
    while (card := next_of(session, person, at)) is not None:
        keys.append(card.face.key)
        sent = right_to(card.face) if right else wrong_to(card.face)
        answer(session, person, showing_of(card, at), sent)
        at += timedelta(seconds=10)
        assert len(keys) < 300
    return keys


def miss(session: Session, person_id: int, item_id: str, *question_ids: str, purpose: Any = "quiz") -> str:
    """Answer these questions of an item wrongly, in an attempt of the usual kind; its public id."""
    attempt = assessment.start(session, person_id, item_id, purpose, at=NOON, drawn=True)
    if purpose == "case":
        assessment.advance(session, attempt.public_id, person_id, 1, at=NOON)
        assessment.advance(session, attempt.public_id, person_id, 2, at=NOON)
    for question_id in question_ids or attempt.question_ids:
        assessment.answer(
            session, attempt.public_id, person_id, question_id, WRONG[question_id], "sure", nonce(), at=NOON
        )
    return attempt.public_id
