"""A link for somebody who forgot their password: an administrator makes it, it is good once, for a day."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from training.accounts.invitations import Closed
from training.accounts.models import Person
from training.accounts.people import locked, set_password
from training.db.errors import NotFound
from training.journal import service as journal

OPEN_FOR = timedelta(days=1)


def make(session: Session, person_id: int, secret_key: str, *, by_id: int, at: datetime) -> str:
    """What the link ends with. It is journaled, since whoever holds it can become the person."""
    person = locked(session, person_id)
    expires = int((at + OPEN_FOR).timestamp())
    token = _serializer(secret_key).dumps([person.public_id, expires, _mark(person)])
    subject = f"person/{person.public_id}"
    journal.append(session, "password.link-made", actor_id=by_id, subject=subject, payload={}, at=at)
    return token


def person_behind(session: Session, given: str, secret_key: str, *, at: datetime, to_change: bool = False) -> Person:
    """Whose password the link sets; with `to_change` nobody else can change it until the caller commits.

    Raises NotFound for a link that we did not make, Closed for one that is used or old.
    """
    try:
        public_id, expires, mark = _serializer(secret_key).loads(given)
    except (BadSignature, ValueError):
        raise NotFound("This link is not complete. Copy the whole link, or ask for a new one.") from None
    person = session.scalar(select(Person).where(Person.public_id == public_id))
    if person is None:
        raise NotFound("This link is for nobody here. Ask for a new one.")
    if to_change:
        person = locked(session, person.id)
    if mark != _mark(person):
        raise Closed("This link was used, or the password was changed since. Sign in, or ask for a new link.")
    if datetime.fromtimestamp(expires, UTC) <= at:
        raise Closed("This link has expired. Ask for a new one.")
    return person


def set_new(session: Session, given: str, secret_key: str, password: str, *, at: datetime) -> Person:
    """Set the password and end every session of the person. Raises as person_behind does, Invalid for the password."""
    person = person_behind(session, given, secret_key, at=at, to_change=True)
    set_password(person, password)
    subject = f"person/{person.public_id}"
    journal.append(session, "password.set-by-link", actor_id=person.id, subject=subject, payload={}, at=at)
    return person


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="password-link")


def _mark(person: Person) -> str:
    """Changes with the password, so that the link works once; tells nothing of the stamp that sessions hold."""
    return hashlib.sha256(f"password-link/{person.session_stamp}".encode()).hexdigest()[:20]
