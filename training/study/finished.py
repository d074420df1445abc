"""Which lessons people have finished, of many people at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training.study.models import LessonProgress

_ROWS = LessonProgress.__table__
_FINISHED = select(_ROWS.c.person_id, _ROWS.c.lesson_id, _ROWS.c.finished_at).where(
    _ROWS.c.person_id.in_(bindparam("people", expanding=True)), _ROWS.c.finished_at.is_not(None)
)


def finished_lessons_of(session: Session, person_ids: Collection[int]) -> dict[int, dict[str, datetime]]:
    """By person, the finished lessons and when; in one query."""
    found: dict[int, dict[str, datetime]] = {person_id: {} for person_id in person_ids}
    for person_id, lesson_id, finished_at in session.execute(_FINISHED, {"people": list(person_ids)}):
        if finished_at is not None:
            found[person_id][lesson_id] = finished_at
    return found
