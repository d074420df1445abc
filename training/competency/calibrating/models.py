from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column


class CalibrationRating(Base):
    """What an assessor wrote of a sample encounter, and afterwards how they rated it, once for each version of it."""

    __tablename__ = "calibration_rating"
    __table_args__ = (
        CheckConstraint("entrustment BETWEEN 1 AND 5", "entrustment"),
        CheckConstraint("(entrustment IS NULL) = (rated_at IS NULL)", "rated"),
        CheckConstraint("rated_at IS NULL OR words_at < rated_at", "words_first"),
        UniqueConstraint("assessor_id", "sample_id", "version_hash"),
        Index(None, "version_hash", "sample_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    assessor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sample_id: Mapped[str] = mapped_column(String(64))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    words: Mapped[str] = mapped_column(Text)
    words_at: Mapped[datetime]
    entrustment: Mapped[int | None]
    rated_at: Mapped[datetime | None]
