"""The rule: what a person's evidence holds of what the framework asks, in numbers and words.

Pure, so that the decision of a sign-off can be replayed from its frozen bundle. Texts are message ids with values;
nothing here knows a database, a request or a language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from training.competency.rule.case_mastery import of_mastery
from training.competency.rule.facts import Evidence
from training.competency.rule.requirements import of_cases, of_exam, of_lessons, of_observations, of_quiz, of_treatments
from training.competency.rule.safety import Gate, gate_of, of_gate
from training.competency.rule.standing import Standing, Step
from training.competency.rule.stations import of_stations
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
    StationsAsked,
    TreatmentsAsked,
)

Level = Literal["not-certified", "supervised", "independent"]
LEVELS: tuple[Level, ...] = ("not-certified", "supervised", "independent")


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
class Readiness:
    """`competencies`, those that are measured, and `lines` stand in the framework's order."""

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
        if one.measured
    )
    met = {one.competency.id for one in standings if one.met}
    lines = tuple(line_standing(line, met) for line in framework.scope)
    return Readiness(framework, standings, lines, gate_of(evidence, remediation_of(framework)))


def remediation_of(framework: Framework) -> tuple[str, ...]:
    """The cases that open the safety gate, each once."""
    rules = (asked for one in framework.competencies if not one.retired for asked in one.rule)
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
        case StationsAsked():
            return of_stations(asked, evidence)
        case TreatmentsAsked():
            return of_treatments(asked, evidence)


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
