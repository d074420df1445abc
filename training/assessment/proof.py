"""Everything that answers prove of people, in one statement however much is stored: what readiness is judged by.

Its parts share one shape of row, and each finds its rows by an index. Of a person with ten thousand answers only those
are read that count: first sights of sign-off cases, wrong answers to safety questions, results.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    CompoundSelect,
    Float,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from training.assessment.evidence import CaseAnswer, CountedAnswers, Drawn, QuizResult, SafetyAnswer
from training.assessment.exams.evidence import ExamResult, ReleasedExams
from training.assessment.exams.models import ExamAnswer, ExamAttempt, ExamQuestionRow
from training.assessment.models import Answer, Attempt
from training.assessment.room.models import Encounter
from training.assessment.sign_off.models import Draw, SignOffSession
from training.assessment.sign_off.sessions import SEGMENT_QUESTION
from training.content.documents import Case
from training.library import service as library


@dataclass
class Proof:
    """Of one person, oldest first. `seen_at` is when they last did anything here, counted or not."""

    quizzes: list[QuizResult] = field(default_factory=list)
    passed: dict[str, list[datetime]] = field(default_factory=dict)
    sign_off: list[CaseAnswer] = field(default_factory=list)
    wrong_safety: list[SafetyAnswer] = field(default_factory=list)
    exams: list[ExamResult] = field(default_factory=list)
    wrong_in_exams: list[SafetyAnswer] = field(default_factory=list)
    seen_at: datetime | None = None


_TEXT, _NUMBER = cast(null(), String), cast(null(), Integer)
# What a part of the statement does not say is NULL of the right type: PostgreSQL unites no others.
_NOTHING: dict[str, Any] = {
    "row": literal(0),
    "item_id": _TEXT,
    "question_id": _TEXT,
    "version_hash": _TEXT,
    "attempt": _TEXT,
    "right": _NUMBER,
    "asked": _NUMBER,
    "segment_right": _NUMBER,
    "side_right": _NUMBER,
    "confidence": _TEXT,
    "session": _TEXT,
    "area": _TEXT,
    "difficulty": cast(null(), Float),
    "provisional": cast(null(), Boolean),
}
_PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)
_CASES: BindParameter[Any] = bindparam("cases", expanding=True)
_SIGN_OFF_BANK = Attempt.bank == literal_column("'sign-off'")  # as text, so that the partial index serves


def _part(kind: str, person_id: Any, at: Any, **said: Any) -> Select[Any]:
    columns = {**_NOTHING, **said}
    shaped = [columns[name].label(name) for name in _NOTHING]
    return select(literal_column(f"'{kind}'").label("kind"), person_id.label("person_id"), at.label("at"), *shaped)


def _quizzes(every_try: bool) -> Select[Any]:
    """Finished attempts; without `every_try` only the best at each version, since no other decides anything."""
    best = func.row_number().over(
        partition_by=(Attempt.person_id, Attempt.item_id, Attempt.version_hash),
        order_by=((Attempt.right * 1.0 / Attempt.asked).desc(), Attempt.asked.desc(), Attempt.public_id.desc()),
    )
    finished = (
        Attempt.person_id.in_(_PEOPLE),
        Attempt.purpose == "quiz",
        Attempt.place == "",
        Attempt.finished_at.is_not(None),
    )
    if every_try:
        return _part("quiz", Attempt.person_id, Attempt.finished_at, **_result(Attempt)).where(*finished)
    names = ("person_id", "finished_at", "id", "item_id", "version_hash", "public_id", "right", "asked")
    ranked = select(*(getattr(Attempt, name) for name in names), best.label("rank"))
    one = ranked.where(*finished, Attempt.asked > 0).subquery().c
    return _part("quiz", one.person_id, one.finished_at, **_result(one)).where(one.rank == 1)


def _result(one: Any) -> dict[str, Any]:
    return {
        "row": one.id,
        "item_id": one.item_id,
        "version_hash": one.version_hash,
        "attempt": one.public_id,
        "right": one.right,
        "asked": one.asked,
    }


def _answered(kind: str) -> Select[Any]:
    return _part(
        kind,
        Answer.person_id,
        Answer.answered_at,
        row=Answer.id,
        item_id=Answer.item_id,
        question_id=Answer.question_id,
        version_hash=Answer.version_hash,
        attempt=Attempt.public_id,
        right=cast(Answer.right, Integer),
        segment_right=cast(Answer.segment_right, Integer),
        side_right=cast(Answer.side_right, Integer),
        confidence=Answer.confidence,
        **(
            {
                "session": SignOffSession.public_id,
                "area": Draw.area,
                "difficulty": Draw.difficulty,
                "provisional": Draw.provisional,
            }
            if kind == "sight"
            else {}
        ),
    )


def _statement(*, every_try: bool) -> CompoundSelect[Any]:
    passed = _part("passed", Attempt.person_id, Attempt.finished_at, row=Attempt.id, item_id=Attempt.item_id).where(
        Attempt.person_id.in_(_PEOPLE),
        Attempt.item_id.in_(_CASES),
        Attempt.purpose == "case",
        Attempt.bank == "practice",
        Attempt.place == "",
        Attempt.finished_at.is_not(None),
        Attempt.right == Attempt.asked,
    )
    sights = (
        _answered("sight")
        .select_from(Attempt)
        .join(Answer, (Answer.attempt_id == Attempt.id) & (Answer.question_id == SEGMENT_QUESTION))
        .outerjoin(Draw, Draw.attempt_id == Attempt.id)
        .outerjoin(SignOffSession, SignOffSession.id == Draw.session_id)
        .where(Attempt.person_id.in_(_PEOPLE), _SIGN_OFF_BANK, Answer.first_sight)
    )
    wrong = (
        _answered("wrong")
        .select_from(Answer)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Answer.person_id.in_(_PEOPLE), Answer.safety, ~Answer.right)
    )
    released = ExamAttempt.person_id.in_(_PEOPLE), ExamAttempt.released_at.is_not(None)
    exams = _part(
        "exam",
        ExamAttempt.person_id,
        ExamAttempt.finished_at,
        row=ExamAttempt.id,
        item_id=ExamAttempt.exam_id,
        version_hash=ExamAttempt.version_hash,
        attempt=ExamAttempt.public_id,
        right=ExamAttempt.right,
        asked=ExamAttempt.marked,
        segment_right=cast(ExamAttempt.passed, Integer),
    ).where(*released)
    wrong_in_exams = (
        _part(
            "exam-wrong",
            ExamAttempt.person_id,
            ExamAttempt.released_at,
            row=ExamQuestionRow.id,
            item_id=ExamQuestionRow.item_id,
            question_id=ExamQuestionRow.question_id,
            version_hash=ExamQuestionRow.version_hash,
            attempt=ExamAttempt.public_id,
            confidence=ExamAnswer.confidence,
        )
        .join(ExamQuestionRow, ExamQuestionRow.attempt_id == ExamAttempt.id)
        .outerjoin(
            ExamAnswer,
            (ExamAnswer.attempt_id == ExamQuestionRow.attempt_id)
            & (ExamAnswer.number == ExamQuestionRow.number)
            & (ExamAnswer.save == ExamQuestionRow.save),
        )
        .where(*released, ExamQuestionRow.safety, ~ExamQuestionRow.right, ExamQuestionRow.save.is_not(None))
    )
    seen = [
        _part("seen", person, func.max(at)).where(person.in_(_PEOPLE)).group_by(person)
        for person, at in (
            (Attempt.person_id, Attempt.touched_at),
            (Encounter.person_id, Encounter.touched_at),
            (ExamAttempt.person_id, ExamAttempt.started_at),
        )
    ]
    return union_all(passed, _quizzes(every_try), sights, wrong, exams, wrong_in_exams, *seen).order_by("at", "row")


_ALL, _BEST = _statement(every_try=True), _statement(every_try=False)


def proof_of_many(
    session: Session, person_ids: Iterable[int], remediation: Collection[str], *, every_try: bool = True
) -> dict[int, Proof]:
    """By person, in one query; who never did anything is left out.

    remediation: the cases of which `passed` tells. Without `every_try` of each version of a quiz only the best try.
    """
    asked = {"people": list(person_ids), "cases": list(remediation)}
    rows = session.execute(_ALL if every_try else _BEST, asked).all()
    sights = library.documents(session, {row.version_hash for row in rows if row.kind == "sight"})
    found: dict[int, Proof] = {}
    for row in rows:
        mine = found.get(row.person_id)
        if mine is None:
            mine = found[row.person_id] = Proof()
        match row.kind:
            case "quiz":
                mine.quizzes.append(
                    QuizResult(row.item_id, row.version_hash, row.attempt, row.right, row.asked, row.at)
                )
            case "sight":
                # The region of the version that was answered: a case that moves does not take its answers along.
                region = library.of_kind(sights[row.version_hash], Case).region
                mine.sign_off.append(_sight(row, region))
            case "wrong":
                mine.wrong_safety.append(_wrong(row))
            case "passed":
                mine.passed.setdefault(row.item_id, []).append(row.at)
            case "exam":
                passed = bool(row.segment_right)
                mine.exams.append(
                    ExamResult(row.item_id, row.version_hash, row.attempt, row.right, row.asked, passed, row.at)
                )
            case "exam-wrong":
                mine.wrong_in_exams.append(_wrong(row))
            case "seen":
                mine.seen_at = max(mine.seen_at or row.at, row.at)
    return found


def _sight(row: Row[Any], region: str) -> CaseAnswer:
    return CaseAnswer(
        item_id=row.item_id,
        question_id=row.question_id,
        version_hash=row.version_hash,
        attempt_public_id=row.attempt,
        region=region,
        right=bool(row.right),
        segment_right=bool(row.segment_right),
        side_right=None if row.side_right is None else bool(row.side_right),
        confidence=row.confidence,
        answered_at=row.at,
        drawn=Drawn(row.session, row.area, row.difficulty, row.provisional) if row.session else None,
    )


def _wrong(row: Row[Any]) -> SafetyAnswer:
    return SafetyAnswer(row.item_id, row.question_id, row.version_hash, row.attempt, row.confidence, row.at)


# --- a part of it ----------------------------------------------------------------------------------------------


def counted_answers_of_many(session: Session, person_ids: Iterable[int]) -> dict[int, CountedAnswers]:
    """`sign_off_answers` and `wrong_safety_answers` of several people, in one query; who has neither is left out."""
    return {
        person_id: CountedAnswers(one.sign_off, one.wrong_safety)
        for person_id, one in proof_of_many(session, person_ids, (), every_try=False).items()
        if one.sign_off or one.wrong_safety
    }


def released_exams_of_many(session: Session, person_ids: Iterable[int]) -> dict[int, ReleasedExams]:
    """By person, in one query; who has none is left out."""
    return {
        person_id: ReleasedExams(one.exams, one.wrong_in_exams)
        for person_id, one in proof_of_many(session, person_ids, (), every_try=False).items()
        if one.exams
    }


def sign_off_answers(session: Session, person_id: int) -> list[CaseAnswer]:
    """The person's first-sight answers to the segment questions of sign-off cases, oldest first."""
    return proof_of_many(session, [person_id], (), every_try=False).get(person_id, Proof()).sign_off


def wrong_safety_answers(session: Session, person_id: int) -> list[SafetyAnswer]:
    """The person's wrong answers to safety questions, in quizzes, cases and lessons, oldest first."""
    return proof_of_many(session, [person_id], (), every_try=False).get(person_id, Proof()).wrong_safety
