"""How much of one requirement the evidence holds: lessons, quizzes, exams, cases by number, observed and logged."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from training.competency.rule.facts import Evidence, ExamTry, FirstSight, Offer, QuizTry
from training.competency.rule.standing import ANY_REGION, Standing, Step, say
from training.content.documents import (
    CasesAsked,
    ExamAsked,
    LessonsAsked,
    ObservationsAsked,
    QuizAsked,
    TreatmentsAsked,
)

# 0.55 * 20 is 11.000000000000002 in floating point; reaching the mark passes.
ROUNDING = 1e-9


def of_lessons(asked: LessonsAsked, evidence: Evidence) -> Standing:
    course = next((one for one in evidence.offered.courses if one.id == asked.course_id), None)
    if course is None or not course.lessons:
        rule = say("Every lesson of the course “%(course)s” is finished.", course=asked.course_id)
        now = say("The course is not offered now. An instructor must publish it.")
        step = Step("content", asked.course_id, asked.course_id, "author")
        return Standing("lessons", False, 0, 1, rule, now, step)
    finished = {one.lesson_id for one in evidence.lessons}
    open_lessons = [lesson for lesson in course.lessons if lesson.id not in finished]
    need = len(course.lessons)
    have = need - len(open_lessons)
    return Standing(
        "lessons",
        not open_lessons,
        have,
        need,
        say("Every lesson of the course “%(course)s” is finished.", course=course.title),
        say("%(have)s of %(need)s lessons", have=have, need=need),
        lesson_step(course.id, open_lessons),
    )


def lesson_step(course_id: str, left: Sequence[Offer]) -> Step | None:
    return Step("lesson", left[0].id, left[0].title, "trainee", course_id, len(left)) if left else None


def marks_needed(asked: int, pass_mark: float) -> int:
    """The smallest number of right answers that reaches the mark."""
    return math.ceil(asked * pass_mark - ROUNDING)


def of_quiz(asked: QuizAsked, evidence: Evidence) -> Standing:
    offer = next((one for one in evidence.offered.quizzes if one.id == asked.quiz_id), None)
    title = offer.title if offer else asked.quiz_id
    rule = say("The quiz “%(quiz)s” is passed.", quiz=title)
    tries = [one for one in evidence.quizzes if one.quiz_id == asked.quiz_id and one.asked > 0]
    if tries:
        best = max(tries, key=how_good)
        need = marks_needed(best.asked, best.pass_mark)
        passed = best.right >= need
        now = say(
            "Best so far: %(right)s of %(asked)s right; %(need)s pass", right=best.right, asked=best.asked, need=need
        )
        step = None if passed else Step("quiz", asked.quiz_id, title, "trainee" if offer else "author")
        return Standing("quiz", passed, min(best.right, need), need, rule, now, step)
    if offer is None:
        now = say("The quiz is not offered now. An instructor must publish it.")
        return Standing("quiz", False, 0, 1, rule, now, Step("content", asked.quiz_id, title, "author"))
    need = marks_needed(offer.asked, offer.pass_mark)
    now = say("Not tried yet; %(need)s of %(asked)s right pass", need=need, asked=offer.asked)
    return Standing("quiz", False, 0, need, rule, now, Step("quiz", asked.quiz_id, title, "trainee"))


def how_good(one: QuizTry) -> tuple[bool, float, int, str]:
    """A passed attempt before any other, then by its share; the rest only makes the choice the same every time."""
    passed = one.right >= marks_needed(one.asked, one.pass_mark)
    return passed, one.right / one.asked, one.asked, one.attempt


def of_exam(asked: ExamAsked, evidence: Evidence) -> Standing:
    """Only released attempts are evidence; each was held to the standard of the version it answered."""
    offer = next((one for one in evidence.offered.exams if one.id == asked.exam_id), None)
    title = offer.title if offer else asked.exam_id
    rule = say("The exam “%(exam)s” is passed.", exam=title)
    tries = [one for one in evidence.exams if one.exam_id == asked.exam_id]
    if not tries:
        if offer is None:
            now = say("The exam is not offered now. An instructor must publish it.")
            return Standing("exam", False, 0, 1, rule, now, Step("content", asked.exam_id, title, "author"))
        now = say("No result yet")
        return Standing("exam", False, 0, 1, rule, now, Step("exam", asked.exam_id, title, "trainee"))
    best = max(tries, key=how_good_an_exam)
    now = say("Best so far: %(right)s of %(marked)s right", right=best.right, marked=best.marked)
    step = None if best.passed else Step("exam", asked.exam_id, title, "trainee" if offer else "author")
    return Standing("exam", best.passed, int(best.passed), 1, rule, now, step)


def how_good_an_exam(one: ExamTry) -> tuple[bool, float, str]:
    """A passed attempt before any other, then by its share; the rest only makes the choice the same every time."""
    return one.passed, one.right / one.marked if one.marked else 0.0, one.attempt


def of_cases(asked: CasesAsked, evidence: Evidence) -> Standing:
    first: dict[str, FirstSight] = {}
    for one in evidence.cases:
        if one.region == asked.region:
            earlier = first.get(one.case_id)
            if earlier is None or order_of(one) < order_of(earlier):
                first[one.case_id] = one
    answered, right = len(first), sum(one.right for one in first.values())
    need = max(asked.right, math.ceil(answered * asked.share - ROUNDING))
    met = right >= need
    rule = say(
        "Sign-off cases of this region, met in mixed order and answered at first sight with segment and side exactly "
        "right: at least %(right)s, and at least %(share)s %% of those answered.",
        right=asked.right,
        share=round(asked.share * 100),
    )
    if answered:
        now = say("%(right)s of %(answered)s exactly right; %(need)s needed", right=right, answered=answered, need=need)
    else:
        now = say("None answered yet; %(need)s needed", need=need)
    if met:
        return Standing("cases", True, need, need, rule, now, None)
    answered_cases = {one.case_id for one in evidence.cases}
    unseen = [one for one in evidence.offered.cases if one.id not in answered_cases]
    if any(one.region == asked.region for one in unseen):
        # The next case is one of any region: a link from "cervical" to its cases would give their answers away.
        step = Step("case", unseen[0].id, unseen[0].title, "trainee", count=need - right)
    else:
        step = Step("content", asked.region, asked.region, "author")
        now = say(
            "%(right)s of %(answered)s exactly right; %(need)s needed, and every case that is offered is answered. "
            "An instructor must publish new ones.",
            right=right,
            answered=answered,
            need=need,
        )
    return Standing("cases", False, right, need, rule, now, step)


def order_of(one: FirstSight) -> tuple[datetime, str, bool]:
    """When it was answered; the rest only makes the choice the same every time."""
    return one.answered_at, one.attempt, one.right


def of_observations(asked: ObservationsAsked, evidence: Evidence) -> Standing:
    counted = [
        one
        for one in evidence.observations
        if one.entrustment >= asked.entrustment and asked.region in (one.region, ANY_REGION)
    ]
    by_region = Counter({one.public_id: one.region for one in counted}.values())
    count, assessors = by_region.total(), len({one.assessor_id for one in counted})
    lacking = {one.region: one.count - by_region[one.region] for one in asked.floors}
    lacking = {region: number for region, number in lacking.items() if number > 0}
    met = count >= asked.count and assessors >= asked.assessors and not lacking
    # Where an assessor or a region is missing, so is at least one more observation, however many there are.
    missing = max(0, asked.assessors - assessors, sum(lacking.values()))
    have = max(0, min(count, asked.count - missing))
    step_region = next(iter(lacking), asked.region)
    # An assessor who has not watched yet is asked for only where others have.
    others = max(0, asked.assessors - assessors) if counted and asked.assessors > 1 else 0
    left = asked.count - have
    step = None if met else Step("observation", step_region, step_region, "assessor", count=left, others=others)
    return Standing(
        "observations",
        met,
        have,
        asked.count,
        rule=say(
            _OBSERVED_RULE[asked.assessors > 1, bool(asked.floors)],
            entrustment=asked.entrustment,
            count=asked.count,
            assessors=asked.assessors,
            floors=", ".join(f"{one.region} {one.count}" for one in asked.floors),
        ),
        now=say(
            _OBSERVED_NOW[asked.assessors > 1, bool(lacking)],
            count=count,
            need=asked.count,
            assessors=assessors,
            assessors_needed=asked.assessors,
            lacking=", ".join(f"{region} {number}" for region, number in lacking.items()),
        ),
        step=step,
    )


# By whether several assessors are asked for, and whether regions have floors of their own or lack some.
_OBSERVED_RULE = {
    (False, False): "Observations at entrustment %(entrustment)s or above: at least %(count)s.",
    (True, False): "Observations at entrustment %(entrustment)s or above: at least %(count)s, by at least "
    "%(assessors)s assessors.",
    (False, True): "Observations at entrustment %(entrustment)s or above: at least %(count)s, among them of each "
    "region at least: %(floors)s.",
    (True, True): "Observations at entrustment %(entrustment)s or above: at least %(count)s, by at least "
    "%(assessors)s assessors, among them of each region at least: %(floors)s.",
}
_OBSERVED_NOW = {
    (False, False): "%(count)s of %(need)s observations",
    (True, False): "%(count)s of %(need)s observations, by %(assessors)s of %(assessors_needed)s assessors",
    (False, True): "%(count)s of %(need)s observations; still to come by region: %(lacking)s",
    (True, True): "%(count)s of %(need)s observations, by %(assessors)s of %(assessors_needed)s assessors; still to "
    "come by region: %(lacking)s",
}


TREATMENTS = {
    1: "Treatments in the log, watched or more: at least %(count)s.",
    2: "Treatments in the log, together with an assessor or more by oneself: at least %(count)s.",
    3: "Treatments in the log, with an assessor in the room or alone: at least %(count)s.",
    4: "Treatments in the log, alone: at least %(count)s.",
}


def of_treatments(asked: TreatmentsAsked, evidence: Evidence) -> Standing:
    """What was struck out is no evidence and does not get here."""
    count = len(
        {
            one.public_id
            for one in evidence.treatments
            if one.supervision >= asked.supervision and asked.region in (one.region, ANY_REGION)
        }
    )
    met = count >= asked.count
    rule = say(TREATMENTS[asked.supervision], count=asked.count)
    now = say("%(count)s of %(need)s treatments", count=count, need=asked.count)
    step = None if met else Step("treatment", asked.region, asked.region, "trainee")
    return Standing("treatments", met, min(count, asked.count), asked.count, rule, now, step)
