"""What answers prove, for whoever judges readiness. Each function asks the database once, however much is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from training.assessment.models import Answer, Attempt
from training.assessment.sign_off.models import Draw, SignOffSession
from training.assessment.sign_off.sessions import SEGMENT_QUESTION
from training.content.documents import Case
from training.library import service as library


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


def sign_off_answers(session: Session, person_id: int) -> list[CaseAnswer]:
    """The person's first-sight answers to the segment questions of sign-off cases, oldest first."""
    return counted_answers_of_many(session, [person_id]).get(person_id, CountedAnswers()).sign_off


def wrong_safety_answers(session: Session, person_id: int) -> list[SafetyAnswer]:
    """The person's wrong answers to safety questions, in quizzes, cases and lessons, oldest first."""
    return counted_answers_of_many(session, [person_id]).get(person_id, CountedAnswers()).wrong_safety


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


def counted_answers_of_many(session: Session, person_ids: Iterable[int]) -> dict[int, CountedAnswers]:
    """`sign_off_answers` and `wrong_safety_answers` of several people, in one query; who has neither is left out."""
    counts_for_region = and_(Attempt.bank == "sign-off", Answer.question_id == SEGMENT_QUESTION, Answer.first_sight)
    closes_gate = and_(Answer.safety, ~Answer.right)
    query = (
        select(
            Answer.person_id,
            Answer.item_id,
            Answer.question_id,
            Answer.version_hash,
            Attempt.public_id,
            Answer.right,
            Answer.segment_right,
            Answer.side_right,
            Answer.confidence,
            Answer.answered_at,
            SignOffSession.public_id.label("session"),
            Draw.area,
            Draw.difficulty,
            Draw.provisional,
            closes_gate.label("closes_gate"),
            counts_for_region.label("counts_for_region"),
        )
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .outerjoin(Draw, Draw.attempt_id == Attempt.id)
        .outerjoin(SignOffSession, SignOffSession.id == Draw.session_id)
        .where(Answer.person_id.in_(list(person_ids)), or_(counts_for_region, closes_gate))
        .order_by(Answer.answered_at, Answer.id)
    )
    rows = session.execute(query).all()
    cases = library.documents(session, {row.version_hash for row in rows if row.counts_for_region})
    found: dict[int, CountedAnswers] = {}
    for row in rows:
        mine = found.setdefault(row.person_id, CountedAnswers())
        if row.counts_for_region:
            # The region of the version that was answered: a case that moves does not take its answers along.
            region = library.of_kind(cases[row.version_hash], Case).region
            mine.sign_off.append(
                CaseAnswer(
                    row.item_id,
                    row.question_id,
                    row.version_hash,
                    row.public_id,
                    region,
                    row.right,
                    bool(row.segment_right),
                    row.side_right,
                    row.confidence,
                    row.answered_at,
                    Drawn(row.session, row.area, row.difficulty, row.provisional) if row.session else None,
                )
            )
        if row.closes_gate:
            mine.wrong_safety.append(
                SafetyAnswer(
                    row.item_id, row.question_id, row.version_hash, row.public_id, row.confidence, row.answered_at
                )
            )
    return found
