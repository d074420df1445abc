"""The competency framework: `courses/framework.yaml`, what a school certifies and the evidence it asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from pydantic import Field

from training.content.cases import CaseKeys
from training.content.documents import (
    REFER,
    CasesAsked,
    Competency,
    CompetencyGroup,
    ExamAsked,
    Framework,
    LessonsAsked,
    MasteryAsked,
    ObservationsAsked,
    ObservedRegion,
    QuizAsked,
    Reference,
    Refresh,
    Region,
    RenewalRule,
    Requirement,
    SafetyGateAsked,
    ScopeLine,
    StationsAsked,
    TestedBy,
    TreatmentsAsked,
)
from training.content.faults import Faults, did_you_mean, quoted
from training.content.front_matter import Keys, Mapped, Place, Slug, Text
from training.content.observing_documents import USUAL_ASSESSORS, USUAL_COUNT, RegionFloor

SCOPE_LINES: tuple[ObservedRegion, ...] = get_args(ObservedRegion)
SCHOOL = "school"  # the source of what no outside source asks for
WAYS = ("rule", "judged_with", "not_judged")
TESTED_BY: dict[type, TestedBy] = {
    LessonsAsked: "written", QuizAsked: "written", ExamAsked: "written",
    CasesAsked: "case", MasteryAsked: "case", SafetyGateAsked: "case",
    ObservationsAsked: "observed", TreatmentsAsked: "observed", StationsAsked: "simulated",
}  # fmt: skip
"""What kind of test a requirement's evidence is of. A kind that is not here may stand under any."""
Count = Annotated[int, Field(ge=1, le=500)]


class LessonsKeys(Keys):
    course: Slug


class QuizRuleKeys(Keys):
    id: Slug


class ExamRuleKeys(Keys):
    id: Slug


class CasesKeys(Keys):
    region: Region
    right: Count
    share: Annotated[float, Field(gt=0, le=1)]


class MasteryKeys(Keys):
    region: Region
    provisional: bool = False


class SafetyGateKeys(Keys):
    remediation: Annotated[list[Slug], Field(min_length=1)]


class ObservationsKeys(Keys):
    region: Literal["cervical", "thoracic", "lumbar", "sacral", "chest-wall", "any"]
    count: Count = USUAL_COUNT
    assessors: Count = USUAL_ASSESSORS
    entrustment: Annotated[int, Field(ge=1, le=5)]
    floors: dict[str, Count] = Field(default_factory=dict)


class StationsKeys(Keys):
    """Either `stations` by id, or a `competency` that they test."""

    stations: Annotated[list[Slug], Field(min_length=1)] | None = None
    competency: Slug | None = None
    passed: Count


class TreatmentsKeys(Keys):
    region: Literal["cervical", "thoracic", "lumbar", "sacral", "chest-wall", "any"]
    count: Count
    supervision: Annotated[int, Field(ge=1, le=4)]


class RequirementKeys(Keys):
    """One requirement: the name of its kind and, below it, what it asks for."""

    lessons: LessonsKeys | None = None
    quiz: QuizRuleKeys | None = None
    cases: CasesKeys | None = None
    mastery: MasteryKeys | None = None
    safety_gate: SafetyGateKeys | None = None
    observations: ObservationsKeys | None = None
    exam: ExamRuleKeys | None = None
    stations: StationsKeys | None = None
    treatments: TreatmentsKeys | None = None


class CompetencyKeys(Keys):
    id: Slug
    title: Text
    group: Slug
    means: Text
    tested: Text = ""
    tested_by: Annotated[list[TestedBy], Field(min_length=1)]
    source: str
    rule: list[RequirementKeys] = Field(default=[], min_length=1)
    judged_with: list[Slug] = Field(default=[], min_length=1)
    not_judged: Text = ""
    retired: bool = False

    @property
    def measured(self) -> bool:
        return bool(self.rule) and not self.retired


class GroupKeys(Keys):
    id: Slug
    title: Text


class ScopeKeys(Keys):
    supervised: Annotated[list[Slug], Field(min_length=1)]
    independent: Annotated[list[Slug], Field(min_length=1)]


class CertificateKeys(Keys):
    valid_months: Annotated[int, Field(ge=1, le=120)]


Days = Annotated[int, Field(ge=1, le=365)]


def default_notices() -> list[int]:
    return list(RenewalRule.notice_days)


class RenewalKeys(Keys):
    """What is left out has the default of RenewalRule."""

    cases_each_month: Annotated[int, Field(ge=0, le=100)] = RenewalRule.cases_each_month
    observations_each_year: Annotated[int, Field(ge=0, le=50)] = RenewalRule.observations_each_year
    entrustment: Annotated[int, Field(ge=1, le=5)] = RenewalRule.entrustment
    notice_days: Annotated[list[Days], Field(min_length=1, max_length=12)] = Field(default_factory=default_notices)
    grace_days: Annotated[int, Field(ge=0, le=365)] = RenewalRule.grace_days


class RefreshKeys(Keys):
    recall_below: Annotated[float, Field(gt=0, lt=1)] = Refresh.recall_below
    cards: Count = Refresh.cards


class ObservingKeys(Keys):
    calibrations: Annotated[int, Field(ge=0, le=100)] = 0


class FrameworkKeys(Keys):
    """The file as it is written."""

    id: Slug
    version: Text
    title: Text
    certificate: CertificateKeys
    renewal: RenewalKeys = RenewalKeys()
    refresh: RefreshKeys = RefreshKeys()
    observing: ObservingKeys = ObservingKeys()
    groups: Annotated[list[GroupKeys], Field(min_length=1)]
    competencies: Annotated[list[CompetencyKeys], Field(min_length=1)]
    scope: dict[str, ScopeKeys]


@dataclass(frozen=True)
class KnownItems:
    """What a framework may name, by id; a case that cannot be read is None."""

    courses: frozenset[str] = frozenset()
    quizzes: frozenset[str] = frozenset()
    cases: Mapping[str, CaseKeys | None] = field(default_factory=dict)
    exams: frozenset[str] = frozenset()
    stations: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)  # the competencies each tests
    references: Mapping[str, Reference] = field(default_factory=dict)


def read_framework(keys: FrameworkKeys, mapped: Mapped, faults: Faults, known: KnownItems) -> Framework | None:
    """The framework, or None when it has problems; every one of them goes to the faults."""
    check_unique((group.id for group in keys.groups), ("groups",), mapped, faults)
    check_unique((competency.id for competency in keys.competencies), ("competencies",), mapped, faults)
    competencies = read_competencies(keys, mapped, faults, known)
    scope = read_scope(keys, mapped, faults)
    renewal = read_renewal(keys.renewal, mapped, faults)
    if len(faults):
        return None
    return Framework(
        id=keys.id,
        version=keys.version,
        title=keys.title,
        valid_months=keys.certificate.valid_months,
        groups=tuple(CompetencyGroup(group.id, group.title) for group in keys.groups),
        competencies=competencies,
        scope=scope,
        renewal=renewal,
        refresh=Refresh(float(keys.refresh.recall_below), keys.refresh.cards),
        references=tuple(known.references[key] for key in dict.fromkeys(one.source for one in competencies) if key),
        calibrations=keys.observing.calibrations,
    )


def check_unique(ids: Iterable[str], place: Place, mapped: Mapped, faults: Faults) -> None:
    """A problem at each later entry whose id was used before."""
    seen: Counter[str] = Counter()
    for number, one in enumerate(ids):
        if seen[one]:
            faults.add(mapped.line(*place, number, "id"), f"the id {quoted(one)} stands twice", "give one another id")
        seen[one] += 1


def read_competencies(keys: FrameworkKeys, mapped: Mapped, faults: Faults, known: KnownItems) -> tuple[Competency, ...]:
    """Every competency, those with problems too; what is wrong goes to the faults."""
    groups = [group.id for group in keys.groups]
    found = []
    for number, written in enumerate(keys.competencies):
        place: Place = ("competencies", number)
        if written.group not in groups:
            what = f"unknown group {quoted(written.group)}"
            faults.add(mapped.line(*place, "group"), what, did_you_mean(written.group, groups))
        if written.source != SCHOOL:
            line = mapped.line(*place, "source")
            if check_known("source", written.source, known.references, line, faults) is False:
                continue
        requirements = [
            read_requirement(one, (*place, "rule", position), mapped, faults, known)
            for position, one in enumerate(written.rule)
        ]
        rule = tuple(one for one in requirements if one is not None)
        check_judged(written, rule, place, keys, mapped, faults)
        found.append(
            Competency(
                written.id,
                written.title,
                written.group,
                written.means,
                written.tested,
                rule,
                tested_by=tuple(written.tested_by),
                source="" if written.source == SCHOOL else written.source,
                judged_with=tuple(written.judged_with),
                not_judged=written.not_judged,
                retired=written.retired,
            )
        )
    return tuple(found)


def check_judged(
    written: CompetencyKeys,
    rule: Sequence[Requirement],
    place: Place,
    keys: FrameworkKeys,
    mapped: Mapped,
    faults: Faults,
) -> None:
    """A competency says in exactly one way how it is judged, and tests at least in the ways that its rule asks for."""
    ways = [name for name in WAYS if getattr(written, name)]
    if len(ways) != 1:
        what = f"{quoted(written.id)} says in {len(ways)} ways how it is judged"
        faults.add(mapped.line(*place), what, f"write exactly one of: {', '.join(WAYS)}")
    if written.rule and not written.tested:
        faults.add(mapped.line(*place), f"{quoted(written.id)} does not say how it is tested", "write `tested:`")
    measured = [one.id for one in keys.competencies if one.measured]
    for number, name in enumerate(written.judged_with):
        line = mapped.line(*place, "judged_with", number)
        if check_known("competency", name, [one.id for one in keys.competencies], line, faults) and (
            name not in measured and not written.retired
        ):
            faults.add(line, f"{quoted(name)} has no rule of its own", "name a competency that has one")
    if written.retired:
        return
    for way in dict.fromkeys(TESTED_BY[type(one)] for one in rule if type(one) in TESTED_BY):
        if way not in written.tested_by:
            what = f"the rule of {quoted(written.id)} asks for evidence of the kind {way}"
            faults.add(mapped.line(*place, "tested_by"), what, f"add {way} to tested_by")


def read_requirement(
    written: RequirementKeys, place: Place, mapped: Mapped, faults: Faults, known: KnownItems
) -> Requirement | None:
    """The one requirement that the entry names, or None with a problem at its line."""
    named = [name for name in RequirementKeys.model_fields if getattr(written, name) is not None]
    if len(named) != 1:
        what = f"a requirement of {len(named)} kinds" if named else "a requirement of no kind"
        faults.add(mapped.line(*place), what, f"write exactly one of: {', '.join(RequirementKeys.model_fields)}")
        return None
    inside: Place = (*place, named[0])
    if written.lessons is not None:
        check_known("course", written.lessons.course, known.courses, mapped.line(*inside, "course"), faults)
        return LessonsAsked(written.lessons.course)
    if written.quiz is not None:
        check_known("quiz", written.quiz.id, known.quizzes, mapped.line(*inside, "id"), faults)
        return QuizAsked(written.quiz.id)
    if written.exam is not None:
        check_known("exam", written.exam.id, known.exams, mapped.line(*inside, "id"), faults)
        return ExamAsked(written.exam.id)
    if written.cases is not None:
        return CasesAsked(written.cases.region, written.cases.right, float(written.cases.share))
    if written.mastery is not None:
        return MasteryAsked(written.mastery.region, written.mastery.provisional)
    if written.safety_gate is not None:
        for number, case_id in enumerate(written.safety_gate.remediation):
            check_remediation(case_id, mapped.line(*inside, "remediation", number), faults, known)
        return SafetyGateAsked(tuple(written.safety_gate.remediation))
    if written.observations is not None:
        return read_observations(written.observations, inside, mapped, faults)
    if written.stations is not None:
        return read_stations(written.stations, inside, mapped, faults, known)
    if written.treatments is not None:
        return TreatmentsAsked(written.treatments.region, written.treatments.count, written.treatments.supervision)
    return None


def read_observations(asked: ObservationsKeys, place: Place, mapped: Mapped, faults: Faults) -> ObservationsAsked:
    """What is left out is ten observations by three assessors; floors are known regions, and fit into the count."""
    if asked.assessors > asked.count:
        what = f"{asked.assessors} assessors cannot make {asked.count} observation(s)"
        todo = "ask for at least as many observations as assessors"
        if "assessors" not in asked.model_fields_set:
            todo += f" (left out, `assessors` is {USUAL_ASSESSORS})"
        faults.add(mapped.line(*place, "assessors"), what, todo)
    for region in asked.floors:
        if region not in SCOPE_LINES:
            line = mapped.line(*place, "floors", region)
            faults.add(line, f"unknown region {quoted(region)}", did_you_mean(region, SCOPE_LINES))
    line = mapped.line(*place, "floors")
    if asked.floors and asked.region != "any":
        faults.add(line, f"floors by region, and all observations are of {asked.region}", "write region: any")
    elif (together := sum(asked.floors.values())) > asked.count:
        what = f"the floors need {together} observations, and {asked.count} are asked for"
        faults.add(line, what, f"raise count to at least {together}, or lower a floor")
    floors = tuple(RegionFloor(region, asked.floors[region]) for region in SCOPE_LINES if region in asked.floors)
    return ObservationsAsked(asked.region, asked.count, asked.assessors, asked.entrustment, floors)


SHORTEST_MONTH = 28


def read_renewal(written: RenewalKeys, mapped: Mapped, faults: Faults) -> RenewalRule:
    """The rule of renewal, its notices from the longest to the shortest."""
    days = tuple(sorted(set(written.notice_days), reverse=True))
    line = mapped.line("renewal", "notice_days")
    if len(days) != len(written.notice_days):
        faults.add(line, "a notice stands twice", "delete one")
    if written.cases_each_month and days[0] >= written.grace_days + SHORTEST_MONTH:
        what = f"a notice {days[0]} days before a dose of cases lapses would stand always"
        faults.add(line, what, f"write fewer days, or at least {days[0] - SHORTEST_MONTH + 1} grace_days")
    return RenewalRule(
        written.cases_each_month, written.observations_each_year, written.entrustment, days, written.grace_days
    )


def read_stations(
    written: StationsKeys, place: Place, mapped: Mapped, faults: Faults, known: KnownItems
) -> StationsAsked | None:
    """Either named or by competency, and no more to pass than there are."""
    if (written.stations is None) == (written.competency is None):
        faults.add(mapped.line(*place), "stations by id and by competency" if written.stations else "no stations named",
                   "write either stations: [ids] or competency: id")  # fmt: skip
        return None
    named = tuple(dict.fromkeys(written.stations or ()))
    for number, station_id in enumerate(written.stations or ()):
        check_known("station", station_id, known.stations, mapped.line(*place, "stations", number), faults)
    tests = [one for one, competencies in known.stations.items() if written.competency in (competencies or ())]
    most = len(named) if named else len(tests)
    if written.passed > most and None not in known.stations.values():
        what = f"{written.passed} stations to pass, and there {'is' if most == 1 else 'are'} {most}"
        faults.add(mapped.line(*place, "passed"), what, "ask for fewer, or write more stations")
    return StationsAsked(named, written.competency or "", written.passed)


def check_known(what: str, given: str, known: Iterable[str], line: int, faults: Faults) -> bool:
    """Whether the id is known; a problem when it is not."""
    known = sorted(known)
    if given in known:
        return True
    faults.add(line, f"unknown {what} {quoted(given)}", did_you_mean(given, known, f"write that {what} first"))
    return False


def check_remediation(case_id: str, line: int, faults: Faults, known: KnownItems) -> None:
    """A case that opens the safety gate again is one that can be practised, and whose right answer is to refer."""
    if not check_known("case", case_id, known.cases, line, faults):
        return
    case = known.cases[case_id]
    if case is None:
        return  # its own file has the problem
    if case.bank != "practice":
        faults.add(line, f"{quoted(case_id)} is a case of the sign-off bank", "name a case with bank: practice")
    if case.answer not in (REFER, [REFER]):
        faults.add(line, f"{quoted(case_id)} is not answered refer", "name a case in which needling is wrong")


def read_scope(keys: FrameworkKeys, mapped: Mapped, faults: Faults) -> tuple[ScopeLine, ...]:
    """A line for every region and for the chest wall, in the order of the spine."""
    competencies = [competency.id for competency in keys.competencies]
    measured = [one.id for one in keys.competencies if one.measured]
    for name in keys.scope:
        if name not in SCOPE_LINES:
            line = mapped.line("scope", name)
            faults.add(line, f"unknown scope line {quoted(name)}", did_you_mean(name, SCOPE_LINES))
    lines = []
    for region in SCOPE_LINES:
        if region not in keys.scope:
            faults.add(mapped.line("scope"), f"the scope has no line {quoted(region)}", f"add `{region}:` to scope")
            continue
        written = keys.scope[region]
        for level in ("supervised", "independent"):
            for number, name in enumerate(getattr(written, level)):
                line = mapped.line("scope", region, level, number)
                if check_known("competency", name, competencies, line, faults) and name not in measured:
                    what = f"{region} asks for {quoted(name)}, which has no rule or is retired"
                    faults.add(line, what, "take it out of the scope, or give it a rule")
        for name in written.supervised:
            if name not in written.independent:
                what = f"{region} needs {quoted(name)} under supervision, but not for independent practice"
                faults.add(mapped.line("scope", region, "independent"), what, "add it there, or take it out above")
        lines.append(ScopeLine(region, tuple(written.supervised), tuple(written.independent)))
    return tuple(lines)
