from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.makers import sign_in
from training.accounts.models import Person
from training.web.access import Role


@pytest.fixture
def browser_of(app: Flask, person_in: Callable[..., Person]) -> Callable[..., FlaskClient]:
    """`browser_of(Role.ADMIN)`: a browser in which somebody with these roles is signed in; without roles, nobody is."""

    def make(*roles: Role) -> FlaskClient:
        browser = app.test_client()
        if roles:
            sign_in(browser, person_in(*roles))
        return browser

    return make
