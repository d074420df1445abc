"""What the demonstration school was asked to look at again: an appeal, a complaint; and a link to a decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training.competency import service as competency


def file(session: Session, ids: Mapping[str, int], now: datetime, zone: ZoneInfo) -> None:
    """Jo Carver appeals against the deferral, Riverbank complains, Samuel Osei shares a sign-off. `ids` are by name."""
    appealed, complained, shared = (now - timedelta(days=days) for days in (6, 2, 1))
    (deferred,) = competency.sign_offs_of(session, [ids["Jo Carver"]])
    appeal = competency.file_appeal(
        session,
        person_id=ids["Jo Carver"],
        number=deferred.number,
        words="One of my observations was of a first consultation, as its second sentence says. Please read it again.",
        today=appealed.astimezone(zone).date(),
        at=appealed,
    )
    at = appealed + timedelta(days=2)
    competency.acknowledge_appeal(session, appeal.public_id, by_id=ids["Karim Haddad"], at=at)
    competency.file_complaint(
        session,
        person_id=ids["Riverbank Physiotherapy"],
        about="",
        words="A certificate that we had checked was suspended later, and nobody told us. Can a clinic be told?",
        today=complained.astimezone(zone).date(),
        at=complained,
    )
    (granted,) = competency.sign_offs_of(session, [ids["Samuel Osei"]])
    competency.share_sign_off(session, granted, days=30, with_names=False, by_id=ids["Samuel Osei"], at=shared)
