"""Observed practice: an assessor writes what was seen, then says how far the trainee could be left alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.evidence import current_framework
from training.competency.jurisdiction.service import refuse_where_not_allowed
from training.competency.observing.models import Observation
from training.competency.words import cleaned, text_hash
from training.content.framework import SCOPE_LINES
from training.db.errors import Conflict, Invalid, Refused
from training.journal import service as journal

LEAST_WORDS = 20  # characters: less than that names no behaviour
MOST_WORDS = 4000
DAYS_BACK = 30
ENTRUSTMENTS = (1, 2, 3, 4, 5)
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,22}")


def refuse_own(trainee_id: int, assessor_id: int) -> None:
    """Raises Refused: nobody observes themselves."""
    if trainee_id == assessor_id:
        raise Refused("This is you. Somebody else must watch you and write what they saw.")


def record_observation(
    session: Session,
    *,
    trainee_id: int,
    assessor_id: int,
    region: str,
    seen: str,
    entrustment: int,
    observed_on: date,
    nonce: str,
    today: date,
    at: datetime,
) -> Observation:
    """Keep what was seen, and journal it; the same form sent again gives the observation that it made.

    `today` is the day it is where the school is. Raises Invalid for what cannot be kept, Refused for oneself and
    where the trainee may not needle, Conflict when the form was sent before with something else in it.
    """
    refuse_own(trainee_id, assessor_id)
    refuse_where_not_allowed(session, trainee_id)
    seen = cleaned(seen)
    if region not in SCOPE_LINES:
        raise Invalid("Choose where on the body it was.")
    if len(seen) < LEAST_WORDS:
        raise Invalid("Write first what you saw, in at least %(least)s characters.", least=LEAST_WORDS)
    if len(seen) > MOST_WORDS:
        raise Invalid("Write what you saw in at most %(most)s characters.", most=MOST_WORDS)
    if entrustment not in ENTRUSTMENTS:
        raise Invalid("Choose a level of entrustment from 1 to 5.")
    if observed_on > today:
        raise Invalid("The day of the observation is still to come. Give the day on which you saw it.")
    if observed_on < today - timedelta(days=DAYS_BACK):
        raise Invalid("An observation is recorded within %(days)s days. Watch again, and record that.", days=DAYS_BACK)
    if not _NONCE.fullmatch(nonce):
        raise Invalid("The form was not complete. Reload its page and send it again.")
    row = Observation(
        trainee_id=trainee_id,
        assessor_id=assessor_id,
        region=region,
        seen=seen,
        entrustment=entrustment,
        observed_on=observed_on,
        nonce=nonce,
        framework_hash=current_framework(session).hash,
        recorded_at=at,
    )
    earlier = sent_before(session, row)
    if earlier is not None:
        return earlier
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        earlier = sent_before(session, row)
        if earlier is None:
            raise
        return earlier
    payload = {
        "trainee": people.person_of(session, trainee_id).public_id,
        "region": region,
        "entrustment": entrustment,
        "observed_on": observed_on.isoformat(),
        "seen_sha256": text_hash(seen),
        "framework": row.framework_hash,
    }
    subject = f"observation/{row.public_id}"
    journal.append(session, "observation.recorded", actor_id=assessor_id, subject=subject, payload=payload, at=at)
    return row


def sent_before(session: Session, row: Observation) -> Observation | None:
    """The observation that this very form made. Raises Conflict when it made another."""
    earlier = session.scalar(select(Observation).where(Observation.nonce == row.nonce))
    if earlier is None:
        return None
    for name in ("trainee_id", "assessor_id", "region", "seen", "entrustment", "observed_on"):
        if getattr(earlier, name) != getattr(row, name):
            raise Conflict("This form was sent before, and what it said then is kept. Open its page again.")
    return earlier


def observations_of(session: Session, person_ids: Iterable[int]) -> list[Observation]:
    """Everything that was seen of these people, newest first, in one query."""
    query = select(Observation).where(Observation.trainee_id.in_(list(person_ids)))
    return list(session.scalars(query.order_by(Observation.observed_on.desc(), Observation.id.desc())))
