from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column

_OPEN = text("finished_at IS NULL AND purpose <> 'check'")
_SIGN_OFF = text("bank = 'sign-off'")


class Attempt(Base):
    """One person's way through one version of a quiz or a case, or through what one lesson asks from one quiz.

    `purpose` is quiz, case or check; `place` is the lesson of a check, else empty. `bank` is that of a case when it was
    begun. `stage` counts what was opened: of a case 0 history, 1 examination, 2 and on its questions and then the
    explanation; it never goes back. `asked`, `answered` and `right` count questions, so that lists need no answers. A
    check never finishes: its attempt gathers answers as the lesson is read, and leaves `question_ids` and the counts
    empty.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "place", "item_id", "number"),
        Index(
            "uq_attempt_open",
            "person_id",
            "item_id",
            unique=True,  # so the second of two clicks fails, and resumes what the first began
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "uq_attempt_sign_off",
            "person_id",
            "item_id",
            unique=True,  # a sign-off case is met once
            sqlite_where=_SIGN_OFF,
            postgresql_where=_SIGN_OFF,
        ),
        Index(None, "person_id", "touched_at"),
        CheckConstraint("purpose IN ('quiz', 'case', 'check')", "purpose"),
        CheckConstraint("bank IN ('practice', 'sign-off')", "bank"),
        CheckConstraint("(purpose = 'case') = (bank IS NOT NULL)", "bank_of_case"),
        CheckConstraint("number >= 1 AND stage >= 0", "counts"),
        CheckConstraint('0 <= "right" AND "right" <= answered AND answered <= asked', "questions"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(8))
    item_id: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(64), default="")
    bank: Mapped[str | None] = mapped_column(String(16))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    number: Mapped[int]
    question_ids: Mapped[list[str]]  # in the order asked
    stage: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    right: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Answer(Base):
    """What a person answered to one question, once. Never changed afterwards.

    `response` is the answer as given (see `training.assessment.responses`). For a segment question `segment_right` and
    `side_right` are kept apart and `right` needs both. `first_sight`: the person had never answered this question of
    this item before, whatever the version.
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("attempt_id", "question_id"),  # so a double click, or a second tab, counts once
        Index(None, "person_id", "item_id", "question_id"),
        Index(None, "person_id", "safety", "right"),
        CheckConstraint("confidence IN ('guess', 'think', 'sure')", "confidence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    item_id: Mapped[str] = mapped_column(String(64))
    question_id: Mapped[str] = mapped_column(String(64))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    nonce: Mapped[str] = mapped_column(String(22), unique=True)  # of the form that was sent
    response: Mapped[dict[str, Any]]
    confidence: Mapped[str | None] = mapped_column(String(8))
    right: Mapped[bool]
    segment_right: Mapped[bool | None]
    side_right: Mapped[bool | None]
    safety: Mapped[bool]
    first_sight: Mapped[bool]
    answered_at: Mapped[datetime]
