from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column

_RUNNING = text("finished_at IS NULL")


class ExamSitting(Base):
    """When an exam can be sat, and by whom: everybody, or the cohorts in `exam_sitting_cohort`.

    Nobody sees it before it is announced. `seed` and who draws decide a form. `released_at` is set once, for all.
    """

    __tablename__ = "exam_sitting"
    __table_args__ = (
        Index(None, "exam_id", "opens_at"),
        CheckConstraint("opens_at < closes_at", "window"),
        CheckConstraint("(released_at IS NULL) = (released_by_id IS NULL)", "released_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    exam_id: Mapped[str] = mapped_column(String(64))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    everybody: Mapped[bool]
    seed: Mapped[str] = mapped_column(String(22))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ExamSittingCohort(Base):
    __tablename__ = "exam_sitting_cohort"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sitting.id"), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)


class ExamAccommodation(Base):
    """Extra minutes for one person; of several rows the latest counts, and the earlier ones stay."""

    __tablename__ = "exam_accommodation"
    __table_args__ = (Index(None, "sitting_id", "person_id"), CheckConstraint("extra_minutes >= 0", "extra_minutes"))

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sitting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    extra_minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class ExamStruck(Base):
    """A question taken out of a sitting's marks, with the reason."""

    __tablename__ = "exam_struck"
    __table_args__ = (UniqueConstraint("sitting_id", "item_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sitting.id"))
    item_id: Mapped[str] = mapped_column(String(64))
    question_id: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    struck_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    struck_at: Mapped[datetime]


class ExamAttempt(Base):
    """One person's way through one form. Times are the server's, and `last_at` never goes back.

    `drawn_from` is the bank as it stood when the form was drawn: of each item the version, and of each question that
    could be drawn how many candidates had seen it; with the sitting's seed it yields the form again. `devices` maps the
    browsers in which the attempt was seen to the first and last moment. `marked`, `right` and `passed` are empty until
    the result is released: so there is nothing that could be shown too early.
    """

    __tablename__ = "exam_attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "exam_id", "number"),
        Index(
            "uq_exam_attempt_running",
            "person_id",
            "exam_id",
            unique=True,  # so of two starts at once the second joins the first
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        Index(None, "sitting_id"),
        CheckConstraint("finished_how IN ('handed-in', 'time')", "finished_how"),
        CheckConstraint("(finished_at IS NULL) = (finished_how IS NULL)", "finished_somehow"),
        CheckConstraint("answered BETWEEN 0 AND asked", "answered"),
        CheckConstraint("released_at IS NULL OR finished_at IS NOT NULL", "released_when_finished"),
        CheckConstraint(
            '(released_at IS NULL) = ("right" IS NULL) AND (released_at IS NULL) = (marked IS NULL) '
            "AND (released_at IS NULL) = (passed IS NULL)",
            "marks_when_released",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sitting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    exam_id: Mapped[str] = mapped_column(String(64))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    number: Mapped[int]
    asked: Mapped[int]
    answered: Mapped[int] = mapped_column(default=0)
    drawn_from: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    last_at: Mapped[datetime]
    devices: Mapped[dict[str, Any]]
    finished_at: Mapped[datetime | None]
    finished_how: Mapped[str | None] = mapped_column(String(12))
    released_at: Mapped[datetime | None]
    marked: Mapped[int | None]
    right: Mapped[int | None]
    passed: Mapped[bool | None]


class ExamQuestionRow(Base):
    """A place of a form. `right` is empty until the release, and stays so for a question that was struck or left out
    of the marks; `save` is the answer that was marked, empty where none was given."""

    __tablename__ = "exam_question"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number"),
        UniqueConstraint("attempt_id", "item_id", "question_id"),
        Index(None, "item_id", "question_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("exam_attempt.id"))
    number: Mapped[int]
    row: Mapped[int]
    item_id: Mapped[str] = mapped_column(String(64))
    question_id: Mapped[str] = mapped_column(String(64))
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    safety: Mapped[bool]
    flagged: Mapped[bool] = mapped_column(default=False)
    save: Mapped[int | None]
    right: Mapped[bool | None]


class ExamAnswer(Base):
    """One save of an answer; the latest of a place counts, and none is ever changed or removed."""

    __tablename__ = "exam_answer"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number", "save"),  # so of two saves upon the same one, one fails
        CheckConstraint("confidence IN ('guess', 'think', 'sure')", "confidence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("exam_attempt.id"))
    number: Mapped[int]
    save: Mapped[int]
    nonce: Mapped[str] = mapped_column(String(22), unique=True)
    response: Mapped[dict[str, Any]]
    confidence: Mapped[str | None] = mapped_column(String(8))
    saved_at: Mapped[datetime]
