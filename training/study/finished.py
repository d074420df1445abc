"""Which lessons people have finished, and when they last read or reviewed anything; of many people at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, String, bindparam, cast, func, null, select, union_all
from sqlalchemy.orm import Session

from training.study.models import LessonProgress
from training.study.review.models import Review

_ROWS, _REVIEWS = LessonProgress.__table__, Review.__table__
_PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)
_FINISHED = select(_ROWS.c.person_id, _ROWS.c.lesson_id, _ROWS.c.finished_at).where(
    _ROWS.c.person_id.in_(_PEOPLE), _ROWS.c.finished_at.is_not(None)
)
_SEEN = [
    select(person, cast(null(), String), func.max(at)).where(person.in_(_PEOPLE)).group_by(person)
    for person, at in ((_ROWS.c.person_id, _ROWS.c.touched_at), (_REVIEWS.c.person_id, _REVIEWS.c.reviewed_at))
]
_STUDIED = union_all(_FINISHED, *_SEEN)


@dataclass
class Studied:
    """Of one person: finished lessons and when, and when they last read or reviewed."""

    lessons: dict[str, datetime] = field(default_factory=dict)
    seen_at: datetime | None = None


def studied_of_many(session: Session, person_ids: Collection[int]) -> dict[int, Studied]:
    """By person, in one query; there is one of everybody."""
    found = {person_id: Studied() for person_id in person_ids}
    for person_id, lesson_id, at in session.execute(_STUDIED, {"people": list(person_ids)}):
        mine = found[person_id]
        if lesson_id is None:
            mine.seen_at = max(mine.seen_at or at, at)
        else:
            mine.lessons[lesson_id] = at
    return found


def finished_lessons_of(session: Session, person_ids: Collection[int]) -> dict[int, dict[str, datetime]]:
    """By person, the finished lessons and when; in one query."""
    found: dict[int, dict[str, datetime]] = {person_id: {} for person_id in person_ids}
    for person_id, lesson_id, finished_at in session.execute(_FINISHED, {"people": list(person_ids)}):
        if finished_at is not None:
            found[person_id][lesson_id] = finished_at
    return found
