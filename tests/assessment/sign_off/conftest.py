from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests.assessment.makers import publish
from tests.assessment.sign_off.makers import Candidate, bank, publish_framework
from tests.makers import make_person


@pytest.fixture
def candidate(session: Session) -> Candidate:
    """A trainee of a demonstration school with 32 cervical and 24 lumbar cases."""
    publish(session, *bank(), *bank("lumbar"))
    publish_framework(session)
    return another(session)()


def another(session: Session) -> Callable[[], Candidate]:
    def make() -> Candidate:
        person = make_person(session)
        session.flush()
        return Candidate(session, person.id)

    return make
