"""What a person answered wrongly once, in quizzes, lessons and practice cases, and does not keep as a card yet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from training.assessment import service as assessment
from training.study.review.models import ReviewCard

_MISSED = assessment.MISSED_QUESTIONS.c
_CARD = ReviewCard.__table__.c


@dataclass(frozen=True)
class Missed:
    """A question that was answered wrongly. `version_hash` is what people meet now under its item's id."""

    item_id: str
    question_id: str
    version_hash: str
    item_kind: str

    @property
    def key(self) -> str:
        return key_of(self.item_id, self.question_id)


def key_of(item_id: str, question_id: str) -> str:
    return f"{item_id}#{question_id}"


_KEPT = exists().where(_CARD.person_id == bindparam("person"), _CARD.key == _MISSED.item_id + "#" + _MISSED.question_id)
_OPEN = select(_MISSED.item_id, _MISSED.question_id, _MISSED.version_hash, _MISSED.kind).where(~_KEPT)
_IN_ORDER = _OPEN.order_by(_MISSED.first_at, _MISSED.first_id)
missed_count = select(func.count()).select_from(_OPEN.subquery()).scalar_subquery()  # with `person` bound


def missed(session: Session, person_id: int) -> list[Missed]:
    """The one missed first comes first; one query."""
    return [Missed(*row) for row in session.execute(_IN_ORDER, {"person": person_id})]
