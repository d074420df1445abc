from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.makers import NOON, PASSWORD, make_person, sign_in
from training.accounts import password_links, service
from training.accounts.invitations import Closed
from training.accounts.models import Person
from training.db.errors import Invalid, NotFound
from training.db.session import transaction
from training.journal import service as journal
from training.web.access import Role

KEY = "a key for tests only"
NEW = "another long password"


def make_link(session: Session, person: Person) -> str:
    return password_links.make(session, person.id, KEY, by_id=make_person(session, Role.ADMIN).id, at=NOON)


def test_the_link_sets_a_new_password_and_ends_every_session(session: Session) -> None:
    person = make_person(session)
    stamp = person.session_stamp

    password_links.set_new(session, make_link(session, person), KEY, NEW, at=NOON)
    session.flush()

    assert service.check_password(session, person.email, NEW) is not None
    assert service.check_password(session, person.email, PASSWORD) is None
    assert service.signed_in(session, person.public_id, stamp) is None


def test_it_works_once(session: Session) -> None:
    person = make_person(session)
    link = make_link(session, person)
    password_links.set_new(session, link, KEY, NEW, at=NOON)

    with pytest.raises(Closed, match="was used"):
        password_links.set_new(session, link, KEY, "a third long password", at=NOON)


def test_a_password_changed_otherwise_closes_it(session: Session) -> None:
    person = make_person(session)
    link = make_link(session, person)
    service.change_password(session, person.id, PASSWORD, NEW)

    with pytest.raises(Closed):
        password_links.person_behind(session, link, KEY, at=NOON)


def test_it_expires(session: Session) -> None:
    person = make_person(session)
    link = make_link(session, person)

    almost = NOON + password_links.OPEN_FOR - timedelta(seconds=1)
    assert password_links.person_behind(session, link, KEY, at=almost) is person
    with pytest.raises(Closed, match="expired"):
        password_links.person_behind(session, link, KEY, at=NOON + password_links.OPEN_FOR)


@pytest.mark.parametrize("spoil", [lambda link: link[:-1], lambda link: "x" + link, lambda _: "x"])
def test_a_garbled_link_opens_nothing(session: Session, spoil: Callable[[str], str]) -> None:
    link = make_link(session, make_person(session))

    with pytest.raises(NotFound, match="Copy the whole link"):
        password_links.person_behind(session, spoil(link), KEY, at=NOON)


def test_an_invitation_is_no_password_link(session: Session) -> None:
    from training.accounts import invitations

    admin = make_person(session, Role.ADMIN)
    made = invitations.invite(session, note="x", role=Role.CLINIC, cohort_id=None, days=1, by_id=admin.id, at=NOON)

    with pytest.raises(NotFound):
        password_links.person_behind(session, invitations.token(made, KEY), KEY, at=NOON)


def test_a_bad_password_leaves_the_link_open(session: Session) -> None:
    person = make_person(session)
    link = make_link(session, person)

    with pytest.raises(Invalid):
        password_links.set_new(session, link, KEY, "short", at=NOON)
    assert password_links.person_behind(session, link, KEY, at=NOON) is person


def test_the_link_holds_nothing_that_a_session_does(session: Session) -> None:
    import base64

    person = make_person(session)
    body = make_link(session, person).rsplit(".", 1)[0].lstrip(".")
    text = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode(errors="ignore")

    assert person.session_stamp not in text


def test_who_made_and_who_used_it_is_journaled(session: Session) -> None:
    person = make_person(session)
    password_links.set_new(session, make_link(session, person), KEY, NEW, at=NOON)

    used, made = [row for row in journal.latest(session, limit=9) if row.kind.startswith("password.")]

    assert (made.kind, used.kind) == ("password.link-made", "password.set-by-link")
    assert used.actor_id == person.id != made.actor_id
    assert made.subject == used.subject == f"person/{person.public_id}"


def test_from_the_administrators_page_to_signed_in(
    admins_browser: FlaskClient, app: Flask, person_in: Callable[..., Person]
) -> None:
    person, browser = person_in(Role.TRAINEE, name="Nora Feld"), app.test_client()

    shown = admins_browser.post(f"/people/{person.public_id}/password-link")
    found = re.search(r'readonly value="http://localhost(/password/[^"]+)"', shown.text)
    assert found is not None
    assert shown.headers["Cache-Control"] == "no-store"
    assert "Nora Feld" in browser.get(found[1]).text
    assert browser.post(found[1], data={"password": NEW, "again": "x"}).status_code == 422

    answer = browser.post(found[1], data={"password": NEW, "again": NEW})

    assert answer.status_code == 303
    assert "Nora Feld" in browser.get("/account").text
    again = app.test_client().get(found[1])
    assert again.status_code == 410
    assert "was used" in again.text
    assert app.test_client().get("/password/garbled").status_code == 404


def test_only_administrators_make_links(client: FlaskClient, person_in: Callable[..., Person]) -> None:
    person = person_in(Role.TRAINEE)
    sign_in(client, person_in(Role.DECIDER, Role.ASSESSOR))

    assert client.post(f"/people/{person.public_id}/password-link").status_code == 403


def test_a_link_that_two_people_hold_sets_one_password(
    app: Flask, client: FlaskClient, admin: Person, person_in: Callable[..., Person]
) -> None:
    person = person_in()
    with app.app_context(), transaction() as db:
        link = password_links.make(db, person.id, KEY, by_id=admin.id, at=datetime.now(UTC))

    statuses = [
        client.post(f"/password/{link}", data={"password": word, "again": word}).status_code
        for word in (NEW, "the thief's own password")
    ]

    assert statuses == [303, 410]
