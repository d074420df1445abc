"""What a person answered wrongly once, in quizzes, lessons and practice cases, and does not keep as a card yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from training.assessment import service as assessment  # makes its tables known, as library's are through it
from training.db.base import Base
from training.study.review.models import ReviewCard

__all__ = ["Missed", "assessment", "missed", "missed_count", "offered_items"]

# Tables of the slices before this one, named in text as a foreign key names them; they are only read.
_ANSWER = Base.metadata.tables["answer"].c
_ATTEMPT = Base.metadata.tables["attempt"].c
ITEM = Base.metadata.tables["library_item"].c
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


def offered_items() -> Any:
    """The condition that a row of the library is something to practise: offered now, and no sign-off case."""
    return and_(ITEM.retired_at.is_(None), or_(ITEM.bank.is_(None), ITEM.bank == "practice"))


def _missed(*columns: Any) -> Select[Any]:
    kept = exists().where(
        _CARD.person_id == _ANSWER.person_id, _CARD.key == _ANSWER.item_id + "#" + _ANSWER.question_id
    )
    return (
        select(*columns)
        .select_from(_ANSWER.id.table)
        .join(_ATTEMPT.id.table, _ATTEMPT.id == _ANSWER.attempt_id)
        .join(ITEM.id.table, and_(ITEM.id == _ANSWER.item_id, offered_items()))
        .where(
            _ANSWER.person_id == bindparam("person"),
            ~_ANSWER.right,
            or_(_ATTEMPT.bank.is_(None), _ATTEMPT.bank == "practice"),
            ~kept,
        )
    )


_GROUPED = (_ANSWER.item_id, _ANSWER.question_id, ITEM.version_hash, ITEM.kind)
_MISSED = _missed(*_GROUPED).group_by(*_GROUPED).order_by(func.min(_ANSWER.answered_at), func.min(_ANSWER.id))
_DISTINCT = _missed(_ANSWER.item_id, _ANSWER.question_id).distinct().subquery()
missed_count = select(func.count()).select_from(_DISTINCT).scalar_subquery()  # with `person` bound


def missed(session: Session, person_id: int) -> list[Missed]:
    """The one missed first comes first; one query."""
    return [Missed(*row) for row in session.execute(_MISSED, {"person": person_id})]
