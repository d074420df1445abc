"""The learning curve of each skill, from the treatment log and from observations, and when a drift asks for a look.

Pure. A skill is needling in one line of the scope. Its two sources are two curves, since they are two different
statements: what the trainee says of a treatment, and what an assessor says of an encounter.

A logged treatment counts when the needle was in the trainee's own hand: at supervision 3 (assessor in the room) or 4
(alone). It is a success when the needle grasp was felt and nothing serious happened. "Unsure" is left out: it says
neither. Minor events are no failure: trained practitioners report them in 19 to 40 of 100 treatments (BRADY2014,
BOYCE2020, GATTIE2020), so a curve of them would show bruises, not skill. The grasp is a sign of the Gunn model that was
measured in healthy people (LANGEVIN2001), not a validated diagnostic sign; the curve says how often it was reached.
An observation is a success when its entrustment reaches the standard that the framework asks of that line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from training.competency.rule.facts import Evidence, Observed, Treated
from training.content.documents import Framework, ObservationsAsked
from training.measurement import cusum
from training.measurement.cusum import CusumRule, Point

Source = Literal["treatments", "observations"]

OWN_HAND = 3  # supervision from which on the needle was in the trainee's own hand
USUAL_STANDARD = 4  # entrustment: alone; where the framework asks for no observation of a line
SUPERVISED_STANDARD = 3  # entrustment: the assessor in the room; of who is signed off for supervised practice
NOT_SIGNED = "not-certified"


@dataclass(frozen=True)
class Signed:
    """The latest granted sign-off of a line: its level and the day of the decision, in UTC."""

    level: str
    on: date


@dataclass(frozen=True)
class Result:
    """One treatment or observation as the curve reads it."""

    on: date
    recorded_at: datetime
    success: bool
    supervision: int = 0  # of a treatment
    entrustment: int = 0  # of an observation


@dataclass(frozen=True)
class SkillCurve:
    """`points` has one score for each of the results; `left_out` counts treatments whose grasp was unsure.

    `monitored_from` is how many results came before the sign-off or on its day; None without a sign-off. `standard` is
    the entrustment that an observation had to reach before it, `standard_since` after it.
    """

    region: str
    source: Source
    results: tuple[Result, ...]
    points: tuple[Point, ...]
    left_out: int
    signed: Signed | None
    monitored_from: int | None
    standard: int
    standard_since: int

    @property
    def shown_on(self) -> date | None:
        """The day on which the lower limit was reached while learning."""
        place = cusum.shown_at(self.points)
        return None if place is None else self.results[place].on

    @property
    def drifts(self) -> tuple[int, ...]:
        """The places of the results that reached the upper limit, before a sign-off or after it."""
        return tuple(place for place, one in enumerate(self.points) if one.phase == "monitored" and one.signal)

    @property
    def drifts_since(self) -> tuple[Result, ...]:
        """The results that reached the upper limit after the sign-off, oldest first."""
        if self.monitored_from is None:
            return ()
        return tuple(self.results[place] for place in self.drifts if place >= self.monitored_from)


@dataclass(frozen=True)
class Ask:
    """A drift after sign-off that nobody has looked at yet: an observation in the region is asked for."""

    region: str
    source: Source
    since: date
    standard: int


def latest_signed(scopes: Iterable[tuple[datetime, Mapping[str, str]]]) -> dict[str, Signed]:
    """Of granted sign-offs, each with the moment of its decision, the latest that certified each line."""
    found: dict[str, Signed] = {}
    for decided_at, scope in sorted(scopes, key=lambda one: one[0]):
        for region, level in scope.items():
            if level != NOT_SIGNED:
                found[region] = Signed(level, decided_at.date())
    return found


def curves(
    framework: Framework, evidence: Evidence, signed: Mapping[str, Signed], rule: CusumRule
) -> tuple[SkillCurve, ...]:
    """The curves that have something in them, in the order of the framework's scope, the log before observations."""
    found: list[SkillCurve] = []
    for line in framework.scope:
        region, decided = line.region, signed.get(line.region)
        treated = [one for one in evidence.treatments if one.region == region and one.supervision >= OWN_HAND]
        results = [result for one in treated if (result := of_treatment(one)) is not None]
        standard = standard_of(framework, region)
        since = min(standard, SUPERVISED_STANDARD) if decided and decided.level == "supervised" else standard
        seen = [one for one in evidence.observations if one.region == region]
        watched = [of_observation(one, since if is_after(one.observed_on, decided) else standard) for one in seen]
        unsure = len(treated) - len(results)
        both: tuple[tuple[Source, list[Result], int], ...] = (
            ("treatments", results, unsure),
            ("observations", watched, 0),
        )
        for source, those, left_out in both:
            if those or left_out:
                found.append(drawn(region, source, those, left_out, decided, (standard, since), rule))
    return tuple(found)


def drawn(
    region: str,
    source: Source,
    results: Sequence[Result],
    left_out: int,
    signed: Signed | None,
    standards: tuple[int, int],
    rule: CusumRule,
) -> SkillCurve:
    ordered = tuple(sorted(results, key=lambda one: (one.on, one.recorded_at)))
    before = sum(not is_after(one.on, signed) for one in ordered) if signed else None
    points = cusum.curve((one.success for one in ordered), rule, monitored_from=before)
    return SkillCurve(region, source, ordered, points, left_out, signed, before, *standards)


def standard_of(framework: Framework, region: str) -> int:
    """The entrustment that the framework asks for in observations of exactly this line, the highest where several."""
    asked = (one for competency in framework.competencies for one in competency.rule)
    levels = [one.entrustment for one in asked if isinstance(one, ObservationsAsked) and one.region == region]
    return max(levels, default=USUAL_STANDARD)


def is_after(day: date, signed: Signed | None) -> bool:
    """On a later day than the decision: the hour of a treatment is not known."""
    return signed is not None and day > signed.on


def of_treatment(one: Treated) -> Result | None:
    """None for one that says neither."""
    if one.harm == "serious":
        return Result(one.treated_on, one.recorded_at, False, supervision=one.supervision)
    if one.grasp not in ("yes", "no"):
        return None
    return Result(one.treated_on, one.recorded_at, one.grasp == "yes", supervision=one.supervision)


def of_observation(one: Observed, standard: int) -> Result:
    return Result(one.observed_on, one.recorded_at, one.entrustment >= standard, entrustment=one.entrustment)


def asks(found: Iterable[SkillCurve], observations: Iterable[Observed]) -> tuple[Ask, ...]:
    """The drifts after sign-off that are still open, one for each line: the earliest.

    What closes one is an observation in its line that was seen on a later day and recorded later than the result that
    reached the limit, at the standard of the sign-off or above it.
    """
    seen = tuple(observations)
    open_drifts: dict[str, Ask] = {}
    for one in found:
        for drift in one.drifts_since:
            if any(answers(observed, one, drift) for observed in seen):
                continue
            earlier = open_drifts.get(one.region)
            if earlier is None or drift.on < earlier.since:
                open_drifts[one.region] = Ask(one.region, one.source, drift.on, one.standard_since)
            break
    return tuple(open_drifts.values())


def answers(observed: Observed, found: SkillCurve, drift: Result) -> bool:
    return (
        observed.region == found.region
        and observed.entrustment >= found.standard_since
        and observed.observed_on > drift.on
        and observed.recorded_at > drift.recorded_at
    )
