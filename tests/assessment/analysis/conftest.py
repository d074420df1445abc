"""A school whose trainees have answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.assessment.analysis.makers import answer_everything, big_quiz, cases, make_cohort
from tests.makers import make_person, sign_in
from training.accounts.models import Person
from training.db.session import transaction
from training.web.access import Role

QUESTIONS = 6


@dataclass(frozen=True)
class Answered:
    """Two cohorts, forty and four strong, who met everything; by public id."""

    autumn: str
    spring: str
    autumn_ids: list[int]


@pytest.fixture
def answered(app: Flask) -> Answered:
    with app.app_context(), transaction() as current:
        autumn, many = make_cohort(current, "Autumn", 40)
        spring, few = make_cohort(current, "Spring", 4)
        answer_everything(current, [big_quiz(QUESTIONS), *cases()], [*many, *few])
    return Answered(autumn, spring, many)


@pytest.fixture
def as_role(app: Flask, client: FlaskClient) -> Callable[..., FlaskClient]:
    """`as_role(Role.AUTHOR)`: a browser of somebody with these roles."""

    def make(*roles: Role) -> FlaskClient:
        with app.app_context(), transaction() as current:
            person: Person = make_person(current, *roles)
            current.flush()
            browser = app.test_client()
            sign_in(browser, person)
        return browser

    return make
