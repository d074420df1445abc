"""The commands as a person or a script types them, each in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from training.config import ROOT


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Nothing of the machine's settings; a scratch instance in development."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGMENTAL_") and name != "PORT"}
    return {**kept, "SEGMENTAL_MODE": "development", "SEGMENTAL_INSTANCE": str(tmp_path / "instance")}


def run(*arguments: str, env: dict[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), *arguments]
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_content_check_needs_no_configuration(env: dict[str, str]) -> None:
    done = run("content", "check", env={**env, "SEGMENTAL_MODE": "production"})

    assert done.returncode == 0, done.stdout
    assert "0 problems" in done.stderr


def test_content_check_prints_problems_as_json_and_fails(env: dict[str, str], tmp_path: Path) -> None:
    broken = tmp_path / "cases" / "cervical" / "neck.md"
    broken.parent.mkdir(parents=True)
    broken.write_text("---\nid: neck\ntitel: Neck\nregion: cervical\n---\n## History\n\nPain.\n")

    done = run("content", "check", str(broken), "--format", "json", env=env)

    assert done.returncode == 1
    problems = json.loads(done.stdout)["problems"]
    assert {"path", "line", "what", "todo"} == set(problems[0])
    assert any(problem["line"] == 3 and "titel" in problem["what"] for problem in problems)


def test_content_check_says_when_a_path_is_missing(env: dict[str, str]) -> None:
    done = run("content", "check", "no/such/file.md", env=env)

    assert done.returncode == 2
    assert "there is no no/such/file.md" in done.stderr


def test_a_command_that_needs_a_secret_says_so(env: dict[str, str]) -> None:
    done = run("journal", "verify", env={**env, "SEGMENTAL_MODE": "production"})

    assert done.returncode == 1
    assert "SEGMENTAL_SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_serving_without_a_secret_is_refused(env: dict[str, str]) -> None:
    production = {**env, "SEGMENTAL_MODE": "production"}
    served = subprocess.run(
        [sys.executable, str(ROOT / "app.py")], env=production, capture_output=True, text=True, timeout=60, check=False
    )

    assert served.returncode == 2
    assert "SEGMENTAL_SECRET_KEY" in served.stderr
    assert run("run", env=production).returncode != 0


def test_a_taken_port_is_named_with_the_mend(env: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, str(ROOT / "app.py")],
            env={**env, "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 2
    assert f"Port {port}" in done.stderr
    assert "PORT=" in done.stderr


def test_a_first_administrator_can_be_added_and_given_roles(env: dict[str, str]) -> None:
    run("db", "upgrade", env=env)

    added = run(
        *("person", "add", "--name", "Ada L", "--email", "ada@example.org", "--role", "admin"),
        *("--password", "correct horse battery"),
        env=env,
    )
    again = run(
        *("person", "add", "--name", "Ada L", "--email", "ADA@example.org", "--role", "admin"),
        *("--password", "correct horse battery"),
        env=env,
    )
    changed = run("person", "role", "ada@example.org", "--give", "author", env=env)

    assert added.returncode == 0, added.stderr
    assert again.returncode == 1
    assert "already" in again.stderr
    assert changed.stdout.strip() == "admin, author"


def test_journal_verify_tells_an_unreadable_database_from_a_broken_chain(env: dict[str, str]) -> None:
    Path(env["SEGMENTAL_INSTANCE"]).mkdir(parents=True)

    unreadable = run("journal", "verify", env=env)
    run("db", "upgrade", env=env)
    empty = run("journal", "verify", env=env)

    assert unreadable.returncode == 2
    assert "Traceback" not in unreadable.stderr
    assert empty.returncode == 0


def test_the_demonstration_school_is_refused_in_production(env: dict[str, str]) -> None:
    production = {**env, "SEGMENTAL_MODE": "production", "SEGMENTAL_SECRET_KEY": "sixteen characters at least"}

    created, shown = run("demo", "create", env=production), run("demo", "show", env=production)

    assert (created.returncode, shown.returncode) == (1, 1)
    assert "production" in created.stderr


def test_publishing_an_empty_folder_retires_nothing(env: dict[str, str], tmp_path: Path) -> None:
    run("db", "upgrade", env=env)
    run("content", "publish", env=env)
    (tmp_path / "empty").mkdir()
    elsewhere = {**env, "SEGMENTAL_CONTENT_ROOT": str(tmp_path / "empty")}

    published = run("content", "publish", env=elsewhere)
    missing = run("content", "check", env={**env, "SEGMENTAL_CONTENT_ROOT": str(tmp_path / "nowhere")})

    assert published.returncode == 1
    assert "SEGMENTAL_CONTENT_ROOT" in published.stderr
    assert "0 new, 0 changed" in run("content", "publish", env=env).stdout
    assert missing.returncode == 2
