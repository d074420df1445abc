from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.journal.makers import Tamperer, write


@pytest.fixture
def tamper(session: Session) -> Iterator[Tamperer]:
    """Five entries, which may be changed until the test ends."""
    write(session)
    yield Tamperer(session)
    session.rollback()
