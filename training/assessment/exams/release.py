"""Marks: made when a result is released and not before; a question that turns out bad is struck with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment import responses
from training.assessment.exams import sittings
from training.assessment.exams.models import ExamAnswer, ExamAttempt, ExamQuestionRow, ExamStruck
from training.content.blueprint import Ref
from training.content.documents import Case, Exam, Question, Quiz
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.library import service as library
from training.measurement import marking


@dataclass(frozen=True)
class Answered:
    """A question of somebody's form with the answer that counts; `mark` is None where none was given."""

    row: ExamQuestionRow
    question: Question
    save: int | None = None
    response: responses.Response | None = None
    confidence: str | None = None
    saved_at: datetime | None = None
    mark: responses.Mark | None = None

    @property
    def right(self) -> bool:
        return self.mark is not None and self.mark.right


def answered(session: Session, attempt_ids: Collection[int]) -> dict[int, list[Answered]]:
    """By attempt, its questions in order with the latest answers, marked; two queries, one more for documents."""
    ids = list(attempt_ids)
    rows = session.scalars(
        select(ExamQuestionRow)
        .where(ExamQuestionRow.attempt_id.in_(ids))
        .order_by(ExamQuestionRow.attempt_id, ExamQuestionRow.number)
    ).all()
    latest = latest_answers(session, ids)
    documents = library.documents(session, {row.version_hash for row in rows})
    found: dict[int, list[Answered]] = {one: [] for one in ids}
    for row in rows:
        question = _question(documents[row.version_hash], row.question_id)
        given = latest.get((row.attempt_id, row.number))
        found[row.attempt_id].append(
            Answered(row, question)
            if given is None
            else Answered(
                row,
                question,
                given.save,
                given.response,
                given.confidence,
                given.saved_at,
                responses.mark(question, given.response),
            )
        )
    return found


def latest_answers(session: Session, attempt_ids: Collection[int]) -> dict[tuple[int, int], Any]:
    """The last save of each place, by attempt and place."""
    last = (
        select(ExamAnswer.attempt_id, ExamAnswer.number, func.max(ExamAnswer.save).label("save"))
        .where(ExamAnswer.attempt_id.in_(list(attempt_ids)))
        .group_by(ExamAnswer.attempt_id, ExamAnswer.number)
        .subquery()
    )
    query = select(
        ExamAnswer.attempt_id,
        ExamAnswer.number,
        ExamAnswer.save,
        ExamAnswer.response,
        ExamAnswer.confidence,
        ExamAnswer.saved_at,
    ).join(
        last,
        (last.c.attempt_id == ExamAnswer.attempt_id)
        & (last.c.number == ExamAnswer.number)
        & (last.c.save == ExamAnswer.save),
    )
    return {(row.attempt_id, row.number): row for row in session.execute(query)}


def _question(document: object, question_id: str) -> Question:
    if isinstance(document, Quiz | Case):
        for one in document.questions:
            if one.id == question_id:
                return one
    raise NotFound("There is no such question.")


def struck_of(session: Session, sitting_id: int) -> dict[Ref, ExamStruck]:
    """The questions taken out of a sitting's marks."""
    rows = session.scalars(select(ExamStruck).where(ExamStruck.sitting_id == sitting_id).order_by(ExamStruck.id))
    return {(row.item_id, row.question_id): row for row in rows}


# --- releasing -------------------------------------------------------------------------------------------------


def release_attempts(session: Session, exam: Exam, attempts: Sequence[ExamAttempt], at: datetime) -> None:
    """Write the marks of finished attempts of one sitting, and release them; again, it marks anew.

    Struck questions count for nobody; one left open counts as wrong. With every question struck nobody passes.
    """
    if not attempts:
        return
    struck = struck_of(session, attempts[0].sitting_id)
    forms = answered(session, [one.id for one in attempts])
    for attempt in attempts:
        right = marked = 0
        for one in forms[attempt.id]:
            one.row.save = one.save
            one.row.right = None if (one.row.item_id, one.row.question_id) in struck else one.right
            marked += one.row.right is not None
            right += bool(one.row.right)
        attempt.marked, attempt.right = marked, right
        attempt.passed = marking.reaches(right, marked, exam.standard.pass_mark)
        attempt.released_at = attempt.released_at or at
    session.flush()


def release(session: Session, sitting_id: str, *, by_id: int, at: datetime) -> int:
    """Show every candidate of a closed sitting the result; returns how many there are. Once, and for all.

    Raises Conflict while somebody writes or may still start, Refused for an exam that releases by itself.
    """
    row = sittings.locked_row(session, sitting_id)
    if row.released_at is not None:
        return 0  # the second of two clicks
    exam = library.of_kind(library.document(session, row.version_hash), Exam)
    if exam.release != "by-hand":
        raise Refused("This exam shows each result when it is handed in, so there is nothing to release.")
    if row.announced_at is None or at < row.closes_at:
        raise Conflict("The sitting has not closed yet: who starts later would know from others. Close it first.")
    attempts = attempts_in(session, row.id, locked=True)
    writing = [one.person_id for one in attempts if one.finished_at is None]
    if writing:
        names = ", ".join(sorted(people.names(session, writing).values()))
        raise Conflict("Still writing: %(names)s. Release when they have handed in.", names=names)
    release_attempts(session, exam, attempts, at)
    row.released_at, row.released_by_id = at, by_id
    payload = {
        "exam": row.exam_id,
        "struck": sorted(f"{item}#{question}" for item, question in struck_of(session, row.id)),
        "results": {one.public_id: [one.right, one.marked, one.passed] for one in attempts},
    }
    journal.append(session, "exam.released", actor_id=by_id, subject=f"sitting/{sitting_id}", payload=payload, at=at)
    return len(attempts)


def attempts_in(session: Session, sitting_id: int, *, locked: bool = False) -> Sequence[ExamAttempt]:
    query = select(ExamAttempt).where(ExamAttempt.sitting_id == sitting_id).order_by(ExamAttempt.id)
    return session.scalars(query.with_for_update() if locked else query).all()


# --- striking --------------------------------------------------------------------------------------------------


def strike(
    session: Session, sitting_id: str, item_id: str, question_id: str, reason: str, *, by_id: int, at: datetime
) -> None:
    """Take a question out of everybody's marks in a sitting; results that are shown already are marked anew.

    A sitting that was released by hand stays as it was released. Raises Refused then, Invalid without a reason,
    NotFound for a question that nobody was asked.
    """
    row = sittings.locked_row(session, sitting_id)
    reason = " ".join(reason.split())
    if row.released_at is not None:
        raise Refused("The results are released, and stay as they were shown.")
    if not 1 <= len(reason) <= 1000:
        raise Invalid("Say why, in at most 1000 characters.")
    attempts = attempts_in(session, row.id, locked=True)
    if (item_id, question_id) in struck_of(session, row.id):
        return  # the second of two clicks
    asked = select(ExamQuestionRow.id).where(
        ExamQuestionRow.attempt_id.in_([one.id for one in attempts]),
        ExamQuestionRow.item_id == item_id,
        ExamQuestionRow.question_id == question_id,
    )
    if session.scalar(asked.limit(1)) is None:
        raise NotFound("Nobody was asked this question in this sitting.")
    session.add(
        ExamStruck(
            sitting_id=row.id,
            item_id=item_id,
            question_id=question_id,
            reason=reason,
            struck_by_id=by_id,
            struck_at=at,
        )
    )
    session.flush()
    exam = library.of_kind(library.document(session, row.version_hash), Exam)
    release_attempts(session, exam, released(attempts), at)
    payload = {"exam": row.exam_id, "question": f"{item_id}#{question_id}", "reason": reason}
    subject = f"sitting/{sitting_id}"
    journal.append(session, "exam.question-struck", actor_id=by_id, subject=subject, payload=payload, at=at)


def released(attempts: Iterable[ExamAttempt]) -> list[ExamAttempt]:
    return [one for one in attempts if one.released_at is not None]
