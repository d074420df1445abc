"""The page of the sign-off cases, as a trainee uses it and as others may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.assessment.makers import RIGHT, WRONG, nonce, publish
from tests.assessment.sign_off.makers import Candidate, bank, bank_case, publish_framework
from tests.makers import sign_in
from tests.query_counts import counted
from training.accounts.models import Person
from training.assessment.sign_off.models import SignOffSession
from training.db.session import database, transaction
from training.web.access import Role


@pytest.fixture
def trainee(app: Flask, client: FlaskClient, person_in: Callable[..., Person]) -> Person:
    with app.app_context(), transaction() as current:
        publish(current, *(bank_case(number, "C6") for number in range(24)), *bank("lumbar"))
        publish_framework(current)
    person = person_in()
    sign_in(client, person)
    return person


def begin(client: FlaskClient, *regions: str) -> str:
    reply = client.post("/sign-off/sessions", data={"region": list(regions or ("cervical",))})
    assert reply.status_code == 303
    return str(reply.location)


def answer(client: FlaskClient, address: str, *, right: bool = True) -> None:
    for stage in (1, 2):
        client.post(f"{address}/stage", data={"stage": stage})
    given = (RIGHT if right else WRONG)["segment"]
    sent = {"question": "segment", "nonce": nonce(), "kind": "segment", "confidence": "sure", **given}
    assert client.post(f"{address}/answers", data=sent).status_code == 303


def test_a_newcomer_sees_the_rule_and_begins(client: FlaskClient, trainee: Person) -> None:
    page = client.get("/sign-off").text
    assert "Evidence 1 : 1 of the 20 : 1 needed" in page
    assert "24 cases in the bank for you" in page
    assert "holds too few cases" in page  # thoracic and sacral
    address = begin(client)
    assert "Patient cervical" in client.get(address).text


def test_after_an_answer_the_evidence_moves_and_the_next_case_is_one_click_away(
    client: FlaskClient, trainee: Person
) -> None:
    address = begin(client)
    answer(client, address)
    assert "Draw the next case" in client.get(address).text
    page = client.get("/sign-off").text
    assert "Evidence 1.1 : 1 of the 20 : 1 needed" in page
    assert "1 case answered" in page
    following = client.post("/sign-off/next").location
    assert following not in (None, address)
    assert client.post("/sign-off/next").location == following
    assert "Go on with your case" in client.get("/sign-off").text


def test_the_whole_way_to_a_pass_and_what_the_page_says_then(client: FlaskClient, trainee: Person) -> None:
    """Every case is C6, so the other areas are missing: the evidence alone does not pass."""
    address = begin(client)
    for _number in range(20):
        answer(client, address)
        reply = client.post("/sign-off/next")
        assert reply.status_code == 303
        address = reply.location
    page = client.get("/sign-off").text
    assert "Still to come: 2 of C1–C4, 2 of C7–C8, 2 of cases to refer" in " ".join(page.split())


def test_a_held_session_says_not_yet_and_where_to_practise(client: FlaskClient, trainee: Person) -> None:
    address = begin(client)
    for _number in range(8):
        answer(client, address, right=False)
        address = client.post("/sign-off/next").location or ""
    page = client.get("/sign-off").text
    assert "Not yet" in page
    assert "fail" not in page.lower().replace("no failure", "")
    assert "Work 20 more practice cases" in page
    reply = client.post("/sign-off/sessions", data={"region": "cervical"})
    assert reply.status_code == 403
    assert "Practise first" in reply.text
    assert "No session is running" in client.post("/sign-off/next").text


def test_the_page_tells_neither_key_nor_region_of_a_drawn_case(client: FlaskClient, trainee: Person) -> None:
    address = begin(client, "cervical", "lumbar")
    answer(client, address)
    for path in (address, "/attempts"):
        page = client.get(path).text
        assert "thumb decides" not in page
        assert ">Cervical<" not in page


def test_nothing_chosen_is_an_error_with_a_way_out(client: FlaskClient, trainee: Person) -> None:
    reply = client.post("/sign-off/sessions", data={})
    assert reply.status_code == 422
    assert "Choose at least one region" in reply.text
    assert "Begin and draw a case" in reply.text


def test_a_sign_off_case_has_no_page_to_choose_it_from(client: FlaskClient, trainee: Person) -> None:
    assert client.get("/cases/bank-cervical-000").location == "/sign-off"
    reply = client.post("/cases/bank-cervical-000/attempts")
    assert reply.status_code == 403
    assert "drawn for you" in reply.text
    assert "Patient cervical" not in client.get("/cases").text


def test_somebody_elses_case_is_not_there(
    client: FlaskClient, trainee: Person, person_in: Callable[..., Person]
) -> None:
    address = begin(client)
    sign_in(client, person_in())
    assert client.get(address).status_code == 404
    assert "1 case answered" not in client.get("/sign-off").text


def test_who_may_read_the_library_is_told_that_it_would_prove_nothing(
    client: FlaskClient, trainee: Person, person_in: Callable[..., Person]
) -> None:
    sign_in(client, person_in(Role.TRAINEE, Role.AUTHOR))
    page = client.get("/sign-off").text
    assert "would prove nothing" in page
    assert "Begin and draw" not in page
    assert client.post("/sign-off/sessions", data={"region": "cervical"}).status_code == 403


def test_in_production_nothing_unrated_can_be_begun(app: Flask, client: FlaskClient, trainee: Person) -> None:
    app.extensions["training.config"] = replace(app.extensions["training.config"], mode="production")
    page = client.get("/sign-off").text
    assert "Begin and draw" not in page
    assert page.count("holds too few cases") == 4


def test_queries_do_not_grow_with_the_answers(app: Flask, client: FlaskClient, trainee: Person) -> None:
    address, asked = begin(client), []
    for _number in range(3):
        answer(client, address)
        with app.app_context():
            engine = database.engine
        with counted(engine) as statements:
            client.get("/sign-off")
        asked.append(len(statements))
        with counted(engine) as statements:
            address = client.post("/sign-off/next").location
        asked.append(len(statements))
    assert asked[:2] * 3 == asked
    assert asked[0] <= 10
    assert asked[1] <= 20


def test_an_answer_asks_six_queries_at_most_also_the_one_that_ends_the_session(
    app: Flask, client: FlaskClient, trainee: Person
) -> None:
    with app.app_context():
        engine = database.engine
    asked: list[int] = []
    address: str | None = begin(client)
    while address is not None:  # no case is drawn once the session has ended
        for stage in (1, 2):
            client.post(f"{address}/stage", data={"stage": stage})
        sent = {"question": "segment", "nonce": nonce(), "kind": "segment", "confidence": "sure", **WRONG["segment"]}
        with counted(engine) as statements:
            assert client.post(f"{address}/answers", data=sent).status_code == 303
        asked.append(len(statements))
        address = client.post("/sign-off/next").location
    with app.app_context():
        assert database.session.scalars(select(SignOffSession.ended_as)).all() == ["evidence"]
    assert len(asked) >= 8
    assert max(asked) <= 6, asked


def test_a_candidate_of_the_service_and_of_the_page_stand_the_same(
    app: Flask, client: FlaskClient, trainee: Person
) -> None:
    with app.app_context(), transaction() as current:
        worker = Candidate(current, trainee.id)
        worker.begin("cervical")
        worker.work(4)
        ratio = worker.standing().evidence.ratio
    assert f"{int(ratio * 10) / 10:g} : 1 of the 20" in client.get("/sign-off").text
