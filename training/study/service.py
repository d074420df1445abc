"""Reading courses: what is finished, where somebody left off, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training.assessment import service as assessment
from training.content.documents import Course, Lesson, Quiz
from training.db.errors import NotFound
from training.library import service as library
from training.study.finished import Studied, finished_lessons_of, studied_of_many
from training.study.models import LessonProgress
from training.study.review.practised import reviewed_cases_of_many
from training.study.review.remembering import CompetencyRecall, recall_of_many

__all__ = [
    "CompetencyRecall",
    "CourseProgress",
    "Place",
    "QuizState",
    "Step",
    "Studied",
    "around",
    "continue_at",
    "course_progress",
    "courses_progress",
    "finish",
    "finished_lessons",
    "finished_lessons_of",
    "following",
    "leave_at",
    "mark_place",
    "recall_of_many",
    "reviewed_cases_of_many",
    "studied_of_many",
]


@dataclass(frozen=True)
class QuizState:
    """A module's quiz as one person stands with it: `best` is the best attempt's share right, None before the first."""

    id: str
    title: str
    pass_mark: float
    best: float | None

    @property
    def passed(self) -> bool:
        return self.best is not None and self.best >= self.pass_mark


@dataclass(frozen=True)
class Mark:
    """How far one person has come in one lesson: the heading last in view, and when it was finished."""

    lesson_id: str
    heading_id: str
    touched_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class CourseProgress:
    """A course as one person stands with it; `waits_for` names the prerequisites they have not completed.

    `marks` are those of every lesson the person ever opened, in whatever course.
    """

    course: Course
    finished: frozenset[str]
    quizzes: dict[str, QuizState]
    marks: Mapping[str, Mark] = field(default_factory=dict)
    waits_for: tuple[str, ...] = ()

    @property
    def lessons_finished(self) -> int:
        return sum(lesson.id in self.finished for lesson in self.course.lessons)

    @property
    def minutes_left(self) -> int:
        return sum(lesson.minutes for lesson in self.course.lessons if lesson.id not in self.finished)

    @property
    def complete(self) -> bool:
        return all(step.done for step in self.steps())

    def steps(self) -> Iterator[Step]:
        """Every lesson, and the quiz after each module, in the order in which they are meant to be taken."""
        titles = {lesson.id: lesson.title for lesson in self.course.lessons}
        for module in self.course.modules:
            for lesson_id in module.lesson_ids:
                yield Step("lesson", self.course.id, lesson_id, titles[lesson_id], lesson_id in self.finished)
            quiz = self.quizzes.get(module.quiz_id or "")
            if quiz is not None:
                yield Step("quiz", self.course.id, quiz.id, quiz.title, quiz.passed)


@dataclass(frozen=True)
class Step:
    """A lesson or a quiz on the way through a course."""

    kind: Literal["lesson", "quiz"]
    course_id: str
    id: str
    title: str
    done: bool


@dataclass(frozen=True)
class Place:
    """Where a person goes on. `id` is that of a lesson, a quiz or an attempt; `begun` when they have been there.

    kind done: every lesson is finished and every quiz passed.
    """

    kind: Literal["lesson", "quiz", "attempt", "done"]
    title: str = ""
    id: str = ""
    course_id: str = ""
    heading_id: str = ""
    heading: str = ""
    begun: bool = False


_ROWS = LessonProgress.__table__.c
_MARKS = select(_ROWS.lesson_id, _ROWS.heading_id, _ROWS.touched_at, _ROWS.finished_at).where(
    _ROWS.person_id == bindparam("person")
)


# --- progress --------------------------------------------------------------------------------------------------


def finished_lessons(session: Session, person_id: int) -> dict[str, datetime]:
    """The person's finished lessons and when."""
    return finished_lessons_of(session, [person_id])[person_id]


def courses_progress(session: Session, person_id: int) -> list[CourseProgress]:
    """Every course in its order, in three queries."""
    entries = library.entries(session, ("course", "quiz"))
    documents = library.documents(session, [entry.version_hash for entry in entries])
    courses = [document for document in documents.values() if isinstance(document, Course)]
    quizzes = [document for document in documents.values() if isinstance(document, Quiz)]
    marks = _marks(session, person_id)
    finished = frozenset(mark.lesson_id for mark in marks.values() if mark.finished_at is not None)
    states = _quiz_states(session, person_id, quizzes)
    courses.sort(key=lambda course: (course.order, course.title))
    found = [CourseProgress(course, finished, states, marks) for course in courses]
    complete = {one.course.id for one in found if one.complete}
    titles = {course.id: course.title for course in courses}
    return [
        replace(
            one,
            waits_for=tuple(
                titles[before] for before in one.course.prerequisites if before in titles and before not in complete
            ),
        )
        for one in found
    ]


def _marks(session: Session, person_id: int) -> dict[str, Mark]:
    rows = session.execute(_MARKS, {"person": person_id})
    return {row.lesson_id: Mark(*row) for row in rows}


def course_progress(session: Session, person_id: int, course_id: str) -> CourseProgress:
    """One course with its prerequisites, as all of them. Raises NotFound."""
    for one in courses_progress(session, person_id):
        if one.course.id == course_id:
            return one
    raise NotFound("There is no such course. It may have been withdrawn.")


def following(progress: CourseProgress, lesson_id: str) -> Step | None:
    """What comes after a lesson: the next lesson, or the quiz at its module's end; None at the very end."""
    steps = list(progress.steps())
    behind = next((number for number, step in enumerate(steps) if step.id == lesson_id), len(steps)) + 1
    return steps[behind] if behind < len(steps) else None


def around(course: Course, quizzes: Mapping[str, str], lesson_id: str) -> tuple[Step | None, Step | None]:
    """What stands before and behind a lesson; `quizzes` are the titles by which module quizzes go."""
    states = {quiz_id: QuizState(quiz_id, title, 1.0, None) for quiz_id, title in quizzes.items()}
    steps = list(CourseProgress(course, frozenset(), states).steps())
    here = next(number for number, step in enumerate(steps) if step.id == lesson_id)
    return steps[here - 1] if here else None, steps[here + 1] if here + 1 < len(steps) else None


def _quiz_states(session: Session, person_id: int, quizzes: Iterable[Quiz]) -> dict[str, QuizState]:
    best: dict[str, float] = {}
    for result in assessment.quiz_results(session, person_id):
        best[result.item_id] = max(best.get(result.item_id, 0.0), result.right / result.asked)
    return {quiz.id: QuizState(quiz.id, quiz.title, quiz.pass_mark, best.get(quiz.id)) for quiz in quizzes}


# --- where somebody is -----------------------------------------------------------------------------------------


def mark_place(session: Session, person_id: int, lesson_id: str, heading_id: str, *, at: datetime) -> None:
    """Keep which heading of a lesson is in view; an unknown one stands for its beginning. Raises NotFound."""
    version_hash, lesson = library.current(session, lesson_id, Lesson)
    known = heading_id if any(heading.id == heading_id for heading in lesson.headings) else ""
    _keep(session, person_id, lesson, {"version_hash": version_hash, "heading_id": known, "touched_at": at})


def leave_at(session: Session, person_id: int, lesson_id: str, heading: int, *, at: datetime) -> None:
    """Leave a lesson at its heading of this number, counted from 0."""
    _, lesson = library.current(session, lesson_id, Lesson)
    mark_place(session, person_id, lesson_id, lesson.headings[heading].id, at=at)


def finish(session: Session, person_id: int, lesson_id: str, *, at: datetime) -> None:
    """The person says that they have read a lesson; the first time is kept. Raises NotFound."""
    version_hash, lesson = library.current(session, lesson_id, Lesson)
    _keep(session, person_id, lesson, {"version_hash": version_hash, "touched_at": at, "finished_at": at})


def _keep(session: Session, person_id: int, lesson: Lesson, values: dict[str, Any]) -> None:
    """One statement, so that two tabs at once do not collide."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite.insert if on_sqlite else postgresql.insert)(LessonProgress)
    changed = dict(values)
    if "finished_at" in changed:
        # A version read again later does not make an early reading a late one.
        changed["finished_at"] = _coalesced(changed["finished_at"])
    row = {"person_id": person_id, "lesson_id": lesson.id, "course_id": lesson.course_id, "heading_id": "", **values}
    session.execute(insert.values(row).on_conflict_do_update(index_elements=["person_id", "lesson_id"], set_=changed))


def _coalesced(at: datetime) -> Any:
    return func.coalesce(LessonProgress.finished_at, literal(at, LessonProgress.finished_at.type))


def continue_at(
    session: Session,
    person_id: int,
    courses: Sequence[CourseProgress] | None = None,
    open_attempts: Sequence[assessment.OpenAttempt] | None = None,
) -> Place:
    """Where the person left off, on whatever device: the lesson or attempt touched last, else what comes next.

    `courses` is their progress and `open_attempts` what they have under way, the one touched last first, when the
    caller knows them already.
    """
    courses = courses if courses is not None else courses_progress(session, person_id)
    open_attempts = (
        open_attempts if open_attempts is not None else assessment.open_attempts(session, person_id, limit=1)
    )
    marks = courses[0].marks if courses else {}
    last = max(marks.values(), key=lambda mark: (mark.touched_at, mark.lesson_id), default=None)
    attempt = open_attempts[0] if open_attempts else None
    if attempt is not None and (last is None or attempt.touched_at >= last.touched_at):
        return _attempt_place(session, attempt)
    if last is not None and last.finished_at is None:
        place = _lesson_place(session, courses, last)
        if place is not None:
            return place
    step = next_step(courses, after=last.lesson_id if last is not None else None)
    if step is not None:
        # A look into another lesson does not lose the place in this one.
        begun = _lesson_place(session, courses, marks[step.id]) if step.id in marks else None
        return begun or Place(step.kind, step.title, step.id, step.course_id)
    return _attempt_place(session, attempt) if attempt is not None else Place("done")


def next_step(courses: Sequence[CourseProgress], *, after: str | None) -> Step | None:
    """The first step that is not done behind a lesson, else the first of all."""
    steps = [step for one in courses for step in one.steps()]
    behind = next((number for number, step in enumerate(steps) if step.id == after), -1) + 1
    return next((step for step in [*steps[behind:], *steps[:behind]] if not step.done), None)


def _attempt_place(session: Session, attempt: assessment.OpenAttempt) -> Place:
    kind: Literal["quiz", "case"] = "quiz" if attempt.purpose == "quiz" else "case"
    titles = [entry.title for entry in library.entries(session, kind, ids=[attempt.item_id])]
    return Place("attempt", titles[0] if titles else attempt.item_id, attempt.public_id, begun=True)


def _lesson_place(session: Session, courses: Sequence[CourseProgress], mark: Mark) -> Place | None:
    """None when the lesson is not offered any more."""
    entry = next(iter(library.entries(session, "lesson", ids=[mark.lesson_id])), None)
    if entry is None:
        return None
    lesson = library.of_kind(library.document(session, entry.version_hash), Lesson)
    heading = next((one for one in lesson.headings if one.id == mark.heading_id), None)
    if not any(lesson.course_id == one.course.id for one in courses):
        return None
    return Place(
        "lesson",
        lesson.title,
        lesson.id,
        lesson.course_id,
        heading.id if heading else "",
        heading.text if heading else "",
        begun=True,
    )
