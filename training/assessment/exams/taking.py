"""Sitting an exam: start, save, flag, hand in. The time is the server's, and an attempt's clock never goes back.

An answer is a series of saves. Each names the one it was based on, so that what arrives late, or from a second device,
never overwrites something newer unseen.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Table, bindparam, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment import responses
from training.assessment.exams import bank, release, sittings, standing
from training.assessment.exams.models import ExamAnswer, ExamAttempt, ExamQuestionRow
from training.assessment.exams.standing import Hindrance, NotNow
from training.content.documents import Case, Exam, Question, Quiz
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound
from training.journal import service as journal
from training.library import service as library

PUBLIC_ID_LENGTH = 22
DEVICES_KEPT = 8
_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")
How = Literal["handed-in", "time"]


@dataclass(frozen=True)
class Progress:
    """Where an attempt stands after something was sent. `over`: it is handed in, and nothing more is taken."""

    public_id: str
    answered: int
    asked: int
    seconds_left: int
    over: bool
    at: datetime
    save: int = 0
    again: bool = False


class Stale(Conflict):
    """An answer that was based on an older one than stands now; `latest` is the number of that one."""

    def __init__(self, latest: int) -> None:
        super().__init__(
            "A newer answer to this question was saved from another page or device. Both are shown: choose one."
        )
        self.latest = latest


# --- starting --------------------------------------------------------------------------------------------------


def start(
    session: Session,
    sitting_id: str,
    person_id: int,
    device: str,
    at: datetime,
    *,
    knows_keys: bool = False,
) -> str:
    """Begin, or go on with what runs; returns the attempt's public id. Of two starts at once the second joins.

    Raises NotFound for a sitting that is not for this person, NotNow with the reason.
    """
    of = sittings.sitting(session, sitting_id)
    admitted = of.admits(people.cohorts_of(session, person_id)) if of.announced_at is not None else False
    running = _running(session, person_id, of.exam.id)
    if running is not None and not _ended(session, running, at):
        if running.sitting_id != of.id:
            raise Conflict("You are writing this exam in another sitting. Finish that one first.")
        _seen(running, device, clock(running, at))
        return running.public_id
    if not admitted:
        raise NotFound("There is no such sitting of yours.")
    attempts = standing.attempts_of(session, person_id, of.exam.id)
    extra = sittings.extra_minutes(session, of.id).get(person_id, 0)
    why = standing.hindrance(session, of, person_id, attempts, at, extra=extra, knows_keys=knows_keys)
    if why is not None:
        raise NotNow(why)
    try:
        with session.begin_nested():
            return _begin(session, of, person_id, len(attempts) + 1, extra, device, at)
    except IntegrityError:
        joined = _running(session, person_id, of.exam.id)
        if joined is None or joined.sitting_id != of.id:
            raise Conflict("This was begun somewhere else at the same moment. Try again.") from None
        _seen(joined, device, clock(joined, at))
        return joined.public_id


def _begin(
    session: Session, of: sittings.Sitting, person_id: int, number: int, extra: int, device: str, at: datetime
) -> str:
    now = bank.current_bank(session)
    seen = bank.seen_by(session, [person_id]).get(person_id, bank.NOTHING)
    form = now.draw(of.exam, seed_of(of.seed, people.person_of(session, person_id).public_id, number), seen)
    if form.shortfalls:
        raise NotNow(Hindrance("no-questions"))
    documents = library.documents(session, {one.question.version_hash for one in form.placed})
    row = ExamAttempt(
        public_id=new_public_id(),
        sitting_id=of.id,
        person_id=person_id,
        exam_id=of.exam.id,
        version_hash=of.version_hash,
        number=number,
        asked=len(form.placed),
        answered=0,
        drawn_from=now.drawn_from(of.exam, seen),
        started_at=at,
        deadline_at=sittings.deadline(at, of.exam.minutes, extra, of.closes_at),
        last_at=at,
        devices={device: [at.isoformat(), at.isoformat()]},
    )
    session.add(row)
    session.flush()
    for place, one in enumerate(form.placed, start=1):
        question = question_of(documents[one.question.version_hash], one.question.question_id)
        session.add(
            ExamQuestionRow(
                attempt_id=row.id,
                number=place,
                row=one.row,
                item_id=one.question.item_id,
                question_id=one.question.question_id,
                version_hash=one.question.version_hash,
                safety=question.safety,
            )
        )
    session.flush()
    return row.public_id


def seed_of(sitting_seed: str, person_public_id: str, number: int) -> str:
    """What decides a form, together with the bank as it stood."""
    return f"{sitting_seed}/{person_public_id}/{number}"


def question_of(document: object, question_id: str) -> Question:
    """Raises NotFound."""
    if isinstance(document, Quiz | Case):
        for one in document.questions:
            if one.id == question_id:
                return one
    raise NotFound("There is no such question.")


def questions(session: Session, public_id: str, person_id: int) -> list[Question]:
    """The questions of one's own attempt, in their order, with their keys. Raises NotFound, for another's too."""
    attempt = _own(session, public_id, person_id)
    query = select(ExamQuestionRow).where(ExamQuestionRow.attempt_id == attempt.id).order_by(ExamQuestionRow.number)
    places = session.scalars(query).all()
    documents = library.documents(session, {one.version_hash for one in places})
    return [question_of(documents[one.version_hash], one.question_id) for one in places]


def _running(session: Session, person_id: int, exam_id: str) -> ExamAttempt | None:
    query = select(ExamAttempt).where(
        ExamAttempt.person_id == person_id, ExamAttempt.exam_id == exam_id, ExamAttempt.finished_at.is_(None)
    )
    found: ExamAttempt | None = session.scalars(query.with_for_update()).one_or_none()
    return found


# --- the clock -------------------------------------------------------------------------------------------------


def clock(attempt: ExamAttempt, at: datetime) -> datetime:
    """The time for an attempt: never before what was seen last, should the server's clock jump back."""
    return max(at, attempt.last_at)


def _ended(session: Session, attempt: ExamAttempt, at: datetime) -> bool:
    """Whether it is over; one whose time has run out is handed in here, by whatever asks next."""
    if attempt.finished_at is None and clock(attempt, at) >= attempt.deadline_at:
        _finish(session, attempt, "time", attempt.deadline_at)
    return attempt.finished_at is not None


def _finish(session: Session, attempt: ExamAttempt, how: How, at: datetime) -> None:
    attempt.finished_at, attempt.finished_how = at, how
    session.flush()
    exam = library.of_kind(library.document(session, attempt.version_hash), Exam)
    if exam.release == "at-once":
        release.release_attempts(session, exam, [attempt], at)
    person = people.person_of(session, attempt.person_id)
    payload = {
        "attempt": attempt.public_id,
        "exam": attempt.exam_id,
        "how": how,
        "answered": attempt.answered,
        "asked": attempt.asked,
        "answers_sha256": answers_hash(session, attempt.id),
    }
    subject = f"person/{person.public_id}"
    journal.append(session, "exam.finished", actor_id=attempt.person_id, subject=subject, payload=payload, at=at)


def answers_hash(session: Session, attempt_id: int) -> str:
    """SHA-256 in hex over every save of an attempt, so that the journal tells whether one was changed afterwards."""
    rows = session.execute(
        select(ExamAnswer.number, ExamAnswer.save, ExamAnswer.response, ExamAnswer.confidence)
        .where(ExamAnswer.attempt_id == attempt_id)
        .order_by(ExamAnswer.number, ExamAnswer.save)
    )
    text = json.dumps([list(row) for row in rows], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _seen(attempt: ExamAttempt, device: str, at: datetime) -> None:
    """Note the browser, and that time has passed. Of many browsers the ones seen last are kept."""
    first = attempt.devices.get(device, [at.isoformat()])[0]
    every = {**attempt.devices, device: [first, at.isoformat()]}
    latest = sorted(every, key=lambda one: str(every[one][1]))[-DEVICES_KEPT:]
    attempt.devices = {one: every[one] for one in latest}
    attempt.last_at = at


def _progress(attempt: ExamAttempt, at: datetime, *, save: int = 0, again: bool = False) -> Progress:
    over = attempt.finished_at is not None
    left = 0 if over else max(0, int((attempt.deadline_at - at).total_seconds()))
    return Progress(attempt.public_id, attempt.answered, attempt.asked, left, over, at, save, again)


# --- answering -------------------------------------------------------------------------------------------------


_ATTEMPT = (
    select(ExamAttempt)
    .where(ExamAttempt.public_id == bindparam("public_id"), ExamAttempt.person_id == bindparam("person"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_PLACE = select(ExamQuestionRow).where(
    ExamQuestionRow.attempt_id == bindparam("attempt"), ExamQuestionRow.number == bindparam("number")
)
_SAVES = (
    select(
        ExamAnswer.attempt_id,
        ExamAnswer.number,
        ExamAnswer.save,
        ExamAnswer.nonce,
        ExamAnswer.response,
        ExamAnswer.confidence,
    )
    .where(
        or_(
            (ExamAnswer.attempt_id == bindparam("attempt")) & (ExamAnswer.number == bindparam("number")),
            ExamAnswer.nonce == bindparam("nonce"),
        )
    )
    .order_by(ExamAnswer.save)
)
_ROWS = cast(Table, ExamAnswer.__table__)
_KEEP = insert(_ROWS).values(
    {column.name: bindparam(column.name, type_=column.type) for column in _ROWS.c if column.name != "id"}
)


def save(
    session: Session,
    public_id: str,
    person_id: int,
    number: int,
    response: Mapping[str, Any],
    confidence: str | None,
    *,
    nonce: str,
    based_on: int,
    device: str,
    at: datetime,
) -> Progress:
    """Save an answer to the question at a place of one's own attempt. Nothing says whether it is right.

    `based_on` is the number of the save that the form showed, 0 for none. The same form again gets the same reply. When
    the time is over nothing is saved, the attempt is handed in, and the reply says so: the caller commits that as well.
    Raises Stale, InvalidAnswer, Invalid for a place or form of something else, NotFound for another's attempt.
    """
    attempt = _own(session, public_id, person_id)
    now = clock(attempt, at)
    values = {"attempt": attempt.id, "number": number, "nonce": nonce}
    saves = session.execute(_SAVES, values).all()
    same = next((one for one in saves if one.nonce == nonce), None)
    if same is not None and (same.attempt_id, same.number) != (attempt.id, number):
        raise Invalid("This form was already used for another question. Reload the page and send it again.")
    if same is None and _ended(session, attempt, at):
        return _progress(attempt, now)
    place = session.scalars(_PLACE, values).one_or_none()
    if place is None:
        raise Invalid("This question does not belong to your exam. Reload the page and answer what it asks.")
    if not _NONCE.fullmatch(nonce):
        raise Invalid("The form is not one of ours. Reload the page and send it again.")
    question = question_of(library.document(session, place.version_hash), place.question_id)
    given = responses.normal(question, response)
    sure = responses.confidence_of(question, confidence)
    if same is not None:
        if (same.response, same.confidence) != (given, sure):
            raise Conflict("This form was sent before with another answer, which stands. Reload the page.")
        return _progress(attempt, now, save=same.save, again=True)
    latest = saves[-1] if saves else None
    if latest is not None and (latest.response, latest.confidence) == (given, sure):
        return _progress(attempt, now, save=latest.save, again=True)
    stands = latest.save if latest is not None else 0
    if based_on != stands:
        raise Stale(stands)
    row = {
        "attempt_id": attempt.id,
        "number": number,
        "save": stands + 1,
        "nonce": nonce,
        "response": given,
        "confidence": sure,
        "saved_at": now,
    }
    try:
        session.execute(_KEEP, row)
    except IntegrityError as error:  # one nonce in two attempts at the same moment
        raise Conflict("This was sent twice at the same moment. Send it again.") from error
    attempt.answered += latest is None
    _seen(attempt, device, now)
    session.flush()
    return _progress(attempt, now, save=stands + 1)


def _own(session: Session, public_id: str, person_id: int) -> ExamAttempt:
    if len(public_id) != PUBLIC_ID_LENGTH or not public_id.isprintable():
        raise NotFound("There is no such exam of yours.")
    found: ExamAttempt | None = session.scalars(_ATTEMPT, {"public_id": public_id, "person": person_id}).one_or_none()
    if found is None:
        raise NotFound("There is no such exam of yours.")
    return found


def flag(
    session: Session, public_id: str, person_id: int, number: int, flagged: bool, *, device: str, at: datetime
) -> Progress:
    """Mark a question for later, or no more. Raises Invalid for a place that there is not, NotFound."""
    attempt = _own(session, public_id, person_id)
    now = clock(attempt, at)
    if _ended(session, attempt, at):
        return _progress(attempt, now)
    place = session.scalars(_PLACE, {"attempt": attempt.id, "number": number}).one_or_none()
    if place is None:
        raise Invalid("This question does not belong to your exam. Reload the page.")
    place.flagged = flagged
    _seen(attempt, device, now)
    session.flush()
    return _progress(attempt, now)


def here(session: Session, public_id: str, person_id: int, *, device: str, at: datetime) -> Progress:
    """The page is open: notes the browser and says how much time is left. Raises NotFound."""
    attempt = _own(session, public_id, person_id)
    now = clock(attempt, at)
    if not _ended(session, attempt, at):
        _seen(attempt, device, now)
    session.flush()
    return _progress(attempt, now)


def hand_in(session: Session, public_id: str, person_id: int, *, at: datetime) -> Progress:
    """The end; a second time changes nothing. Raises NotFound."""
    attempt = _own(session, public_id, person_id)
    now = clock(attempt, at)
    if not _ended(session, attempt, at):
        attempt.last_at = now
        _finish(session, attempt, "handed-in", now)
    session.flush()
    return _progress(attempt, now)


def close_lapsed(session: Session, at: datetime, *, sitting_id: int | None = None, person_id: int | None = None) -> int:
    """Hand in whatever has run out of time, of one sitting, of one person or of all; returns how many."""
    query = select(ExamAttempt).where(ExamAttempt.finished_at.is_(None), ExamAttempt.deadline_at <= at)
    if sitting_id is not None:
        query = query.where(ExamAttempt.sitting_id == sitting_id)
    if person_id is not None:
        query = query.where(ExamAttempt.person_id == person_id)
    rows = session.scalars(query.order_by(ExamAttempt.id).with_for_update()).all()
    return sum(_ended(session, one, at) for one in rows)
