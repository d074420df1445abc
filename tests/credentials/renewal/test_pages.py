"""What holders and instructors see of renewal, and the nightly command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.makers import sign_in
from training.accounts.models import Person
from training.content.documents import Library
from training.credentials import codes
from training.web.access import Role

People = Callable[..., Person]
Maker = Callable[..., str]


@pytest.fixture
def holder(person_in: People, published: Library) -> Person:
    return person_in(Role.TRAINEE, name="Asha Rao")


def ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def nightly(app: Flask) -> str:
    done = app.test_cli_runner().invoke(args=["renewal", "run"])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_tells_and_the_holder_reads_it_first_thing(
    app: Flask, client: FlaskClient, holder: Person, certificate_in: Maker
) -> None:
    certificate_in(holder, scope={"cervical": "independent"}, at=ago(60))
    assert "1 certificates, 1 notices, 0 lines narrowed" in nightly(app)
    assert "1 certificates, 0 notices, 0 lines narrowed" in nightly(app)
    sign_in(client, holder)
    for address in ("/", "/progress", "/my/certificates"):
        assert "Cervical: practice cases are due." in client.get(address).text, address


def test_a_holder_sees_until_when_each_line_is_current_and_what_is_next(
    client: FlaskClient, holder: Person, certificate_in: Maker
) -> None:
    certificate_in(holder, scope={"cervical": "independent", "chest-wall": "supervised"}, at=ago(3))
    sign_in(client, holder)
    page = " ".join(client.get("/my/certificates").text.split())
    assert "Next dose:" in page
    assert "current until" in page
    assert "3 different practice cases (thoracic)" in page


def test_who_has_no_certificate_sees_nothing_of_it(client: FlaskClient, holder: Person) -> None:
    sign_in(client, holder)
    assert "Staying current" not in client.get("/progress").text


def test_a_lapse_is_shown_with_the_way_back_and_its_reason_only_to_those_who_manage(
    app: Flask, client: FlaskClient, holder: Person, certificate_in: Maker, person_in: People
) -> None:
    code = certificate_in(holder, scope={"cervical": "independent"}, at=ago(300))
    nightly(app)
    assert "0 lines narrowed" in nightly(app), "the notice was given today"
    sign_in(client, person_in(Role.DECIDER))
    assert "Lapsed" in client.get("/renewals").text
    assert client.get(f"/certificates/{codes.shown(code)}").status_code == 200


def test_instructors_see_every_renewal_and_trainees_none(
    client: FlaskClient, holder: Person, certificate_in: Maker, person_in: People
) -> None:
    certificate_in(holder, scope={"cervical": "independent"}, at=ago(10), valid_months=2)
    sign_in(client, person_in(Role.ASSESSOR))
    page = client.get("/renewals").text
    assert "Time to renew, and every line is current" in page
    assert f"/trainees/{holder.public_id}#propose" in page
    assert "Staying current" in client.get(f"/trainees/{holder.public_id}").text
    sign_in(client, holder)
    assert client.get("/renewals").status_code == 403


def test_a_renewed_certificate_names_the_one_before_it_to_everybody(
    client: FlaskClient, holder: Person, certificate_in: Maker
) -> None:
    first = codes.shown(certificate_in(holder, at=ago(9)))
    second = codes.shown(certificate_in(holder, at=ago(1)))
    page = client.get(f"/verify/{second}").text
    assert "Renews" in page
    assert f'href="/verify/{first}"' in page
