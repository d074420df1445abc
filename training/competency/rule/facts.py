"""What is known of one person, as plain values: what the rule decides from, and what a sign-off freezes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from training.measurement.mastery import Rule

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True)
class FinishedLesson:
    lesson_id: str
    finished_at: datetime


@dataclass(frozen=True)
class QuizTry:
    """A finished attempt at a quiz; `pass_mark` is that of the version it answered, a share above 0, up to 1."""

    quiz_id: str
    version_hash: str
    attempt: str
    right: int
    asked: int
    pass_mark: float
    finished_at: datetime


@dataclass(frozen=True)
class ExamTry:
    """A released attempt at an exam, and whether it reached the standard that was in force."""

    exam_id: str
    version_hash: str
    attempt: str
    right: int
    marked: int
    passed: bool
    finished_at: datetime


@dataclass(frozen=True)
class StationTry:
    """A released score at a station of a practical exam, what it said there, and the standard that said it.

    `competencies`: what the station tests, in the version that was examined. Shares of the checklist's weight, 0 to 1.
    """

    station_id: str
    version_hash: str
    result: str
    competencies: tuple[str, ...]
    share: float
    cut: float
    method: str
    outcome: str
    examiner_id: int
    released_at: datetime


@dataclass(frozen=True)
class FirstSight:
    """The first answer to the segment question of a sign-off case; `right` needs segment and side.

    `difficulty` is what the case was rated when it was drawn for the person, in logits relative to the standard,
    `provisional` when no panel had rated it; `session` and `area` are the names of what it was drawn in. None and empty
    for a case that was not drawn: it counts for no mastery.
    """

    case_id: str
    version_hash: str
    attempt: str
    region: str
    right: bool
    confidence: str | None
    answered_at: datetime
    difficulty: float | None = None
    provisional: bool = False
    session: str = ""
    area: str = ""


@dataclass(frozen=True)
class MasteryRule:
    """What decides over sign-off cases: the rule's numbers, and by region the areas of its content minimum."""

    rule: Rule = field(default_factory=Rule)
    areas: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class WrongSafety:
    """A wrong answer to a question marked `safety`."""

    item_id: str
    question_id: str
    version_hash: str
    attempt: str
    confidence: str | None
    answered_at: datetime


@dataclass(frozen=True)
class PassedCase:
    """A remediation case that was answered right throughout."""

    case_id: str
    passed_at: datetime


@dataclass(frozen=True)
class Observed:
    """An observation: the assessor's words, then the entrustment from 1 to 5.

    `words_at` is when the words were saved, before the rating at `recorded_at`; None in records older than that rule.
    """

    public_id: str
    region: str
    assessor_id: int
    assessor: str
    seen: str
    entrustment: int
    observed_on: date
    recorded_at: datetime
    words_at: datetime | None = None


@dataclass(frozen=True)
class Treated:
    """A treatment that the person logged and did not strike out.

    supervision: 1 watched, 2 together, 3 the assessor in the room, 4 alone. grasp: yes, no or unsure. harm: none, minor
    or serious.
    """

    public_id: str
    region: str
    supervision: int
    grasp: str
    harm: str
    treated_on: date
    recorded_at: datetime


@dataclass(frozen=True)
class Offer:
    """An item that people can meet now."""

    id: str
    title: str


@dataclass(frozen=True)
class CourseOffer(Offer):
    lessons: tuple[Offer, ...]


@dataclass(frozen=True)
class QuizOffer(Offer):
    asked: int
    pass_mark: float


@dataclass(frozen=True)
class CaseOffer(Offer):
    region: str


@dataclass(frozen=True)
class StationOffer(Offer):
    """A station, and the competencies it tests."""

    competencies: tuple[str, ...]


@dataclass(frozen=True)
class Offered:
    """What people can meet now of that which counts; `cases` is the sign-off bank."""

    courses: tuple[CourseOffer, ...] = ()
    quizzes: tuple[QuizOffer, ...] = ()
    cases: tuple[CaseOffer, ...] = ()
    exams: tuple[Offer, ...] = ()
    stations: tuple[StationOffer, ...] = ()

    def title(self, item_id: str) -> str:
        """What people call an item; of one that is not offered any more its id is all that is left."""
        known = (*self.courses, *self.quizzes, *self.cases, *self.exams, *self.stations)
        return next((one.title for one in known if one.id == item_id), item_id)


@dataclass(frozen=True)
class Evidence:
    """Everything the rule looks at. The order inside the tuples says nothing."""

    offered: Offered = Offered()
    lessons: tuple[FinishedLesson, ...] = ()
    quizzes: tuple[QuizTry, ...] = ()
    cases: tuple[FirstSight, ...] = ()
    wrong_safety: tuple[WrongSafety, ...] = ()
    passed: tuple[PassedCase, ...] = ()
    observations: tuple[Observed, ...] = ()
    mastery: MasteryRule = field(default_factory=MasteryRule)
    exams: tuple[ExamTry, ...] = ()
    stations: tuple[StationTry, ...] = ()
    treatments: tuple[Treated, ...] = ()

    def finished_on(self, lesson_id: str) -> datetime | None:
        """When a lesson was finished; None when it was not."""
        return next((one.finished_at for one in self.lessons if one.lesson_id == lesson_id), None)


def to_json(evidence: Evidence) -> dict[str, Any]:
    """As dicts, lists, text, numbers and None; times as ISO 8601 in UTC."""
    plain: dict[str, Any] = _adapter().dump_python(evidence, mode="json")
    return plain


def from_json(plain: dict[str, Any]) -> Evidence:
    """The evidence that to_json took apart. Raises ValueError for data of another shape."""
    return _adapter().validate_python(plain)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Evidence]:
    from pydantic import TypeAdapter

    return TypeAdapter(Evidence)
