from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.assessment.judgement.makers import answer, many_answers, many_patients
from tests.assessment.makers import CHOICE, PRACTICE, QUIZ, SEGMENT, SIGN_OFF, WRONG
from tests.makers import sign_in
from tests.query_counts import counted
from training.accounts.models import Person
from training.db.session import database, transaction
from training.web.access import Role

pytestmark = pytest.mark.usefixtures("small")
People = Callable[..., Person]
FILES = ("decision", "detection", "confidence", "sure-and-wrong", "pairs", "confusion", "regions", "time", "change")
MOST_QUERIES = 6


@pytest.fixture
def trainee(client: FlaskClient, person_in: People, small: None) -> Person:
    """A trainee who is signed in with the client."""
    person = person_in(name="Tuva Lind")
    sign_in(client, person)
    return person


def browser_of(app: Flask, person: Person) -> FlaskClient:
    browser = app.test_client()
    sign_in(browser, person)
    return browser


def patients(app: Flask, person: Person, number: int) -> None:
    with app.app_context(), transaction() as current:
        many_patients(current, person.id, number)


def rows_of(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    got = browser.get(address)
    assert got.status_code == 200, address
    return list(csv.DictReader(io.StringIO(got.text.removeprefix("\ufeff"))))


# --- who -------------------------------------------------------------------------------------------------------


def test_ones_own_page_is_a_trainees(app: Flask, client: FlaskClient, trainee: Person, person_in: People) -> None:
    assert client.get("/judgement").status_code == 200
    for role in (Role.AUTHOR, Role.ASSESSOR, Role.DECIDER, Role.CLINIC, Role.ADMIN):
        assert browser_of(app, person_in(role)).get("/judgement").status_code == 403


def test_a_trainees_page_is_for_who_may_read_about_trainees(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People
) -> None:
    patients(app, trainee, 40)
    page = f"/trainees/{trainee.public_id}/judgement"
    for role in (Role.ASSESSOR, Role.DECIDER):
        assert "Judgement of Tuva Lind" in browser_of(app, person_in(role)).get(page).text
        assert browser_of(app, person_in(role)).get(f"{page}/decision.csv").status_code == 200
    for role in (Role.TRAINEE, Role.AUTHOR, Role.REVIEWER, Role.CLINIC, Role.ADMIN):
        other = browser_of(app, person_in(role))
        assert {other.get(one).status_code for one in (page, f"{page}/decision.csv")} == {403}
    assert client.get(page).status_code == 403  # nor one's own in this way


def test_who_is_no_trainee_is_not_there(app: Flask, trainee: Person, person_in: People) -> None:
    assessor = person_in(Role.ASSESSOR)
    browser = browser_of(app, assessor)
    for public_id in (assessor.public_id, "A" * 22):
        assert browser.get(f"/trainees/{public_id}/judgement").status_code == 404


def test_each_sees_their_own(app: Flask, client: FlaskClient, trainee: Person, person_in: People) -> None:
    other = person_in()
    patients(app, other, 40)
    assert "Nothing to judge by yet" in client.get("/judgement").text
    assert "40 patients decided about" in browser_of(app, other).get("/judgement").text


def test_it_is_found_from_cases_progress_and_the_trainees_page(
    app: Flask, client: FlaskClient, trainee: Person, published: object, person_in: People
) -> None:
    assert 'href="/judgement"' in client.get("/cases").text
    assert 'href="/judgement"' in client.get("/progress").text
    page = browser_of(app, person_in(Role.ASSESSOR)).get(f"/trainees/{trainee.public_id}").text
    assert f'href="/trainees/{trainee.public_id}/judgement"' in page


# --- what ------------------------------------------------------------------------------------------------------


def test_a_newcomer_is_told_what_fills_it(client: FlaskClient, trainee: Person) -> None:
    page = client.get("/judgement").text
    assert "Nothing to judge by yet" in page
    assert "Go to the cases" in page
    assert client.get("/judgement/decision.csv").status_code == 404


def test_few_answers_are_counts_with_the_reason(app: Flask, client: FlaskClient, trainee: Person) -> None:
    patients(app, trainee, 6)
    page = client.get("/judgement").text
    assert "a share from 10 on" in page
    assert "Sensitivity and bias are shown from 10 patients of each kind on" in page
    assert "Shown once there are more than 30 patients" in page
    assert rows_of(client, "/judgement/decision.csv")[0]["Share"] == ""


def test_many_answers_are_drawn_with_intervals_and_tables(app: Flask, client: FlaskClient, trainee: Person) -> None:
    patients(app, trainee, 80)
    page = client.get("/judgement").text
    for heading in ("To needle or to refer", "How sure", "What is taken for what", "By region", "Change", "Time to"):
        assert heading in page
    assert "Grey: from fewer than 30 patients of one kind" in page
    assert page.count('role="img"') == 3  # bars, columns and the heat map
    assert {name: client.get(f"/judgement/{name}.csv").status_code for name in FILES} == dict.fromkeys(FILES, 200)
    missed, needless, _over = rows_of(client, "/judgement/decision.csv")
    assert (missed["of"], needless["of"]) == ("16", "64")
    assert float(missed["from"]) < float(missed["Share"]) < float(missed["to"])
    change = rows_of(client, "/judgement/change.csv")
    assert [row["of"] for row in change] == ["30", "30", ""]


def test_sign_off_answers_move_nothing(app: Flask, client: FlaskClient, trainee: Person) -> None:
    patients(app, trainee, 40)
    before = main_of(client.get("/judgement").text)
    with app.app_context(), transaction() as current:
        answer(current, trainee.id, SIGN_OFF, SEGMENT, WRONG["segment"], minute=900)
    assert main_of(client.get("/judgement").text) == before


def main_of(page: str) -> str:
    """Without the page's head, whose token for forms holds the second in which it was made."""
    return page.split("<main", 1)[1].split("</main>")[0]


def test_sure_and_wrong_leads_back_to_the_answer_and_others_to_the_question(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People
) -> None:
    with app.app_context(), transaction() as current:
        attempt = answer(current, trainee.id, PRACTICE, SEGMENT, WRONG["segment"])
        answer(current, trainee.id, QUIZ, CHOICE, WRONG["first"], minute=5, purpose="check")
    page = client.get("/judgement").text
    address = f"/attempts/{attempt}?question=segment"
    assert f'href="{address}#question-segment"' in page
    assert client.get(address).status_code == 200
    assert "answered: C7" in page
    theirs = browser_of(app, person_in(Role.ASSESSOR)).get(f"/trainees/{trainee.public_id}/judgement").text
    assert f"/attempts/{attempt}" not in theirs
    assert f'href="/analysis/questions/{PRACTICE.id}/segment"' in theirs


def test_an_unknown_table_is_not_there(app: Flask, client: FlaskClient, trainee: Person) -> None:
    patients(app, trainee, 20)
    assert client.get("/judgement/nothing.csv").status_code == 404


@pytest.mark.parametrize("number", [10, 10_000])
def test_the_page_asks_little_however_much_was_answered(
    app: Flask, client: FlaskClient, trainee: Person, number: int
) -> None:
    with app.app_context(), transaction() as current:
        many_answers(current, trainee.id, number)
        many_patients(current, trainee.id, min(number, 1_000))
        engine = database.engine
    client.get("/judgement")
    with counted(engine) as statements:
        assert client.get("/judgement").status_code == 200
    assert len(statements) <= MOST_QUERIES, statements
