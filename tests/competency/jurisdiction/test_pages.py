"""The card, one's own record, an instructor's confirmation and the list of rules, by requests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.makers import NOON, sign_in
from training.accounts.models import Person
from training.competency.jurisdiction import service
from training.competency.jurisdiction.models import PracticeRecord
from training.competency.observing.models import Observation
from training.content.documents import Library
from training.db.base import new_public_id
from training.db.session import session, transaction
from training.web.access import Role

People = Callable[..., Person]


@pytest.fixture
def trainee(person_in: People, published: Library) -> Person:
    return person_in(Role.TRAINEE, name="Asha Rao")


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return session().scalar(select(func.count()).select_from(model)) or 0


def provisional(app: Flask, trainee: Person) -> None:
    with app.app_context(), transaction() as db:
        service.claim(db, trainee.id, place="alberta", register="provisional", licence="", seen=0, at=NOON)


def test_who_says_where_they_practise_meets_its_rules_on_the_page_of_progress(
    client: FlaskClient, trainee: Person
) -> None:
    sign_in(client, trainee)
    assert "Say where you practise" in client.get("/progress").text
    sent = {"where": "florida/licensed", "licence": "PT 77", "seen": "0"}
    assert client.post("/progress/practice", data=sent).status_code == 303
    page = client.get("/progress").text
    assert "25 supervised sessions." in page
    assert "within 15 days" in page
    assert "not legal advice" in page
    assert "not confirmed yet" in page
    assert "It asks for a look." in page
    assert "weak:" in page


def test_a_double_click_keeps_one_record_and_nonsense_none(app: Flask, client: FlaskClient, trainee: Person) -> None:
    sign_in(client, trainee)
    sent = {"where": "alberta/general", "licence": "", "seen": "0"}
    assert [client.post("/progress/practice", data=sent).status_code for _ in range(2)] == [303, 303]
    for wrong in ({"where": "moon/base"}, {}, {"where": "alberta/general", "licence": "<>", "seen": "1"}):
        answer = client.post("/progress/practice", data=wrong)
        assert answer.status_code in (400, 422), wrong
        assert "<title>Error" in answer.text
    stale = client.post("/progress/practice", data={"where": "ontario/rostered", "seen": "0"})
    assert stale.status_code == 409
    assert count(app, PracticeRecord) == 1


def test_an_assessor_confirms_and_the_history_names_them(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People
) -> None:
    provisional(app, trainee)
    sign_in(client, person_in(Role.ASSESSOR, name="Ines Duarte"))
    address = f"/trainees/{trainee.public_id}/practice"
    page = client.get(address).text
    assert 'value="alberta/provisional" selected' in page
    assert client.post(address, data={"where": "alberta/general", "seen": "1"}).status_code == 422
    today = page.split('name="checked_on" type="date" value="')[1][:10]
    sent = {"where": "alberta/general", "licence": "PT 1", "checked_on": today, "seen": "1"}
    assert client.post(address, data=sent).status_code == 303
    page = client.get(address).text
    assert "Ines Duarte" in page
    assert "Looked up in the register" in page


def test_where_needling_is_locked_there_is_no_form_and_a_sent_one_is_refused(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People
) -> None:
    provisional(app, trainee)
    sign_in(client, person_in(Role.ASSESSOR))
    page = client.get(f"/trainees/{trainee.public_id}").text
    assert "Needling is locked" in page
    assert 'name="entrustment"' not in page
    day = NOON.date().isoformat()
    sent = {"seen": "Found the taut band and stopped.", "region": "lumbar", "entrustment": "4", "observed_on": day}
    answer = client.post(f"/trainees/{trainee.public_id}/observations", data={**sent, "nonce": new_public_id()})
    assert answer.status_code == 403
    assert "in any context" in answer.text
    assert count(app, Observation) == 0


def test_a_decider_reads_the_card_but_does_not_confirm(client: FlaskClient, trainee: Person, person_in: People) -> None:
    sign_in(client, person_in(Role.DECIDER))
    assert "May they, here?" in client.get(f"/trainees/{trainee.public_id}").text
    assert client.get(f"/trainees/{trainee.public_id}/practice").status_code == 403


def test_nobody_elses_record_is_met_and_an_unknown_trainee_is_none(client: FlaskClient, person_in: People) -> None:
    sign_in(client, person_in(Role.ASSESSOR))
    assert client.get(f"/trainees/{'A' * 22}/practice").status_code == 404


def test_instructors_and_administrators_see_which_line_asks_for_a_look(
    client: FlaskClient, trainee: Person, person_in: People
) -> None:
    for role in (Role.ASSESSOR, Role.ADMIN):
        sign_in(client, person_in(role))
        page = client.get("/jurisdictions").text
        assert "ask for a look" in page
        assert "courses/jurisdictions.yaml:" in page
    sign_in(client, trainee)
    page = client.get("/jurisdictions").text
    assert "courses/jurisdictions.yaml:" not in page
    assert "not legal advice" in page
