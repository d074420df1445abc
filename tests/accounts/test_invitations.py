from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from tests.makers import NOON, PASSWORD, make_person, sign_in
from training.accounts import invitations, service
from training.accounts.invitations import Closed
from training.accounts.models import Cohort, Invitation, Person, PersonRole
from training.db.base import new_public_id
from training.db.engine import engine_options, prepare
from training.db.errors import Conflict, Invalid, NotFound
from training.db.session import transaction
from training.journal import service as journal
from training.web.access import Role

KEY = "a key for tests only"
LATER = NOON + timedelta(days=1)


def make_invitation(session: Session, *, role: Role = Role.TRAINEE, cohort_id: int | None = None) -> Invitation:
    admin = make_person(session, Role.ADMIN)
    return invitations.invite(
        session, note="A new one", role=role, cohort_id=cohort_id, days=7, by_id=admin.id, at=NOON
    )


def accept(session: Session, link: str, *, email: str = "new@example.org", at: datetime = LATER) -> Person:
    return invitations.accept_as_new(session, link, KEY, name="New Person", email=email, password=PASSWORD, at=at)


# --- the rules -------------------------------------------------------------------------------------------------


def test_a_new_person_gets_the_role_and_the_cohort(session: Session) -> None:
    cohort = service.add_cohort(session, "Autumn", NOON.date())
    link = invitations.token(make_invitation(session, role=Role.ASSESSOR, cohort_id=cohort.id), KEY)

    person = accept(session, link)

    profile = service.profile(session, person.public_id)
    assert (profile.roles, profile.cohorts) == ({Role.ASSESSOR}, ("Autumn",))


def test_somebody_known_gets_the_role_in_addition(session: Session) -> None:
    link = invitations.token(make_invitation(session, role=Role.DECIDER), KEY)
    person = make_person(session, Role.ASSESSOR)

    invitations.accept_as(session, link, KEY, person.id, at=LATER)
    session.flush()

    assert service.profile(session, person.public_id).roles == {Role.ASSESSOR, Role.DECIDER}


def test_an_invitation_that_gives_nothing_stays_open_for_somebody_else(session: Session) -> None:
    link = invitations.token(make_invitation(session), KEY)
    person = make_person(session, Role.TRAINEE)

    with pytest.raises(Closed, match="all that this invitation gives"):
        invitations.accept_as(session, link, KEY, person.id, at=LATER)

    assert accept(session, link)


def test_a_known_trainee_can_take_an_invitation_into_a_cohort(session: Session) -> None:
    cohort = service.add_cohort(session, "Autumn", NOON.date())
    link = invitations.token(make_invitation(session, cohort_id=cohort.id), KEY)
    person = make_person(session, Role.TRAINEE)

    invitations.accept_as(session, link, KEY, person.id, at=LATER)
    session.flush()

    assert service.profile(session, person.public_id).cohorts == ("Autumn",)


def test_it_works_once(session: Session) -> None:
    link = invitations.token(make_invitation(session), KEY)
    accept(session, link)

    with pytest.raises(Closed, match="used already"):
        accept(session, link, email="second@example.org")


def test_the_second_of_two_clicks_gives_the_same_person(session: Session) -> None:
    link = invitations.token(make_invitation(session), KEY)

    assert accept(session, link).id == accept(session, link).id


def test_the_second_click_needs_the_same_password(session: Session) -> None:
    link = invitations.token(make_invitation(session), KEY)
    accept(session, link)

    with pytest.raises(Closed):
        invitations.accept_as_new(
            session, link, KEY, name="New Person", email="new@example.org", password="guessed password", at=LATER
        )


def test_a_spent_link_is_no_place_to_try_passwords(session: Session) -> None:
    link = invitations.token(make_invitation(session), KEY)
    accept(session, link)

    with pytest.raises(Closed, match="used already"):
        invitations.accept_as_new(
            *(session, link, KEY),
            name="New Person",
            email="new@example.org",
            password=PASSWORD,
            at=LATER + timedelta(minutes=10),
        )


def test_the_second_click_of_somebody_known_changes_nothing(session: Session) -> None:
    link = invitations.token(make_invitation(session, role=Role.DECIDER), KEY)
    person = make_person(session)
    for _ in range(2):
        invitations.accept_as(session, link, KEY, person.id, at=LATER)
    session.flush()

    given = [
        row for row in journal.latest(session, limit=50) if row.payload == {"role": "decider"} and "role" in row.kind
    ]
    assert len(given) == 1


def test_it_expires_to_the_second(session: Session) -> None:
    made = make_invitation(session)
    link = invitations.token(made, KEY)

    assert invitations.open_invitation(session, link, KEY, at=made.expires_at - timedelta(seconds=1)) is made
    with pytest.raises(Closed, match="expired"):
        invitations.open_invitation(session, link, KEY, at=made.expires_at)
    with pytest.raises(Closed, match="expired"):
        accept(session, link, at=made.expires_at)


def test_a_withdrawn_one_opens_nothing(session: Session) -> None:
    made = make_invitation(session)
    invitations.revoke(session, made.public_id, by_id=made.created_by_id, at=LATER)
    invitations.revoke(session, made.public_id, by_id=made.created_by_id, at=LATER)

    with pytest.raises(Closed, match="withdrawn"):
        accept(session, invitations.token(made, KEY))
    kinds = [row.kind for row in journal.latest(session, limit=50)]
    assert kinds.count("invitation.withdrawn") == 1


def test_a_used_one_cannot_be_withdrawn(session: Session) -> None:
    made = make_invitation(session)
    accept(session, invitations.token(made, KEY))

    with pytest.raises(Conflict, match="has used"):
        invitations.revoke(session, made.public_id, by_id=made.created_by_id, at=LATER)


@pytest.mark.parametrize(
    "spoil", [lambda link: link[:-1], lambda link: link + "x", lambda link: "", lambda link: "a.b"]
)
def test_a_garbled_link_is_not_ours(session: Session, spoil: Callable[[str], str]) -> None:
    link = invitations.token(make_invitation(session), KEY)

    with pytest.raises(NotFound, match="Copy the whole link"):
        invitations.open_invitation(session, spoil(link), KEY, at=LATER)


def test_a_link_signed_with_another_key_is_not_ours(session: Session) -> None:
    with pytest.raises(NotFound):
        invitations.open_invitation(session, invitations.token(make_invitation(session), "other"), KEY, at=LATER)


def test_a_taken_address_leaves_the_invitation_open(session: Session) -> None:
    link = invitations.token(make_invitation(session), KEY)
    known = make_person(session)
    session.commit()

    with pytest.raises(Conflict, match="e-mail address already"):
        accept(session, link, email=known.email.upper())
    session.rollback()

    assert accept(session, link)


def test_the_same_form_sent_twice_makes_one_invitation(session: Session) -> None:
    admin = make_person(session, Role.ADMIN)
    form_id = new_public_id()
    for _ in range(2):
        invitations.invite(
            session, note="x", role=Role.CLINIC, cohort_id=None, days=7, by_id=admin.id, at=NOON, public_id=form_id
        )

    assert session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_only_offered_lengths_are_taken(session: Session) -> None:
    admin = make_person(session, Role.ADMIN)

    with pytest.raises(Invalid, match="from the list"):
        invitations.invite(session, note="x", role=Role.CLINIC, cohort_id=None, days=365, by_id=admin.id, at=NOON)


def test_two_people_at_once_cannot_both_take_it(session: Session, database_url: str) -> None:
    link = invitations.token(make_invitation(session), KEY)
    session.commit()
    engine = create_engine(**engine_options(database_url))
    prepare(engine)
    ready, outcomes = threading.Barrier(2), []

    def take(number: int) -> None:
        with Session(engine) as mine:
            mine.connection(execution_options={"training_writes": True}) if engine.dialect.name != "sqlite" else None
            ready.wait()
            if engine.dialect.name == "sqlite":
                mine.connection(execution_options={"training_writes": True})
            try:
                accept(mine, link, email=f"taker{number}@example.org")
                mine.commit()
                outcomes.append("taken")
            except Closed:
                outcomes.append("refused")

    takers = [threading.Thread(target=take, args=(number,)) for number in range(2)]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    engine.dispose()

    assert sorted(outcomes) == ["refused", "taken"]
    found = session.scalars(select(Person.email).where(Person.email.like("taker%"))).all()
    assert len(found) == 1


# --- the administrator's pages ---------------------------------------------------------------------------------


def invite(client: FlaskClient, **changed: str) -> tuple[int, str]:
    fields = {"note": "The new one", "role": "trainee", "cohort": "", "days": "7", "public_id": new_public_id()}
    answer = client.post("/people/invitations", data={**fields, **changed})
    return answer.status_code, answer.headers.get("Location", answer.text)


def links_on(page: str) -> list[str]:
    return re.findall(r'readonly value="http://localhost(/invitations/[^"]+)"', page)


def test_an_administrator_makes_a_link_that_a_new_person_takes(admins_browser: FlaskClient, app: Flask) -> None:
    status, place = invite(admins_browser, role="assessor")
    assert status == 303
    (link,) = links_on(admins_browser.get(place).text)
    stranger = app.test_client()

    shown = stranger.get(link)
    assert shown.status_code == 200
    assert "Assessor" in shown.text
    taken = stranger.post(
        link, data={"name": "Nora Feld", "email": "Nora@Example.org", "password": PASSWORD, "again": PASSWORD}
    )

    assert (taken.status_code, taken.headers["Location"]) == (303, "/")
    account = stranger.get("/account").text
    assert "Nora Feld" in account
    assert "nora@example.org" in account
    listed = admins_browser.get("/people/invitations").text
    assert "taken by Nora Feld" in listed
    assert links_on(listed) == []


def test_a_second_person_is_told_that_the_link_is_used(admins_browser: FlaskClient, app: Flask) -> None:
    (link,) = links_on(admins_browser.get(invite(admins_browser)[1]).text)
    form = {"name": "A", "email": "a@example.org", "password": PASSWORD, "again": PASSWORD}
    app.test_client().post(link, data=form)

    for answer in (app.test_client().get(link), app.test_client().post(link, data={**form, "email": "b@example.org"})):
        assert answer.status_code == 410
        assert "used already" in answer.text


def test_the_same_form_again_signs_the_same_person_in(admins_browser: FlaskClient, app: Flask) -> None:
    (link,) = links_on(admins_browser.get(invite(admins_browser)[1]).text)
    form = {"name": "A", "email": "a@example.org", "password": PASSWORD, "again": PASSWORD}
    first, second = app.test_client(), app.test_client()

    assert first.post(link, data=form).status_code == 303
    assert second.post(link, data=form).status_code == 303
    assert "a@example.org" in second.get("/account").text


def test_a_signed_in_person_takes_it_for_their_account(
    admins_browser: FlaskClient, app: Flask, person_in: Callable[..., Person]
) -> None:
    (link,) = links_on(admins_browser.get(invite(admins_browser, role="decider")[1]).text)
    browser, person = app.test_client(), person_in(Role.ASSESSOR, name="Ines Duarte")
    sign_in(browser, person)

    assert "You are signed in as Ines Duarte" in browser.get(link).text
    assert browser.post(link).status_code == 303
    assert "Assessor, Decider" in browser.get("/account").text


def test_a_signed_in_person_with_the_role_keeps_the_link_for_others(
    admins_browser: FlaskClient, app: Flask, person_in: Callable[..., Person]
) -> None:
    (link,) = links_on(admins_browser.get(invite(admins_browser)[1]).text)
    browser = app.test_client()
    sign_in(browser, person_in(Role.TRAINEE))

    assert "It stays open for somebody else" in browser.get(link).text
    assert browser.post(link).status_code == 410
    assert app.test_client().get(link).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 121),
        ("email", "nobody"),
        ("email", "a b@c"),
        ("password", "short"),
        ("again", "x"),
    ],
)
def test_a_bad_field_is_named_and_the_others_kept(
    admins_browser: FlaskClient, app: Flask, field: str, value: str
) -> None:
    (link,) = links_on(admins_browser.get(invite(admins_browser)[1]).text)
    form = {"name": "Nora", "email": "nora@example.org", "password": PASSWORD, "again": PASSWORD, field: value}
    if field == "password":
        form["again"] = value

    answer = app.test_client().post(link, data=form)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert PASSWORD not in answer.text
    assert 'value="Nora"' in answer.text or field == "name"


def test_a_taken_address_is_told_at_its_field(
    admins_browser: FlaskClient, app: Flask, person_in: Callable[..., Person]
) -> None:
    (link,) = links_on(admins_browser.get(invite(admins_browser)[1]).text)
    form = {"name": "N", "email": person_in().email, "password": PASSWORD, "again": PASSWORD}

    answer = app.test_client().post(link, data=form)

    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


@pytest.mark.parametrize(
    ("what", "status", "says"),
    [("expired", 410, "has expired"), ("withdrawn", 410, "was withdrawn"), ("garbled", 404, "Copy the whole link")],
)
def test_each_closed_link_says_why_and_what_to_do(
    app: Flask, client: FlaskClient, admin: Person, what: str, status: int, says: str
) -> None:
    now = datetime.now(UTC)
    with app.app_context(), transaction() as db:
        made = invitations.invite(
            db,
            note="x",
            role=Role.TRAINEE,
            cohort_id=None,
            days=3,
            by_id=admin.id,
            at=now - timedelta(days=4 if what == "expired" else 1),
        )
        if what == "withdrawn":
            invitations.revoke(db, made.public_id, by_id=admin.id, at=now)
        link = invitations.token(made, KEY) + ("x" if what == "garbled" else "")

    for answer in (client.get(f"/invitations/{link}"), client.post(f"/invitations/{link}", data={})):
        if answer.request.method == "GET":
            assert answer.status_code == status
        assert says in answer.text
        assert "/sign-in" in answer.text


def test_withdrawing_asks_first(admins_browser: FlaskClient, app: Flask) -> None:
    (link,) = links_on(admins_browser.get(invite(admins_browser)[1]).text)
    page = admins_browser.get("/people/invitations").text
    (address,) = re.findall(r'href="(/people/invitations/[^/"]+/withdraw)"', page)

    assert "Withdraw the invitation?" in admins_browser.get(address).text
    assert app.test_client().get(link).status_code == 200
    assert admins_browser.post(address).status_code == 303
    assert app.test_client().get(link).status_code == 410
    assert "Nothing to withdraw" in admins_browser.get(address).text


@pytest.mark.parametrize(
    ("field", "value"),
    [("note", ""), ("note", "x" * 121), ("role", "king"), ("cohort", "x"), ("days", "8"), ("days", "")],
)
def test_a_tampered_invitation_form_is_refused(admins_browser: FlaskClient, field: str, value: str) -> None:
    status, page = invite(admins_browser, **{field: value})

    assert status == 422
    assert f'id="{field}-error"' in page
    assert links_on(page) == []


def test_a_form_identity_of_anothers_making_is_replaced(admins_browser: FlaskClient, stored: Session) -> None:
    invite(admins_browser, public_id="../../etc/passwd")

    (public_id,) = stored.scalars(select(Invitation.public_id))
    assert len(public_id) == 22


def test_an_invitation_can_lead_into_a_cohort(admins_browser: FlaskClient, app: Flask, stored: Session) -> None:
    admins_browser.post("/people/cohorts", data={"name": "Autumn", "starts_on": "2026-09-01"})
    cohort = stored.scalars(select(Cohort)).one()
    (link,) = links_on(admins_browser.get(invite(admins_browser, cohort=cohort.public_id)[1]).text)
    browser = app.test_client()
    browser.post(link, data={"name": "N", "email": "n@example.org", "password": PASSWORD, "again": PASSWORD})

    assert "Autumn" in browser.get("/account").text
    assert stored.scalar(select(func.count()).select_from(PersonRole)) == 2
