from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from tests.makers import NOON, PASSWORD, make_person, sign_in
from tests.query_counts import counted
from training.accounts import service
from training.accounts.models import Person, PersonRole
from training.db.engine import engine_options, prepare
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.db.session import database, transaction
from training.journal import service as journal
from training.web.access import Role
from training.web.paging import PAGE_SIZE

# --- the rules -------------------------------------------------------------------------------------------------


def test_giving_and_taking_roles_is_journaled_once_each(session: Session) -> None:
    person = make_person(session, Role.TRAINEE)
    for _ in range(2):
        service.give_role(session, person.id, Role.AUTHOR, at=NOON, by_id=None)
    for _ in range(2):
        service.take_role(session, person.id, Role.TRAINEE, at=NOON, by_id=None)

    assert service.profile(session, person.public_id).roles == {Role.AUTHOR}
    kinds = [(row.kind, row.payload["role"]) for row in journal.latest(session, limit=10)]
    assert kinds == [("role.taken", "trainee"), ("role.given", "author"), ("role.given", "trainee")]


def test_the_last_administrator_keeps_the_role(session: Session) -> None:
    last = make_person(session, Role.ADMIN)

    with pytest.raises(Refused, match="last administrator"):
        service.take_role(session, last.id, Role.ADMIN, at=NOON, by_id=last.id)

    other = make_person(session, Role.ADMIN)
    service.take_role(session, last.id, Role.ADMIN, at=NOON, by_id=other.id)
    with pytest.raises(Refused):
        service.set_roles(session, other.id, set(), had={Role.ADMIN}, at=NOON, by_id=other.id)


def test_two_administrators_who_take_each_others_role_do_not_both_succeed(session: Session, database_url: str) -> None:
    people = [make_person(session, Role.ADMIN) for _ in range(2)]
    ids = [person.id for person in people]
    session.commit()
    engine = create_engine(**engine_options(database_url))
    prepare(engine)
    ready, outcomes = threading.Barrier(2), []

    def take(person_id: int, by_id: int) -> None:
        with Session(engine) as mine:
            ready.wait()
            mine.connection(execution_options={"training_writes": True})
            try:
                service.take_role(mine, person_id, Role.ADMIN, at=NOON, by_id=by_id)
                mine.commit()
                outcomes.append("taken")
            except Refused:
                outcomes.append("refused")

    takers = [threading.Thread(target=take, args=pair) for pair in (tuple(ids), tuple(reversed(ids)))]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    engine.dispose()

    assert sorted(outcomes) == ["refused", "taken"]
    assert session.scalar(select(func.count()).select_from(PersonRole)) == 1


def test_roles_that_changed_meanwhile_are_not_overwritten(session: Session) -> None:
    person = make_person(session, Role.TRAINEE)
    service.give_role(session, person.id, Role.ASSESSOR, at=NOON, by_id=None)
    session.flush()

    with pytest.raises(Conflict, match="meanwhile"):
        service.set_roles(session, person.id, {Role.AUTHOR}, had={Role.TRAINEE}, at=NOON, by_id=None)
    service.set_roles(
        session, person.id, {Role.TRAINEE, Role.ASSESSOR}, had={Role.TRAINEE}, at=NOON, by_id=None
    )  # what is wanted is so already


@pytest.mark.parametrize("email", ["", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\nc", "x" * 250 + "@b.org"])
def test_no_address_no_person(session: Session, email: str) -> None:
    with pytest.raises(Invalid, match="e-mail"):
        service.add_person(session, name="A", email=email, password=PASSWORD, roles=(), at=NOON, by_id=None)


def test_an_address_is_taken_whatever_its_letters(session: Session) -> None:
    person = make_person(session)

    with pytest.raises(Conflict):
        service.add_person(
            session, name="A", email=f" {person.email.title()} ", password=PASSWORD, roles=(), at=NOON, by_id=None
        )


@pytest.mark.parametrize("search", ["fel", "FEL", "nora.", "%", "_", "\\"])
def test_search_takes_letters_as_they_are(session: Session, search: str) -> None:
    person = service.add_person(
        session, name=r"Nora 100%_\ Feld", email="nora.f@example.org", password=PASSWORD, roles=(), at=NOON, by_id=None
    )
    make_person(session, name="Somebody Else")

    assert [one.id for one in service.people(session, search=search)] == [person.id]


def test_people_of_a_cohort_and_a_role(session: Session) -> None:
    cohort = service.add_cohort(session, "Autumn", NOON.date())
    here, elsewhere = make_person(session, Role.TRAINEE), make_person(session, Role.TRAINEE)
    teacher = make_person(session, Role.ASSESSOR)
    for person in (here, teacher):
        service.join_cohort(session, cohort.id, person.id)
    session.flush()

    found = service.people(session, role=Role.TRAINEE, cohort_public_id=cohort.public_id)

    assert [one.id for one in found] == [here.id]
    assert elsewhere.id not in {one.id for one in service.people(session, cohort_public_id=cohort.public_id)}


def test_setting_cohorts_replaces_them(session: Session) -> None:
    first, second = (service.add_cohort(session, name, NOON.date()) for name in ("First", "Second"))
    person = make_person(session)
    service.set_cohorts(session, person.id, [first.public_id])

    service.set_cohorts(session, person.id, [second.public_id, "unknown"])

    assert service.cohorts_of(session, person.id) == {second.public_id}
    assert service.cohort_sizes(session) == {second.id: 1}


def test_a_cohorts_name_is_its_own(session: Session) -> None:
    service.add_cohort(session, "Autumn intake", date(2026, 9, 1))

    with pytest.raises(Conflict, match="of this name"):
        service.add_cohort(session, "  autumn   INTAKE ", date(2026, 9, 1))
    with pytest.raises(Invalid):
        service.add_cohort(session, "   ", date(2026, 9, 1))


def test_nobody_is_found_under_an_unknown_id(session: Session) -> None:
    with pytest.raises(NotFound):
        service.profile(session, "x" * 22)


# --- the pages -------------------------------------------------------------------------------------------------


def test_the_list_finds_people_by_name_mail_and_role(
    admins_browser: FlaskClient, person_in: Callable[..., Person]
) -> None:
    nora, ines = person_in(Role.TRAINEE, name="Nora Feld"), person_in(Role.ASSESSOR, name="Ines Duarte")

    by_name = admins_browser.get("/people?search=feld").text
    by_mail = admins_browser.get(f"/people?search={ines.email}").text
    by_role = admins_browser.get("/people?role=assessor").text

    assert (nora.name in by_name, ines.name in by_name) == (True, False)
    assert (nora.name in by_mail, ines.name in by_mail) == (False, True)
    assert (nora.name in by_role, ines.name in by_role) == (False, True)
    assert "Nobody fits" in admins_browser.get("/people?search=nobody+at+all").text


@pytest.mark.parametrize("query", ["role=king", "cohort=x", "page=0", "page=-1", "page=x", "page=99999999999999999999"])
def test_a_tampered_filter_is_no_error(admins_browser: FlaskClient, query: str) -> None:
    assert admins_browser.get(f"/people?{query}").status_code == 200


def test_a_long_list_comes_in_pages_with_few_queries(app: Flask, admins_browser: FlaskClient) -> None:
    with app.app_context(), transaction() as db:
        for number in range(PAGE_SIZE + 5):
            make_person(db, name=f"Member {number:03}")

    with app.app_context(), counted(database.engine) as asked:
        first = admins_browser.get("/people?search=member")
    second = admins_browser.get("/people?search=member&page=2").text

    assert len(asked) <= 6
    assert first.text.count('href="/people/') - second.count('href="/people/') == PAGE_SIZE - 5
    assert "search=member&amp;page=2" in first.text
    assert "Member 054" in second


def test_giving_a_role_is_done_at_once(admins_browser: FlaskClient, person_in: Callable[..., Person]) -> None:
    person = person_in(Role.TRAINEE, name="Nora Feld")
    address = f"/people/{person.public_id}"

    answer = admins_browser.post(f"{address}/roles", data={"had": "trainee", "role": ["trainee", "author"]})

    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert re.search(r'value="author" checked', admins_browser.get(address).text)


def test_taking_a_role_is_asked_about_first(admins_browser: FlaskClient, person_in: Callable[..., Person]) -> None:
    person = person_in(Role.TRAINEE, Role.AUTHOR)
    address = f"/people/{person.public_id}"
    data = {"had": ["trainee", "author"], "role": ["author"]}

    asked = admins_browser.post(f"{address}/roles", data=data)
    assert asked.status_code == 303
    page = admins_browser.get(asked.headers["Location"]).text
    assert "Take roles away" in page
    assert re.search(r'value="trainee" checked', admins_browser.get(address).text), "nothing has happened yet"

    admins_browser.post(f"{address}/roles", data={**data, "confirmed": "yes"})

    assert not re.search(r'value="trainee" checked', admins_browser.get(address).text)


def test_the_last_administrator_is_told_why_nothing_happens(admins_browser: FlaskClient, admin: Person) -> None:
    address = f"/people/{admin.public_id}"

    answer = admins_browser.post(
        f"{address}/roles", data={"had": "admin", "role": "author", "confirmed": "yes"}, follow_redirects=False
    )

    assert answer.status_code == 303
    assert re.search(r'value="admin" checked', admins_browser.get(address).text)


def test_what_somebody_else_changed_meanwhile_is_said(
    app: Flask, admins_browser: FlaskClient, person_in: Callable[..., Person]
) -> None:
    person = person_in(Role.TRAINEE)
    with app.app_context(), transaction() as db:
        service.give_role(db, person.id, Role.ASSESSOR, at=NOON, by_id=None)

    answer = admins_browser.post(
        f"/people/{person.public_id}/roles",
        data={"had": "trainee", "role": ["trainee", "author"]},
        follow_redirects=True,
    )

    assert "Somebody else changed these roles meanwhile" in answer.text
    assert not re.search(r'value="author" checked', answer.text)


def test_made_up_roles_are_passed_over(admins_browser: FlaskClient, person_in: Callable[..., Person]) -> None:
    person = person_in(Role.TRAINEE)

    answer = admins_browser.post(
        f"/people/{person.public_id}/roles", data={"had": "trainee", "role": ["trainee", "king", "ADMIN"]}
    )

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(person.public_id)


def test_a_taken_role_counts_from_the_next_page(app: Flask, admin: Person, person_in: Callable[..., Person]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    other, browser, theirs = person_in(Role.ADMIN), app.test_client(), app.test_client()
    sign_in(browser, admin)
    sign_in(theirs, other)
    assert theirs.get("/people").status_code == 200

    browser.post(f"/people/{other.public_id}/roles", data={"had": "admin", "confirmed": "yes"})

    assert theirs.get("/people").status_code == 403


def test_cohorts_are_added_and_given(
    admins_browser: FlaskClient, person_in: Callable[..., Person], stored: Session
) -> None:
    person = person_in(name="Nora Feld")
    assert admins_browser.post("/people/cohorts", data={"name": "Autumn", "starts_on": "2026-09-01"}).status_code == 303
    (cohort,) = service.cohorts(stored)

    admins_browser.post(f"/people/{person.public_id}/cohorts", data={"cohort": cohort.public_id})

    assert "1 person" in admins_browser.get("/people/cohorts").text
    assert "Nora Feld" in admins_browser.get(f"/people?cohort={cohort.public_id}").text
    admins_browser.post(f"/people/{person.public_id}/cohorts", data={})
    assert "0 people" in admins_browser.get("/people/cohorts").text


@pytest.mark.parametrize(
    ("name", "starts_on", "field"),
    [
        ("", "2026-09-01", "name"),
        ("Autumn", "", "starts_on"),
        ("Autumn", "1.9.2026", "starts_on"),
        ("TAKEN", "2026-09-01", "name"),
    ],
)
def test_a_bad_cohort_is_told_at_its_field(admins_browser: FlaskClient, name: str, starts_on: str, field: str) -> None:
    admins_browser.post("/people/cohorts", data={"name": "Taken", "starts_on": "2026-01-01"})

    answer = admins_browser.post("/people/cohorts", data={"name": name, "starts_on": starts_on})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{starts_on}"' in answer.text


@pytest.mark.parametrize("path", ["", "/roles"])
def test_a_person_that_is_not_there_is_a_404(admins_browser: FlaskClient, path: str) -> None:
    assert admins_browser.get(f"/people/{'x' * 22}{path}").status_code == 404
