from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column

_OPEN = text("closed_at IS NULL")


class AngoffStudy(Base):
    """Judges place the standard of one version of an exam on one form drawn from its blueprint.

    `questions`: a list of {item, question, version} under "drawn", in their order. `round` is the one that is open, 1
    or 2. From the close on `judges`, `cut` and `cut_error` (shares) say what came of it.
    """

    __tablename__ = "angoff_study"
    __table_args__ = (
        Index(
            "uq_angoff_study_open",
            "exam_id",
            unique=True,  # so of two who open one at once the second joins the first
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        CheckConstraint("round IN (1, 2)", "round"),
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (judges IS NULL) "
            "AND (closed_at IS NULL) = (cut IS NULL) AND (closed_at IS NULL) = (cut_error IS NULL)",
            "closed_is_whole",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    exam_id: Mapped[str] = mapped_column(String(64))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    questions: Mapped[dict[str, Any]]
    round: Mapped[int] = mapped_column(default=1)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    judges: Mapped[int | None]
    cut: Mapped[float | None]
    cut_error: Mapped[float | None]


class AngoffSheet(Base):
    """One judge's ratings in one round: by question, of 100 people just at the standard how many would be right.

    `revision` counts saves, so that two windows of one judge do not write over each other. Handed in it stands.
    """

    __tablename__ = "angoff_sheet"
    __table_args__ = (CheckConstraint("round IN (1, 2)", "round"), CheckConstraint("revision >= 1", "revision"))

    study_id: Mapped[int] = mapped_column(ForeignKey("angoff_study.id"), primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    ratings: Mapped[dict[str, Any]]
    revision: Mapped[int]
    saved_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
