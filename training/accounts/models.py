from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, new_public_id, public_id_column
from training.web.access import Role

ROLES = ", ".join(f"'{role}'" for role in Role)


class Person(Base):
    """Somebody who can sign in. `session_stamp` changes with the password and so ends other sessions."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    password_hash: Mapped[str] = mapped_column(String(255))  # argon2id
    session_stamp: Mapped[str] = mapped_column(String(22), default=new_public_id)
    created_at: Mapped[datetime]


class PersonRole(Base):
    __tablename__ = "person_role"
    __table_args__ = (CheckConstraint(f"role IN ({ROLES})", "role"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    given_at: Mapped[datetime]


class Cohort(Base):
    """People who learn together."""

    __tablename__ = "cohort"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    name: Mapped[str] = mapped_column(String(120), unique=True)
    starts_on: Mapped[date]


class CohortMember(Base):
    __tablename__ = "cohort_member"
    __table_args__ = (Index(None, "person_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class Invitation(Base):
    """A role offered to whoever holds the link, once, until it expires. The link is signed, not stored."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(f"role IN ({ROLES})", "role"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by_id IS NULL)", "accepted_by_somebody"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", "accepted_or_revoked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    note: Mapped[str] = mapped_column(String(120))  # for whom it is, in the inviting person's words
    role: Mapped[str] = mapped_column(String(16))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A failed sign-in, counted by account and by address; kept for a day."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index(None, "account_key", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_key: Mapped[str] = mapped_column(String(64))  # SHA-256 of what was typed, known here or not
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
