"""The pages of practical exams: who sees what, double and bad sending, others' ids."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.competency.stations.makers import MOTOR
from tests.makers import NOON, sign_in
from training.accounts.models import Person
from training.competency.stations import service
from training.competency.stations.models import PracticalExam, StationResult, StationScore
from training.content.documents import Library, Station
from training.db.base import new_public_id
from training.db.errors import Conflict
from training.db.session import session, transaction
from training.library import service as library
from training.web.access import Role

People = Callable[..., Person]


@pytest.fixture
def station(app: Flask, shipped: Library) -> Station:
    with app.app_context(), transaction() as db:
        library.publish(db, [one for one in shipped.items if one.kind in ("station", "framework", "course")], at=NOON)
    return next(one.document for one in shipped.items if one.id == MOTOR and isinstance(one.document, Station))


class Desk:
    """A browser that changes hands."""

    def __init__(self, app: Flask, client: FlaskClient, person_in: People) -> None:
        self.app, self.client = app, client
        self.examiner = person_in(Role.ASSESSOR, name="Edda Examiner")
        self.decider = person_in(Role.DECIDER, name="Dora Decider")
        self.trainee = person_in(name="Tilda Trainee")
        self.second = person_in(name="Sven Second")

    def by(self, person: Person) -> FlaskClient:
        sign_in(self.client, person)
        return self.client

    def count(self, table: type) -> int:
        with self.app.app_context():
            return session().scalar(select(func.count()).select_from(table)) or 0

    def open(self) -> str:
        fields = {
            "title": "Spring", "held_on": "2026-06-01", "station": MOTOR, "nonce": new_public_id(),
            "person": [self.trainee.public_id, self.second.public_id],
        }  # fmt: skip
        answer = self.by(self.examiner).post("/practicals", data=fields)
        assert answer.status_code == 303, answer.text
        assert self.client.post("/practicals", data=fields).location == answer.location  # the second of two clicks
        return str(answer.location)

    def sheet(self, exam: str, person: Person) -> str:
        return f"{exam}/stations/{MOTOR}/candidates/{person.public_id}"


@pytest.fixture
def desk(app: Flask, client: FlaskClient, person_in: People, station: Station) -> Desk:
    assert station
    return Desk(app, client, person_in)


def test_from_opening_to_the_candidates_own_page(desk: Desk, station: Station) -> None:
    exam = desk.open()
    assert desk.count(PracticalExam) == 1
    page = desk.by(desk.examiner).get(desk.sheet(exam, desk.trainee)).text
    assert all(re.search(f'name="done" value="{one.id}"', page) for one in station.items)
    fields = {
        "done": [one.id for one in station.items], "rating": "4", "comment": "Sure and calm.", "nonce": new_public_id(),
    }  # fmt: skip
    for _ in range(2):
        answer = desk.client.post(desk.sheet(exam, desk.trainee), data=fields)
        assert (answer.status_code, answer.location) == (303, f"{exam}/stations/{MOTOR}")
    assert desk.count(StationScore) == 1

    own = desk.by(desk.trainee).get("/progress/stations").text
    assert "Sure and calm" not in own
    assert "Spring" not in own

    board = desk.by(desk.decider).get(exam).text
    assert "Release the results" in board
    assert "One score is missing" in board
    refused = desk.client.post(f"{exam}/release", data={"scores": "1"})
    assert refused.status_code == 422
    assert desk.client.post(f"{exam}/release", data={"scores": "9", "gaps": "1"}).status_code == 422
    for _ in range(2):
        assert desk.client.post(f"{exam}/release", data={"scores": "1", "gaps": "1"}).status_code == 303
    assert desk.count(StationResult) == 1

    own = desk.by(desk.trainee).get("/progress/stations").text
    assert "Sure and calm" in own
    assert "provisional, set by the authors" in own
    assert "No result yet" in desk.by(desk.second).get("/progress/stations").text
    assert "Practical stations" in desk.by(desk.decider).get(f"/trainees/{desk.trainee.public_id}").text
    assert desk.by(desk.examiner).get(f"{exam}/stations/{MOTOR}/standard").status_code == 200


def test_what_was_typed_stays_when_a_score_cannot_be_taken(desk: Desk, station: Station) -> None:
    exam = desk.open()
    address = desk.sheet(exam, desk.trainee)
    answer = desk.by(desk.examiner).post(address, data={"done": ["reflexes", "evil"], "comment": "Half a sentence"})
    assert answer.status_code == 422
    assert "Choose a global rating" in answer.text
    assert re.search('value="reflexes" checked', answer.text)
    assert "Half a sentence" in answer.text
    answer = desk.client.post(address, data={"done": ["reflexes"], "rating": "1", "comment": ""})
    assert answer.status_code == 422
    assert "needs a word" in answer.text
    assert re.search('value="1" required checked', answer.text)
    assert desk.count(StationScore) == 0
    assert station.items


def test_a_score_is_struck_with_a_reason(desk: Desk) -> None:
    exam = desk.open()
    address = desk.sheet(exam, desk.trainee)
    sent = {"done": ["red-flags"], "rating": "2", "comment": "A first try.", "nonce": new_public_id()}
    desk.by(desk.examiner).post(address, data=sent)
    given = desk.client.get(address).text
    strike = re.search(r'action="(/practicals/scores/[^"]+/strike)"', given)
    assert strike
    assert desk.client.post(strike[1], data={"reason": "x"}).status_code == 422
    assert desk.client.post(strike[1], data={"reason": "That was the other candidate."}).status_code == 303
    page = desk.client.get(address).text
    assert "That was the other candidate." in page
    assert "Save the score" in page


def test_others_ids_and_bad_forms(desk: Desk) -> None:
    exam = desk.open()
    browser = desk.by(desk.examiner)
    nobody = "A" * 22
    for address in (
        f"/practicals/{nobody}", f"{exam}/stations/no-such", f"{exam}/stations/{MOTOR}/candidates/{nobody}",
        f"{exam}/stations/{MOTOR}/candidates/{desk.decider.public_id}",
    ):  # fmt: skip
        assert browser.get(address).status_code == 404, address
    assert (
        browser.post(f"/practicals/scores/{nobody}/strike", data={"reason": "No such score at all."}).status_code == 404
    )
    empty = browser.post("/practicals", data={})
    assert empty.status_code == 422
    assert empty.text.count('class="error"') == 4
    broken = {"title": "x", "held_on": "2026-06-01", "station": "no-such", "person": nobody}
    assert browser.post("/practicals", data=broken).status_code == 422
    assert browser.post(f"{exam}/release", data={"scores": "0"}).status_code == 403
    assert desk.by(desk.trainee).get(exam).status_code == 403


def test_the_board_asks_no_more_for_many(desk: Desk, queries: Callable[[], object], person_in: People) -> None:
    exam = desk.open()
    many = [person_in() for _ in range(8)]
    fields = {"title": "Big", "held_on": "2026-06-01", "station": [MOTOR, "consent-and-the-grasp"]}
    big = (
        desk.by(desk.examiner).post("/practicals", data={**fields, "person": [one.public_id for one in many]}).location
    )
    desk.client.get(exam)
    counts = []
    for address in (exam, big):
        with queries() as asked:  # type: ignore[attr-defined]
            assert desk.client.get(str(address)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 10


def test_of_two_examiners_at_once_one_scores_and_the_other_is_told(
    app: Flask, desk: Desk, station: Station, person_in: People
) -> None:
    exam = desk.open().rsplit("/", 1)[1]
    gate = Barrier(2)

    def score(examiner: Person) -> str:
        with app.app_context():
            gate.wait(timeout=20)
            try:
                with transaction() as db:
                    service.score(
                        db,
                        exam,
                        MOTOR,
                        candidate_id=desk.trainee.id,
                        examiner_id=examiner.id,
                        done=[station.items[0].id],
                        rating=2,
                        comment="One of two at once.",
                        nonce=new_public_id(),
                        at=NOON,
                    )
            except Conflict:
                return "told"
            return "scored"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(score, (desk.examiner, person_in(Role.ASSESSOR)), timeout=60))
    assert found == ["scored", "told"]
    assert desk.count(StationScore) == 1
