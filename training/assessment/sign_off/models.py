from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column

_RUNNING = text("ended_at IS NULL")
_OF_A_TEMPLATE = text("template <> ''")


class SignOffSession(Base):
    """A stretch of sign-off cases of one region. It ends when the decision says pass or hold, not by the clock.

    Sessions of several regions run side by side, and the cases come mixed, so that nobody is told a case's region.
    `number` counts a person's sessions in the region from 1. `ended_as`: `pass`, or `evidence` or `length` for the two
    reasons to hold.
    """

    __tablename__ = "sign_off_session"
    __table_args__ = (
        UniqueConstraint("person_id", "region", "number"),
        Index(
            "uq_sign_off_session_running",
            "person_id",
            "region",
            unique=True,  # so the second of two clicks finds the session that the first began
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        CheckConstraint("number >= 1", "number"),
        CheckConstraint("ended_as IN ('pass', 'evidence', 'length')", "ended_as"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", "ended_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    region: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None] = mapped_column(String(8))


class Draw(Base):
    """A case that was drawn for a person, with what it was rated then: later ratings change no decision.

    `difficulty` is in logits relative to the standard, of the version that the attempt pins; `provisional` says that
    fewer panel members than needed had rated it. `area` is a name of measurement/data/bank.toml, `template` that of the
    case.
    """

    __tablename__ = "draw"
    __table_args__ = (
        Index(
            "uq_draw_template",
            "session_id",
            "template",
            unique=True,  # one variant of a story in a session
            sqlite_where=_OF_A_TEMPLATE,
            postgresql_where=_OF_A_TEMPLATE,
        ),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sign_off_session.id"), index=True)
    template: Mapped[str] = mapped_column(String(64))
    area: Mapped[str] = mapped_column(String(16))
    difficulty: Mapped[float]
    provisional: Mapped[bool]
    drawn_at: Mapped[datetime]


class WithheldCase(Base):
    """A case that is not drawn any more, because it leaked or is in doubt; taking the row away gives it back.

    What was answered stays evidence: the answers were given before anybody doubted.
    """

    __tablename__ = "withheld_case"

    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))
    withheld_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    withheld_at: Mapped[datetime]
