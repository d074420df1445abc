"""Taking a granted sign-off back. The decision stays on record as it was made; the reversal is a record beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.rule.bundle import bundle_hash
from training.competency.rule.interests import Declared
from training.competency.sign_off.checking import (
    NO_INTEREST,
    checked_declaration,
    checked_reason,
    journaled,
    refuse_barred,
)
from training.competency.sign_off.models import Reversal, SignOff
from training.competency.sign_off.service import GRANTED, sign_off
from training.competency.words import text_hash
from training.db.errors import Conflict, Refused
from training.journal import service as journal

FORMAT = 1


@dataclass(frozen=True)
class Reversed:
    """A sign-off that was just reversed, for whoever made something of its grant."""

    sign_off_id: int
    number: str
    decider_id: int
    reason: str
    at: datetime


def _nobody_listens(session: Session, reversed_: Reversed) -> str | None:
    raise RuntimeError("factory.connect_hooks was not called")


# Runs in the reversal's transaction; returns what became of the certificate: its state, None when there is none.
when_reversed: Callable[[Session, Reversed], str | None] = _nobody_listens


def why_not_reverse(row: SignOff, person_id: int) -> str | None:
    """Why a person may not reverse this sign-off, as a message; None when they may.

    Whoever granted it may: to take back is the safe side, and nobody should have to wait for a colleague to do so.
    """
    if row.state != GRANTED:
        return "Only a granted sign-off can be reversed."
    if row.reversed_at is not None:
        return "This sign-off was reversed already."
    if person_id == row.trainee_id:
        return "This is your own sign-off. Somebody else must decide."
    if person_id == row.proposer_id:
        return "You proposed this sign-off. Somebody who did not must reverse it."
    return None


def reverse(
    session: Session, number: str, *, decider_id: int, reason: str, at: datetime, declared: Declared = NO_INTEREST
) -> SignOff:
    """Reverse a grant and withdraw its certificate, if that is still in force. The caller checked the password.

    The same reversal sent again changes nothing. Raises Refused for the trainee, the proposer, a declared interest that
    bars deciding, and what was not granted; Conflict when somebody else reversed it first; Invalid without a reason.
    """
    reason = checked_reason(reason)
    declared = checked_declaration(declared)
    refuse_barred(declared)
    row_id = sign_off(session, number).id
    query = select(SignOff).where(SignOff.id == row_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    if row.reversed_at is not None:
        return same_reversal(session, row, decider_id, reason, declared)
    against = why_not_reverse(row, decider_id)
    if against is not None:
        raise Refused(against)
    became = when_reversed(session, Reversed(row.id, row.number, decider_id, reason, at))
    bundle = freeze(session, row, decider_id, reason, declared, became, at)
    digest = bundle_hash(bundle)
    done = session.execute(
        update(SignOff)
        .where(SignOff.id == row_id, SignOff.reversed_at.is_(None))  # of two at once, one finds nothing to reverse
        .values(reversed_at=at)
        .returning(SignOff.id)
    ).all()
    session.expire(row)
    if not done:
        raise Conflict("Somebody reversed this sign-off a moment ago. Look at it again.")
    session.add(
        Reversal(
            sign_off_id=row_id,
            decider_id=decider_id,
            declared=declared.to_json(),
            reason=reason,
            reversed_at=at,
            bundle=bundle,
            bundle_hash=digest,
        )
    )
    subject = f"sign-off/{row.number}"
    payload = {
        "bundle_sha256": digest,
        "reason_sha256": text_hash(reason),
        "declared": journaled(declared),
        "certificate": became,
    }
    journal.append(session, "sign-off.reversed", actor_id=decider_id, subject=subject, payload=payload, at=at)
    return row


def freeze(
    session: Session, row: SignOff, decider_id: int, reason: str, declared: Declared, became: str | None, at: datetime
) -> dict[str, Any]:
    """The reversal as JSON values; it names the bundle of the decision that it takes back."""
    decider = people.person_of(session, decider_id)
    return {
        "format": FORMAT,
        "number": row.number,
        "reverses_bundle_sha256": row.bundle_hash,
        "decider": {"public_id": decider.public_id, "name": decider.name},
        "declared": declared.to_json(),
        "reason": reason,
        "reversed_at": at.astimezone(UTC).isoformat(),
        "certificate_state": became,
    }


def reversal_of(session: Session, row: SignOff) -> Reversal | None:
    """How a sign-off was reversed; None when it was not."""
    return session.get(Reversal, row.id) if row.reversed_at is not None else None


def same_reversal(session: Session, row: SignOff, decider_id: int, reason: str, declared: Declared) -> SignOff:
    """The reversed sign-off, when this is the second click on it. Raises Conflict when somebody else was first."""
    made = session.get_one(Reversal, row.id)
    if (made.decider_id, made.reason, made.declared) == (decider_id, reason, declared.to_json()):
        return row
    name = people.names(session, [made.decider_id])[made.decider_id]
    raise Conflict("%(name)s reversed %(number)s first. Look at it again.", name=name, number=row.number)
