"""What a person answered wrongly in quizzes, lessons and practice cases, for whoever asks it again."""

from __future__ import annotations

from sqlalchemy import bindparam, func, or_, select

from training.assessment.models import Answer, Attempt
from training.library import service as library

_ITEM = library.PRACTICE_ITEMS.c

MISSED_QUESTIONS = (
    select(
        Answer.item_id,
        Answer.question_id,
        _ITEM.version_hash,
        _ITEM.kind,
        func.min(Answer.answered_at).label("first_at"),
        func.min(Answer.id).label("first_id"),
    )
    .join(Attempt, Attempt.id == Answer.attempt_id)
    .join(library.PRACTICE_ITEMS, _ITEM.id == Answer.item_id)
    .where(
        Answer.person_id == bindparam("person"),
        ~Answer.right,
        or_(Attempt.bank.is_(None), Attempt.bank == "practice"),
    )
    .group_by(Answer.item_id, Answer.question_id, _ITEM.version_hash, _ITEM.kind)
    .subquery("missed_question")
)
"""Of the person bound as `person`: item_id, question_id, the version_hash and kind of the item as people meet it now,
and first_at and first_id of the first wrong answer. Sign-off cases and retired items are left out. A later slice joins
it to its own rows, so that one query stays one."""
