"""The cohort's page and file: what they show, to whom, and at what cost."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.competency.many import study_much
from tests.competency.records import finish_lessons, take
from tests.makers import make_person, sign_in
from training.accounts import service as people
from training.accounts.models import Person
from training.assessment.models import Attempt
from training.competency.evidence import gather
from training.db.session import session, transaction
from training.web.access import Role

NOW = datetime.now(UTC)
pytestmark = pytest.mark.usefixtures("published")
People = Callable[..., Person]
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def school(app: Flask, client: FlaskClient, person_in: People) -> dict[str, Person]:
    """Busy has just read, Stuck stopped a month ago, Never has not begun; an assessor is signed in."""
    made = {name: person_in(Role.TRAINEE, name=name) for name in ("Busy", "Stuck", "Never")}
    with app.app_context(), transaction() as db:
        finish_lessons(db, made["Busy"], at=NOW - timedelta(hours=1), but=3)
        finish_lessons(db, made["Stuck"], at=NOW - timedelta(days=30), but=3)
        cohort = people.add_cohort(db, "Autumn", NOW.date())
        people.join_cohort(db, cohort.id, made["Stuck"].id)
    sign_in(client, person_in(Role.ASSESSOR, name="Ada Assessor"))
    return made


def shown(client: FlaskClient, address: str) -> list[str]:
    page = client.get(address)
    assert page.status_code == 200, page.text
    return re.findall(r'<th scope="row" class="person"><a [^>]+>([^<]+)</a>', page.text)


def lines(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_picture_shows_who_is_where_and_names_the_marks(client: FlaskClient, school: dict[str, Person]) -> None:
    page = client.get("/cohort").text

    assert shown(client, "/cohort") == ["Busy", "Never", "Stuck"]
    assert '<td class="part p' in page
    assert re.search(r'<td class="part p\d stuck">\d+<b>!</b><span class="visually-hidden"> stuck</span>', page)
    assert '<td class="none">·<span class="visually-hidden"> not begun</span></td>' in page
    assert "never" in page
    assert "What holds most people up" in page


def test_it_is_filtered_searched_and_sorted(client: FlaskClient, school: dict[str, Person]) -> None:
    assert shown(client, "/cohort?cohort=Autumn") == ["Stuck"]
    assert shown(client, "/cohort?search=BUS") == ["Busy"]
    assert shown(client, "/cohort?whom=stuck") == ["Stuck"]
    assert shown(client, "/cohort?whom=away&sort=away") == ["Never", "Stuck"]
    assert shown(client, "/cohort?sort=met")[-1] == "Never"
    assert shown(client, "/cohort?sort=behind")[0] == "Never"
    assert shown(client, "/cohort?sort=nonsense&whom=nonsense&page=x") == ["Busy", "Never", "Stuck"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/cohort?search=nobody", "Nobody fits"),
        ("/cohort?cohort=nowhere", "Nobody is in this cohort"),
        ("/cohort?page=99", "Nobody fits"),
    ],
)
def test_what_fits_nobody_says_so_with_a_way_out(
    client: FlaskClient, school: dict[str, Person], address: str, said: str
) -> None:
    page = client.get(address)

    assert (page.status_code, said in page.text, "Show all" in page.text) == (200, True, True)


def test_a_school_without_trainees_says_what_comes_next(client: FlaskClient, person_in: People) -> None:
    sign_in(client, person_in(Role.ASSESSOR))

    assert "No trainee yet" in client.get("/cohort").text
    assert lines(client, "/cohort.csv") == []


def test_the_file_has_everybody_who_fits_in_the_order_of_the_page(
    client: FlaskClient, school: dict[str, Person]
) -> None:
    rows = lines(client, "/cohort.csv?sort=away")

    assert [row["Name"] for row in rows] == ["Never", "Stuck", "Busy"]
    assert (rows[0]["Last seen"], rows[0]["Cohorts"], rows[1]["Cohorts"]) == ("", "", "Autumn")
    assert rows[1]["Stuck at"]
    assert rows[1]["Safety gate"] == "open"
    assert [row["Name"] for row in lines(client, "/cohort.csv?whom=stuck")] == ["Stuck"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_name_that_looks_like_a_formula_is_text_in_the_file(
    client: FlaskClient, person_in: People, school: dict[str, Person], name: str
) -> None:
    person_in(Role.TRAINEE, name=name)

    assert f"'{name}" in [row["Name"] for row in lines(client, "/cohort.csv")]


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.AUTHOR, Role.CLINIC, Role.ADMIN])
def test_it_is_not_for_others(client: FlaskClient, person_in: People, role: Role) -> None:
    sign_in(client, person_in(role))

    assert client.get("/cohort").status_code == 403
    assert client.get("/cohort.csv").status_code == 403


def test_the_list_of_trainees_leads_there(client: FlaskClient, school: dict[str, Person]) -> None:
    assert 'href="/cohort"' in client.get("/trainees").text


def test_practice_that_counts_for_nothing_is_being_here(app: Flask, school: dict[str, Person]) -> None:
    with app.app_context(), transaction() as db:
        attempt: Attempt = take(db, school["Never"], "elbow-climber", purpose="case", at=NOW)
        found = gather(session(), [school["Never"].id, school["Busy"].id])

        assert found.seen_at[school["Never"].id] == attempt.touched_at
        assert found.seen_at[school["Busy"].id] == NOW - timedelta(hours=1)


def test_two_hundred_people_take_seven_queries_and_a_page_of_sixty_kilobytes(
    app: Flask, client: FlaskClient, person_in: People, queries: Counter
) -> None:
    assessor = person_in(Role.ASSESSOR)
    with app.app_context(), transaction() as db:
        ids = [make_person(db, Role.TRAINEE).id for _ in range(200)]
        db.flush()
        ids = [one.id for one in people.directory(db, role=Role.TRAINEE)]
        study_much(db, ids, assessor.id, answers=80, at=NOW - timedelta(days=1))
    sign_in(client, assessor)
    client.get("/cohort")
    with queries() as asked:
        page = client.get("/cohort").text

    assert "<b>200</b> trainees" in page
    assert len(asked) <= 7, asked  # the person, everybody's names, four of evidence: two are left for more kinds
    assert len(page.encode()) < 60 * 1024
