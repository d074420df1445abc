from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column


class Appeal(Base):
    """Something that somebody asks to be looked at again: a decision (`appeal`) or a certified person (`complaint`).

    `answer_by` is the last day on which an answer is in time, by the scheme's own clock; until it, `outcome` is empty.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("kind IN ('appeal', 'complaint')", "kind"),
        CheckConstraint("outcome IN ('', 'upheld', 'partly', 'dismissed', 'withdrawn')", "outcome"),
        CheckConstraint("(outcome = '') = (closed_at IS NULL)", "closed"),
        CheckConstraint("kind <> 'appeal' OR sign_off_id IS NOT NULL", "appeal_names_decision"),
        Index(None, "person_id"),
        Index(None, "outcome", "answer_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    kind: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who asks
    sign_off_id: Mapped[int | None] = mapped_column(ForeignKey("sign_off.id"), index=True)
    about: Mapped[str] = mapped_column(String(40))  # the certificate's code of a complaint, as it was given; or empty
    words: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime]
    acknowledge_by: Mapped[date]
    answer_by: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(12), default="")
    closed_at: Mapped[datetime | None]


class AppealStep(Base):
    """What was done about it and by whom; never changed. The first is the filing."""

    __tablename__ = "appeal_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # filed, acknowledged, note, upheld, partly, dismissed, withdrawn
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
