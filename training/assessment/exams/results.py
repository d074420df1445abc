"""Results as candidates and instructors see them. What was not released has none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment import responses
from training.assessment.answers import AnswerView
from training.assessment.exams import release, sittings
from training.assessment.exams.models import ExamAttempt
from training.assessment.exams.release import Answered
from training.assessment.exams.sittings import Sitting
from training.content.documents import Case, Exam, Question, Reference
from training.db.errors import NotFound
from training.library import service as library


@dataclass(frozen=True)
class Part:
    """A competency or a region with how many of its questions were right."""

    name: str
    right: int
    asked: int


@dataclass(frozen=True)
class Reviewed:
    """A question with what was answered and its feedback, where the exam shows that."""

    number: int
    question: Question
    shown: responses.Shown
    answer: AnswerView | None
    case: Case | None
    struck: str  # the reason, else empty


@dataclass(frozen=True)
class Result:
    """One's own attempt that is over. Everything from `right` on is empty until it is released."""

    public_id: str
    exam: Exam
    sitting: Sitting
    number: int
    started_at: datetime
    ended_at: datetime
    how: str
    answered: int
    asked: int
    released_at: datetime | None
    right: int | None = None
    marked: int | None = None
    passed: bool | None = None
    competencies: tuple[Part, ...] = ()
    regions: tuple[Part, ...] = ()
    questions: tuple[Reviewed, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def used(self) -> timedelta:
        return self.ended_at - self.started_at

    @property
    def to_be_finished(self) -> bool:
        """Out of time, and nobody has written that down yet."""
        return not self.how


def result(session: Session, public_id: str, person_id: int) -> Result:
    """Raises NotFound, for another's too."""
    row = session.scalars(
        select(ExamAttempt).where(ExamAttempt.public_id == public_id, ExamAttempt.person_id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such exam of yours.")
    exam = library.of_kind(library.document(session, row.version_hash), Exam)
    sitting = sittings.by_ids(session, [row.sitting_id])[row.sitting_id]
    common = Result(
        row.public_id,
        exam,
        sitting,
        row.number,
        row.started_at,
        row.finished_at or row.deadline_at,
        row.finished_how or "",
        row.answered,
        row.asked,
        row.released_at,
    )
    if row.released_at is None:
        return common
    form = release.answered(session, [row.id])[row.id]
    struck = {ref: one.reason for ref, one in release.struck_of(session, row.sitting_id).items()}
    shown = reviewed(session, form, row, struck) if exam.feedback == "answers" else ()
    return replace(
        common,
        right=row.right,
        marked=row.marked,
        passed=row.passed,
        competencies=parts((exam.blueprint[one.row.row].competency, one) for one in form),
        regions=parts(regions_of(session, form)),
        questions=shown,
        references=tuple({ref.key: ref for one in shown if one.case for ref in one.case.references}.values()),
    )


def parts(named: Iterable[tuple[str, Answered]]) -> tuple[Part, ...]:
    """By name, in the order met; struck questions count for nothing."""
    counts: dict[str, list[int]] = {}
    for name, one in named:
        if one.row.right is not None:
            kept = counts.setdefault(name, [0, 0])
            kept[0] += one.row.right
            kept[1] += 1
    return tuple(Part(name, right, asked) for name, (right, asked) in sorted(counts.items()))


def regions_of(session: Session, form: Sequence[Answered]) -> list[tuple[str, Answered]]:
    """The questions about patients, by region."""
    documents = library.documents(session, {one.row.version_hash for one in form})
    found: list[tuple[str, Answered]] = []
    for one in form:
        document = documents[one.row.version_hash]
        if isinstance(document, Case):
            found.append((document.region, one))
    return found


def reviewed(
    session: Session, form: Sequence[Answered], attempt: ExamAttempt, struck: dict[tuple[str, str], str]
) -> tuple[Reviewed, ...]:
    documents = library.documents(session, {one.row.version_hash for one in form})
    found = []
    for one in form:
        document = documents[one.row.version_hash]
        found.append(
            Reviewed(
                one.row.number,
                one.question,
                responses.shown(one.question, attempt.public_id),
                answer_view(one),
                document if isinstance(document, Case) else None,
                struck.get((one.row.item_id, one.row.question_id), ""),
            )
        )
    return tuple(found)


def answer_view(one: Answered) -> AnswerView | None:
    """The answer as the feedback of a question takes it; None where none was given."""
    if one.mark is None or one.response is None or one.saved_at is None:
        return None
    return AnswerView(
        one.question.id,
        one.row.version_hash,
        one.response,
        one.confidence,
        one.mark.right,
        one.mark.segment_right,
        one.mark.side_right,
        one.question.safety,
        first_sight=True,
        answered_at=one.saved_at,
    )


# --- for instructors -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BoardLine:
    """A candidate while the sitting runs: how far, never what. `state`: absent, writing, over or handed-in."""

    name: str
    person_public_id: str
    state: str
    number: int = 0
    answered: int = 0
    asked: int = 0
    started_at: datetime | None = None
    deadline_at: datetime | None = None
    seconds_left: int = 0
    last_at: datetime | None = None
    devices: int = 0
    extra_minutes: int = 0


@dataclass(frozen=True)
class Board:
    lines: tuple[BoardLine, ...]
    counts: dict[str, int] = field(default_factory=dict)


def board(session: Session, of: Sitting, at: datetime) -> Board:
    """Every candidate of a sitting, in three queries; who sat it and is no candidate any more stays in it."""
    everyone = {one.id: one for one in sittings.candidates(session, of)}
    rows = session.scalars(select(ExamAttempt).where(ExamAttempt.sitting_id == of.id).order_by(ExamAttempt.id)).all()
    extra = sittings.extra_minutes(session, of.id)
    names = people.names(session, [row.person_id for row in rows if row.person_id not in everyone])
    lines = []
    for row in rows:
        now = max(at, row.last_at)
        state = "handed-in" if row.finished_at else "writing" if now < row.deadline_at else "over"
        person = everyone.get(row.person_id)
        lines.append(
            BoardLine(
                person.name if person else names[row.person_id],
                person.public_id if person else "",
                state,
                row.number,
                row.answered,
                row.asked,
                row.started_at,
                row.deadline_at,
                max(0, int((row.deadline_at - now).total_seconds())) if state == "writing" else 0,
                row.last_at,
                len(row.devices),
                extra.get(row.person_id, 0),
            )
        )
    started = {row.person_id for row in rows}
    lines += [
        BoardLine(one.name, one.public_id, "absent", extra_minutes=extra.get(one.id, 0))
        for one in everyone.values()
        if one.id not in started
    ]
    lines.sort(key=lambda one: (one.name.lower(), one.number))
    counts = {state: sum(one.state == state for one in lines) for state in ("writing", "over", "handed-in", "absent")}
    return Board(tuple(lines), counts)


@dataclass(frozen=True)
class ResultLine:
    """A released attempt in the table."""

    name: str
    public_id: str
    number: int
    right: int
    marked: int
    share: float
    passed: bool
    answered: int
    asked: int
    minutes: float
    how: str
    competencies: tuple[Part, ...]


def results_table(session: Session, of: Sitting) -> list[ResultLine]:
    """The released results of a sitting, by name; those that are not released are not in it."""
    rows = session.scalars(
        select(ExamAttempt).where(ExamAttempt.sitting_id == of.id, ExamAttempt.released_at.is_not(None))
    ).all()
    names = people.names(session, [row.person_id for row in rows])
    forms = release.answered(session, [row.id for row in rows])
    lines = []
    for row in rows:
        marked, right = row.marked or 0, row.right or 0
        lines.append(
            ResultLine(
                names[row.person_id],
                row.public_id,
                row.number,
                right,
                marked,
                right / marked if marked else 0.0,
                bool(row.passed),
                row.answered,
                row.asked,
                ((row.finished_at or row.deadline_at) - row.started_at).total_seconds() / 60,
                row.finished_how or "",
                parts((of.exam.blueprint[one.row.row].competency, one) for one in forms[row.id]),
            )
        )
    return sorted(lines, key=lambda one: (one.name.lower(), one.number))
