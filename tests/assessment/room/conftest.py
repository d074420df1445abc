"""A published patient, and somebody who meets them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.assessment.makers import publish
from tests.assessment.room.makers import ROOM_CASE
from tests.makers import NOON
from training.assessment.room import service
from training.db.session import transaction


@pytest.fixture
def waiting(app: Flask, small: None) -> None:
    """The application's database holds the patient besides the small cases."""
    with app.app_context(), transaction() as current:
        publish(current, ROOM_CASE)


@pytest.fixture
def met(session: Session, trainee_id: int) -> str:
    """The trainee has met the patient; the encounter's public id."""
    publish(session, ROOM_CASE)
    return service.start_case(session, trainee_id, ROOM_CASE.id, at=NOON)
