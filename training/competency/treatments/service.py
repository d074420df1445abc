"""Logging treatments, taking one back, and reading the log."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.jurisdiction.service import refuse_where_not_allowed
from training.competency.treatments.entry import Entry, faults, in_order, named_once, of_text
from training.competency.treatments.events import harm_of
from training.competency.treatments.models import StruckTreatment, Treatment
from training.competency.words import cleaned, text_hash
from training.db.errors import Conflict, Invalid, NotFound
from training.journal import service as journal

LEAST_REASON = 5  # characters
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,22}")


@dataclass(frozen=True)
class Logged:
    """A line of the log: the treatment and, when it was taken back, that."""

    treatment: Treatment
    struck: StruckTreatment | None


# --- writing ---------------------------------------------------------------------------------------------------


def log_treatment(
    session: Session, person_id: int, entry: Entry, *, nonce: str, today: date, at: datetime
) -> Treatment:
    """Keep what was done, and journal it; the same form sent again gives the treatment that it made.

    `today` is the day it is where the school is. Raises Invalid for the first thing that is wrong, Conflict when the
    form was sent before with something else in it, Refused where the person may not needle.
    """
    if not _NONCE.fullmatch(nonce):
        raise Invalid("The form was not complete. Reload its page and send it again.")
    refuse_where_not_allowed(session, person_id)
    entry = tidy(entry)
    earlier = sent_before(session, person_id, entry, nonce)
    if earlier is not None:
        return earlier
    for fault in faults(entry, today):
        raise Invalid(fault.message, **fault.values)
    row = Treatment(person_id=person_id, nonce=nonce, recorded_at=at, **columns(entry))
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        earlier = sent_before(session, person_id, entry, nonce)
        if earlier is None:
            raise
        return earlier
    payload = {
        "person": people.person_of(session, person_id).public_id,
        "region": entry.region,
        "supervision": entry.supervision,
        "treated_on": entry.treated_on.isoformat(),
        "harm": harm_of(entry.event),
        "entry_sha256": entry_hash(entry),
    }
    subject = f"treatment/{row.public_id}"
    journal.append(session, "treatment.logged", actor_id=person_id, subject=subject, payload=payload, at=at)
    return row


def tidy(entry: Entry) -> Entry:
    """Segments in order, muscles by their own names, each once."""
    kept = {**asdict(entry), "segments": in_order(entry.segments), "muscles": named_once(entry.muscles)}
    return Entry(**{**kept, "note": cleaned(entry.note)})


def columns(entry: Entry) -> dict[str, object]:
    return {**asdict(entry), "segments": list(entry.segments), "muscles": list(entry.muscles)}


def entry_hash(entry: Entry) -> str:
    """What the journal keeps of an entry: enough to prove a change."""
    plain = {**columns(entry), "treated_on": entry.treated_on.isoformat()}
    return text_hash(json.dumps(plain, sort_keys=True, separators=(",", ":")))


def sent_before(session: Session, person_id: int, entry: Entry, nonce: str) -> Treatment | None:
    """The treatment that this very form made. Raises Conflict when it made another."""
    mine = Treatment.person_id == person_id, Treatment.nonce == nonce
    earlier = session.scalar(select(Treatment).where(*mine))
    if earlier is None:
        return None
    if any(getattr(earlier, name) != value for name, value in columns(entry).items()):
        raise Conflict("This form was sent before, and what it said then is kept. Open its page again.")
    return earlier


def was_sent(session: Session, person_id: int, nonce: str) -> bool:
    """Whether this very form made a treatment before; a phone may ask long after the day on which it could be new."""
    mine = Treatment.person_id == person_id, Treatment.nonce == nonce
    return session.scalar(select(Treatment.id).where(*mine)) is not None


def strike(session: Session, person_id: int, public_id: str, *, reason: str, at: datetime) -> StruckTreatment:
    """Take one's own treatment back; both stay readable, and it counts no more.

    Raises NotFound, for another's too; Invalid for a reason that says nothing or names somebody; Conflict when it was
    taken back before for another reason.
    """
    found = logged(session, person_id, public_id)
    reason = cleaned(reason)
    if found.struck is not None:
        if found.struck.reason != reason:
            raise Conflict("This treatment was struck out before, and the reason given then is kept.")
        return found.struck
    if len(reason) < LEAST_REASON:
        raise Invalid("Say why, in at least %(least)s characters.", least=LEAST_REASON)
    for fault in of_text("reason", reason):
        raise Invalid(fault.message, **fault.values)
    row = StruckTreatment(treatment_id=found.treatment.id, reason=reason, struck_at=at)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict("This treatment was just struck out in another window. Reload the page.") from error
    subject = f"treatment/{public_id}"
    payload = {"reason_sha256": text_hash(reason)}
    journal.append(session, "treatment.struck", actor_id=person_id, subject=subject, payload=payload, at=at)
    return row


# --- reading ---------------------------------------------------------------------------------------------------


def lines_of(person_id: int, region: str) -> Select[Treatment, StruckTreatment]:
    joined = select(Treatment, StruckTreatment).outerjoin(StruckTreatment, StruckTreatment.treatment_id == Treatment.id)
    mine = joined.where(Treatment.person_id == person_id)
    return mine.where(Treatment.region == region) if region else mine


def log_of(
    session: Session, person_id: int, *, region: str = "", limit: int | None = None, offset: int = 0
) -> Sequence[Logged]:
    """A person's log, latest first; of one region where it is given. One query."""
    latest = lines_of(person_id, region).order_by(Treatment.treated_on.desc(), Treatment.id.desc())
    return [Logged(one, struck) for one, struck in session.execute(latest.limit(limit).offset(offset))]


def logged(session: Session, person_id: int, public_id: str) -> Logged:
    """One line of a person's own log. Raises NotFound, for another's too."""
    row = session.execute(lines_of(person_id, "").where(Treatment.public_id == public_id)).first()
    if row is None:
        raise NotFound("There is no such treatment in this log.")
    return Logged(row[0], row[1])


def last_of(session: Session, person_id: int) -> Treatment | None:
    """What the person logged last, for the defaults of the next entry."""
    query = select(Treatment).where(Treatment.person_id == person_id)
    return session.scalar(query.order_by(Treatment.id.desc()).limit(1))


def how_many(session: Session, person_id: int) -> int:
    """How many treatments count."""
    kept = select(func.count(Treatment.id)).outerjoin(StruckTreatment, StruckTreatment.treatment_id == Treatment.id)
    return session.scalar(kept.where(Treatment.person_id == person_id, StruckTreatment.id.is_(None))) or 0
