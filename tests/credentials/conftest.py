from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from tests.credentials.makers import make_certificate
from training.accounts.models import Person
from training.db.session import database, transaction


@pytest.fixture
def certificate_in(app: Flask) -> Callable[..., str]:
    """`certificate_in(person, scope=..., at=...)`: the code of a committed certificate."""

    def make(trainee: Person | None = None, **about: object) -> str:
        with app.app_context(), transaction() as current:
            return make_certificate(current, trainee, **about)

    return make


@pytest.fixture
def queries(app: Flask) -> Callable[..., Iterator[list[str]]]:
    """`with queries() as asked`: the statements that reach the database meanwhile, without BEGIN and ROLLBACK."""

    @contextmanager
    def count() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith("BEGIN"):
                asked.append(statement)

        with app.app_context():
            engine = database.engine
        event.listen(engine, "before_cursor_execute", note)
        yield asked
        event.remove(engine, "before_cursor_execute", note)

    return count  # type: ignore[return-value]
