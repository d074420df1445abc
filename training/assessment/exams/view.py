"""An exam under way as its pages show it: never more than was asked and saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.anatomy.chart.marks import Mark
from training.assessment import responses
from training.assessment.charting import marks_of
from training.assessment.exams import release
from training.assessment.exams.models import ExamAttempt, ExamQuestionRow
from training.assessment.exams.taking import question_of
from training.content.documents import Case, Exam, Question
from training.db.errors import NotFound
from training.library import service as library

ELSEWHERE = timedelta(minutes=3)  # a page tells every minute that it is open


@dataclass(frozen=True)
class PlaceMark:
    """A place in the map of questions."""

    number: int
    answered: bool
    flagged: bool


@dataclass(frozen=True)
class Asked:
    """The question of one page. `response` was saved last, `given` is the same as form fields, `save` its number."""

    number: int
    question: Question
    shown: responses.Shown
    case: Case | None
    flagged: bool
    save: int
    given: dict[str, Any]
    response: responses.Response
    saved_at: datetime | None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The findings on the body chart."""
        return marks_of(self.case.findings) if self.case else ()


@dataclass(frozen=True)
class Sheet:
    """One's own attempt. `over`: nothing more is taken, whether or not somebody has written that down.

    `elsewhere` is since when it is open in another browser too, None when it is not.
    """

    public_id: str
    exam: Exam
    over: bool
    asked: int
    seconds_left: int
    deadline_at: datetime
    places: tuple[PlaceMark, ...]
    current: Asked | None
    elsewhere: datetime | None

    @property
    def answered(self) -> int:
        return sum(one.answered for one in self.places)

    @property
    def open_places(self) -> list[PlaceMark]:
        return [one for one in self.places if not one.answered]

    @property
    def flagged_places(self) -> list[PlaceMark]:
        return [one for one in self.places if one.flagged]


def sheet(
    session: Session, public_id: str, person_id: int, at: datetime, *, number: int = 0, device: str = ""
) -> Sheet:
    """In three queries, and one more for a document that is not in memory. A number there is not: the first open place.

    Raises NotFound, for another's too.
    """
    row = session.scalars(
        select(ExamAttempt).where(
            ExamAttempt.public_id == public_id.replace("\x00", ""), ExamAttempt.person_id == person_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such exam of yours.")
    now = max(at, row.last_at)
    over = row.finished_at is not None or now >= row.deadline_at
    asked = session.scalars(
        select(ExamQuestionRow).where(ExamQuestionRow.attempt_id == row.id).order_by(ExamQuestionRow.number)
    ).all()
    latest = release.latest_answers(session, [row.id])
    places = tuple(PlaceMark(one.number, (row.id, one.number) in latest, one.flagged) for one in asked)
    first_open = next((one.number for one in places if not one.answered), 1)
    wanted = number if 1 <= number <= len(asked) else first_open
    documents = library.documents(session, {row.version_hash, asked[wanted - 1].version_hash})
    return Sheet(
        row.public_id,
        library.of_kind(documents[row.version_hash], Exam),
        over,
        row.asked,
        0 if over else max(0, int((row.deadline_at - now).total_seconds())),
        row.deadline_at,
        places,
        None if over else _asked(row, asked[wanted - 1], documents, latest.get((row.id, wanted))),
        _elsewhere(row, device, now),
    )


def _asked(row: ExamAttempt, place: ExamQuestionRow, documents: dict[str, Any], answer: Any) -> Asked:
    document = documents[place.version_hash]
    question = question_of(document, place.question_id)
    return Asked(
        place.number,
        question,
        responses.shown(question, row.public_id),
        document if isinstance(document, Case) else None,
        place.flagged,
        answer.save if answer else 0,
        given_of(question, answer) if answer else {},
        answer.response if answer else {},
        answer.saved_at if answer else None,
    )


def given_of(question: Question, answer: Any) -> dict[str, Any]:
    """A saved answer as the fields of a form show it."""
    given: dict[str, Any] = {**answer.response, "confidence": answer.confidence}
    if question.kind == "order":
        given["places"] = {item: str(place) for place, item in enumerate(answer.response["items"], start=1)}
    elif question.kind == "number":
        given["number"] = f"{answer.response['number']:g}"
    return given


def _elsewhere(row: ExamAttempt, device: str, now: datetime) -> datetime | None:
    others = [
        datetime.fromisoformat(first)
        for name, (first, last) in row.devices.items()
        if name != device and now - datetime.fromisoformat(last) <= ELSEWHERE
    ]
    return min(others, default=None)
