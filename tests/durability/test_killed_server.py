"""The server is killed under a load of answers, again and again: what was acknowledged is there, once."""

from __future__ import annotations

import http.client
import json
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from bench.answering import ACKNOWLEDGED, Desk, Sheet
from bench.client import Client
from bench.school import School, application, make_school
from bench.servers import Server, free_port, start
from training.db.session import database, session
from training.journal import service as journal

KILLS = 20
SENDERS = 2
ANSWERS_BETWEEN_KILLS = (3, 12)
LOST = (OSError, http.client.HTTPException)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    return make_school(tmp_path_factory.mktemp("durability") / "school", trainees=24)


class Load:
    """People who answer without a pause and, when the line is lost, send the same form until it is acknowledged."""

    def __init__(self, school: School, port: int) -> None:
        self.desk = Desk(school.cookies)
        self.port = port
        self.waiting = iter(school.sheets)
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.acknowledged: list[tuple[Sheet, dict[str, Any]]] = []
        self.sent_again = 0
        self.complaints: list[str] = []
        self.senders = [threading.Thread(target=self.send_all, daemon=True) for _ in range(SENDERS)]

    def __enter__(self) -> Load:
        for sender in self.senders:
            sender.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        for sender in self.senders:
            sender.join(30)

    def send_all(self) -> None:
        with closing(Client(self.port)) as client:
            while not self.ended.is_set():
                with self.lock:
                    sheet = next(self.waiting, None)
                if sheet is None:
                    return
                self.send(client, sheet)

    def send(self, client: Client, sheet: Sheet) -> None:
        while not self.ended.is_set():
            try:
                answer = self.desk.send(client, sheet)
            except (*LOST, LookupError):
                client.close()
                self.sent_again += 1
                time.sleep(0.01)
                continue
            if answer.status in ACKNOWLEDGED:
                self.acknowledged.append((sheet, json.loads(answer.body)))
            else:
                self.complaints.append(f"{sheet.address}: {answer.status} {answer.body[:200]}")
            return

    def wait_for(self, count: int, seconds: float = 30) -> None:
        """Until so many answers were acknowledged."""
        ends = time.monotonic() + seconds
        while len(self.acknowledged) < count:
            assert time.monotonic() < ends, f"{len(self.acknowledged)} of {count} acknowledged; {self.complaints[:3]}"
            assert any(sender.is_alive() for sender in self.senders), "every answer was sent; make more trainees"
            time.sleep(0.001)


def serve(school: School, port: int) -> Server:
    return start(["app.py"], school.settings, school.folder / "server.log", port=port)


@pytest.fixture(scope="module")
def load(school: School) -> Iterator[Load]:
    """What is left after twenty kills: the answers that were acknowledged, and a server that runs."""
    chance = random.Random(20260601)
    port = free_port()
    server = serve(school, port)
    try:
        with Load(school, port) as load:
            for _ in range(KILLS):
                load.wait_for(len(load.acknowledged) + chance.randint(*ANSWERS_BETWEEN_KILLS))
                time.sleep(chance.random() * 0.01)
                server.kill()
                server = serve(school, port)
            load.wait_for(len(load.acknowledged) + 5)
        yield load
    finally:
        server.stop()


def rows(school: School, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(school.database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_no_answer_was_refused_and_the_line_was_lost_often_enough_to_matter(load: Load) -> None:
    assert load.complaints == []
    assert load.sent_again >= KILLS
    assert len(load.acknowledged) >= KILLS * ANSWERS_BETWEEN_KILLS[0]


def test_every_acknowledged_answer_is_there_exactly_once(load: Load, school: School) -> None:
    stored = rows(
        school,
        "SELECT attempt.public_id, question_id, nonce FROM answer JOIN attempt ON attempt.id = attempt_id",
    )
    acknowledged = [(sheet.attempt, sheet.question_id, sheet.nonce) for sheet, _reply in load.acknowledged]

    assert len(set(acknowledged)) == len(acknowledged)
    assert sorted(each for each in stored if each in set(acknowledged)) == sorted(acknowledged)
    assert len(stored) - len(acknowledged) <= SENDERS  # one that each sender had under way at the end


def test_counts_kept_beside_the_answers_agree_with_them(load: Load, school: School) -> None:
    wrong = rows(
        school,
        'SELECT id FROM attempt WHERE (answered, "right") <> (SELECT count(*), coalesce(sum("right"), 0) FROM answer '
        "WHERE attempt_id = attempt.id)",
    )
    assert wrong == []
    assert rows(school, "PRAGMA integrity_check") == [("ok",)]


def test_an_answer_sent_again_gets_the_same_reply_and_changes_nothing(load: Load, school: School) -> None:
    before = rows(school, "SELECT count(*) FROM answer")
    with closing(Client(load.port)) as client:
        for sheet, reply in load.acknowledged[::7]:
            for again in (sheet, sheet.other()):
                answer = load.desk.send(client, again)
                assert (answer.status, json.loads(answer.body)) == (200, reply)
    assert rows(school, "SELECT count(*) FROM answer") == before


def test_the_journal_still_holds(load: Load, school: School) -> None:
    app = application(school.folder)
    with app.app_context():
        assert list(journal.faults(session())) == []
        session().close()
        database.engine.dispose()
