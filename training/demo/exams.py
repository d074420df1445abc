"""The exams of the demonstration school: one that was sat and released, one whose window is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from training.assessment.exams import service as exams
from training.db.base import new_public_id
from training.demo.answers import response_to

EXAM = "ims-written"
WINDOW, NOTICE = timedelta(hours=8), timedelta(days=14)
THINKING = timedelta(seconds=100)
DEVICE = "demonstration"


def sit_and_release(
    session: Session, cohort: str, wrong: Mapping[int, int], *, instructor_id: int, opened: datetime
) -> None:
    """A sitting that was over eight hours after it opened; `wrong`: by person, how many questions they get wrong."""
    sitting = announce(session, cohort, opened, opened + WINDOW, instructor_id)
    for number, (person_id, missed) in enumerate(wrong.items()):
        sit(session, sitting, person_id, missed, opened + number * timedelta(minutes=4))
    exams.release(session, sitting, by_id=instructor_id, at=opened + WINDOW + timedelta(days=1))


def open_now(session: Session, cohort: str, *, instructor_id: int, now: datetime) -> None:
    """A sitting that opened yesterday and stays open for a week."""
    announce(session, cohort, now - timedelta(days=1), now + timedelta(days=7), instructor_id)


def announce(session: Session, cohort: str, opens: datetime, closes: datetime, instructor_id: int) -> str:
    at = opens - NOTICE
    sitting = exams.make_sitting(session, EXAM, opens, closes, [cohort], by_id=instructor_id, at=at)
    exams.announce(session, sitting, by_id=instructor_id, at=at)
    return sitting


def sit(session: Session, sitting: str, person_id: int, missed: int, begun: datetime) -> None:
    """Answer every question, the last so many that are no safety questions wrongly, and hand in."""
    attempt = exams.start(session, sitting, person_id, DEVICE, begun)
    form = exams.questions(session, attempt, person_id)
    plain = [place for place, question in enumerate(form, start=1) if not question.safety]
    wrong = plain[len(plain) - missed :]
    at = begun
    for place, question in enumerate(form, start=1):
        at += THINKING
        exams.save(
            session,
            attempt,
            person_id,
            place,
            response_to(question, right=place not in wrong),
            "think" if question.safety or question.kind == "segment" else None,
            nonce=new_public_id(),
            based_on=0,
            device=DEVICE,
            at=at,
        )
    exams.hand_in(session, attempt, person_id, at=at)
