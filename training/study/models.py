from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base


class LessonProgress(Base):
    """How far one person has come in one lesson: the heading last in view, and when it was finished."""

    __tablename__ = "lesson_progress"
    __table_args__ = (Index(None, "person_id", "touched_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    course_id: Mapped[str] = mapped_column(String(64))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    heading_id: Mapped[str] = mapped_column(String(120), default="")
    touched_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
