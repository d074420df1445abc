from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column


class ObservationRequest(Base):
    """A trainee asks to be watched: a link that one assessor uses once, until it expires or is taken back.

    `token_hash` is the SHA-256 of what the link ends with. `focus` is what the trainee would like to have watched: the
    assessor reads it, and no record keeps it.
    """

    __tablename__ = "observation_request"
    __table_args__ = (Index(None, "trainee_id", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    trainee_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    region: Mapped[str] = mapped_column(String(16))  # a spinal region, or chest-wall
    focus: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class Observation(Base):
    """What an assessor saw a trainee do in practice, in words first and then as a level of entrustment, 1 to 5.

    1 watch only, 2 do it with me, 3 do it with me in the room, 4 do it alone, 5 can supervise others. `words_at` is
    when the words were saved, before the rating; None only where a record is older than this rule.
    """

    __tablename__ = "observation"
    __table_args__ = (
        CheckConstraint("trainee_id <> assessor_id", "not_oneself"),
        CheckConstraint("entrustment BETWEEN 1 AND 5", "entrustment"),
        CheckConstraint("words_at IS NULL OR words_at < recorded_at", "words_first"),
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
    nonce: Mapped[str] = mapped_column(String(22), unique=True)  # the public id of the draft that was signed
    framework_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    recorded_at: Mapped[datetime]  # when it was rated and signed
    words_at: Mapped[datetime | None]
    # So that of two assessors with the same link one wins.
    request_id: Mapped[int | None] = mapped_column(ForeignKey("observation_request.id"), unique=True)


class ObservationDraft(Base):
    """An assessor's words, saved before anything can be rated. Signing makes an observation of it, once."""

    __tablename__ = "observation_draft"
    __table_args__ = (
        CheckConstraint("trainee_id <> assessor_id", "not_oneself"),
        UniqueConstraint("request_id", "assessor_id"),
        Index(None, "assessor_id", "observation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    trainee_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("observation_request.id"))
    region: Mapped[str] = mapped_column(String(16))
    observed_on: Mapped[date]
    seen: Mapped[str] = mapped_column(Text)
    words_at: Mapped[datetime]  # when these words were saved
    nonce: Mapped[str] = mapped_column(String(22), unique=True)  # of the form that was sent
    observation_id: Mapped[int | None] = mapped_column(ForeignKey("observation.id"), unique=True)
