"""What people see when something cannot be done: what happened, and a way out; never a traceback."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from training.accounts.models import Person
from training.config import Config
from training.db.errors import Conflict, Invalid, NotFound, Problem, Refused, TooMany
from training.db.session import database
from training.factory import create_app
from training.web.access import EVERYONE, Role, open_to

JSON = {"Accept": "application/json"}


def raising(app: Flask, error: Exception) -> FlaskClient:
    @open_to(EVERYONE)
    def view() -> str:
        raise error

    app.add_url_rule("/raise", "raise", view)
    return app.test_client()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("Gone is %(what)s.", what="it"), 404),
        (Refused("Gone is %(what)s.", what="it"), 403),
        (Conflict("Gone is %(what)s.", what="it"), 409),
        (Invalid("Gone is %(what)s.", what="it"), 422),
        (TooMany("Gone is %(what)s.", 90, what="it"), 429),
        (Problem("Gone is %(what)s.", what="it"), 400),
    ],
)
def test_a_problem_has_its_status_and_its_words(app: Flask, error: Problem, status: int) -> None:
    client = raising(app, error)

    page, program = client.get("/raise"), client.get("/raise", headers=JSON)

    assert page.status_code == program.status_code == status
    assert "Gone is it." in page.text
    assert "<h1>" in page.text
    assert 'href="/"' in page.text
    assert program.json == {"error": "Gone is it."}
    assert page.headers.get("Retry-After") == ("90" if status == 429 else None)


def test_what_stands_in_a_message_is_text_and_never_markup(app: Flask) -> None:
    page = raising(app, NotFound("There is no %(name)s.", name="<script>alert(1)</script>")).get("/raise").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_an_unknown_address_has_a_way_out(client: FlaskClient) -> None:
    answer = client.get("/nowhere/at/all")

    assert answer.status_code == 404
    assert "<title>There is no such page" in answer.text
    assert 'class="button" href="/"' in answer.text


def test_too_much_at_once_is_told(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": "x" * (app.config["MAX_CONTENT_LENGTH"] + 1)})

    assert answer.status_code == 413
    assert "too large" in answer.text


# --- without a database ----------------------------------------------------------------------------------------


def in_trouble(config: Config, url: str) -> FlaskClient:
    app = create_app(replace(config, database_url=url))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def assert_calm(client: FlaskClient) -> None:
    """Pages that need the database say so in words; those that need none are there."""
    with client.session_transaction() as kept:
        kept["_user_id"] = "somebody.stamp"
    for path in ("/account", "/verify/0000-0000-0000-0000-0", "/sign-in", "/"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "The database cannot be reached" in answer.text
        assert "Nothing you saved is lost" in answer.text
        assert "Traceback" not in answer.text
        assert "sqlite" not in answer.text.lower()
        assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/account", headers=JSON).json == {
        "error": "Nothing you saved is lost. Try again in a minute.",
    }
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_a_database_that_was_never_migrated(config: Config, tmp_path: Path) -> None:
    client = in_trouble(config, f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    assert_calm(client)

    told = client.get("/readyz").json
    assert told is not None
    assert told["status"] == "other migration"
    assert told["todo"] == "run: flask db upgrade"


def test_a_folder_that_is_not_there(config: Config, tmp_path: Path) -> None:
    client = in_trouble(config, f"sqlite:///{tmp_path / 'no such folder' / 'x.sqlite3'}")

    assert_calm(client)

    told = client.get("/readyz").json
    assert told is not None
    assert told["status"] == "no database"


def test_a_file_that_is_no_database(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "letter.sqlite3"
    path.write_text("Dear all, this is a letter and no database. " * 100)

    assert_calm(in_trouble(config, f"sqlite:///{path}"))


def test_a_postgresql_that_does_not_answer(config: Config) -> None:
    assert_calm(in_trouble(config, "postgresql://nobody@127.0.0.1:9/nothing"))


def test_a_locked_sqlite_file_is_told_and_nothing_is_lost(
    app: Flask, database_kind: str, tmp_path: Path, person_in: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL has no such lock")
    person = person_in(Role.ADMIN)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")  # so that the test need not wait for ten seconds
        connection.commit()
    stranger = sqlite3.connect(tmp_path / "segmental.sqlite3", isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"] = f"{person.public_id}.{person.session_stamp}"

    answer = browser.post("/people/cohorts", data={"name": "Autumn", "starts_on": "2026-09-01"})
    assert answer.status_code == 503
    assert "Traceback" not in answer.text
    assert browser.get("/people/cohorts").status_code == 200, "reading goes on"

    stranger.execute("ROLLBACK")
    stranger.close()
    assert browser.post("/people/cohorts", data={"name": "Autumn", "starts_on": "2026-09-01"}).status_code == 303


def test_ready_says_where_the_database_stands(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "ok"
