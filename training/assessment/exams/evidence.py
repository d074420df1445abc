"""What released exams prove, for whoever judges readiness. Nothing here reads an attempt that is not released."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training.assessment.evidence import SafetyAnswer
from training.assessment.exams.models import ExamAnswer, ExamAttempt, ExamQuestionRow


@dataclass(frozen=True)
class ExamResult:
    """A released attempt at an exam: `right` of the `marked` questions, and whether that reached its standard."""

    exam_id: str
    version_hash: str
    attempt_public_id: str
    right: int
    marked: int
    passed: bool
    finished_at: datetime


@dataclass
class ReleasedExams:
    """One person's released attempts, oldest first, and the wrong answers to safety questions in them.

    Such an answer counts from the release on: before it nobody could know of it, and remedy it. A question that was
    left open is no answer, and a struck one is none either.
    """

    results: list[ExamResult] = field(default_factory=list)
    wrong_safety: list[SafetyAnswer] = field(default_factory=list)


_WRONG = (
    (ExamQuestionRow.attempt_id == ExamAttempt.id)
    & ExamQuestionRow.safety
    & ~ExamQuestionRow.right
    & ExamQuestionRow.save.is_not(None)
)
_RELEASED = (
    select(
        ExamAttempt.person_id,
        ExamAttempt.exam_id,
        ExamAttempt.version_hash,
        ExamAttempt.public_id,
        ExamAttempt.right,
        ExamAttempt.marked,
        ExamAttempt.passed,
        ExamAttempt.finished_at,
        ExamAttempt.released_at,
        ExamQuestionRow.item_id,
        ExamQuestionRow.question_id,
        ExamQuestionRow.version_hash.label("asked_hash"),
        ExamAnswer.confidence,
    )
    .outerjoin(ExamQuestionRow, _WRONG)
    .outerjoin(
        ExamAnswer,
        (ExamAnswer.attempt_id == ExamQuestionRow.attempt_id)
        & (ExamAnswer.number == ExamQuestionRow.number)
        & (ExamAnswer.save == ExamQuestionRow.save),
    )
    .where(ExamAttempt.person_id.in_(bindparam("people", expanding=True)), ExamAttempt.released_at.is_not(None))
    .order_by(ExamAttempt.finished_at, ExamAttempt.id, ExamQuestionRow.number)
)


def released_exams_of_many(session: Session, person_ids: Iterable[int]) -> dict[int, ReleasedExams]:
    """By person, in one query; who has none is left out."""
    found: dict[int, ReleasedExams] = {}
    for row in session.execute(_RELEASED, {"people": list(person_ids)}):
        mine = found.setdefault(row.person_id, ReleasedExams())
        if not mine.results or mine.results[-1].attempt_public_id != row.public_id:
            mine.results.append(
                ExamResult(
                    row.exam_id, row.version_hash, row.public_id, row.right, row.marked, row.passed, row.finished_at
                )
            )
        if row.question_id is not None:
            mine.wrong_safety.append(
                SafetyAnswer(
                    row.item_id, row.question_id, row.asked_hash, row.public_id, row.confidence, row.released_at
                )
            )
    return found
