"""Take a case out of the drawing because it leaked or is in doubt, and give it back.

The row says what holds now; the journal holds every step with its reason, and none of them can be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment.sign_off.models import WithheldCase
from training.db.errors import Conflict, Invalid, NotFound
from training.journal import service as journal
from training.library import service as library
from training.library.service import Entry

WITHHELD, RELEASED = "bank.withheld", "bank.released"
SHORTEST_REASON, REASON_LENGTH = 5, 500
_MOST_STEPS = 50


@dataclass(frozen=True)
class Withheld:
    """Why a case is not drawn now."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Step:
    """A case was withheld, or given back."""

    kind: str
    reason: str
    by: str
    at: datetime


def case_of(session: Session, item_id: str) -> Entry:
    """Raises NotFound for what is no case of the bank that is published now."""
    found = library.offered(session, [item_id.replace("\x00", "")]).get(item_id)
    if found is None or found.kind != "case" or found.bank != "sign-off":
        raise NotFound("There is no such case in the sign-off bank. It may have been withdrawn.")
    return found


def withhold(session: Session, item_id: str, reason: str, *, by_id: int, at: datetime) -> None:
    """From now on it is drawn for nobody. The same again by the same person changes nothing.

    Raises NotFound, Invalid for a reason that is too short or too long, Conflict when somebody else withheld it.
    """
    entry, reason = case_of(session, item_id), checked(reason)
    try:
        with session.begin_nested():
            session.add(WithheldCase(item_id=entry.id, reason=reason, withheld_by_id=by_id, withheld_at=at))
            session.flush()
    except IntegrityError:
        row = session.get(WithheldCase, entry.id, populate_existing=True)
        if row is not None and (row.withheld_by_id, row.reason) == (by_id, reason):
            return  # the second of two clicks
        raise Conflict("Somebody has withheld this case already. Read the reason they gave below.") from None
    _told(session, WITHHELD, entry, reason, by_id, at)


def release(session: Session, item_id: str, reason: str, *, by_id: int, at: datetime) -> None:
    """It may be drawn again. Raises NotFound, Invalid, or Conflict when it is not withheld."""
    entry, reason = case_of(session, item_id), checked(reason)
    gone = delete(WithheldCase).where(WithheldCase.item_id == entry.id).returning(WithheldCase.item_id)
    if session.scalars(gone).one_or_none() is None:  # of two at once the second
        raise Conflict("This case is not withheld any more. Its history below says who gave it back.")
    _told(session, RELEASED, entry, reason, by_id, at)


def checked(reason: str) -> str:
    """The reason without needless space. Raises Invalid."""
    plain = " ".join(reason.split())
    if not SHORTEST_REASON <= len(plain) <= REASON_LENGTH:
        raise Invalid("Say why, in %(least)s to %(most)s characters.", least=SHORTEST_REASON, most=REASON_LENGTH)
    return plain


def _told(session: Session, kind: str, entry: Entry, reason: str, by_id: int, at: datetime) -> None:
    payload = {"version": entry.version_hash, "reason": reason}
    journal.append(session, kind, actor_id=by_id, subject=subject_of(entry.id), payload=payload, at=at)


def subject_of(item_id: str) -> str:
    return f"case/{item_id}"


def withheld(session: Session) -> dict[str, Withheld]:
    """The cases that are withheld now, by item id. Two queries."""
    rows = session.scalars(select(WithheldCase)).all()
    names = people.names(session, {row.withheld_by_id for row in rows}) if rows else {}
    return {row.item_id: Withheld(row.reason, names.get(row.withheld_by_id, ""), row.withheld_at) for row in rows}


def steps(session: Session, item_id: str) -> Sequence[Step]:
    """Every time a case was withheld or given back, the latest first, as the journal has it. Two queries."""
    entries = journal.latest(session, limit=_MOST_STEPS, subject=subject_of(item_id))
    kept = [one for one in entries if one.kind in (WITHHELD, RELEASED)]
    names = people.names(session, {one.actor_id for one in kept if one.actor_id is not None}) if kept else {}
    return [
        Step(one.kind, str(one.payload.get("reason", "")), names.get(one.actor_id or 0, ""), one.at) for one in kept
    ]
