"""Published items of our own, and somebody who reviews."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, QUIZ, REFER_CASE, SIGN_OFF, publish
from tests.makers import make_person
from training.accounts.models import Person
from training.db.session import transaction


@pytest.fixture
def small(app: Flask) -> None:
    """The application's database holds one quiz, two practice cases and one sign-off case."""
    with app.app_context(), transaction() as current:
        publish(current, QUIZ, PRACTICE, REFER_CASE, SIGN_OFF)


@pytest.fixture
def trainee(session: Session) -> Person:
    """A trainee in a database that holds the same; for tests of services."""
    publish(session, QUIZ, PRACTICE, REFER_CASE, SIGN_OFF)
    person = make_person(session)
    session.flush()
    return person
