from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column


class SignOff(Base):
    """A scope that one person proposed and another decided upon, with the evidence as it stood at the decision.

    `number` is what people quote, also when it was refused. `scope` maps a region or `chest-wall` to a level. `bundle`
    is frozen at the decision and `bundle_hash` is the SHA-256 of it as JSON with sorted keys and no white space.
    """

    __tablename__ = "sign_off"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'granted', 'deferred', 'refused')", "state"),
        CheckConstraint("proposer_id <> trainee_id", "proposed_by_another"),
        CheckConstraint("decider_id IS NULL OR (decider_id <> proposer_id AND decider_id <> trainee_id)", "two_people"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", "decided"),
        CheckConstraint("(decided_at IS NULL) = (decider_id IS NULL)", "decided_by_somebody"),
        CheckConstraint("(decided_at IS NULL) = (bundle_hash IS NULL)", "decided_with_bundle"),
        Index(
            "uq_sign_off_open",
            "trainee_id",
            unique=True,  # one proposal at a time
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
        Index(None, "state", "proposed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    trainee_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    scope: Mapped[dict[str, Any]]
    proposal_reason: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="proposed")
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision_reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    framework_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"))
    bundle: Mapped[dict[str, Any] | None]
    bundle_hash: Mapped[str | None] = mapped_column(String(64))
    proposer_declared: Mapped[dict[str, Any] | None]  # None in records from before it was asked for
    decider_declared: Mapped[dict[str, Any] | None]
    reversed_at: Mapped[datetime | None]

    @property
    def standing(self) -> str:
        """The state as people should read it: a grant that was reversed is none."""
        return "reversed" if self.reversed_at is not None else self.state


class Reversal(Base):
    """A granted sign-off that was taken back. The decision itself stays as it was made; this says what came after.

    `bundle_hash` is the SHA-256 of `bundle` as JSON with sorted keys and no white space.
    """

    __tablename__ = "sign_off_reversal"

    sign_off_id: Mapped[int] = mapped_column(ForeignKey("sign_off.id"), primary_key=True)
    decider_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declared: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    reversed_at: Mapped[datetime]
    bundle: Mapped[dict[str, Any]]
    bundle_hash: Mapped[str] = mapped_column(String(64))


class Share(Base):
    """A link to the redacted view of a decided sign-off, made by a decider or by the trainee; signed, never kept."""

    __tablename__ = "sign_off_share"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    sign_off_id: Mapped[int] = mapped_column(ForeignKey("sign_off.id"), index=True)
    with_names: Mapped[bool]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
