"""Two clicks, two tabs, two devices."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.assessment.makers import publish
from tests.assessment.sign_off.makers import Candidate, bank, publish_framework
from training.accounts.models import Person
from training.assessment.sign_off import service, sessions
from training.assessment.sign_off.models import Draw, SignOffSession
from training.db.errors import Conflict
from training.db.session import transaction


@pytest.fixture
def person(app: Flask, person_in: Callable[..., Person]) -> Person:
    with app.app_context(), transaction() as current:
        publish(current, *bank())
        publish_framework(current)
    return person_in()


def at_once(app: Flask, call: Callable[[Session], Any], times: int = 4) -> list[Any]:
    gate, results = threading.Barrier(times), list[Any]([None] * times)

    def run(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction() as current:
                    results[number] = call(current)
            except Conflict as error:  # somebody was first
                results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return list(results)


def test_beginning_twice_at_once_begins_once(app: Flask, person: Person) -> None:
    at_once(app, lambda current: Candidate(current, person.id).begin("cervical"))
    with app.app_context(), transaction() as current:
        assert current.scalar(select(func.count()).select_from(SignOffSession)) == 1
        assert sessions.runs(current, person.id)


def test_drawing_twice_at_once_draws_one_case(app: Flask, person: Person) -> None:
    with app.app_context(), transaction() as current:
        Candidate(current, person.id).begin("cervical")
    found = at_once(app, lambda current: Candidate(current, person.id).draw().public_id)
    assert len(set(found)) == 1
    with app.app_context(), transaction() as current:
        assert current.scalar(select(func.count()).select_from(Draw)) == 1
        assert service.overview(current, person.id, demonstration=True).open_public_id == found[0]
