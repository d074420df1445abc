from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column

MOST_WORDS = 2000


class Note(Base):
    """One person's words about one item, and their flag on it. Nobody else reads it.

    `subject` is as `training.assessment.notes.subjects` writes it; `title` and `region` are those of the item when it
    was written about. `deleted_at`: taken away, and kept for a day in case it is wanted back.
    """

    __tablename__ = "note"
    __table_args__ = (
        UniqueConstraint("person_id", "subject"),  # so two tabs write into one note
        Index(None, "person_id", "touched_at"),
        CheckConstraint("kind IN ('case', 'question', 'patient')", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(160))
    title: Mapped[str] = mapped_column(String(200))
    region: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(String(MOST_WORDS), default="")
    flagged: Mapped[bool] = mapped_column(default=False)
    touched_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class ItemReport(Base):
    """Somebody says that an item has a problem: a ticket on the very version they met, answered by an instructor.

    `version_hash` is that of an authored item; `encounter_id` a generated patient, which pins itself. `nonce` is of the
    form, so that one form makes one report.
    """

    __tablename__ = "item_report"
    __table_args__ = (
        Index(None, "state", "created_at"),
        Index(None, "person_id", "created_at"),
        CheckConstraint("kind IN ('case', 'question', 'patient')", "kind"),
        CheckConstraint("problem IN ('key', 'findings', 'words', 'technical', 'other')", "problem"),
        CheckConstraint("state IN ('open', 'answered', 'closed')", "state"),
        CheckConstraint("(version_hash IS NULL) = (kind = 'patient')", "version_of_authored"),
        CheckConstraint("(encounter_id IS NULL) = (kind <> 'patient')", "encounter_of_patient"),
        CheckConstraint("state <> 'answered' OR answer IS NOT NULL", "answered_in_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(22), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(160))
    title: Mapped[str] = mapped_column(String(200))
    item_id: Mapped[str | None] = mapped_column(String(64))
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("item_version.hash"))
    encounter_id: Mapped[int | None] = mapped_column(ForeignKey("encounter.id"))
    problem: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(String(MOST_WORDS))
    state: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(MOST_WORDS))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
