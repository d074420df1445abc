"""The rule: what a person's evidence holds of what the framework asks, in numbers and words.

Pure, so that the decision of a sign-off can be replayed from its frozen bundle. Texts are message ids with values;
nothing here knows a database, a request or a language.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal

from training.competency.case_mastery import of_mastery
from training.competency.facts import Evidence, ExamTry, FirstSight, Observed, QuizTry
from training.competency.standing import Standing, Step, say
from training.content.documents import (
    CasesAsked,
    Competency,
    ExamAsked,
    Framework,
    LessonsAsked,
    MasteryAsked,
    ObservationsAsked,
    QuizAsked,
    Requirement,
    SafetyGateAsked,
    ScopeLine,
)

Level = Literal["not-certified", "supervised", "independent"]
LEVELS: tuple[Level, ...] = ("not-certified", "supervised", "independent")
ANY_REGION = "any"
# An observation in which the assessor could not let go does not show that a danger is understood by now.
FRESH_ENTRUSTMENT = 3
# 0.55 * 20 is 11.000000000000002 in floating point; reaching the mark passes.
ROUNDING = 1e-9


@dataclass(frozen=True)
class CompetencyStanding:
    competency: Competency
    requirements: tuple[Standing, ...]

    @property
    def met(self) -> bool:
        return all(one.met for one in self.requirements)

    @property
    def begun(self) -> bool:
        return any(one.have for one in self.requirements if one.kind != "safety_gate")


@dataclass(frozen=True)
class LineStanding:
    """The highest level that the evidence allows in a line of the scope, and what the next level lacks."""

    region: str
    level: Level
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Gate:
    """The safety gate. While it is closed, `wants_case` and `wants_observation` say what is still missing."""

    wrong_answers: int
    last_wrong_at: datetime | None
    wants_case: bool
    wants_observation: bool

    @property
    def open(self) -> bool:
        return not (self.wants_case or self.wants_observation)


@dataclass(frozen=True)
class Readiness:
    """`competencies` and `lines` stand in the framework's order."""

    framework: Framework
    competencies: tuple[CompetencyStanding, ...]
    lines: tuple[LineStanding, ...]
    gate: Gate

    @property
    def scope(self) -> dict[str, Level]:
        """The highest level in every line."""
        return {line.region: line.level for line in self.lines}

    @property
    def met(self) -> int:
        return sum(one.met for one in self.competencies)

    @property
    def anything(self) -> bool:
        """Whether there is something to sign off."""
        return any(line.level != LEVELS[0] for line in self.lines)

    @property
    def remediation(self) -> tuple[str, ...]:
        """The cases of which one, passed, opens the safety gate."""
        return remediation_of(self.framework)

    def lacking(self, region: str, level: str) -> list[CompetencyStanding]:
        """The competencies that are not met and that a level of a line needs."""
        line = next((one for one in self.framework.scope if one.region == region), None)
        needed = needs(line, level) if line else ()
        return [one for one in self.competencies if one.competency.id in needed and not one.met]

    @property
    def next_step(self) -> Step | None:
        """A closed gate first, then what the trainee can do, then what others must; None when nothing is missing."""
        wanting = [one for each in self.competencies for one in each.requirements if one.step is not None]
        closed = [one.step for one in wanting if one.kind == "safety_gate"]
        steps = [one.step for one in wanting]
        mine = [step for step in steps if step is not None and step.actor == "trainee"]
        return next(iter((*closed, *mine, *steps)), None)


def readiness(framework: Framework, evidence: Evidence) -> Readiness:
    """What the evidence holds of what the framework asks."""
    standings = tuple(
        CompetencyStanding(one, tuple(standing(asked, evidence) for asked in one.rule))
        for one in framework.competencies
    )
    met = {one.competency.id for one in standings if one.met}
    lines = tuple(line_standing(line, met) for line in framework.scope)
    return Readiness(framework, standings, lines, gate_of(evidence, remediation_of(framework)))


def remediation_of(framework: Framework) -> tuple[str, ...]:
    """The cases that open the safety gate, each once."""
    rules = (asked for one in framework.competencies for asked in one.rule)
    found = [case_id for asked in rules if isinstance(asked, SafetyGateAsked) for case_id in asked.remediation]
    return tuple(dict.fromkeys(found))


def needs(line: ScopeLine, level: str) -> tuple[str, ...]:
    """The competencies that a level of a line asks for."""
    return {"independent": line.independent, "supervised": line.supervised}.get(level, ())


def line_standing(line: ScopeLine, met: set[str]) -> LineStanding:
    above: tuple[str, ...] = ()
    for level in reversed(LEVELS):
        if met.issuperset(needs(line, level)):
            return LineStanding(line.region, level, above)
        above = tuple(one for one in needs(line, level) if one not in met)
    raise AssertionError("nothing is asked of who is not certified")


def exceeds(scope: Mapping[str, str], allowed: Mapping[str, str]) -> list[str]:
    """The lines of a scope that claim more than is allowed, or that are not there at all."""
    rank: dict[str, int] = {level: number for number, level in enumerate(LEVELS)}
    return [
        region for region, level in scope.items() if rank.get(level, len(LEVELS)) > rank.get(allowed.get(region, ""), 0)
    ]


def best_of(scopes: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The highest level that any of several scopes gives in each line."""
    best: dict[str, str] = {}
    for scope in scopes:
        best.update({region: scope[region] for region in exceeds(scope, best)})
    return best


# --- one requirement -------------------------------------------------------------------------------------------


def standing(asked: Requirement, evidence: Evidence) -> Standing:
    match asked:
        case LessonsAsked():
            return of_lessons(asked, evidence)
        case QuizAsked():
            return of_quiz(asked, evidence)
        case CasesAsked():
            return of_cases(asked, evidence)
        case MasteryAsked():
            return of_mastery(asked, evidence)
        case SafetyGateAsked():
            return of_gate(asked, evidence)
        case ObservationsAsked():
            return of_observations(asked, evidence)
        case ExamAsked():
            return of_exam(asked, evidence)


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
        Step("lesson", open_lessons[0].id, open_lessons[0].title, "trainee", course.id) if open_lessons else None,
    )


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
        step = Step("case", unseen[0].id, unseen[0].title, "trainee")
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


def gate_of(evidence: Evidence, remediation: Iterable[str]) -> Gate:
    """Open unless a wrong safety answer is unremedied: only what comes after it opens it again."""
    if not evidence.wrong_safety:
        return Gate(0, None, wants_case=False, wants_observation=False)
    cases = set(remediation)
    last = max(one.answered_at for one in evidence.wrong_safety)
    passed = any(one.case_id in cases and one.passed_at > last for one in evidence.passed)
    sure = [one.answered_at for one in evidence.wrong_safety if one.confidence == "sure"]
    seen = not sure or any(map(partial(is_fresh, after=max(sure)), evidence.observations))
    return Gate(len(evidence.wrong_safety), last, wants_case=not passed, wants_observation=not seen)


def is_fresh(observed: Observed, *, after: datetime) -> bool:
    """Recorded after a moment, and seen on a later day than it (in UTC): the hour of an observation is not known."""
    return (
        observed.recorded_at > after
        and observed.observed_on > after.date()
        and observed.entrustment >= FRESH_ENTRUSTMENT
    )


def of_gate(asked: SafetyGateAsked, evidence: Evidence) -> Standing:
    gate = gate_of(evidence, asked.remediation)
    rule = say("The safety gate is open: no wrong answer to a safety question is left without its remedy.")
    if gate.open:
        now = say("Open") if not gate.wrong_answers else say("Open again: the remedy was taken")
        return Standing("safety_gate", True, 1, 1, rule, now, None)
    sure = any(one.confidence == "sure" for one in evidence.wrong_safety)
    need = 2 if sure else 1
    have = need - gate.wants_case - gate.wants_observation
    if gate.wants_case and gate.wants_observation:
        now = say("Closed. A remediation case and a fresh observation open it.")
    elif gate.wants_case:
        now = say("Closed. Passing a remediation case opens it.")
    else:
        now = say("Closed. A fresh observation opens it.")
    if gate.wants_case:
        step = Step("remediation", asked.remediation[0], asked.remediation[0], "trainee")
    else:
        step = Step("observation", ANY_REGION, ANY_REGION, "assessor")
    return Standing("safety_gate", False, have, need, rule, now, step)


def of_observations(asked: ObservationsAsked, evidence: Evidence) -> Standing:
    counted = [
        one
        for one in evidence.observations
        if one.entrustment >= asked.entrustment and asked.region in (one.region, ANY_REGION)
    ]
    count, assessors = len({one.public_id for one in counted}), len({one.assessor_id for one in counted})
    met = count >= asked.count and assessors >= asked.assessors
    # Where an assessor is missing, so is at least one more observation, however many there are.
    have = max(0, min(count, asked.count - max(0, asked.assessors - assessors)))
    rule = say(
        "Observations at entrustment %(entrustment)s or above: at least %(count)s, by at least %(assessors)s assessors."
        if asked.assessors > 1
        else "Observations at entrustment %(entrustment)s or above: at least %(count)s.",
        entrustment=asked.entrustment,
        count=asked.count,
        assessors=asked.assessors,
    )
    now = say(
        "%(count)s of %(need)s observations, by %(assessors)s of %(assessors_needed)s assessors"
        if asked.assessors > 1
        else "%(count)s of %(need)s observations",
        count=count,
        need=asked.count,
        assessors=assessors,
        assessors_needed=asked.assessors,
    )
    step = None if met else Step("observation", asked.region, asked.region, "assessor")
    return Standing("observations", met, have, asked.count, rule, now, step)


# --- what a bundle keeps ---------------------------------------------------------------------------------------


def to_json(found: Readiness) -> dict[str, Any]:
    """The result in numbers; the words follow from the rule and the evidence, which the bundle keeps as well."""
    return {
        "scope": dict(found.scope),
        "gate_open": found.gate.open,
        "competencies": [
            {
                "id": each.competency.id,
                "met": each.met,
                "requirements": [
                    {"kind": one.kind, "met": one.met, "have": one.have, "need": one.need} for one in each.requirements
                ],
            }
            for each in found.competencies
        ],
    }
