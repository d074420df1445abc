"""Save an answer, once. Everything that can happen twice — a click, a form, a tab, a line — ends in the same row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, exists, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.assessment import responses
from training.assessment.attempts import FIRST_QUESTION, locked, question_in
from training.assessment.models import Answer, Attempt
from training.assessment.responses import Response
from training.assessment.sign_off.sessions import SEGMENT_QUESTION, beside, close_if_decided
from training.content.documents import Case, Question, Quiz
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound
from training.library import service as library

_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Saved:
    """What was saved; `again` when it had been saved before and this was the same once more."""

    attempt_public_id: str
    question_id: str
    right: bool
    finished: bool
    again: bool


@dataclass(frozen=True)
class AnswerView:
    """An answer as it was given. `segment_right` and `side_right` are those of a segment question, else None."""

    question_id: str
    version_hash: str
    response: Response
    confidence: str | None
    right: bool
    segment_right: bool | None
    side_right: bool | None
    safety: bool
    first_sight: bool
    answered_at: datetime


_COLUMNS = (
    Answer.question_id,
    Answer.version_hash,
    Answer.response,
    Answer.confidence,
    Answer.right,
    Answer.segment_right,
    Answer.side_right,
    Answer.safety,
    Answer.first_sight,
    Answer.answered_at,
)


# --- saving ----------------------------------------------------------------------------------------------------


def answer(
    session: Session,
    attempt_public_id: str,
    person_id: int,
    question_id: str,
    response: Mapping[str, Any],
    confidence: str | None,
    nonce: str,
    at: datetime,
) -> Saved:
    """Save an answer to a question of one's own attempt; the last one finishes it.

    The same content again gets the same reply. Raises Conflict when another answer stands already or the question is
    not open yet, InvalidAnswer (an Invalid that names its field) for what cannot be read, Invalid for a question of
    another attempt or the nonce of another form, NotFound for another's attempt.
    """
    attempt = locked(session, attempt_public_id, person_id)
    document = library.document(session, attempt.version_hash)
    question = question_in(document, question_id) if isinstance(document, Quiz | Case) else None
    if question is None or question_id not in attempt.question_ids:
        raise Invalid("This question does not belong to the attempt. Reload the page and answer what it asks.")
    given = _Given.of(question, response, confidence, nonce)
    drawn = beside(session, attempt) if attempt.bank == "sign-off" and question_id == SEGMENT_QUESTION else None
    answered = drawn.answered if drawn else _answered(session, attempt.id, question_id, nonce)
    if (earlier := answered.get(question_id)) is not None:
        given.same_as(earlier)
        return Saved(attempt_public_id, question_id, earlier.right, attempt.finished_at is not None, again=True)
    place = attempt.question_ids.index(question_id)
    if attempt.purpose == "case":
        if attempt.stage < FIRST_QUESTION:
            raise Conflict("Read the history and the examination first; the questions follow.")
        if not set(attempt.question_ids[:place]) <= answered.keys():
            raise Conflict("Answer the question before this one first.")
        attempt.stage = max(attempt.stage, FIRST_QUESTION + place)
    kept = given.save(session, attempt, attempt.version_hash, at)
    attempt.answered += 1
    attempt.right += kept.right
    attempt.touched_at = at
    if attempt.answered == attempt.asked:
        attempt.finished_at = at
    session.flush()
    if drawn is not None and kept.first_sight:
        close_if_decided(session, person_id, drawn.with_answer(kept.right, at), at)
    return Saved(attempt_public_id, question_id, kept.right, attempt.finished_at is not None, again=False)


def answer_check(
    session: Session,
    person_id: int,
    lesson_id: str,
    quiz_id: str,
    question_id: str,
    version_hash: str,
    response: Mapping[str, Any],
    confidence: str | None,
    nonce: str,
    at: datetime,
) -> Saved:
    """Save an answer to a quiz question set into a lesson; it never counts for the quiz.

    `version_hash` is that of the quiz as it was shown; what is no version of this quiz is answered as the current one.
    That the lesson asks this question, the caller knows. Raises as `answer` does.
    """
    shown_hash, quiz = _quiz_shown(session, quiz_id, version_hash)
    question = question_in(quiz, question_id)
    if question is None:
        raise Invalid("This question is not part of the quiz any more. Reload the page.")
    given = _Given.of(question, response, confidence, nonce)
    attempt = session.execute(_check_attempt(session, person_id, lesson_id, quiz_id, shown_hash, at)).one()
    if (earlier := _answered(session, attempt.id, question_id, nonce).get(question_id)) is not None:
        given.same_as(earlier)
        return Saved(attempt.public_id, question_id, earlier.right, finished=True, again=True)
    kept = given.save(session, attempt, shown_hash, at)
    return Saved(attempt.public_id, question_id, kept.right, finished=True, again=False)


def _quiz_shown(session: Session, quiz_id: str, version_hash: str) -> tuple[str, Quiz]:
    if _HASH.fullmatch(version_hash):
        try:
            quiz = library.document(session, version_hash)
        except NotFound:
            return library.current(session, quiz_id, Quiz)
        if isinstance(quiz, Quiz) and quiz.id == quiz_id:
            return version_hash, quiz
    return library.current(session, quiz_id, Quiz)


def _check_attempt(
    session: Session, person_id: int, lesson_id: str, quiz_id: str, version_hash: str, at: datetime
) -> Any:
    """One statement that makes the lesson's attempt or finds it, and makes others who answer in it wait."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    made = (sqlite.insert if on_sqlite else postgresql.insert)(Attempt).values(
        public_id=new_public_id(),
        person_id=person_id,
        purpose="check",
        item_id=quiz_id,
        place=lesson_id,
        version_hash=version_hash,
        number=1,
        question_ids=[],
        started_at=at,
        touched_at=at,
    )
    unique = ["person_id", "place", "item_id", "number"]
    kept = made.on_conflict_do_update(index_elements=unique, set_={"touched_at": at})
    return kept.returning(Attempt.id, Attempt.public_id, Attempt.person_id, Attempt.item_id)


@dataclass(frozen=True)
class _Given:
    """An answer that can be read as one to its question."""

    question: Question
    response: Response
    confidence: str | None
    nonce: str

    @classmethod
    def of(cls, question: Question, sent: Mapping[str, Any], confidence: str | None, nonce: str) -> _Given:
        if not _NONCE.fullmatch(nonce):
            raise Invalid("The form is not one of ours. Reload the page and send it again.")
        response = responses.normal(question, sent)
        return cls(question, response, responses.confidence_of(question, confidence), nonce)

    def same_as(self, earlier: Answer) -> None:
        """Raises Conflict when another answer stands; the first one always does."""
        if (earlier.response, earlier.confidence) != (self.response, self.confidence):
            raise Conflict("You have answered this already. Your first answer stands.")

    def save(self, session: Session, attempt: Any, version_hash: str, at: datetime) -> Row[tuple[bool, bool]]:
        """Mark and keep it; says whether it is `right`, and given at `first_sight`."""
        mark = responses.mark(self.question, self.response)
        try:
            return session.execute(_KEEP, self._row(attempt, version_hash, mark, at)).one()
        except IntegrityError as error:  # one nonce in two attempts
            raise Conflict("This form was already used. Reload the page and send it again.") from error

    def _row(self, attempt: Any, version_hash: str, mark: responses.Mark, at: datetime) -> dict[str, Any]:
        return {
            "attempt_id": attempt.id,
            "person_id": attempt.person_id,
            "item_id": attempt.item_id,
            "question_id": self.question.id,
            "version_hash": version_hash,
            "nonce": self.nonce,
            "response": self.response,
            "confidence": self.confidence,
            "right": mark.right,
            "segment_right": mark.segment_right,
            "side_right": mark.side_right,
            "safety": self.question.safety,
            "answered_at": at,
            "seen_by": attempt.person_id,
            "seen_item": attempt.item_id,
            "seen_question": self.question.id,
        }


# Built once, for building a statement takes several times as long as running it.
_ROWS = cast(Table, Answer.__table__)
_EARLIER = _ROWS.alias("earlier")
# Whether the person answered this question of this item before, whatever the version; inside the INSERT itself.
_SEEN_BEFORE = exists().where(
    _EARLIER.c.person_id == bindparam("seen_by"),
    _EARLIER.c.item_id == bindparam("seen_item"),
    _EARLIER.c.question_id == bindparam("seen_question"),
)
_KEEP = (
    insert(_ROWS)
    .values(
        {
            **{column.name: bindparam(column.name, type_=column.type) for column in _ROWS.c if column.name != "id"},
            "first_sight": ~_SEEN_BEFORE,
        }
    )
    .returning(_ROWS.c.right, _ROWS.c.first_sight)
)
_ANSWERED = (
    select(Answer)
    .where(or_(Answer.attempt_id == bindparam("attempt"), Answer.nonce == bindparam("form")))
    .execution_options(populate_existing=True)
)
_OF_ATTEMPT = select(*_COLUMNS).where(Answer.attempt_id == bindparam("attempt"))
_OF_LESSON = (
    select(Answer.item_id, *_COLUMNS)
    .join(Attempt, Attempt.id == Answer.attempt_id)
    .where(Attempt.person_id == bindparam("person"), Attempt.place == bindparam("lesson"), Attempt.purpose == "check")
)


def _answered(session: Session, attempt_id: int, question_id: str, nonce: str) -> dict[str, Answer]:
    """The attempt's answers by question. Raises Invalid when the nonce was spent on an answer to something else."""
    rows = session.scalars(_ANSWERED, {"attempt": attempt_id, "form": nonce}).all()
    if any(row.nonce == nonce and (row.attempt_id, row.question_id) != (attempt_id, question_id) for row in rows):
        raise Invalid("This form was already used for another question. Reload the page and send it again.")
    return {row.question_id: row for row in rows}


# --- finding ---------------------------------------------------------------------------------------------------


def answers_of(session: Session, attempt_id: int) -> dict[str, AnswerView]:
    """The answers of an attempt by question."""
    rows = session.execute(_OF_ATTEMPT, {"attempt": attempt_id})
    return {row.question_id: AnswerView(*row) for row in rows}


def check_answers(session: Session, person_id: int, lesson_id: str) -> dict[tuple[str, str], AnswerView]:
    """What the person answered to the questions set into a lesson, by quiz and question; one query."""
    rows = session.execute(_OF_LESSON, {"person": person_id, "lesson": lesson_id})
    return {(row[0], row.question_id): AnswerView(*row[1:]) for row in rows}
