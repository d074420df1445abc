from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column


class Observation(Base):
    """What an assessor saw a trainee do in practice, in words first and then as a level of entrustment, 1 to 5.

    1 watch only, 2 do it with me, 3 do it with me in the room, 4 do it alone, 5 can supervise others.
    """

    __tablename__ = "observation"
    __table_args__ = (
        CheckConstraint("trainee_id <> assessor_id", "not_oneself"),
        CheckConstraint("entrustment BETWEEN 1 AND 5", "entrustment"),
        Index(None, "trainee_id", "region"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    trainee_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    region: Mapped[str] = mapped_column(String(16))  # a spinal region, or chest-wall
    seen: Mapped[str] = mapped_column(Text)
    entrustment: Mapped[int]
    observed_on: Mapped[date]
    nonce: Mapped[str] = mapped_column(String(22), unique=True)  # of the form that was sent
    framework_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    recorded_at: Mapped[datetime]
