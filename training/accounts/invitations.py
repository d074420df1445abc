"""Invitations: a signed link that gives one role, once, until it expires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import passwords
from training.accounts.cohorts import cohorts_of, join_cohort
from training.accounts.models import Cohort, Invitation, Person
from training.accounts.people import add_person, give_role, normal_email, person_of, roles_of
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.web.access import Role

DAYS_OPEN = (1, 3, 7, 14, 30)
SECOND_CLICK = timedelta(minutes=2)
State = Literal["open", "used", "expired", "withdrawn"]


class Closed(Refused):
    """The link is genuine, and nobody can take it any more."""


@dataclass(frozen=True)
class Listed:
    """An invitation as the list shows it; `accepted_by` is the name of whoever took it."""

    invitation: Invitation
    state: State
    cohort: str | None
    accepted_by: str | None


def token(invitation: Invitation, secret_key: str) -> str:
    """What the link ends with. Only who knows the server's key can make one, so the database need not keep it."""
    return URLSafeSerializer(secret_key, salt="invitation").dumps(invitation.public_id)


def state_of(invitation: Invitation, *, at: datetime) -> State:
    if invitation.accepted_at is not None:
        return "used"
    if invitation.revoked_at is not None:
        return "withdrawn"
    return "expired" if invitation.expires_at <= at else "open"


# --- making and withdrawing ------------------------------------------------------------------------------------


def invite(
    session: Session,
    *,
    note: str,
    role: Role,
    cohort_id: int | None,
    days: int,
    by_id: int,
    at: datetime,
    public_id: str | None = None,
) -> Invitation:
    """`public_id` is the form's, so that the same form sent twice makes one invitation.

    Raises Invalid for a length that is not offered.
    """
    note = " ".join(note.split())
    if not 1 <= len(note) <= 120:
        raise Invalid("Say for whom it is, in at most 120 characters.")
    if days not in DAYS_OPEN:
        raise Invalid("Choose how long the link stays open from the list.")
    invitation = Invitation(
        public_id=public_id or new_public_id(),
        note=note,
        role=role.value,
        cohort_id=cohort_id,
        created_by_id=by_id,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    try:
        with session.begin_nested():
            session.add(invitation)
    except IntegrityError:
        earlier = session.scalar(select(Invitation).where(Invitation.public_id == public_id))
        if earlier is None or earlier.created_by_id != by_id:
            raise
        return earlier
    subject = f"invitation/{invitation.public_id}"
    journal.append(session, "invitation.made", actor_id=by_id, subject=subject, payload={"role": role.value}, at=at)
    return invitation


def invitation_of(session: Session, public_id: str) -> Invitation:
    """Raises NotFound."""
    found = session.scalar(select(Invitation).where(Invitation.public_id == public_id))
    if found is None:
        raise NotFound("There is no such invitation.")
    return found


def revoke(session: Session, public_id: str, *, by_id: int, at: datetime) -> None:
    """Withdraw an open invitation. Raises Conflict when somebody has used it."""
    invitation = _locked(session, public_id)
    if invitation is None:
        raise NotFound("There is no such invitation.")
    if invitation.accepted_at is not None:
        raise Conflict("Somebody has used this invitation. Take the role away instead.")
    if invitation.revoked_at is None:
        invitation.revoked_at = at
        subject = f"invitation/{invitation.public_id}"
        journal.append(session, "invitation.withdrawn", actor_id=by_id, subject=subject, payload={}, at=at)


def invitations(session: Session, *, at: datetime, limit: int = 51, offset: int = 0) -> Sequence[Listed]:
    """Newest first, in one query."""
    query = (
        select(Invitation, Cohort.name, Person.name)
        .outerjoin(Cohort, Cohort.id == Invitation.cohort_id)
        .outerjoin(Person, Person.id == Invitation.accepted_by_id)
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Listed(one, state_of(one, at=at), cohort, taker) for one, cohort, taker in session.execute(query)]


# --- taking ----------------------------------------------------------------------------------------------------


def open_invitation(
    session: Session, given: str, secret_key: str, *, at: datetime, to_take_it: bool = False
) -> Invitation:
    """The invitation behind a link; with `to_take_it` nobody else can take it until the caller commits.

    Raises NotFound for a link that we did not make, Closed for one that is used, withdrawn or expired.
    """
    public_id = _public_id(given, secret_key)
    invitation = _locked(session, public_id) if to_take_it else invitation_of(session, public_id)
    if invitation is None:
        raise NotFound("This invitation does not exist any more. Ask for a new one.")
    match state_of(invitation, at=at):
        case "used":
            raise Closed("This invitation was used already. Sign in, or ask for a new one.")
        case "withdrawn":
            raise Closed("This invitation was withdrawn. Ask for a new one.")
        case "expired":
            raise Closed("This invitation has expired. Ask for a new one.")
        case "open":
            return invitation


def accept_as_new(
    session: Session, given: str, secret_key: str, *, name: str, email: str, password: str, at: datetime
) -> Person:
    """A new person takes the invitation; sent again by the same person it gives them again.

    Raises Conflict when the e-mail address is taken, and what open_invitation raises.
    """
    try:
        invitation = open_invitation(session, given, secret_key, at=at, to_take_it=True)
    except Closed:
        taker = _taker(session, _public_id(given, secret_key), since=at - SECOND_CLICK)
        if taker and taker.email == normal_email(email) and passwords.matches(taker.password_hash, password):
            return taker
        raise
    person = add_person(session, name=name, email=email, password=password, roles=(), at=at, by_id=None)
    _accept(session, invitation, person.id, at=at)
    return person


def accept_as(session: Session, given: str, secret_key: str, person_id: int, *, at: datetime) -> None:
    """Somebody who has an account takes the invitation; sent again by them it changes nothing.

    Raises Closed when it would give them nothing, and what open_invitation raises.
    """
    try:
        invitation = open_invitation(session, given, secret_key, at=at, to_take_it=True)
    except Closed:
        taker = _taker(session, _public_id(given, secret_key), since=at - SECOND_CLICK)
        if taker is not None and taker.id == person_id:
            return
        raise
    if gives_nothing(session, invitation, person_id):
        raise Closed("You have all that this invitation gives. It stays open for somebody else.")
    _accept(session, invitation, person_id, at=at)


def gives_nothing(session: Session, invitation: Invitation, person_id: int) -> bool:
    """Whether the person has the role already, and is in the cohort."""
    if Role(invitation.role) not in roles_of(session, person_id):
        return False
    if invitation.cohort_id is None:
        return True
    cohort = session.get_one(Cohort, invitation.cohort_id)
    return cohort.public_id in cohorts_of(session, person_id)


def cohort_name(session: Session, invitation: Invitation) -> str | None:
    return None if invitation.cohort_id is None else session.get_one(Cohort, invitation.cohort_id).name


def _public_id(given: str, secret_key: str) -> str:
    try:
        return str(URLSafeSerializer(secret_key, salt="invitation").loads(given))
    except BadSignature:
        raise NotFound("This invitation link is not complete. Copy the whole link, or ask for a new one.") from None


def _locked(session: Session, public_id: str) -> Invitation | None:
    """Of two people who open the same link, the second waits here until the first has committed."""
    query = select(Invitation).where(Invitation.public_id == public_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _taker(session: Session, public_id: str, *, since: datetime) -> Person | None:
    """Who took the invitation, if that was a moment ago: then this may be their second click.

    Later the link is spent; whoever kept it could otherwise try passwords on it without a limit.
    """
    invitation = invitation_of(session, public_id)
    if invitation.accepted_by_id is None or invitation.accepted_at is None or invitation.accepted_at < since:
        return None
    return person_of(session, invitation.accepted_by_id)


def _accept(session: Session, invitation: Invitation, person_id: int, *, at: datetime) -> None:
    invitation.accepted_at, invitation.accepted_by_id = at, person_id
    if invitation.cohort_id is not None:
        join_cohort(session, invitation.cohort_id, person_id)
    give_role(session, person_id, Role(invitation.role), at=at, by_id=invitation.created_by_id)
