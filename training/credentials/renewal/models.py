from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base


class RenewalNotice(Base):
    """What a holder was told before something lapses; never changed afterwards.

    `region` is empty for the certificate as a whole. `what` is a dose or the certificate, `days` how far ahead the
    notice was meant to be. `told_on` is the day where the school is.
    """

    __tablename__ = "renewal_notice"
    __table_args__ = (
        UniqueConstraint("certificate_id", "region", "what", "lapses_on", "days"),  # so that a second run says nothing
        CheckConstraint("what IN ('cases', 'observation', 'certificate')", "what"),
        CheckConstraint("(what = 'certificate') = (region = '')", "region_of_what"),
        CheckConstraint("days >= 0", "days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    region: Mapped[str] = mapped_column(String(16))
    what: Mapped[str] = mapped_column(String(12))
    lapses_on: Mapped[date]
    days: Mapped[int]
    told_on: Mapped[date]
    told_at: Mapped[datetime]
