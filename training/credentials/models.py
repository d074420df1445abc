from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base

LEVELS = "'not-certified', 'supervised', 'independent'"
REGIONS = "'cervical', 'thoracic', 'lumbar', 'sacral', 'chest-wall'"
IN_FORCE = text("state IN ('active', 'suspended')")


class Certificate(Base):
    """What a granted sign-off made. `state` is what somebody set; whether it has expired follows from the day."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'suspended', 'withdrawn', 'superseded')", "state"),
        CheckConstraint("expires_on >= issued_on", "expires_after_issue"),
        Index(None, "person_id"),
        Index(
            "uq_certificate_in_force",
            "person_id",
            unique=True,  # a person has one certificate at a time; a newer one supersedes it
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(17), unique=True)  # without the hyphens people read
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sign_off_id: Mapped[int] = mapped_column(ForeignKey("sign_off.id"), unique=True)
    holder: Mapped[str] = mapped_column(String(120))  # the name on it
    issued_on: Mapped[date]
    expires_on: Mapped[date]  # valid that whole day, where the school is
    state: Mapped[str] = mapped_column(String(12), default="active")
    since: Mapped[date]  # of the state
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    created_at: Mapped[datetime]


class CertificateScope(Base):
    """A line of a certificate: a spinal region, or needling over the chest wall, and how far it was tested."""

    __tablename__ = "certificate_scope"
    __table_args__ = (
        CheckConstraint(f"region IN ({REGIONS})", "region"),
        CheckConstraint(f"level IN ({LEVELS})", "level"),
        CheckConstraint("state IN ('active', 'suspended', 'withdrawn')", "state"),
    )

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    region: Mapped[str] = mapped_column(String(16), primary_key=True)
    level: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12), default="active")
    since: Mapped[date]  # of the state


class CertificateEvent(Base):
    """A change of state, of the whole or of one region. The public sees the state, never the reason.

    `by_id` is None for what nobody decided: the rule of renewal narrowed a line that lapsed.
    """

    __tablename__ = "certificate_event"
    __table_args__ = (
        CheckConstraint(f"region IN ({REGIONS})", "region"),
        CheckConstraint("state IN ('active', 'suspended', 'withdrawn', 'superseded')", "state"),
        Index(None, "certificate_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    region: Mapped[str | None] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
