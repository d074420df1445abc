from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column


class Treatment(Base):
    """A treatment as the person who took part in it logged it. Never changed: a mistake is struck out.

    `segments` are their names from the top down, `muscles` names of the vocabulary. `supervision`: 1 watched,
    2 together, 3 the assessor in the room, 4 alone. `event` is a word of the list of adverse events.
    """

    __tablename__ = "treatment"
    __table_args__ = (
        UniqueConstraint("person_id", "nonce"),  # what a phone sends twice is one treatment
        CheckConstraint("supervision BETWEEN 1 AND 4", "supervision"),
        CheckConstraint("grasp IN ('yes', 'no', 'unsure')", "grasp"),
        CheckConstraint("range_change IN ('better', 'same', 'worse', 'not-measured')", "range_change"),
        Index(None, "person_id", "treated_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(22))
    treated_on: Mapped[date]
    region: Mapped[str] = mapped_column(String(16))  # a spinal region, or chest-wall
    segments: Mapped[list[str]]
    muscles: Mapped[list[str]]
    supervision: Mapped[int]
    grasp: Mapped[str] = mapped_column(String(8))
    range_change: Mapped[str] = mapped_column(String(16))
    event: Mapped[str] = mapped_column(String(24))
    note: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]


class StruckTreatment(Base):
    """That the person took a logged treatment back, and why. The treatment stays readable, and counts no more."""

    __tablename__ = "treatment_struck"

    id: Mapped[int] = mapped_column(primary_key=True)
    treatment_id: Mapped[int] = mapped_column(ForeignKey("treatment.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(200))
    struck_at: Mapped[datetime]
