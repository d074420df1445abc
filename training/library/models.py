from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base


class ItemVersion(Base):
    """What was published under an id, for ever: triggers refuse UPDATE and DELETE. `hash` names it."""

    __tablename__ = "item_version"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('course', 'lesson', 'quiz', 'case', 'framework', 'exam', 'station', 'calibration')", "kind"
        ),
        Index(None, "item_id", "published_at"),
    )

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(Text)
    document: Mapped[dict[str, Any]]  # training.content.codec
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class LibraryItem(Base):
    """Which version of an id people meet now. A case also says where it belongs, so that lists need no document.

    `bank` is that of a case; of a quiz it is `exam` or nothing.
    """

    __tablename__ = "library_item"
    __table_args__ = (
        CheckConstraint("(kind = 'case') = (region IS NOT NULL)", "region_of_case"),
        CheckConstraint(
            "CASE kind WHEN 'case' THEN bank IS NOT NULL WHEN 'quiz' THEN bank IS NULL OR bank = 'exam' "
            "ELSE bank IS NULL END",
            "bank_of_case",
        ),
        Index(None, "kind", "retired_at"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    region: Mapped[str | None] = mapped_column(String(16))
    bank: Mapped[str | None] = mapped_column(String(16))
    difficulty: Mapped[int | None]
    updated_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Asset(Base):
    """A figure that some version shows, named by its bytes."""

    __tablename__ = "asset"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    data: Mapped[bytes] = mapped_column(LargeBinary)
