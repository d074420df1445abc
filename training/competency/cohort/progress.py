"""When evidence for a competency last came, and whether somebody is stuck at it. Pure, as the rule is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from training.competency.rule.facts import Evidence
from training.competency.rule.readiness import CompetencyStanding
from training.competency.rule.standing import ANY_REGION, Standing
from training.content.documents import (
    CasesAsked,
    Competency,
    ExamAsked,
    LessonsAsked,
    MasteryAsked,
    ObservationsAsked,
    QuizAsked,
    Requirement,
    SafetyGateAsked,
    StationsAsked,
    TreatmentsAsked,
)

STUCK_AFTER = timedelta(days=21)
"""Begun, not met, and without new evidence for so long: three weeks hold a holiday, and little that moves."""
AWAY_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Progress:
    """One person at one competency. `share` is of what its requirements need, from 0 to 1; 1 only when it is met."""

    standing: CompetencyStanding
    share: float
    last_at: datetime | None
    stuck: bool

    @property
    def state(self) -> str:
        """met, stuck, begun or none."""
        if self.standing.met:
            return "met"
        return "stuck" if self.stuck else "begun" if self.standing.begun else "none"

    @property
    def blocking(self) -> Standing | None:
        """The first requirement that is not met."""
        return next((one for one in self.standing.requirements if not one.met), None)


def progress_of(standing: CompetencyStanding, evidence: Evidence, now: datetime) -> Progress:
    last = last_evidence(standing.competency, evidence)
    stuck = not standing.met and standing.begun and last is not None and now - last > STUCK_AFTER
    return Progress(standing, share_of(standing), last, stuck)


def share_of(standing: CompetencyStanding) -> float:
    """The mean over the requirements, a met one being whole: no requirement makes up for another."""
    if standing.met:
        return 1.0
    shares = [1.0 if one.met else min(1.0, one.have / one.need) if one.need else 0.0 for one in standing.requirements]
    return min(0.99, sum(shares) / len(shares))


def last_evidence(competency: Competency, evidence: Evidence) -> datetime | None:
    """When the latest of what counts for it came; None when nothing has."""
    return max((moment for asked in competency.rule for moment in moments(asked, evidence)), default=None)


def moments(asked: Requirement, evidence: Evidence) -> Iterator[datetime]:
    """When what a requirement looks at came, in no order."""
    match asked:
        case LessonsAsked():
            yield from _lessons(asked, evidence)
        case QuizAsked():
            yield from (one.finished_at for one in evidence.quizzes if one.quiz_id == asked.quiz_id)
        case ExamAsked():
            yield from (one.finished_at for one in evidence.exams if one.exam_id == asked.exam_id)
        case CasesAsked() | MasteryAsked():
            yield from (one.answered_at for one in evidence.cases if one.region == asked.region)
        case ObservationsAsked():
            wanted = asked.region
            yield from (one.recorded_at for one in evidence.observations if wanted in (ANY_REGION, one.region))
        case StationsAsked():
            yield from (one.released_at for one in evidence.stations)
        case TreatmentsAsked():
            wanted = asked.region
            yield from (one.recorded_at for one in evidence.treatments if wanted in (ANY_REGION, one.region))
        case SafetyGateAsked():
            yield from (one.answered_at for one in evidence.wrong_safety)
            yield from (one.passed_at for one in evidence.passed)


def _lessons(asked: LessonsAsked, evidence: Evidence) -> Iterator[datetime]:
    course = next((one for one in evidence.offered.courses if one.id == asked.course_id), None)
    wanted = {lesson.id for lesson in course.lessons} if course else set[str]()
    yield from (one.finished_at for one in evidence.lessons if one.lesson_id in wanted)


def is_away(seen_at: datetime | None, now: datetime) -> bool:
    """Not seen for two weeks, or never."""
    return seen_at is None or now - seen_at > AWAY_AFTER


@dataclass(frozen=True)
class Blocker:
    """A requirement that people who have begun its competency lack, and how many."""

    competency: Competency
    example: Standing
    people: int


def blockers(of_people: Iterable[Iterable[Progress]]) -> list[Blocker]:
    """The requirements that hold up most people first; each person counts at the first that they lack."""
    count: dict[tuple[str, int], int] = {}
    example: dict[tuple[str, int], tuple[Competency, Standing]] = {}
    for row in of_people:
        for one in row:
            blocking = one.blocking
            if blocking is None or one.state == "none":
                continue
            key = one.standing.competency.id, one.standing.requirements.index(blocking)
            count[key] = count.get(key, 0) + 1
            example.setdefault(key, (one.standing.competency, blocking))
    order = sorted(count, key=lambda key: -count[key])
    return [Blocker(*example[key], count[key]) for key in order]
