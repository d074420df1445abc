"""What a person may sit now, and where not, why not and what would change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment.exams import sittings
from training.assessment.exams.models import ExamAttempt
from training.assessment.exams.sittings import Sitting
from training.content.documents import Exam
from training.db.errors import Refused
from training.library import service as library

Why = Literal[
    "not-open-yet",
    "closed",
    "passed",
    "spent",
    "unfinished",
    "awaits-release",
    "wait",
    "repeat",
    "no-questions",
    "knows-keys",
]
ModuleRepeatedSince = Callable[[Session, int, str, datetime], bool]


def _nobody_knows(_session: Session, _person_id: int, _module: str, _after: datetime) -> bool:
    raise RuntimeError("factory.connect_hooks was not called")


# Whether a person went through a module, or a course, again after a moment; the study slice knows.
module_repeated_since: ModuleRepeatedSince = _nobody_knows


@dataclass(frozen=True)
class Hindrance:
    """Why somebody cannot start. `until` is when it ends by itself; `module` what is to be repeated, by its title, and
    `course_id` where."""

    why: Why
    until: datetime | None = None
    module: str = ""
    course_id: str = ""


class NotNow(Refused):
    """A start that is refused; `hindrance` says why."""

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__("You cannot start this exam now.")
        self.hindrance = hindrance


@dataclass(frozen=True)
class AttemptLine:
    """An attempt as lists show it: whether it passed is known once it is released, and not before."""

    id: int
    public_id: str
    sitting_id: int
    exam_id: str
    number: int
    started_at: datetime
    deadline_at: datetime
    last_at: datetime
    finished_at: datetime | None
    released_at: datetime | None
    passed: bool | None

    def running(self, at: datetime) -> bool:
        return self.finished_at is None and max(at, self.last_at) < self.deadline_at

    @property
    def ended_at(self) -> datetime:
        """When it was handed in, or is as soon as somebody looks."""
        return self.finished_at or self.deadline_at


_LINE = (
    ExamAttempt.id,
    ExamAttempt.public_id,
    ExamAttempt.sitting_id,
    ExamAttempt.exam_id,
    ExamAttempt.number,
    ExamAttempt.started_at,
    ExamAttempt.deadline_at,
    ExamAttempt.last_at,
    ExamAttempt.finished_at,
    ExamAttempt.released_at,
    ExamAttempt.passed,
)


def attempts_of(session: Session, person_id: int, exam_id: str = "") -> list[AttemptLine]:
    """The person's attempts at one exam or at all, oldest first; in one query."""
    query = select(*_LINE).where(ExamAttempt.person_id == person_id).order_by(ExamAttempt.started_at, ExamAttempt.id)
    if exam_id:
        query = query.where(ExamAttempt.exam_id == exam_id)
    return [AttemptLine(*row) for row in session.execute(query)]


def hindrance(
    session: Session,
    of: Sitting,
    person_id: int,
    attempts: Sequence[AttemptLine],
    at: datetime,
    *,
    extra: int = 0,
    knows_keys: bool = False,
) -> Hindrance | None:
    """Why the person cannot start a new attempt now, or None. attempts: all of theirs at this exam, oldest first.

    Whether there are unseen questions enough, the start itself finds out.
    """
    exam = of.exam
    if any(one.passed for one in attempts):
        return Hindrance("passed")
    if at >= of.closes_at + timedelta(minutes=extra) or of.released_at is not None:
        return Hindrance("closed")
    if knows_keys:
        return Hindrance("knows-keys")
    if len(attempts) >= exam.attempts:
        return Hindrance("spent")
    if attempts and attempts[-1].released_at is None:
        return Hindrance("awaits-release" if exam.release == "by-hand" else "unfinished")
    if at < of.opens_at:
        return Hindrance("not-open-yet", of.opens_at)
    if attempts:
        until = attempts[-1].ended_at + timedelta(days=exam.wait_days)
        if at < until:
            return Hindrance("wait", until)
    return _to_repeat(session, exam, person_id, attempts)


def _to_repeat(session: Session, exam: Exam, person_id: int, attempts: Sequence[AttemptLine]) -> Hindrance | None:
    """After every so many attempts below the standard the module, once more."""
    rule = exam.after_fails
    if rule is None:
        return None
    below = [one for one in attempts if one.passed is False]
    counted = len(below) - len(below) % rule.count
    if not counted or module_repeated_since(session, person_id, rule.module, below[counted - 1].ended_at):
        return None
    title, course_id = module_named(session, rule.module)
    return Hindrance("repeat", module=title, course_id=course_id)


def module_named(session: Session, module_id: str) -> tuple[str, str]:
    """The title of a module or a course, and the course; of a withdrawn one its id is left."""
    for _, course in library.courses(session):
        if course.id == module_id:
            return course.title, course.id
        for module in course.modules:
            if module.id == module_id:
                return module.title, course.id
    return module_id, ""


@dataclass(frozen=True)
class Coming:
    """An exam that is open or will be, for a first page."""

    title: str
    opens_at: datetime
    closes_at: datetime
    open: bool


def coming(session: Session, person_id: int, at: datetime) -> list[Coming]:
    """The announced sittings that are not closed and that a person has not sat, soonest first.

    One query while there are none.
    """
    rows = sittings.sittings(session, announced=True, closing_after=at)
    if not rows:
        return []
    cohorts = people.cohorts_of(session, person_id)
    attempts = attempts_of(session, person_id)
    passed = {one.exam_id for one in attempts if one.passed}
    sat = {one.sitting_id for one in attempts if not one.running(at)}
    return [
        Coming(one.exam.title, one.opens_at, one.closes_at, one.opens_at <= at)
        for one in reversed(rows)
        if one.admits(cohorts) and one.exam.id not in passed and one.id not in sat
    ]


# --- the list --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A sitting for one person: an attempt that runs, or what stands in the way of one, or neither: it can start."""

    sitting: Sitting
    running: AttemptLine | None
    hindrance: Hindrance | None
    attempts_left: int

    @property
    def can_start(self) -> bool:
        return self.running is None and self.hindrance is None

    @property
    def upcoming(self) -> bool:
        return self.hindrance is not None and self.hindrance.why == "not-open-yet"


@dataclass(frozen=True)
class Sat:
    """An attempt that is over, with its exam's title."""

    attempt: AttemptLine
    title: str
    sitting: Sitting


@dataclass(frozen=True)
class Mine:
    """Everything a person sees of exams. `lines` are those that are not over."""

    lines: tuple[Line, ...]
    sat: tuple[Sat, ...]

    @property
    def calls(self) -> bool:
        """Whether something is open, coming, or running."""
        return any(one.running or one.can_start or one.upcoming for one in self.lines)


def mine(session: Session, person_id: int, at: datetime, *, knows_keys: bool = False) -> Mine:
    """In four queries, and a few more for each exam that wants a module repeated."""
    every = sittings.sittings(session, announced=True)
    attempts = attempts_of(session, person_id)
    cohorts = people.cohorts_of(session, person_id) if every else frozenset()
    by_id = {one.id: one for one in every}
    lines = []
    for one in reversed(every):
        own = [each for each in attempts if each.exam_id == one.exam.id]
        running = next((each for each in own if each.sitting_id == one.id and each.running(at)), None)
        if running is None and (not one.admits(cohorts) or at >= one.closes_at or one.released_at is not None):
            continue
        over = [each for each in own if each is not running]
        if running is None and any(each.sitting_id == one.id for each in over) and _ended(one, over):
            continue
        why = None if running else hindrance(session, one, person_id, over, at, knows_keys=knows_keys)
        lines.append(Line(one, running, why, max(0, one.exam.attempts - len(own))))
    sat = [Sat(one, by_id[one.sitting_id].exam.title, by_id[one.sitting_id]) for one in _over(attempts, at)]
    return Mine(tuple(lines), tuple(reversed(sat)))


def _over(attempts: Iterable[AttemptLine], at: datetime) -> list[AttemptLine]:
    return [one for one in attempts if not one.running(at)]


def _ended(of: Sitting, over: Sequence[AttemptLine]) -> bool:
    """Whether a sitting has nothing more for who sat in it."""
    return any(one.passed for one in over) or len(over) >= of.exam.attempts
