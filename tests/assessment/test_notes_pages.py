"""Notes, flags and reports by request: who may, what comes back, and what a page costs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.assessment.makers import PRACTICE, QUIZ, SIGN_OFF, nonce
from tests.makers import NOON, sign_in
from tests.query_counts import counted
from training.accounts.models import Person
from training.assessment import service as assessment
from training.assessment.notes import subjects
from training.db.session import database, transaction
from training.library import service as library
from training.web.access import Role

pytestmark = pytest.mark.usefixtures("small")
CASE = subjects.of_case(PRACTICE.id)
JSON = {"Accept": "application/json"}


@pytest.fixture
def trainee(client: FlaskClient, person_in: Callable[..., Person], small: None) -> Person:
    person = person_in()
    sign_in(client, person)
    return person


def test_a_note_stands_on_the_page_and_in_the_list(client: FlaskClient, trainee: Person) -> None:
    place = client.post(f"/cases/{PRACTICE.id}/attempts").location
    assert 'name="words"' in client.get(place).text
    sent = {"subject": CASE, "words": "A thumb &\r\na <b>wrist</b>", "place": place}
    assert client.post("/notes", data=sent).location == place
    assert "A thumb &amp;\na &lt;b&gt;wrist" in client.get(place).text
    assert client.post("/notes", data={**sent, "words": "Saved by script."}, headers=JSON).json == {"state": "saved"}
    client.post("/notes/flags", data={"subject": CASE, "flagged": "1", "place": place})
    assert 'aria-pressed="true"' in client.get(place).text
    page = client.get("/notes").text
    assert "Saved by script." in page
    assert PRACTICE.title in page
    assert "No note fits" in client.get("/notes?search=nothing").text


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_one_is_led_nowhere_else(client: FlaskClient, trainee: Person, place: str) -> None:
    assert client.post("/notes", data={"subject": CASE, "words": "x", "place": place}).location == "/notes"


def test_deleting_can_be_undone(client: FlaskClient, trainee: Person) -> None:
    client.post("/notes", data={"subject": CASE, "words": "Keep me."})
    page = client.get("/notes").text
    address = page.split('action="/notes/')[1].split('"')[0]
    undo = client.post(f"/notes/{address}").location
    page = client.get(undo).text
    assert "Keep me." not in page
    back = page.split('action="/notes/')[1].split('"')[0]
    assert back.endswith("/restore")
    client.post(f"/notes/{back}")
    assert "Keep me." in client.get("/notes").text


def test_a_sign_off_case_has_no_room_for_notes(app: Flask, client: FlaskClient, trainee: Person) -> None:
    with app.app_context(), transaction() as current:
        drawn = assessment.start(current, trainee.id, SIGN_OFF.id, "case", at=NOON, drawn=True)
    place = f"/attempts/{drawn.public_id}"
    assert "notebook" not in client.get(place).text
    assert client.get(f"{place}/again").status_code == 404
    assert client.post("/notes", data={"subject": subjects.of_case(SIGN_OFF.id), "words": "x"}).status_code == 404


def test_a_report_goes_to_those_who_read_the_library_and_its_answer_back(
    client: FlaskClient, trainee: Person, person_in: Callable[..., Person]
) -> None:
    place = client.post(f"/quizzes/{QUIZ.id}/attempts").location
    subject = client.get(place).text.split('name="subject" value="')[1].split('"')[0]
    sent = {"subject": subject, "problem": "key", "words": "It is B.", "nonce": nonce(), "place": place}
    for _ in range(2):
        assert client.post("/notes/reports", data=sent).location == place
    assert client.get("/analysis/reports").status_code == 403
    assert client.post("/notes/reports", data={**sent, "words": "", "nonce": nonce()}).status_code == 422
    author = person_in(Role.AUTHOR)
    sign_in(client, author)
    assert "1 open report" in client.get("/analysis").text
    page = client.get("/analysis/reports").text
    assert page.count("It is B.") == 1
    assert f"/library/{QUIZ.id}?version=" in page
    ticket = page.split('action="/analysis/reports/')[1].split('"')[0]
    assert client.post(f"/analysis/reports/{ticket}", data={"words": ""}).status_code == 422
    assert client.post(f"/analysis/reports/{ticket}", data={"words": "It is A, see the reason."}).status_code == 303
    refused = client.post(f"/analysis/reports/{ticket}", data={"words": "No."})
    assert refused.status_code == 409
    assert "answered already" in refused.text
    assert "Nothing here" in client.get("/analysis/reports").text
    sign_in(client, trainee)
    assert "It is A, see the reason." in client.get("/notes").text


def test_a_practice_case_is_explained_again_once_it_was_answered(client: FlaskClient, trainee: Person) -> None:
    place = client.post(f"/cases/{PRACTICE.id}/attempts").location
    assert client.get(f"{place}/again").status_code == 404
    for stage in (1, 2):
        client.post(f"{place}/stage", data={"stage": stage})
    sent = {"question": "segment", "kind": "segment", "segment": "C7", "side": "right", "nonce": nonce()}
    assert client.post(f"{place}/answers", data=sent).status_code == 303
    reply = client.get(f"{place}/again")
    if PRACTICE.findings:
        assert "finding by finding" in reply.text
        assert "telling-first" in client.get(place).text
    else:
        assert reply.status_code == 404


def test_the_lists_ask_little_of_the_database(
    app: Flask, client: FlaskClient, trainee: Person, person_in: Callable[..., Person]
) -> None:
    client.post("/notes", data={"subject": CASE, "words": "x"})
    with app.app_context():
        engine = database.engine
    for address in ("/notes", "/notes?search=x&kind=case"):
        library._documents.clear()
        with counted(engine) as statements:
            assert client.get(address).status_code == 200
        assert len(statements) <= 3, statements
    sign_in(client, person_in(Role.REVIEWER))
    with counted(engine) as statements:
        client.get("/analysis/reports?state=")
    assert len(statements) <= 2, statements
    with counted(engine) as statements:
        client.post("/notes", data={"subject": CASE, "words": "y"})
    assert len(statements) <= 6, statements
