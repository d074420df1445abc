"""What an answer that counts costs: a sign-off case drawn and answered, an exam answer saved."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from bench.answering import ACKNOWLEDGED, filled_in
from bench.client import JSON, hidden
from bench.report import Row, table
from bench.school import LONG_AGO, SECRET, ZONE, add_people, cookie_of, stored_answer, stored_attempt
from bench.servers import ROOT
from tests.query_counts import counted
from training.assessment.exams import service as exams
from training.assessment.models import Answer, Attempt
from training.assessment.sign_off.models import Draw
from training.config import Config
from training.content.documents import Case, Quiz
from training.content.reader import read_library
from training.db import migrate
from training.db.session import database, session, transaction
from training.demo.answers import response_to
from training.factory import create_app
from training.library import service as library
from training.web.access import Role

EXAM = "ims-written"
EARLIER = (10, 10_000)
CASES = 30
FEWEST = 8
QUERIES_OF_AN_ANSWER = 6
MS_OF_AN_ANSWER = 3.0

Spent = tuple[float, int]  # processor time in ms, queries


def report() -> str:
    """All figures, each beside its target."""
    with tempfile.TemporaryDirectory(prefix="segmental-bench-") as name:
        app = create_app(
            Config(
                mode="development",
                secret_key=SECRET,
                database_url=f"sqlite:///{Path(name) / 'segmental.sqlite3'}",
                timezone=ZONE,
                instance=Path(name),
            )
        )
        with app.app_context():
            clients, sitting, ids = prepare(app)
            engine = database.engine
        rows: list[Row] = []
        medians: dict[str, list[float]] = {}
        for client, person_id, earlier in zip(clients, ids, EARLIER, strict=True):
            for what, spent in measured(Browser(app, engine, client, person_id), sitting):
                medians.setdefault(what, []).append(statistics.median(ms for ms, _ in spent))
                rows.append(row(f"{what}, {earlier:,} earlier attempts", spent, answer=what != DRAWN))
        for what, (few, many) in medians.items():
            ok = many <= 1.25 * few
            rows.append(Row((f"{what}: many beside few", f"{many / few:.2f} x", "", "<= 1.25 x"), ok))
        engine.dispose()
    return table(("request, in this process", "cpu ms", "queries", "target"), rows)


DRAWN = "a sign-off case drawn"


def row(what: str, spent: list[Spent], *, answer: bool) -> Row:
    ms, queries = statistics.median(one for one, _ in spent), max(count for _, count in spent)
    if not answer:
        return Row((what, f"{ms:.2f}", str(queries), ""))
    ok = ms < MS_OF_AN_ANSWER and queries <= QUERIES_OF_AN_ANSWER
    return Row((what, f"{ms:.2f}", str(queries), f"< {MS_OF_AN_ANSWER:.0f} ms, <= {QUERIES_OF_AN_ANSWER}"), ok)


def prepare(app: Flask) -> tuple[list[FlaskClient], str, list[int]]:
    """Two trainees with few and with many earlier attempts, and a sitting that is open to everybody."""
    migrate.upgrade(database.engine)
    now = datetime.now(UTC)
    with transaction() as db:
        library.publish(db, read_library(ROOT).items, at=LONG_AGO)
        people = add_people(db, len(EARLIER), Role.TRAINEE)
        for person, count in zip(people, EARLIER, strict=True):
            earlier_attempts(db, person.id, count)
        opens, closes = now - timedelta(hours=1), now + timedelta(hours=8)
        sitting = exams.make_sitting(db, EXAM, opens, closes, (), by_id=people[0].id, at=LONG_AGO)
        exams.announce(db, sitting, by_id=people[0].id, at=LONG_AGO)
        cookies = [cookie_of(app, person) for person in people]
        ids = [person.id for person in people]
    clients = []
    for cookie in cookies:
        client = app.test_client()
        client.set_cookie("segmental", cookie)
        clients.append(client)
    return clients, sitting, ids


def earlier_attempts(db: Session, person_id: int, count: int) -> None:
    """So many finished attempts at a quiz, an answer each."""
    entry = next(one for one in library.entries(db, "quiz"))
    version, quiz = library.current(db, entry.id, Quiz)
    attempts, answers = [], []
    for number in range(count):
        at, key = LONG_AGO + timedelta(minutes=number), person_id * 1_000_000 + number
        attempts.append(stored_attempt(key, person_id, quiz.id, version, asked=1, right=1, at=at))
        answers.append(stored_answer(key, person_id, quiz.id, version, quiz.questions[0].id, right=True, at=at))
    db.execute(insert(Attempt), attempts)
    db.execute(insert(Answer), answers)


@dataclass
class Browser:
    """A browser in which a person is signed in, and the token that its forms need."""

    app: Flask
    engine: Engine
    client: FlaskClient
    person_id: int

    def __post_init__(self) -> None:
        self.token = hidden(self.client.get("/verify").text, "csrf_token")

    def post(self, address: str, fields: Mapping[str, object]) -> tuple[TestResponse, Spent]:
        """Send a form as our script does; the reply, and what it cost."""
        with counted(self.engine) as statements:
            began = time.process_time()
            reply = self.client.post(address, data={"csrf_token": self.token, **fields}, headers=JSON)
            taken = (time.process_time() - began) * 1000
        return reply, (taken, len(statements))


def measured(browser: Browser, sitting: str) -> list[tuple[str, list[Spent]]]:
    """By what it is, what each request cost."""
    drawn, answered = sign_off(browser)
    return [(DRAWN, drawn), ("its answer, with the decision", answered), ("an exam answer", exam(browser, sitting))]


def sign_off(browser: Browser) -> tuple[list[Spent], list[Spent]]:
    """Draw cases and name their segments, until so many are answered or the session ends; every third is wrong."""
    drawn, answered = [], []
    browser.post("/sign-off/sessions", {"region": ["cervical", "lumbar"]})
    for number in range(CASES):
        if number:
            reply, spent = browser.post("/sign-off/next", {})
            if reply.status_code != 303:
                break
            drawn.append(spent)
        attempt, case = latest_case(browser)
        for stage in (1, 2):
            browser.post(f"/attempts/{attempt}/stage", {"stage": stage})
        for question in case.questions:
            fields: dict[str, object] = dict(filled_in(question, ""))
            if question.kind == "segment":
                fields |= response_to(question, right=number % 3 != 2)
            reply, spent = browser.post(f"/attempts/{attempt}/answers", fields)
            if reply.status_code not in ACKNOWLEDGED:
                raise RuntimeError(f"answer: {reply.status_code} {reply.text[:300]}")
            answered.append(spent)
    if len(answered) < FEWEST:
        raise RuntimeError(f"only {len(answered)} answers were taken")
    return drawn, answered


def latest_case(browser: Browser) -> tuple[str, Case]:
    query = select(Attempt.public_id, Attempt.version_hash).join(Draw, Draw.attempt_id == Attempt.id)
    with browser.app.app_context():
        found = (
            session().execute(query.where(Attempt.person_id == browser.person_id).order_by(Attempt.id.desc())).first()
        )
        if found is None:
            raise RuntimeError("no case was drawn")
        return found.public_id, library.of_kind(library.document(session(), found.version_hash), Case)


def exam(browser: Browser, sitting: str) -> list[Spent]:
    """Answer every question of a form."""
    begun, _ = browser.post(f"/exams/{sitting}/attempts", {})
    attempt = str(begun.location).rsplit("/", 1)[-1]
    with browser.app.app_context():
        form = exams.questions(session(), attempt, browser.person_id)
    costs = []
    for place, question in enumerate(form, start=1):
        fields = {**dict(filled_in(question, "")), "question": str(place), "based_on": "0"}
        reply, spent = browser.post(f"/exams/attempts/{attempt}/answers", fields)
        if reply.status_code != 200:
            raise RuntimeError(f"exam: {reply.status_code} {reply.text[:300]}")
        costs.append(spent)
    return costs
