"""A small framework and pieces of evidence for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.makers import NOON
from training.competency.rule.facts import (
    CaseOffer,
    CourseOffer,
    FinishedLesson,
    FirstSight,
    Observed,
    Offer,
    Offered,
    PassedCase,
    QuizOffer,
    QuizTry,
    WrongSafety,
)
from training.content.documents import (
    CasesAsked,
    Competency,
    CompetencyGroup,
    Framework,
    LessonsAsked,
    ObservationsAsked,
    ObservedRegion,
    QuizAsked,
    Requirement,
    SafetyGateAsked,
    ScopeLine,
)

LESSONS = ("lesson-1", "lesson-2", "lesson-3")
CASES = ("case-1", "case-2", "case-3", "case-4")
REMEDIATION = ("remedy-1", "remedy-2")


def competency(name: str, *rule: Requirement) -> Competency:
    return Competency(name, name.title(), "all", "Does it.", "By seeing it.", rule)


def line(region: ObservedRegion, supervised: str = "", independent: str = "") -> ScopeLine:
    """A line by the names of its competencies; one that asks for nothing but what nobody has stays closed."""
    lower = tuple(supervised.split()) or ("nobody",)
    return ScopeLine(region, lower, lower + tuple(independent.split()))


FRAMEWORK = Framework(
    id="small",
    version="1",
    title="A small framework",
    valid_months=24,
    groups=(CompetencyGroup("all", "All"),),
    competencies=(
        competency("knowledge", LessonsAsked("course"), QuizAsked("quiz")),
        competency("safety", SafetyGateAsked(REMEDIATION)),
        competency("dx-cervical", CasesAsked("cervical", 2, 0.65)),
        competency("practice-cervical", ObservationsAsked("cervical", 2, 2, 4)),
        competency("care", ObservationsAsked("any", 3, 1, 3)),
    ),
    scope=(
        line("cervical", "knowledge safety dx-cervical", "practice-cervical care"),
        line("chest-wall"),
    ),
)
OFFERED = Offered(
    courses=(CourseOffer("course", "The course", tuple(Offer(one, one.title()) for one in LESSONS)),),
    quizzes=(QuizOffer("quiz", "The quiz", asked=8, pass_mark=0.75),),
    cases=tuple(CaseOffer(one, one.title(), "cervical") for one in CASES),
)


def later(minutes: float = 1) -> datetime:
    return NOON + timedelta(minutes=minutes)


def finished(lesson_id: str, *, at: datetime = NOON) -> FinishedLesson:
    return FinishedLesson(lesson_id, at)


def quiz_try(right: int, *, asked: int = 8, quiz_id: str = "quiz", mark: float = 0.75, attempt: str = "q") -> QuizTry:
    return QuizTry(quiz_id, "v", attempt, right, asked, mark, NOON)


def sight(case_id: str, right: bool = True, *, region: str = "cervical", at: datetime = NOON) -> FirstSight:
    return FirstSight(case_id, "v", f"attempt-{case_id}", region, right, None, at)


def wrong(confidence: str | None = None, *, at: datetime = NOON) -> WrongSafety:
    return WrongSafety("quiz-safety", "q1", "v", "s", confidence, at)


def passed(case_id: str = REMEDIATION[0], *, at: datetime = NOON) -> PassedCase:
    return PassedCase(case_id, at)


def observation(
    name: str, *, region: str = "cervical", assessor: int = 1, entrustment: int = 4, at: datetime = NOON
) -> Observed:
    words = "Marked the segment, then needled by plan."
    return Observed(name, region, assessor, f"Assessor {assessor}", words, entrustment, at.date(), at)
