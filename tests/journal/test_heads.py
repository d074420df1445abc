"""Heads that are kept elsewhere, their signatures, and the commands with their exit statuses."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from tests.journal.makers import Tamperer, write
from tests.makers import NOON
from training.db.session import session, transaction
from training.journal import heads, keys


def flask(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["journal", *map(str, args)])


@pytest.fixture
def written(app: Flask) -> Flask:
    with app.app_context(), transaction() as current:
        write(current)
    return app


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "journal.pem"
    keys.make_key(path)
    return path


def test_a_head_is_kept_signed_and_checked_against_the_chain_as_it_grew(
    written: Flask, tmp_path: Path, key: Path
) -> None:
    kept = tmp_path / "head.json"

    assert flask(written, "head", "--out", kept, "--sign", key).exit_code == 0
    with written.app_context(), transaction() as current:
        write(current, 3)
    done = flask(written, "verify", "--head", kept, "--key", keys.public_path(key))

    assert done.exit_code == 0, done.output
    assert "8 entries, the chain holds, and 1 kept head" in done.output
    fields = json.loads(kept.read_text())
    assert (fields["number"], fields["school"], len(fields["hash"])) == (5, "Segmental", 64)
    assert fields["signature"]["algorithm"] == "Ed25519"


def test_a_head_without_a_signature_says_that_none_was_checked(written: Flask, tmp_path: Path, key: Path) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(flask(written, "head").stdout)

    plain = flask(written, "verify", "--head", kept)
    wanted = flask(written, "verify", "--head", kept, "--key", keys.public_path(key))

    assert (plain.exit_code, wanted.exit_code) == (0, 1)
    assert "No signature was checked" in plain.output
    assert "not signed" in wanted.output


@pytest.mark.parametrize(
    ("field", "value"), [("number", 4), ("hash", "a" * 64), ("at", "2031-01-01T00:00:00+00:00"), ("signature", {})]
)
def test_a_head_that_was_changed_after_it_was_signed_does_not_hold(
    written: Flask, tmp_path: Path, key: Path, field: str, value: object
) -> None:
    kept = tmp_path / "head.json"
    flask(written, "head", "--out", kept, "--sign", key)
    kept.write_text(json.dumps({**json.loads(kept.read_text()), field: value}))

    done = flask(written, "verify", "--head", kept, "--key", keys.public_path(key))

    assert done.exit_code == 1
    assert "signed" in done.output


def test_a_head_that_somebody_else_signed_does_not_hold(written: Flask, tmp_path: Path, key: Path) -> None:
    other, kept = tmp_path / "other.pem", tmp_path / "head.json"
    keys.make_key(other)
    flask(written, "head", "--out", kept, "--sign", other)

    done = flask(written, "verify", "--head", kept, "--key", keys.public_path(key))

    assert done.exit_code == 1
    assert "signed with another key" in done.output


def test_a_chain_cut_behind_a_kept_head_is_named(written: Flask, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    flask(written, "head", "--out", kept)
    if written.extensions["training.config"].database_url.startswith("postgresql"):
        pytest.skip("the guard of a shared database stays; test_verifying cuts its chain in a transaction")
    with written.app_context(), transaction() as current:
        Tamperer(current)("DELETE FROM journal_entry WHERE number = 5")
        current.execute(
            text("UPDATE journal_head SET number = 4, hash = (SELECT hash FROM journal_entry WHERE number = 4)")
        )
        session().flush()

    done = flask(written, "verify", "--head", kept)

    assert done.exit_code == 1
    assert "entry 5: is missing: the head kept at" in done.output
    assert "the database does not refuse DELETE of entries any more" in done.output


def test_a_head_of_another_school_is_refused(written: Flask, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    fields = json.loads(flask(written, "head").stdout)
    kept.write_text(json.dumps({**fields, "school": "Elsewhere"}))

    done = flask(written, "verify", "--head", kept)

    assert done.exit_code == 1
    assert "Elsewhere" in done.output


@pytest.mark.parametrize(
    "content",
    ["", "[]", "nothing", '{"format": "other"}', '{"format": "segmental-journal-head-1"}', "[" * 100_000, "\udcff"],
)
def test_a_file_that_is_no_head_is_unusable(written: Flask, tmp_path: Path, content: str) -> None:
    kept = tmp_path / "head.json"
    kept.write_bytes(content.encode("utf-8", "surrogateescape"))

    done = flask(written, "verify", "--head", kept)

    assert done.exit_code == 2
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "cannot be used" in done.output


def test_what_cannot_be_used_ends_with_two(written: Flask, tmp_path: Path, key: Path) -> None:
    kept = tmp_path / "head.json"
    flask(written, "head", "--out", kept, "--sign", key)
    public = keys.public_path(key)

    assert flask(written, "verify", "--head", tmp_path / "none.json").exit_code == 2
    assert flask(written, "verify", "--head", kept, "--key", key).exit_code == 2  # the private half
    assert flask(written, "verify", "--key", public).exit_code == 2
    assert flask(written, "head", "--sign", public).exit_code == 2
    assert flask(written, "head", "--out", kept).exit_code == 2
    assert flask(written, "head", "--out", tmp_path / "no-folder" / "head.json").exit_code == 2


def test_a_private_key_is_for_its_owner_alone_and_never_written_over(written: Flask, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"

    assert flask(written, "key", "new", path).exit_code == 0
    before = path.read_bytes()
    again = flask(written, "key", "new", path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert again.exit_code == 2
    assert path.read_bytes() == before
    path.chmod(0o640)
    opened = flask(written, "head", "--sign", path)
    assert opened.exit_code == 2
    assert f"chmod 600 {path}" in opened.output


def test_without_a_path_the_key_stands_in_the_instance_folder(written: Flask) -> None:
    assert flask(written, "key", "new").exit_code == 0
    assert (written.extensions["training.config"].instance / "journal-key.pem").exists()


def test_a_head_is_not_taken_of_a_chain_that_ends_elsewhere(written: Flask) -> None:
    with written.app_context(), transaction() as current:
        current.execute(text("UPDATE journal_head SET number = 4"))

    done = flask(written, "head")

    assert done.exit_code == 1
    assert "flask journal verify" in done.output
    assert done.stdout == ""


def test_a_head_comes_back_from_its_text_as_it_was(key: Path) -> None:
    head = heads.signed(heads.Head("Schule für IMS", 7, "0a" * 32, NOON), keys.private_key(key))

    assert heads.from_text(heads.to_text(head)) == head
    assert heads.signature_holds(head, keys.public_key(keys.public_path(key)))
