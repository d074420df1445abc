"""What released exams prove, for whoever judges readiness. Nothing here reads an attempt that is not released."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
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


def exam_results_of_many(session: Session, person_ids: Iterable[int]) -> dict[int, list[ExamResult]]:
    """By person, oldest first, in one query; who has none is left out."""
    query = (
        select(ExamAttempt)
        .where(ExamAttempt.person_id.in_(list(person_ids)), ExamAttempt.released_at.is_not(None))
        .order_by(ExamAttempt.finished_at, ExamAttempt.id)
    )
    found: dict[int, list[ExamResult]] = {}
    for row in session.scalars(query):
        found.setdefault(row.person_id, []).append(
            ExamResult(
                row.exam_id,
                row.version_hash,
                row.public_id,
                row.right or 0,
                row.marked or 0,
                bool(row.passed),
                row.finished_at or row.deadline_at,
            )
        )
    return found


def wrong_exam_safety_of_many(session: Session, person_ids: Iterable[int]) -> dict[int, list[SafetyAnswer]]:
    """By person, the wrong answers to safety questions in released exams, oldest first; in one query.

    They count from the release on: before it nobody could know of them, and remedy them. A question that was left open
    is no answer.
    """
    query = (
        select(
            ExamAttempt.person_id,
            ExamQuestionRow.item_id,
            ExamQuestionRow.question_id,
            ExamQuestionRow.version_hash,
            ExamAttempt.public_id,
            ExamAnswer.confidence,
            ExamAttempt.released_at,
        )
        .join(ExamQuestionRow, ExamQuestionRow.attempt_id == ExamAttempt.id)
        .join(
            ExamAnswer,
            (ExamAnswer.attempt_id == ExamQuestionRow.attempt_id)
            & (ExamAnswer.number == ExamQuestionRow.number)
            & (ExamAnswer.save == ExamQuestionRow.save),
        )
        .where(
            ExamAttempt.person_id.in_(list(person_ids)),
            ExamAttempt.released_at.is_not(None),
            ExamQuestionRow.safety,
            ~ExamQuestionRow.right,
        )
        .order_by(ExamAttempt.released_at, ExamQuestionRow.id)
    )
    found: dict[int, list[SafetyAnswer]] = {}
    for person_id, item_id, question_id, version_hash, attempt, confidence, at in session.execute(query):
        if at is not None:
            wrong = SafetyAnswer(item_id, question_id, version_hash, attempt, confidence, at)
            found.setdefault(person_id, []).append(wrong)
    return found
