"""The pages that watch the bank: who may see them, what they say, and withholding through them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.assessment.makers import publish
from tests.assessment.sign_off.conftest import another
from tests.assessment.sign_off.makers import bank, publish_framework
from tests.makers import sign_in
from tests.query_counts import counted
from training.accounts.models import Person
from training.db.session import database, transaction
from training.web.access import Role

CASE = "/panel/bank/cases/bank-cervical-001"
MEANT = {"reason": "Seen in a chat group.", "sure": "yes"}


@pytest.fixture
def school(app: Flask) -> Flask:
    """Two people who drew."""
    with app.app_context(), transaction() as db:
        publish(db, *bank(), *bank("lumbar"))
        publish_framework(db)
        for _ in range(2):
            one = another(db)()
            one.begin("cervical")
            one.work(5)
    return app


@pytest.fixture
def as_role(school: Flask, client: FlaskClient, person_in: Callable[..., Person]) -> Callable[..., FlaskClient]:
    def make(*roles: Role) -> FlaskClient:
        browser = school.test_client()
        sign_in(browser, person_in(*roles))
        return browser

    return make


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REVIEWER, Role.ASSESSOR, Role.DECIDER])
def test_who_teaches_or_decides_sees_the_list(as_role: Callable[..., FlaskClient], role: Role) -> None:
    page = as_role(role).get("/panel/bank/cases").text
    assert "Patient cervical 1<" in page
    assert "Nobody has passed a region yet" in page
    assert "of few: below 10 people" in page


def test_who_may_be_given_the_cases_sees_none(as_role: Callable[..., FlaskClient]) -> None:
    browser = as_role(Role.TRAINEE, Role.DECIDER)
    for address in ("/panel/bank/cases", "/panel/bank/cases.csv", CASE):
        reply = browser.get(address)
        assert reply.status_code == 403
        assert "You may be given these cases yourself" in reply.text
        assert "Patient cervical" not in reply.text
    assert browser.post(f"{CASE}/withhold", data=MEANT).status_code == 403
    assert "bank/cases" not in browser.get("/panel/bank").text


def test_a_case_is_withheld_with_a_reason_and_given_back(as_role: Callable[..., FlaskClient]) -> None:
    browser = as_role(Role.REVIEWER)
    page = browser.get(CASE).text
    assert "Evidence already gathered with it stays as it is" in page
    assert "It was never withheld" in page
    reply = browser.post(f"{CASE}/withhold", data=MEANT)
    assert (reply.status_code, reply.location) == (303, CASE)
    page = browser.get(CASE).text
    assert "Seen in a chat group." in page
    assert "Sign-off case withheld" in page
    assert "Give it back" in page
    again = browser.post(f"{CASE}/withhold", data={**MEANT, "reason": "Some other reason"})
    assert again.status_code == 409
    assert "already" in again.text
    assert browser.post(f"{CASE}/release", data={**MEANT, "reason": "It was another one."}).status_code == 303
    assert browser.post(f"{CASE}/release", data={**MEANT, "reason": "It was another one."}).status_code == 409
    assert "It was another one." in browser.get(CASE).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "", "sure": "yes"}, "Say why"),
        ({"reason": "x" * 501, "sure": "yes"}, "Say why"),
        ({"reason": "Seen in a chat <b>group</b>."}, "Read what happens"),
        ({}, "Read what happens"),
    ],
)
def test_a_slip_is_said_at_its_field_and_nothing_is_lost(
    as_role: Callable[..., FlaskClient], fields: dict[str, str], said: str
) -> None:
    browser = as_role(Role.DECIDER)
    reply = browser.post(f"{CASE}/withhold", data=fields)
    assert reply.status_code == 422
    assert said in reply.text
    assert "<b>group" not in reply.text
    assert "Withhold the case" in browser.get(CASE).text


def test_an_author_reads_and_withholds_nothing(as_role: Callable[..., FlaskClient]) -> None:
    browser = as_role(Role.AUTHOR)
    assert "Withhold the case" not in browser.get(CASE).text
    assert browser.post(f"{CASE}/withhold", data=MEANT).status_code == 403
    assert browser.get("/panel/bank/cases/no-such-case").status_code == 404
    assert browser.get("/panel/bank/cases/a%00b").status_code == 404


def test_filters_pages_and_the_file(as_role: Callable[..., FlaskClient]) -> None:
    browser = as_role(Role.REVIEWER)
    assert "Patient lumbar" not in browser.get("/panel/bank/cases?region=cervical").text
    assert "Next" in browser.get("/panel/bank/cases").text
    assert "Patient" in browser.get("/panel/bank/cases?page=2&sort=title").text
    assert "No case fits" in browser.get("/panel/bank/cases?state=withheld").text
    assert browser.get("/panel/bank/cases?region=%00&sort=x&state=y&page=-1").status_code == 200
    reply = browser.get("/panel/bank/cases.csv?region=cervical")
    rows = list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    assert len(rows) == 32
    assert sum(int(row["met_by"]) for row in rows) == 10
    assert {row["z_easier"] for row in rows} == {""}


def test_the_pages_stay_within_their_budgets(as_role: Callable[..., FlaskClient], school: Flask) -> None:
    browser = as_role(Role.REVIEWER)
    browser.get("/panel/bank/cases")
    with school.app_context():
        engine = database.engine
    for address in ("/panel/bank/cases", CASE):
        with counted(engine) as statements:
            reply = browser.get(address)
        assert len(statements) <= 9
        assert len(reply.data) <= 60_000
