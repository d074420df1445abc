"""The server is killed in the middle of exams: every save that was acknowledged is there, and so is the time."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bench.answering import Desk
from bench.client import JSON, Client, hidden
from bench.school import School, application, make_school
from bench.servers import Server, free_port, start
from tests.assessment.exams.makers import answer_to, make_sitting, publish_exam
from training.accounts import service as people
from training.accounts.models import Person
from training.assessment.exams import taking
from training.assessment.exams.models import ExamAnswer, ExamAttempt, ExamQuestionRow
from training.db.base import new_public_id
from training.db.session import database, session, transaction
from training.web.access import Role

KILLS = 8
CANDIDATES = 3
LOST = (OSError, http.client.HTTPException, LookupError)


@dataclass
class Candidate:
    """Who writes: goes round the questions, changing each answer, and sends a form until it is acknowledged."""

    person: int
    attempt: str
    questions: list[str]
    acknowledged: dict[int, tuple[int, dict[str, str]]] = field(default_factory=dict)  # by place: save, fields
    count: int = 0
    complaints: list[str] = field(default_factory=list)

    def write(self, desk: Desk, port: int, ended: threading.Event) -> None:
        with closing(Client(port)) as client:
            while not ended.is_set():
                number = self.count % len(self.questions) + 1
                fields = self.form(number)
                while not ended.is_set() and not self.sent(desk, client, number, fields):
                    client.close()
                    time.sleep(0.02)

    def form(self, number: int) -> dict[str, str]:
        right = self.count // len(self.questions) % 2 == 0
        question = self.questions[number - 1]
        answer = {key: str(value) for key, value in answer_to(question, right=right).items()}
        based_on = str(self.acknowledged.get(number, (0, {}))[0])
        kind = "segment" if question == "segment" else "choice"
        hidden_fields = {"question": str(number), "kind": kind, "nonce": new_public_id(), "based_on": based_on}
        return {**hidden_fields, **answer, "confidence": "think"}

    def sent(self, desk: Desk, client: Client, number: int, fields: dict[str, str]) -> bool:
        try:
            desk.sign_in(client, self.person)
            fields_sent = [("csrf_token", desk.tokens[self.person]), *fields.items()]
            reply = client.post(f"/exams/attempts/{self.attempt}/answers", fields_sent, JSON)
        except LOST:
            return False
        if reply.status != 200:
            self.complaints.append(f"{reply.status} {reply.body[:200]}")
        else:
            self.acknowledged[number] = (json.loads(reply.body)["save"], fields)
        self.count += 1
        return True


@dataclass
class Ended:
    school: School
    port: int
    desk: Desk
    candidates: list[Candidate]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    """What is left after the kills, and a server that runs."""
    school = make_school(tmp_path_factory.mktemp("exams") / "school", trainees=CANDIDATES)
    candidates = set_exam(school)
    desk, port, stop = Desk(school.cookies), free_port(), threading.Event()
    server = serve(school, port)
    threads = [threading.Thread(target=one.write, args=(desk, port, stop), daemon=True) for one in candidates]
    chance = random.Random(20261101)
    try:
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            wait_for(candidates, sum(one.count for one in candidates) + chance.randint(5, 25))
            server.kill()
            server = serve(school, port)
        wait_for(candidates, sum(one.count for one in candidates) + 10)
        stop.set()
        for thread in threads:
            thread.join(30)
        yield Ended(school, port, desk, candidates)
    finally:
        stop.set()
        server.stop()


def serve(school: School, port: int) -> Server:
    return start(["app.py"], school.settings, school.folder / "server.log", port=port)


def wait_for(candidates: list[Candidate], count: int) -> None:
    ends = time.monotonic() + 60
    while sum(one.count for one in candidates) < count:
        assert time.monotonic() < ends, [one.complaints[:2] for one in candidates]
        time.sleep(0.005)


def set_exam(school: School) -> list[Candidate]:
    app = application(school.folder)
    now = datetime.now(UTC)
    found = []
    with app.app_context():
        with transaction() as db:
            publish_exam(db)
            trainees = sorted(people.directory(db, role=Role.TRAINEE), key=lambda one: one.id)
            instructor = db.get(Person, trainees[0].id)
            assert instructor is not None
            sitting = make_sitting(db, instructor, opens=now - timedelta(hours=1), closes=now + timedelta(hours=4))
            for place, one in enumerate(trainees):
                attempt = taking.start(db, sitting, one.id, "bench", now)
                asked = db.scalars(
                    select(ExamQuestionRow.question_id)
                    .join(ExamAttempt, ExamAttempt.id == ExamQuestionRow.attempt_id)
                    .where(ExamAttempt.public_id == attempt)
                    .order_by(ExamQuestionRow.number)
                ).all()
                found.append(Candidate(place, attempt, list(asked)))
        database.engine.dispose()
    return found


def test_no_save_was_refused(ended: Ended) -> None:
    assert [one.complaints for one in ended.candidates] == [[]] * CANDIDATES
    assert sum(one.count for one in ended.candidates) >= KILLS * 5


def test_the_latest_acknowledged_answer_to_each_question_stands_and_every_save_is_kept(ended: Ended) -> None:
    app = application(ended.school.folder)
    with app.app_context():
        for one in ended.candidates:
            rows = session().scalars(
                select(ExamAnswer)
                .join(ExamAttempt, ExamAttempt.id == ExamAnswer.attempt_id)
                .where(ExamAttempt.public_id == one.attempt)
                .order_by(ExamAnswer.number, ExamAnswer.save)
            )
            stored: dict[int, list[str]] = {}
            for row in rows:
                stored.setdefault(row.number, []).append(row.nonce)
                assert row.save == len(stored[row.number])  # counted without a gap
            for number, (save, fields) in one.acknowledged.items():
                assert stored[number][save - 1] == fields["nonce"]
                assert len(stored[number]) - save <= 1  # one that was under way at the end
        session().close()
        database.engine.dispose()


def test_the_page_afterwards_says_what_is_saved_and_how_much_time_is_left(ended: Ended) -> None:
    one = ended.candidates[0]
    with closing(Client(ended.port)) as client:
        ended.desk.sign_in(client, one.person)
        page = client.get(f"/exams/attempts/{one.attempt}?question=1").body
    assert f"{len(one.acknowledged)} of 6 answered" in page
    assert " minutes left" in page
    saved, fields = one.acknowledged[1]
    assert int(hidden(page, "based_on")) - saved in (0, 1)
    assert fields.get("option", fields.get("segment", "")) in page
