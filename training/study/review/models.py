from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column


class ReviewCard(Base):
    """Something that one person keeps in memory; made by its first review.

    It is practice for ever: nothing that certifies reads this table. `kind`: a `drill`, which `key` names in
    `training.anatomy.drills`; a `question` of a quiz or a `case`, missed once, whose `key` is `<item>#<question>`.
    `fsrs` is the card as fsrs writes it; `due_at`, `stability` and `reviewed_at` repeat what queries need of it.
    `reviews` counts its reviews, `today` those on the day of the last one, `lapses` the wrong ones after the first.
    """

    __tablename__ = "review_card"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),  # so two tabs that begin a card make one
        Index(None, "person_id", "due_at"),
        CheckConstraint("kind IN ('drill', 'question', 'case')", "kind"),
        CheckConstraint("(kind = 'drill') = (item_id IS NULL)", "item_of_kind"),
        CheckConstraint("reviews >= 0 AND today >= 0 AND lapses >= 0", "counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(130))
    item_id: Mapped[str | None] = mapped_column(String(64))
    fsrs: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    stability: Mapped[float | None]
    reviews: Mapped[int] = mapped_column(default=0)
    today: Mapped[int] = mapped_column(default=0)
    lapses: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]


class Review(Base):
    """One answer to a card; never changed afterwards.

    `number` counts the card's reviews from 1. `response` is the answer as given, `offered` the ids that were to choose
    from. `version_hash` pins the question's item. `grade` is fsrs's rating, by rule: 1 again, 2 hard, 3 good.
    `seconds` from showing to answering; None when the person was away. `log` is what fsrs writes of a review.
    `due_at` is when the card came due through this answer.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("card_id", "number"),  # so a double click, or a second tab, counts once
        Index(None, "person_id", "reviewed_at"),
        CheckConstraint("grade BETWEEN 1 AND 3", "grade"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    card_id: Mapped[int] = mapped_column(ForeignKey("review_card.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("item_version.hash"))
    response: Mapped[dict[str, Any]]
    offered: Mapped[list[str]]
    right: Mapped[bool]
    grade: Mapped[int]
    seconds: Mapped[float | None]
    log: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    reviewed_at: Mapped[datetime]


class ReviewSettings(Base):
    """How much one person wants a day; without a row the defaults hold."""

    __tablename__ = "review_settings"
    __table_args__ = (CheckConstraint("cards_a_day BETWEEN 1 AND 200 AND new_a_day BETWEEN 0 AND 50", "amounts"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    cards_a_day: Mapped[int]
    new_a_day: Mapped[int]
    updated_at: Mapped[datetime]
