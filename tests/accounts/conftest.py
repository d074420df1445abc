from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.makers import sign_in
from training.accounts.models import Person
from training.db.session import session as app_session
from training.web.access import Role


@pytest.fixture
def admin(person_in: Callable[..., Person]) -> Person:
    return person_in(Role.ADMIN, name="Ada Admin")


@pytest.fixture
def admins_browser(client: FlaskClient, admin: Person) -> FlaskClient:
    """A browser in which the administrator is signed in."""
    sign_in(client, admin)
    return client


@pytest.fixture
def stored(app: Flask) -> Iterator[Session]:
    """What the application has committed."""
    with app.app_context():
        yield app_session()
