"""Which lessons people have finished, of many people at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.study.models import LessonProgress


def finished_lessons_of(session: Session, person_ids: Collection[int]) -> dict[int, dict[str, datetime]]:
    """By person, the finished lessons and when; in one query."""
    found: dict[int, dict[str, datetime]] = {person_id: {} for person_id in person_ids}
    query = select(LessonProgress.person_id, LessonProgress.lesson_id, LessonProgress.finished_at)
    for person_id, lesson_id, finished_at in session.execute(
        query.where(LessonProgress.person_id.in_(person_ids), LessonProgress.finished_at.is_not(None))
    ):
        if finished_at is not None:
            found[person_id][lesson_id] = finished_at
    return found
