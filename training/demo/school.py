"""The demonstration school: people in every role, a cohort at different stages, certificates in different states.

Everything is made through the slices' services, in one transaction: either the whole school is there, or nothing.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from training.accounts import invitations
from training.accounts import service as people
from training.assessment import service as assessment
from training.competency import service as competency
from training.config import Config
from training.content.documents import Course
from training.credentials import service as credentials
from training.db.session import session, transaction
from training.demo import disputes, exams, observing, practical, treatments
from training.demo.earlier_framework import begin_with_it
from training.demo.learners import Learner
from training.demo.people import AUTUMN, SPRING, STAFF, TRAINEES, Part
from training.demo.practising import keep_current, say_where
from training.library import service as library
from training.web.access import Role

COURSE, RULES = "foundations", "quiz-rules"
REGIONS = ("cervical", "thoracic", "lumbar", "sacral")
WAY_TO_SIGN_OFF = timedelta(days=25)
# Who of the spring intake sat the exam, and how many of its questions they get wrong; from eleven on that is "not yet".
EXAM_ERRORS = {
    "Hana Kimura": 3,
    "Jo Carver": 12,
    "Samuel Osei": 2,
    "Elin Sandberg": 5,
    "Mei Tan": 7,
    "Tamar Vidal": 1,
}
FRAMEWORK_CHANGED = timedelta(days=15)  # before now; who is signed off was so by the version before
SIGNED_OFF = ("certified", "expired", "renewed", "suspended", "withdrawn")


def sign_ins_path(config: Config) -> Path:
    return config.instance / "demo.json"


def create(config: Config, now: datetime | None = None) -> None:
    """Make the school in an empty database; its random passwords go to `demo.json`, readable by its owner alone."""
    now = now or datetime.now(UTC)
    sign_ins = [
        {
            "name": part.name,
            "email": part.email,
            "password": new_password(),
            "roles": [role.value for role in part.roles],
        }
        for part in (*STAFF, *TRAINEES)
    ]
    keep(sign_ins_path(config), {"people": sign_ins})
    passwords = {str(entry["email"]): str(entry["password"]) for entry in sign_ins}
    with transaction() as current:
        School(current, config, passwords, now).build()


def keep(path: Path, sign_ins: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(sign_ins, file, indent=2)
    path.chmod(0o600)  # a file from before keeps its mode otherwise


def new_password() -> str:
    """Random, and easy to type on a phone."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


def show(config: Config) -> dict[str, Any] | None:
    """Sign-ins and certificates as they stand now; None where no school was made."""
    path = sign_ins_path(config)
    if not path.exists():
        return None
    today = datetime.now(config.timezone).date()
    rows = credentials.listed(session(), search="", state="", today=today, limit=1000)
    certificates = [{"code": row.shown_code, "state": row.state} for row in rows]
    return {"people": json.loads(path.read_text())["people"], "certificates": certificates}


def as_text(shown: dict[str, Any]) -> str:
    lines = ["Sign-ins of the demonstration school (nobody in it is real):", ""]
    stages = {part.email: part.stage for part in TRAINEES}
    for person in shown["people"]:
        stage = stages.get(person["email"], "")
        roles = ", ".join(person["roles"]) + (f" ({stage})" if stage else "")
        lines.append(f"  {person['email']:<24} {person['password']:<16} {roles}")
    lines += ["", "Certificates to try at /verify:", ""]
    lines += [f"  {one['code']}  {one['state']}" for one in shown["certificates"]]
    return "\n".join(lines) + "\n"


class School:
    """The making of one school; `now` is the moment at which it stands."""

    def __init__(self, current: Session, config: Config, passwords: dict[str, str], now: datetime) -> None:
        self.session = current
        self.config = config
        self.passwords = passwords
        self.now = now
        self.founded = now - timedelta(days=900)
        self.random = Random("demonstration")
        self.ids: dict[str, int] = {}

    def build(self) -> None:
        for part in (*STAFF, *TRAINEES):
            self.ids[part.name] = people.add_person(
                self.session,
                name=part.name,
                email=part.email,
                password=self.passwords[part.email],
                roles=part.roles,
                at=self.founded,
                by_id=None,
            ).id
        cohorts = {
            name: people.add_cohort(self.session, name, starts_on)
            for name, starts_on in ((SPRING, self.day(days=240)), (AUTUMN, self.day(days=50)))
        }
        for part in TRAINEES:
            people.join_cohort(self.session, cohorts[part.cohort].id, self.ids[part.name])
        framework = begin_with_it(self.session, at=self.founded)
        for part in TRAINEES:
            if part.stage in SIGNED_OFF:
                self.certified(part)
        library.publish(self.session, [framework], at=self.now - FRAMEWORK_CHANGED, retire_missing=False)
        for part in TRAINEES:
            if part.stage not in SIGNED_OFF:
                self.bring_to(part)
        keep_current(self.session, self.ids, self.now, self.config.timezone)
        say_where(self.session, self.ids, self.now, self.day)
        self.invite(cohorts[AUTUMN].id)
        self.hold_exams(cohorts[SPRING].public_id, cohorts[AUTUMN].public_id)
        practical.hold(self.session, self.ids, self.now, self.config.timezone)
        observing.ask_and_calibrate(self.session, self.ids, self.config.secret_key, self.now)
        disputes.file(self.session, self.ids, self.now, self.config.timezone)

    def day(self, *, days: int) -> date:
        return (self.now - timedelta(days=days)).astimezone(self.config.timezone).date()

    def invite(self, cohort_id: int) -> None:
        """One invitation that is open, and one that nobody took in time."""
        for note, role, days, ago in (
            ("A new trainee", Role.TRAINEE, 14, timedelta(days=1)),
            ("A visiting assessor", Role.ASSESSOR, 3, timedelta(days=20)),
        ):
            invitations.invite(
                self.session,
                note=note,
                role=role,
                cohort_id=cohort_id if role is Role.TRAINEE else None,
                days=days,
                by_id=self.ids["Ada Lindqvist"],
                at=self.now - ago,
            )

    def hold_exams(self, spring: str, autumn: str) -> None:
        """The spring intake has its results; the autumn intake may sit."""
        instructor = self.ids["Ines Duarte"]
        sat = {self.ids[part.name]: EXAM_ERRORS[part.name] for part in TRAINEES if part.name in EXAM_ERRORS}
        opened = self.now - timedelta(days=40)
        exams.sit_and_release(self.session, spring, sat, instructor_id=instructor, opened=opened)
        exams.open_now(self.session, autumn, instructor_id=instructor, now=self.now)

    # --- trainees ------------------------------------------------------------------------------------------

    def bring_to(self, part: Part) -> None:
        """Let the trainee do what brings them to their stage."""
        match part.stage:
            case "new":
                return
            case "reading":
                self.half_way(part)
            case "gate-closed":
                learner = self.studied(part, ago=timedelta(days=12))
                self.work_sign_off_cases(learner, wrong_every=5, most=24)
                learner.work_case("back-carpenter", right=False, confidence="sure")
            case "cases-done":
                learner = self.studied(part, ago=timedelta(days=14))
                self.work_sign_off_cases(learner)
            case "ready":
                learner = self.with_evidence(part, ago=WAY_TO_SIGN_OFF + timedelta(days=2))
                treatments.log_some(
                    self.session,
                    learner.person_id,
                    treatments.LEARNING,
                    supervision=3,
                    until=self.now,
                    zone=self.config.timezone,
                )
            case "proposed":
                learner = self.with_evidence(part, ago=WAY_TO_SIGN_OFF + timedelta(days=5))
                self.propose(learner)
            case "deferred":
                learner = self.with_evidence(part, ago=WAY_TO_SIGN_OFF + timedelta(days=30))
                self.decide(
                    learner,
                    "deferred",
                    "The evidence is there, but no encounter shows a first consultation. One more observation of a new "
                    "patient, please.",
                )
            case _:
                raise AssertionError(f"no way to {part.stage!r}")

    def lesson_ids(self) -> list[str]:
        _, course = library.current(self.session, COURSE, Course)
        return [lesson.id for lesson in course.lessons]

    def half_way(self, part: Part) -> None:
        learner = Learner(self.session, self.ids[part.name], self.now - timedelta(days=3))
        lessons = self.lesson_ids()
        learner.study_lessons(lessons[:4])
        learner.take_quiz("quiz-neuropathic-pain", wrong=1)
        learner.work_case("elbow-climber")
        learner.work_case("thigh-cyclist", right=False, confidence="sure")
        learner.work_case("shin-hiker", finish=False)
        learner.open_lesson(lessons[4], 1)

    def studied(self, part: Part, *, ago: timedelta) -> Learner:
        """All lessons, all quizzes, and the practice cases of a diligent person."""
        learner = Learner(self.session, self.ids[part.name], self.now - ago)
        learner.study_lessons(self.lesson_ids())
        _, course = library.current(self.session, COURSE, Course)
        for number, module in enumerate(course.modules):
            if module.quiz_id is not None:
                learner.take_quiz(module.quiz_id, wrong=number % 2)
        if part.stage not in (*SIGNED_OFF, "cases-done"):  # who has still to learn what the framework asks for by now
            learner.take_quiz(RULES)
        for case in library.entries(self.session, "case", bank="practice")[:6]:
            learner.work_case(case.id)
        return learner

    def work_sign_off_cases(
        self, learner: Learner, regions: Sequence[str] = REGIONS, *, wrong_every: int = 0, most: int = 400
    ) -> None:
        """Answer drawn cases until each of the regions is decided or so many are answered, every so many wrong."""
        assessment.begin_sign_off(self.session, learner.person_id, regions, learner.now, demonstration=True)
        for number in range(1, most + 1):
            if not learner.work_drawn_case(self.random, right=not wrong_every or number % wrong_every != 0):
                return

    def with_evidence(self, part: Part, *, ago: timedelta) -> Learner:
        """What the framework asks for, of some in two regions only; thoracic practice stays under supervision."""
        learner = self.studied(part, ago=ago)
        regions = REGIONS if part.stage in ("ready", "proposed", "certified", "renewed") else REGIONS[:2]
        self.work_sign_off_cases(learner, regions)
        assessors = [self.ids[name] for name in ("Ines Duarte", "Jonas Achterberg", "Karim Haddad")]
        watched = [*REGIONS, *REGIONS]
        for number, region in enumerate(watched):
            level = 3 if region == "thoracic" else 5 if number == 4 else 4  # the second assessor is the more lenient
            learner.be_observed(assessors[number % 3], region, level, number, self.config.timezone)
        learner.be_observed(assessors[0], "chest-wall", 4, 2, self.config.timezone)
        return learner

    def certified(self, part: Part) -> None:
        """A granted sign-off, and what became of its certificate since."""
        ago = {"expired": timedelta(days=800), "renewed": timedelta(days=700)}.get(part.stage, timedelta(days=200))
        learner = self.with_evidence(part, ago=ago)
        self.decide(learner, "granted", "Safe, thorough and honest about doubt in every encounter on record.")
        if part.stage == "certified":
            treatments.log_some(
                self.session,
                learner.person_id,
                treatments.DRIFTING,
                supervision=4,
                until=self.now,
                zone=self.config.timezone,
                treated=treatments.TREATED[:1],
            )
        if part.stage == "renewed":
            learner.now = self.now - timedelta(days=20)
            self.decide(learner, "granted", "Kept in practice; the evidence of the first sign-off still holds.")
        if part.stage in ("certified", "renewed"):
            learner.now = self.now - timedelta(days=4)
            learner.take_quiz(RULES)
        if part.stage in ("suspended", "withdrawn"):
            reasons = {
                "suspended": "Asked for by the holder during a long absence; restored after one observed treatment.",
                "withdrawn": "The holder has left the profession and asked for it.",
            }
            code = next(
                row.code
                for row in credentials.listed(
                    self.session, search=part.name, state="", today=self.day(days=0), limit=10
                )
            )
            credentials.change_state(
                self.session,
                code,
                part.stage,
                reason=reasons[part.stage],
                by_id=self.ids["Ruth Okafor"],
                at=self.now - timedelta(days=9),
                zone=self.config.timezone,
            )

    # --- sign-off ------------------------------------------------------------------------------------------

    def propose(self, learner: Learner) -> str:
        """An assessor proposes all that the evidence allows; returns the sign-off's number."""
        learner.now += timedelta(days=1)
        found = competency.readiness_of(self.session, learner.person_id)
        scope = {line.region: line.level for line in found.lines if line.level != "not-certified"}
        return competency.propose(
            self.session,
            trainee_id=learner.person_id,
            proposer_id=self.ids["Ines Duarte"],
            scope=scope,
            reason="Every requirement of these lines is met; I have watched four encounters myself.",
            at=learner.now,
        ).number

    def decide(self, learner: Learner, outcome: str, reason: str) -> None:
        number = self.propose(learner)
        learner.now += timedelta(days=2)
        competency.decide(
            self.session,
            number,
            decider_id=self.ids["Ruth Okafor"],
            outcome=outcome,
            reason=reason,
            at=learner.now,
        )
