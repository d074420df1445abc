from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from tests.credentials.makers import make_certificate
from tests.query_counts import counted
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
def queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with queries() as asked`: what the application asks its database meanwhile."""
    with app.app_context():
        engine = database.engine
    return lambda: counted(engine)
