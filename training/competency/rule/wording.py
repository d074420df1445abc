"""What a requirement asks for, in words that stand alone: on the framework's page, and where two versions differ."""

from __future__ import annotations

from collections.abc import Mapping

from training.competency.rule.standing import ANY_REGION, Said, say
from training.content.documents import (
    CasesAsked,
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

Titles = Mapping[str, str]


def asked_words(asked: Requirement, titles: Titles) -> Said:
    """One requirement; `titles` say what people call a course, a quiz, a case or an exam, else its id stands for it."""
    match asked:
        case LessonsAsked():
            return say("Every lesson of “%(course)s”", course=titles.get(asked.course_id, asked.course_id))
        case QuizAsked():
            return say("The quiz “%(quiz)s” passed", quiz=titles.get(asked.quiz_id, asked.quiz_id))
        case ExamAsked():
            return say("The exam “%(exam)s” passed", exam=titles.get(asked.exam_id, asked.exam_id))
        case CasesAsked():
            return say(
                "Sign-off cases (%(region)s) at first sight: %(right)s right, and %(share)s %% of those answered",
                region=asked.region,
                right=asked.right,
                share=round(asked.share * 100),
            )
        case MasteryAsked(provisional=True):
            return say(
                "Sign-off cases (%(region)s) at first sight, until the evidence suffices; cases count that no panel "
                "has rated",
                region=asked.region,
            )
        case MasteryAsked():
            return say(
                "Sign-off cases (%(region)s) at first sight, rated by a panel, until the evidence suffices",
                region=asked.region,
            )
        case SafetyGateAsked():
            return say(
                "The safety gate open; one of these cases opens it again: %(cases)s",
                cases=", ".join(titles.get(one, one) for one in asked.remediation),
            )
        case ObservationsAsked():
            return observations_words(asked)
        case StationsAsked():
            return stations_words(asked, titles)
        case TreatmentsAsked():
            return treatments_words(asked)


def observations_words(asked: ObservationsAsked) -> Said:
    values: dict[str, str | int] = {
        "count": asked.count, "assessors": asked.assessors, "entrustment": asked.entrustment, "region": asked.region,
    }  # fmt: skip
    if asked.floors:
        return say(
            "%(count)s observations at entrustment %(entrustment)s or above, by %(assessors)s or more assessors, among "
            "them of each region at least: %(floors)s",
            floors=", ".join(f"{one.region} {one.count}" for one in asked.floors),
            **values,
        )
    if asked.region == ANY_REGION:
        return say(
            "%(count)s observations in any region at entrustment %(entrustment)s or above, by %(assessors)s or more "
            "assessors",
            **values,
        )
    return say(
        "%(count)s observations (%(region)s) at entrustment %(entrustment)s or above, by %(assessors)s or more "
        "assessors",
        **values,
    )


def stations_words(asked: StationsAsked, titles: Titles) -> Said:
    if asked.competency:
        return say("%(passed)s stations that test this passed in released practical exams", passed=asked.passed)
    return say(
        "%(passed)s of these stations passed in released practical exams: %(stations)s",
        passed=asked.passed,
        stations=", ".join(titles.get(one, one) for one in asked.stations),
    )


def treatments_words(asked: TreatmentsAsked) -> Said:
    values: dict[str, str | int] = {"count": asked.count, "supervision": asked.supervision, "region": asked.region}
    if asked.region == ANY_REGION:
        return say("%(count)s logged treatments in any region, at supervision %(supervision)s or above", **values)
    return say("%(count)s logged treatments (%(region)s), at supervision %(supervision)s or above", **values)
