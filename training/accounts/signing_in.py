"""Signing in, its throttle, and changing the password."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from training.accounts import passwords
from training.accounts.models import Person, PersonRole, SignInFailure
from training.accounts.people import locked, normal_email, set_password
from training.db.errors import Refused, TooMany
from training.web.access import Role, SignedIn

THROTTLE_WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 8
FAILURES_PER_ADDRESS = 40
FAILURES_KEPT = timedelta(days=1)


# Every page asks this first. Built once, for building it takes three times as long as asking it.
_SIGNED_IN = (
    select(Person.id, Person.name, Person.email, PersonRole.role)
    .outerjoin(PersonRole, PersonRole.person_id == Person.id)
    .where(Person.public_id == bindparam("public_id"), Person.session_stamp == bindparam("stamp"))
)


def signed_in(session: Session, public_id: str, stamp: str) -> SignedIn | None:
    """The person a session cookie names, in one query; None when the password has changed since."""
    rows = session.execute(_SIGNED_IN, {"public_id": public_id, "stamp": stamp}).all()
    if not rows:
        return None
    roles = frozenset(Role(row.role) for row in rows if row.role)
    return SignedIn(rows[0].id, public_id, rows[0].name, rows[0].email, stamp, roles)


def refuse_if_throttled(session: Session, email: str, address: str, *, at: datetime) -> None:
    """Raises TooMany after too many failures for this account, whether or not it exists, or from this address."""
    since = at - THROTTLE_WINDOW
    limits = (
        (SignInFailure.account_key == account_key(email), FAILURES_PER_ACCOUNT),
        (SignInFailure.address == address[:64], FAILURES_PER_ADDRESS),
    )
    # The failure that must grow old before another try is allowed.
    oldest_that_counts = (
        select(SignInFailure.at)
        .where(whose, SignInFailure.at > since)
        .order_by(SignInFailure.at.desc())
        .offset(limit - 1)
        .limit(1)
        .scalar_subquery()
        for whose, limit in limits
    )
    found = [failed_at for failed_at in session.execute(select(*oldest_that_counts)).one() if failed_at is not None]
    if found:
        seconds = max(1, math.ceil((max(found) + THROTTLE_WINDOW - at).total_seconds()))
        minutes = math.ceil(seconds / 60)
        raise TooMany(
            "Too many failed sign-ins. Try again in %(minutes)s minutes."
            if minutes > 1
            else "Too many failed sign-ins. Try again in a minute.",
            retry_after_seconds=seconds,
            minutes=minutes,
        )


def check_password(session: Session, email: str, password: str) -> SignedIn | None:
    """The person with this address and password, or None; an unknown address takes as long as a wrong password."""
    row = session.execute(
        select(Person.public_id, Person.session_stamp, Person.password_hash).where(Person.email == normal_email(email))
    ).one_or_none()
    if row is None:
        passwords.spend_the_same_time(password)
        return None
    if not passwords.matches(row.password_hash, password):
        return None
    return signed_in(session, row.public_id, row.session_stamp)


def note_failure(session: Session, email: str, address: str, *, at: datetime) -> None:
    """Count a failed sign-in, and forget those that no longer matter."""
    session.execute(delete(SignInFailure).where(SignInFailure.at < at - FAILURES_KEPT))
    session.add(SignInFailure(account_key=account_key(email), address=address[:64], at=at))


def account_key(email: str) -> str:
    """What failures are counted under: a hash, so that a mistyped password in the address field is not kept."""
    return hashlib.sha256(normal_email(email).encode()).hexdigest()


def change_password(session: Session, person_id: int, old: str, new: str) -> str:
    """Set a new password and end the person's other sessions; returns the new session stamp.

    Raises Refused when the old one is wrong, Invalid when the new one is too short.
    """
    person = locked(session, person_id)
    if not passwords.matches(person.password_hash, old):
        raise Refused("The present password is not right. Type it again.")
    set_password(person, new)
    return person.session_stamp
