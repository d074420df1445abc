from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.competency.stations.makers import Hall
from tests.makers import NOON
from training.content.documents import Library
from training.library import service as library


@pytest.fixture
def hall(session: Session, shipped: Library) -> Hall:
    """The shipped stations and framework, an examiner, a decider and three candidates."""
    wanted = [one for one in shipped.items if one.kind in ("station", "framework", "course", "quiz")]
    library.publish(session, wanted, at=NOON)
    return Hall(session)
