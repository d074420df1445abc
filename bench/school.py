"""A scratch school to measure: published content, trainees who are signed in, a certificate, and stored answers."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.answering import Sheet, open_attempts
from bench.servers import ROOT
from training.accounts import passwords
from training.accounts.models import Person, PersonRole
from training.assessment.models import Answer, Attempt
from training.competency.service import Granted
from training.competency.sign_off.models import SignOff
from training.config import PRODUCTION, Config
from training.content.documents import Quiz
from training.content.reader import read_library
from training.credentials import service as certificates
from training.db import migrate
from training.db.base import new_public_id
from training.db.session import database, transaction
from training.factory import create_app
from training.library import service as library
from training.web.access import Role

SECRET = "a key for measuring only"
ZONE = ZoneInfo("America/Edmonton")
LONG_AGO = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
ANSWERS_OF_AN_ATTEMPT = 10
PEOPLE_STORED = 2000


@dataclass(frozen=True)
class School:
    """One database file, and what leads into it. The first cookie is that of the reader."""

    folder: Path
    cookies: tuple[str, ...]
    certificate_code: str
    sheets: tuple[Sheet, ...]  # answers that can be sent, those of a person one after the other

    @property
    def database(self) -> Path:
        return self.folder / "segmental.sqlite3"

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a server of this school."""
        return {
            "SEGMENTAL_MODE": PRODUCTION,
            "SEGMENTAL_SECRET_KEY": SECRET,
            "SEGMENTAL_DATABASE_URL": f"sqlite:///{self.database}",
            "SEGMENTAL_INSTANCE": str(self.folder),
            "SEGMENTAL_TIMEZONE": str(ZONE),
        }


def application(folder: Path) -> Flask:
    return create_app(
        Config(
            mode=PRODUCTION,
            secret_key=SECRET,
            database_url=f"sqlite:///{folder / 'segmental.sqlite3'}",
            timezone=ZONE,
            instance=folder,
        )
    )


def make_school(folder: Path, *, trainees: int) -> School:
    """Migrated and published, with a certificate and so many trainees, who need no password."""
    folder.mkdir(parents=True)
    app = application(folder)
    now = datetime.now(UTC)
    with app.app_context():
        migrate.upgrade(database.engine)
        read = read_library(ROOT)
        with transaction() as session:
            library.publish(session, read.items, at=LONG_AGO)
            people = add_people(session, trainees, Role.TRAINEE)
            others = add_people(session, 2, Role.DECIDER)
            code = certify(session, people[0], others[0], others[1], at=now)
            sheets = open_attempts(session, [person.id for person in people], now)
            cookies = tuple(cookie_of(app, person) for person in people)
        database.engine.dispose()
    return School(folder, cookies, code, tuple(sheets))


def cookie_of(app: Flask, person: Person) -> str:
    """The session of somebody who signed in."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return str(signer.dumps({"_user_id": f"{person.public_id}.{person.session_stamp}", "_fresh": True}))


def add_people(session: Session, count: int, role: Role) -> list[Person]:
    """People with a role. One password hash serves all: it is slow to make, and nobody here types one."""
    digest = passwords.hashed("nobody types this one")
    people = [
        Person(
            name=f"{role.value.capitalize()} {number}",
            email=f"{role.value}{number}@example.org",
            password_hash=digest,
            created_at=LONG_AGO,
        )
        for number in range(count)
    ]
    session.add_all(people)
    session.flush()
    session.add_all(PersonRole(person_id=person.id, role=role.value, given_at=LONG_AGO) for person in people)
    session.flush()
    return people


def certify(session: Session, trainee: Person, proposer: Person, decider: Person, *, at: datetime) -> str:
    """The code of a certificate of a sign-off that was granted without evidence; verification does not look there."""
    rule = library.entries(session, "framework")
    version = rule[0].version_hash if rule else library.courses(session)[0][0]
    scope = {"cervical": "independent", "thoracic": "supervised", "lumbar": "independent", "chest-wall": "supervised"}
    row = SignOff(
        number="B-1",
        trainee_id=trainee.id,
        proposer_id=proposer.id,
        scope=scope,
        proposal_reason="Measured.",
        proposed_at=at,
        state="granted",
        decider_id=decider.id,
        decision_reason="Measured.",
        decided_at=at,
        framework_hash=version,
        bundle={},
        bundle_hash="0" * 64,
    )
    session.add(row)
    session.flush()
    granted = Granted(row.id, row.number, trainee.id, trainee.name, scope, decider.id, 24, at)
    return certificates.issue(session, granted, zone=ZONE)


def with_answers(school: School, folder: Path, count: int) -> School:
    """A copy of the school in which so many answers of many people are stored besides; the reader has their share."""
    shutil.copytree(school.folder, folder)
    copy = replace(school, folder=folder)
    app = application(folder)
    with app.app_context():
        with transaction() as session:
            fill(session, count)
        database.engine.dispose()
    return copy


def fill(session: Session, count: int) -> None:
    """Finished attempts at the shipped quizzes, ten answers each."""
    quizzes = [library.current(session, entry.id, Quiz) for entry in library.entries(session, "quiz")]
    reader = session.query(Person.id).order_by(Person.id).limit(1).scalar()
    stored = min(PEOPLE_STORED, max(1, count // 100))
    ids = [reader] + [person.id for person in add_stored_people(session, stored - 1)]
    attempts, answers = [], []
    for number in range(count // ANSWERS_OF_AN_ATTEMPT):
        version, quiz = quizzes[number % len(quizzes)]
        at = LONG_AGO + timedelta(minutes=number % 200_000)
        person = ids[number % len(ids)]
        key = 1_000_000 + number
        attempts.append(stored_attempt(key, person, quiz.id, version, asked=ANSWERS_OF_AN_ATTEMPT, right=6, at=at))
        for place in range(ANSWERS_OF_AN_ATTEMPT):
            question_id = quiz.questions[place].id if place < len(quiz.questions) else f"stored-{place}"
            answers.append(stored_answer(key, person, quiz.id, version, question_id, right=place % 3 != 0, at=at))
        if len(answers) >= 20_000:
            session.execute(insert(Attempt), attempts)
            session.execute(insert(Answer), answers)
            attempts, answers = [], []
    if attempts:
        session.execute(insert(Attempt), attempts)
        session.execute(insert(Answer), answers)


def stored_attempt(
    key: int, person_id: int, quiz_id: str, version: str, *, asked: int, right: int, at: datetime
) -> dict[str, Any]:
    """The row of a finished attempt at a quiz."""
    return {
        "id": key,
        "public_id": new_public_id(),
        "person_id": person_id,
        "purpose": "quiz",
        "item_id": quiz_id,
        "place": "",
        "bank": None,
        "version_hash": version,
        "number": key,
        "question_ids": [],
        "stage": 0,
        "asked": asked,
        "answered": asked,
        "right": right,
        "started_at": at,
        "touched_at": at,
        "finished_at": at,
    }


def stored_answer(
    attempt: int, person_id: int, quiz_id: str, version: str, question_id: str, *, right: bool, at: datetime
) -> dict[str, Any]:
    """The row of an answer in it that was no first sight."""
    return {
        "attempt_id": attempt,
        "person_id": person_id,
        "item_id": quiz_id,
        "question_id": question_id,
        "version_hash": version,
        "nonce": new_public_id(),
        "response": {"option": "a"},
        "confidence": None,
        "right": right,
        "segment_right": None,
        "side_right": None,
        "safety": False,
        "first_sight": False,
        "answered_at": at,
    }


def add_stored_people(session: Session, count: int) -> list[Person]:
    digest = "not a password"
    people = [
        Person(name=f"Stored {n}", email=f"stored{n}@example.org", password_hash=digest, created_at=LONG_AGO)
        for n in range(count)
    ]
    session.add_all(people)
    session.flush()
    return people
