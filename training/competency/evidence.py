"""Gather what is known of people from the slices that know it; the queries do not grow with how many they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment import service as assessment
from training.competency.observing.models import Observation
from training.competency.rule.facts import (
    CaseOffer,
    CourseOffer,
    Evidence,
    ExamTry,
    FinishedLesson,
    FirstSight,
    MasteryRule,
    Observed,
    Offer,
    Offered,
    PassedCase,
    QuizOffer,
    QuizTry,
    StationOffer,
    StationTry,
    WrongSafety,
)
from training.competency.rule.readiness import remediation_of
from training.competency.stations import service as practicals
from training.competency.treatments.evidence import treated_of
from training.content.documents import Course, Framework, Quiz, Station, StationsAsked
from training.db.errors import NotFound
from training.library import service as library
from training.measurement.bank import configured_bank
from training.measurement.mastery import configured_rule
from training.study import service as study

NO_PROOF = assessment.Proof()


@dataclass(frozen=True)
class CurrentFramework:
    """The framework that people are measured by now, and its version hash."""

    hash: str
    framework: Framework


@dataclass(frozen=True)
class Gathered:
    """The framework and, by person, the evidence; `seen_at` says when somebody last did anything, if ever."""

    current: CurrentFramework
    evidence: dict[int, Evidence]
    seen_at: dict[int, datetime]


def current_framework(session: Session) -> CurrentFramework:
    """Raises NotFound while no framework is published."""
    return _framework_among(session, library.entries(session, "framework"))


def _framework_among(session: Session, entries: Iterable[library.Entry]) -> CurrentFramework:
    found = next((entry for entry in entries if entry.kind == "framework"), None)
    if found is None:
        raise NotFound("No competency framework is published yet. An administrator runs: flask content publish")
    framework = library.document(session, found.version_hash)
    return CurrentFramework(found.version_hash, cast(Framework, framework))


def gather(
    session: Session,
    person_ids: Iterable[int],
    *,
    with_names: bool = False,
    every_try: bool = True,
    remediation: Iterable[str] = (),
) -> Gathered:
    """The evidence of each person, in five queries, and one more where the framework asks for stations.

    `with_names` adds the assessors' names and practical exams whatever the framework asks; at most two queries more.
    Without `every_try` of each version of a quiz only the best try, which is what the rule looks at.
    `remediation` are cases that open the safety gate by another version of the framework than the present one.
    """
    ids = list(dict.fromkeys(person_ids))
    entries = library.entries(session, ("framework", "course", "quiz", "case", "exam", "station"), bank="sign-off")
    current = _framework_among(session, entries)
    offered = offers(session, entries)
    opening = {*remediation_of(current.framework), *remediation}
    studied = study.studied_of_many(session, ids)
    proofs = assessment.proof_of_many(session, ids, opening, every_try=every_try)
    marks = pass_marks(session, {one.version_hash for proof in proofs.values() for one in proof.quizzes})
    wanted = with_names or asks_for_stations(current.framework)
    examined = practicals.released_of(session, ids) if wanted else []
    stations = station_tries(session, examined)
    rows = session.scalars(select(Observation).where(Observation.trainee_id.in_(ids)).order_by(Observation.id)).all()
    names = people.names(session, (row.assessor_id for row in rows)) if with_names else {}
    seen: dict[int, list[Observed]] = {}
    for row in rows:
        seen.setdefault(row.trainee_id, []).append(observed(row, names))
    treated = treated_of(session, ids)
    rule = current_mastery_rule()
    evidence = {}
    for person_id in ids:
        proof = proofs.get(person_id, NO_PROOF)
        evidence[person_id] = Evidence(
            offered=offered,
            lessons=tuple(FinishedLesson(*one) for one in studied[person_id].lessons.items()),
            quizzes=tuple(quiz_try(one, marks) for one in proof.quizzes),
            cases=tuple(first_sight(one) for one in proof.sign_off),
            wrong_safety=tuple(wrong_safety(one) for one in (*proof.wrong_safety, *proof.wrong_in_exams)),
            passed=tuple(PassedCase(case_id, at) for case_id, moments in proof.passed.items() for at in moments),
            observations=tuple(seen.get(person_id, ())),
            mastery=rule,
            exams=tuple(exam_try(one) for one in proof.exams),
            stations=tuple(stations.get(person_id, ())),
            treatments=tuple(treated.get(person_id, ())),
        )
    return Gathered(current, evidence, seen_at(studied, proofs))


def seen_at(studied: dict[int, study.Studied], proofs: dict[int, assessment.Proof]) -> dict[int, datetime]:
    """When each person last did anything; who never did is left out."""
    found = {}
    for person_id, one in studied.items():
        moments = one.seen_at, proofs.get(person_id, NO_PROOF).seen_at
        if last := max((moment for moment in moments if moment), default=None):
            found[person_id] = last
    return found


def asks_for_stations(framework: Framework) -> bool:
    return any(isinstance(asked, StationsAsked) for one in framework.competencies for asked in one.rule)


def current_mastery_rule() -> MasteryRule:
    """The rule that this installation decides by, to be frozen with the evidence."""
    bank = configured_bank()
    return MasteryRule(configured_rule(), {region: bank.areas_of(region) for region in bank.areas})


def offers(session: Session, entries: Sequence[library.Entry]) -> Offered:
    """What stands in the framework's way: lessons, quizzes and the sign-off bank as people can meet them now."""
    documents = library.documents(
        session, [one.version_hash for one in entries if one.kind in ("course", "quiz", "station")]
    )
    courses, quizzes, stations = [], [], []
    for one in entries:
        document = documents.get(one.version_hash)
        if isinstance(document, Course):
            lessons = tuple(Offer(lesson.id, lesson.title) for lesson in document.lessons)
            courses.append(CourseOffer(document.id, document.title, lessons))
        elif isinstance(document, Quiz):
            quizzes.append(QuizOffer(document.id, document.title, document.draw, document.pass_mark))
        elif isinstance(document, Station):
            stations.append(StationOffer(document.id, document.title, document.competencies))
    cases = tuple(CaseOffer(one.id, one.title, one.region or "") for one in entries if one.kind == "case")
    exams = tuple(Offer(one.id, one.title) for one in entries if one.kind == "exam")
    return Offered(tuple(courses), tuple(quizzes), cases, exams, tuple(stations))


def pass_marks(session: Session, hashes: set[str]) -> dict[str, float]:
    """The pass mark of each version of a quiz that somebody answered."""
    found = library.documents(session, hashes)
    return {name: document.pass_mark for name, document in found.items() if isinstance(document, Quiz)}


def quiz_try(one: assessment.QuizResult, marks: dict[str, float]) -> QuizTry:
    return QuizTry(
        quiz_id=one.item_id,
        version_hash=one.version_hash,
        attempt=one.attempt_public_id,
        right=one.right,
        asked=one.asked,
        pass_mark=marks.get(one.version_hash, 1.0),
        finished_at=one.finished_at,
    )


def exam_try(one: assessment.ExamResult) -> ExamTry:
    return ExamTry(
        exam_id=one.exam_id,
        version_hash=one.version_hash,
        attempt=one.attempt_public_id,
        right=one.right,
        marked=one.marked,
        passed=one.passed,
        finished_at=one.finished_at,
    )


def station_tries(session: Session, examined: Sequence[practicals.Released]) -> dict[int, list[StationTry]]:
    """By person, what their released scores said; the versions are those that were examined."""
    known = library.documents(session, {one.version_hash for one in examined})
    found: dict[int, list[StationTry]] = {}
    for one in examined:
        station = known[one.version_hash]
        competencies = station.competencies if isinstance(station, Station) else ()
        tried = StationTry(
            station_id=one.station_id,
            version_hash=one.version_hash,
            result=one.public_id,
            competencies=competencies,
            share=one.share,
            cut=one.cut,
            method=one.method,
            outcome=one.outcome,
            examiner_id=one.examiner_id,
            released_at=one.released_at,
        )
        found.setdefault(one.person_id, []).append(tried)
    return found


def first_sight(one: assessment.CaseAnswer) -> FirstSight:
    return FirstSight(
        case_id=one.item_id,
        version_hash=one.version_hash,
        attempt=one.attempt_public_id,
        region=one.region or "",
        right=one.right,
        confidence=one.confidence,
        answered_at=one.answered_at,
        difficulty=one.drawn.difficulty if one.drawn else None,
        provisional=one.drawn is not None and one.drawn.provisional,
        session=one.drawn.session if one.drawn else "",
        area=one.drawn.area if one.drawn else "",
    )


def wrong_safety(one: assessment.SafetyAnswer) -> WrongSafety:
    return WrongSafety(
        item_id=one.item_id,
        question_id=one.question_id,
        version_hash=one.version_hash,
        attempt=one.attempt_public_id,
        confidence=one.confidence,
        answered_at=one.answered_at,
    )


def observed(row: Observation, names: dict[int, str]) -> Observed:
    return Observed(
        public_id=row.public_id,
        region=row.region,
        assessor_id=row.assessor_id,
        assessor=names.get(row.assessor_id, ""),
        seen=row.seen,
        entrustment=row.entrustment,
        observed_on=row.observed_on,
        recorded_at=row.recorded_at,
        words_at=row.words_at,
    )
