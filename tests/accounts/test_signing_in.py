from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.makers import NOON, PASSWORD, make_person, sign_in
from training.accounts import passwords, service
from training.accounts.models import Person, SignInFailure
from training.accounts.signing_in import (
    FAILURES_KEPT,
    FAILURES_PER_ACCOUNT,
    FAILURES_PER_ADDRESS,
    THROTTLE_WINDOW,
)
from training.db.errors import Invalid, Refused, TooMany
from training.db.session import transaction
from training.web.access import Role

TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')  # it holds the second in which it was made


def fail(session: Session, email: str, *, times: int, address: str = "192.0.2.1") -> None:
    for second in range(times):
        service.note_failure(session, email, address, at=NOON + timedelta(seconds=second))
    session.flush()


# --- the rules -------------------------------------------------------------------------------------------------


def test_address_and_password_find_the_person_however_the_address_is_written(session: Session) -> None:
    person = make_person(session, Role.AUTHOR, Role.TRAINEE)

    found = service.check_password(session, f"  {person.email.upper()} ", PASSWORD)

    assert found is not None
    assert (found.id, found.roles) == (person.id, {Role.AUTHOR, Role.TRAINEE})


def test_a_wrong_password_and_an_unknown_address_find_nobody(session: Session) -> None:
    person = make_person(session)

    assert service.check_password(session, person.email, PASSWORD + " ") is None
    assert service.check_password(session, "nobody@example.org", PASSWORD) is None


def test_an_unknown_address_costs_a_hash_too(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []
    monkeypatch.setattr(passwords, "spend_the_same_time", hashed.append)

    service.check_password(session, "nobody@example.org", PASSWORD)

    assert hashed == [PASSWORD]


def test_passwords_are_kept_as_argon2id(session: Session) -> None:
    assert make_person(session).password_hash.startswith("$argon2id$")


def test_the_last_try_before_the_limit_is_allowed(session: Session) -> None:
    fail(session, "a@example.org", times=FAILURES_PER_ACCOUNT - 1)

    service.refuse_if_throttled(session, "a@example.org", "192.0.2.9", at=NOON + timedelta(seconds=30))


def test_too_many_failures_are_refused_for_unknown_accounts_alike_and_say_how_long(session: Session) -> None:
    fail(session, "Nobody@Example.org", times=FAILURES_PER_ACCOUNT)

    with pytest.raises(TooMany, match="in 15 minutes") as refused:
        service.refuse_if_throttled(session, "nobody@example.org", "192.0.2.9", at=NOON + timedelta(seconds=30))

    assert refused.value.retry_after_seconds == THROTTLE_WINDOW.total_seconds() - 30


def test_the_wait_ends_when_it_said(session: Session) -> None:
    fail(session, "a@example.org", times=FAILURES_PER_ACCOUNT)
    then = NOON + THROTTLE_WINDOW

    with pytest.raises(TooMany, match="in a minute"):
        service.refuse_if_throttled(session, "a@example.org", "192.0.2.9", at=then - timedelta(seconds=1))
    service.refuse_if_throttled(session, "a@example.org", "192.0.2.9", at=then)


def test_one_address_that_tries_many_accounts_is_refused(session: Session) -> None:
    for number in range(FAILURES_PER_ADDRESS):
        fail(session, f"person{number}@example.org", times=1)

    with pytest.raises(TooMany):
        service.refuse_if_throttled(session, "another@example.org", "192.0.2.1", at=NOON + timedelta(seconds=2))
    service.refuse_if_throttled(session, "another@example.org", "192.0.2.2", at=NOON + timedelta(seconds=2))


def test_what_was_typed_as_address_is_not_kept(session: Session) -> None:
    fail(session, "my secret password", times=1)

    kept = session.execute(select(SignInFailure.account_key, SignInFailure.address)).one()

    assert "secret" not in kept.account_key
    assert len(kept.account_key) == 64


def test_failures_of_another_day_are_forgotten(session: Session) -> None:
    fail(session, "a@example.org", times=3)

    service.note_failure(session, "b@example.org", "192.0.2.1", at=NOON + FAILURES_KEPT + timedelta(minutes=1))
    session.flush()

    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 1


def test_a_changed_password_ends_other_sessions(session: Session) -> None:
    person = make_person(session)
    before = person.session_stamp

    after = service.change_password(session, person.id, PASSWORD, "another long password")
    session.flush()

    assert service.signed_in(session, person.public_id, before) is None
    assert service.signed_in(session, person.public_id, after) is not None
    assert service.check_password(session, person.email, PASSWORD) is None


def test_the_old_password_is_asked_for(session: Session) -> None:
    person = make_person(session)

    with pytest.raises(Refused, match="present password"):
        service.change_password(session, person.id, "not it at all", "another long password")


@pytest.mark.parametrize("bad", ["", "nine char", "x" * 201])
def test_a_password_that_is_too_short_or_endless_is_refused(session: Session, bad: str) -> None:
    person = make_person(session)

    with pytest.raises(Invalid, match="characters"):
        service.change_password(session, person.id, PASSWORD, bad)


# --- the pages -------------------------------------------------------------------------------------------------


def try_to_sign_in(client: FlaskClient, email: str, password: str, *, after: str = "") -> tuple[int, str, str]:
    answer = client.post(
        "/sign-in", query_string={"next": after} if after else {}, data={"email": email, "password": password}
    )
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def test_signing_in_begins_a_session(client: FlaskClient, person_in: Callable[..., Person]) -> None:
    person = person_in(Role.TRAINEE, name="Nora Feld")

    assert try_to_sign_in(client, person.email, PASSWORD)[:2] == (303, "/")

    assert "Nora Feld" in client.get("/account").text
    cookie = client.get_cookie("segmental")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.expires is not None, "a permanent session outlives the browser"


def test_nothing_of_the_session_before_survives_signing_in(
    client: FlaskClient, person_in: Callable[..., Person]
) -> None:
    person = person_in()
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
        kept["csrf_token"] = "known to somebody else"

    try_to_sign_in(client, person.email, PASSWORD)

    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept.get("csrf_token") != "known to somebody else"
        assert kept["_user_id"] == f"{person.public_id}.{person.session_stamp}"


def test_the_words_are_the_same_whichever_half_was_wrong(client: FlaskClient, person_in: Callable[..., Person]) -> None:
    person = person_in()

    unknown = try_to_sign_in(client, "nobody@example.org", "some wrong password")
    wrong = try_to_sign_in(client, person.email, "some wrong password")

    assert unknown[0] == wrong[0] == 422
    told = [
        TOKEN.sub("", page.replace(email, ""))
        for page, email in ((unknown[2], "nobody@example.org"), (wrong[2], person.email))
    ]
    assert told[0] == told[1]
    assert "<title>Error: Sign in" in wrong[2]
    assert "some wrong password" not in wrong[2]


def test_an_empty_form_is_told_at_its_fields_and_counts_as_no_failure(client: FlaskClient, app: Flask) -> None:
    status, _, page = try_to_sign_in(client, "", "")

    assert status == 422
    assert 'id="email-error"' in page
    assert 'id="password-error"' in page
    with app.app_context(), transaction() as db:
        assert db.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_too_many_tries_are_stopped_even_with_the_right_password(
    client: FlaskClient, person_in: Callable[..., Person]
) -> None:
    person = person_in()
    for _ in range(FAILURES_PER_ACCOUNT):
        try_to_sign_in(client, person.email, "not the password")

    answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})

    assert answer.status_code == 429
    assert "Try again in 15 minutes." in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= THROTTLE_WINDOW.total_seconds()
    assert client.get("/account").status_code == 303


def test_somebody_elses_failures_do_not_stop_a_person(client: FlaskClient, person_in: Callable[..., Person]) -> None:
    person, other = person_in(), person_in()
    for _ in range(FAILURES_PER_ACCOUNT):
        try_to_sign_in(client, other.email, "not the password")

    assert try_to_sign_in(client, person.email, PASSWORD)[0] == 303


def test_one_goes_on_to_the_page_that_was_asked_for(client: FlaskClient, person_in: Callable[..., Person]) -> None:
    asked = client.get("/account?x=1")
    assert asked.status_code == 303
    assert asked.headers["Location"] == "/sign-in?next=/account?x%3D1"

    answer = client.post(asked.headers["Location"], data={"email": person_in().email, "password": PASSWORD})

    assert answer.headers["Location"] == "/account?x=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        " /x",
    ],
)
def test_one_is_never_sent_to_another_site(
    client: FlaskClient, person_in: Callable[..., Person], elsewhere: str
) -> None:
    assert try_to_sign_in(client, person_in().email, PASSWORD, after=elsewhere)[:2] == (303, "/")


def test_who_is_signed_in_is_sent_on(client: FlaskClient, person_in: Callable[..., Person]) -> None:
    sign_in(client, person_in())

    assert client.get("/sign-in").headers["Location"] == "/"
    assert client.get("/sign-in?next=/account").headers["Location"] == "/account"
    assert client.get("/sign-in?next=//evil.example").headers["Location"] == "/"


def test_signing_out_is_a_post_and_ends_the_session(client: FlaskClient, person_in: Callable[..., Person]) -> None:
    sign_in(client, person_in())

    assert client.get("/sign-out").status_code == 405
    assert client.get("/account").status_code == 200
    assert client.post("/sign-out").headers["Location"] == "/"
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize("kept", ["", ".", "x", "x.y", "." * 500, "ü.ü"])
def test_a_cookie_that_names_nobody_is_nobody(client: FlaskClient, kept: str) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = kept

    assert client.get("/account").status_code == 303


# --- one's own account -----------------------------------------------------------------------------------------


def change(client: FlaskClient, old: str, new: str, again: str | None = None) -> tuple[int, str]:
    answer = client.post(
        "/account/password", data={"old": old, "password": new, "again": new if again is None else again}
    )
    return answer.status_code, answer.text


def test_the_account_says_who_one_is(client: FlaskClient, person_in: Callable[..., Person]) -> None:
    person = person_in(Role.ASSESSOR, Role.AUTHOR, name="Ines <Duarte>")
    sign_in(client, person)

    page = client.get("/account").text

    assert "Ines &lt;Duarte&gt;" in page
    assert person.email in page
    assert "Assessor, Author" in page


def test_changing_the_password_keeps_this_session_and_ends_the_others(
    app: Flask, client: FlaskClient, person_in: Callable[..., Person]
) -> None:
    person = person_in()
    phone = app.test_client()
    sign_in(client, person)
    sign_in(phone, person)

    assert change(client, PASSWORD, "another long password")[0] == 303

    assert client.get("/account").status_code == 200
    assert phone.get("/account").status_code == 303
    assert try_to_sign_in(app.test_client(), person.email, PASSWORD)[0] == 422
    assert try_to_sign_in(app.test_client(), person.email, "another long password")[0] == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("", "another long password", None, "old"),
        ("not the password", "another long password", None, "old"),
        (PASSWORD, "short", None, "password"),
        (PASSWORD, "another long password", "another long pasword", "again"),
    ],
)
def test_a_bad_change_is_told_at_its_field(
    client: FlaskClient, person_in: Callable[..., Person], old: str, new: str, again: str | None, field: str
) -> None:
    person = person_in()
    sign_in(client, person)

    status, page = change(client, old, new, again)

    assert status == 422
    assert f'id="{field}-error"' in page
    assert "<title>Error: " in page
    assert client.get("/account").status_code == 200, "the session goes on"


def test_the_present_password_cannot_be_guessed_through_the_account(
    client: FlaskClient, person_in: Callable[..., Person]
) -> None:
    sign_in(client, person_in())
    for _ in range(FAILURES_PER_ACCOUNT):
        assert change(client, "not the password", "another long password")[0] == 422

    assert change(client, PASSWORD, "another long password")[0] == 429


@given(email=st.text(max_size=300), password=st.text(max_size=300))
def test_any_text_in_the_form_is_read(email: str, password: str) -> None:
    from training.accounts.people import looks_like_email, normal_email

    normal = normal_email(email)
    assert normal == normal_email(normal)
    assert not looks_like_email(normal) or normal.count("@") == 1
