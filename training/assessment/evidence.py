"""What answers prove, as values, and results by themselves; `training.assessment.proof` reads everything at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from training.assessment.models import Attempt


@dataclass(frozen=True)
class QuizResult:
    """A finished attempt at a quiz: `right` of the `asked` questions drawn."""

    item_id: str
    version_hash: str
    attempt_public_id: str
    right: int
    asked: int
    finished_at: datetime


@dataclass(frozen=True)
class CaseAnswer:
    """A first-sight answer to the segment question of a sign-off case. `region` is the case's.

    `drawn` is None for an answer from before cases were drawn: it proves nothing of mastery.
    """

    item_id: str
    question_id: str
    version_hash: str
    attempt_public_id: str
    region: str
    right: bool
    segment_right: bool
    side_right: bool | None
    confidence: str | None
    answered_at: datetime
    drawn: Drawn | None


@dataclass(frozen=True)
class Drawn:
    """What the case of an answer was drawn as: see `sign_off.models.Draw`. `session` is a public id."""

    session: str
    area: str
    difficulty: float
    provisional: bool


@dataclass(frozen=True)
class SafetyAnswer:
    """A wrong answer to a question marked `safety`, wherever it was asked."""

    item_id: str
    question_id: str
    version_hash: str
    attempt_public_id: str
    confidence: str | None
    answered_at: datetime


@dataclass
class Results:
    """One person's finished quizzes, oldest first, and when they got every question of a case right, by case."""

    quizzes: list[QuizResult] = field(default_factory=list)
    passed: dict[str, list[datetime]] = field(default_factory=dict)


@dataclass
class CountedAnswers:
    """One person's answers that count by themselves, oldest first."""

    sign_off: list[CaseAnswer] = field(default_factory=list)
    wrong_safety: list[SafetyAnswer] = field(default_factory=list)


def quiz_results(session: Session, person_id: int) -> list[QuizResult]:
    """The person's finished quiz attempts, oldest first."""
    return results_of_many(session, [person_id], ()).get(person_id, Results()).quizzes


def passed_cases(session: Session, person_id: int, case_ids: Collection[str]) -> dict[str, list[datetime]]:
    """When the person finished a practice attempt at these cases with every answer right: by case, oldest first."""
    return results_of_many(session, [person_id], case_ids, quizzes=False).get(person_id, Results()).passed


def results_of_many(
    session: Session, person_ids: Iterable[int], case_ids: Collection[str], *, quizzes: bool = True
) -> dict[int, Results]:
    """`quiz_results` and `passed_cases` of several people, in one query; who has neither is left out."""
    passed = and_(
        Attempt.purpose == "case",
        Attempt.bank == "practice",
        Attempt.item_id.in_(list(case_ids)),
        Attempt.right == Attempt.asked,
    )
    query = (
        select(
            Attempt.person_id,
            Attempt.purpose,
            Attempt.item_id,
            Attempt.version_hash,
            Attempt.public_id,
            Attempt.right,
            Attempt.asked,
            Attempt.finished_at,
        )
        .where(Attempt.person_id.in_(list(person_ids)), Attempt.place == "", Attempt.finished_at.is_not(None))
        .where(or_(Attempt.purpose == "quiz" if quizzes else false(), passed))
        .order_by(Attempt.finished_at, Attempt.id)
    )
    results: dict[int, Results] = {}
    for row in session.execute(query):
        mine = results.setdefault(row.person_id, Results())
        if row.purpose == "quiz":
            mine.quizzes.append(
                QuizResult(row.item_id, row.version_hash, row.public_id, row.right, row.asked, row.finished_at)
            )
        else:
            mine.passed.setdefault(row.item_id, []).append(row.finished_at)
    return results
