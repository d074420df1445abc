from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.makers import make_person, sign_in
from training.accounts.models import Person
from training.db.session import transaction
from training.web.access import Role


@pytest.fixture
def as_role(app: Flask, client: FlaskClient) -> Callable[..., FlaskClient]:
    """`as_role(Role.AUTHOR)`: a browser of somebody with these roles; `name` is what they are called."""

    def make(*roles: Role, name: str = "") -> FlaskClient:
        with app.app_context(), transaction() as current:
            person: Person = make_person(current, *roles, name=name)
            current.flush()
            browser = app.test_client()
            sign_in(browser, person)
        return browser

    return make
