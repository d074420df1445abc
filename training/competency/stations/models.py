from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column

_STANDS = text("struck_at IS NULL")


class PracticalExam(Base):
    """A session of stations for some candidates. `released_at` is set once, for all; before it nobody has a result."""

    __tablename__ = "practical_exam"
    __table_args__ = (CheckConstraint("(released_at IS NULL) = (released_by_id IS NULL)", "released_by_somebody"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    title: Mapped[str] = mapped_column(String(120))
    held_on: Mapped[date]
    nonce: Mapped[str] = mapped_column(String(22), unique=True)  # of the form that opened it
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PracticalStation(Base):
    """A station of a session, in the version it had when the session was opened, and from the release on its standard.

    `cut`, `cut_low`, `cut_high` and `cut_error` are shares of the checklist's weight; the last three are empty for a
    provisional standard, which has no error. `people`: the scores that the cut rests on.
    """

    __tablename__ = "practical_station"
    __table_args__ = (
        CheckConstraint("method IN ('borderline-regression', 'provisional')", "method"),
        CheckConstraint(
            "(method IS NULL) = (cut IS NULL) AND (method IS NULL) = (set_at IS NULL)", "standard_is_whole"
        ),
        Index(None, "version_hash"),
    )

    exam_id: Mapped[int] = mapped_column(ForeignKey("practical_exam.id"), primary_key=True)
    station_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    place: Mapped[int]
    method: Mapped[str | None] = mapped_column(String(24))
    people: Mapped[int | None]
    cut: Mapped[float | None]
    cut_error: Mapped[float | None]
    cut_low: Mapped[float | None]
    cut_high: Mapped[float | None]
    set_at: Mapped[datetime | None]


class PracticalCandidate(Base):
    __tablename__ = "practical_candidate"

    exam_id: Mapped[int] = mapped_column(ForeignKey("practical_exam.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class StationScore(Base):
    """What one examiner saw of one candidate at one station. It is never changed: struck with a reason, and given anew.

    `done`: the items of the checklist that were done. `share`: their weight over that of all, 0 to 1. `rating`: fail 1,
    borderline 2, clear pass 3, good 4, excellent 5.
    """

    __tablename__ = "station_score"
    __table_args__ = (
        ForeignKeyConstraint(["exam_id", "station_id"], ["practical_station.exam_id", "practical_station.station_id"]),
        ForeignKeyConstraint(
            ["exam_id", "candidate_id"], ["practical_candidate.exam_id", "practical_candidate.person_id"]
        ),
        Index(
            "uq_station_score_standing",
            "exam_id",
            "station_id",
            "candidate_id",
            unique=True,  # so of two examiners at once one is told
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        CheckConstraint("candidate_id <> examiner_id", "not_oneself"),
        CheckConstraint("rating BETWEEN 1 AND 5", "rating"),
        CheckConstraint("share BETWEEN 0 AND 1", "share"),
        CheckConstraint(
            "(struck_at IS NULL) = (struck_by_id IS NULL) AND (struck_at IS NULL) = (struck_reason IS NULL)",
            "struck_with_a_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    exam_id: Mapped[int] = mapped_column(ForeignKey("practical_exam.id"))
    station_id: Mapped[str] = mapped_column(String(64))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    examiner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done: Mapped[list[str]]
    share: Mapped[float]
    rating: Mapped[int]
    comment: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(String(22), unique=True)  # of the form that was sent
    scored_at: Mapped[datetime]
    struck_at: Mapped[datetime | None]
    struck_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    struck_reason: Mapped[str | None] = mapped_column(Text)


class StationResult(Base):
    """What a score said at the release. Written once, for every score that stood."""

    __tablename__ = "station_result"
    __table_args__ = (
        UniqueConstraint("score_id"),
        CheckConstraint("outcome IN ('passed', 'second-look', 'not-yet')", "outcome"),
        Index(None, "candidate_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    score_id: Mapped[int] = mapped_column(ForeignKey("station_score.id"))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    error: Mapped[float]  # of the share, from 0 to 1
    critical_missed: Mapped[list[str]]
    outcome: Mapped[str] = mapped_column(String(12))
    released_at: Mapped[datetime]
