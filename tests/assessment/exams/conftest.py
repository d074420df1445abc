from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.assessment.exams.makers import Hall


@pytest.fixture
def hall(session: Session) -> Hall:
    return Hall(session)
