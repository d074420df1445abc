from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column


class PracticeRecord(Base):
    """Where a person practises and how they are registered there: what they said, or what an instructor found.

    Never changed afterwards: what is new is a new row, and the newest stands. `number` counts a person's rows from 1.
    `jurisdiction` and `register_class` are ids of `courses/jurisdictions.yaml`, or `elsewhere` and empty. `checked_on`
    is the day on which the instructor looked at the public register.
    """

    __tablename__ = "practice_record"
    __table_args__ = (
        UniqueConstraint("person_id", "number"),  # so of two changes at once the second fails
        CheckConstraint("kind IN ('claimed', 'confirmed')", "kind"),
        CheckConstraint("(kind = 'claimed') = (by_id = person_id)", "claimed_by_oneself"),
        CheckConstraint("(kind = 'confirmed') = (checked_on IS NOT NULL)", "confirmed_on_a_day"),
        CheckConstraint("number >= 1", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    jurisdiction: Mapped[str] = mapped_column(String(64))
    register_class: Mapped[str] = mapped_column(String(64))
    licence: Mapped[str] = mapped_column(String(40))
    checked_on: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
