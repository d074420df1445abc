from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base


class PanelRating(Base):
    """What one panel member thinks of one question of one version. Triggers refuse UPDATE and DELETE.

    `share`: of 100 people just at the standard, how many would answer rightly. `number` counts a member's ratings of
    the same question from 1; the highest is the one that counts, those before it stay to be seen.
    """

    __tablename__ = "panel_rating"
    __table_args__ = (
        UniqueConstraint("rater_id", "version_hash", "question_id", "number"),  # of two corrections at once one fails
        Index(None, "version_hash", "question_id"),
        Index(None, "item_id"),
        CheckConstraint("share BETWEEN 1 AND 99", "share"),
        CheckConstraint("number >= 1", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rater_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    item_id: Mapped[str] = mapped_column(String(64))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    question_id: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    share: Mapped[int]  # per cent
    note: Mapped[str] = mapped_column(String(500), default="")
    rated_at: Mapped[datetime]


class QuestionCalibration(Base):
    """Where a question's difficulty stands once answers are taken into account: the latest computation, written over.

    `difficulty` and `standard_error` in logits relative to the standard; `answers`: first-sight answers it rests on;
    `panel_error`: the SD of (rating − truth) in logits that was used for panels of three and more.
    """

    __tablename__ = "question_calibration"
    __table_args__ = (
        CheckConstraint("answers >= 1", "answers"),
        CheckConstraint("standard_error > 0 AND panel_error > 0", "errors"),
    )

    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    difficulty: Mapped[float]
    standard_error: Mapped[float]
    answers: Mapped[int]
    panel_error: Mapped[float]
    computed_at: Mapped[datetime]


class ItemReview(Base):
    """Somebody looked at a question that behaves oddly, and what they found. Triggers refuse UPDATE and DELETE.

    `reasons`: what was odd then; when something else is odd, or the version changes, the question is open again.
    """

    __tablename__ = "item_review"
    __table_args__ = (Index(None, "item_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64))
    question_id: Mapped[str] = mapped_column(String(64))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    reasons: Mapped[list[str]]
    note: Mapped[str] = mapped_column(String(2000))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime]
