"""Asking to be watched: a link for one assessor, open seven days, that carries nothing into the record."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.jurisdiction.service import refuse_where_not_allowed
from training.competency.observing.models import Observation, ObservationRequest
from training.competency.words import cleaned
from training.content.framework import SCOPE_LINES
from training.db.base import is_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused

DAYS_OPEN = 7
MOST_FOCUS = 200  # characters
MOST_OPEN = 20
TOKEN_BYTES = 16
State = Literal["open", "used", "expired", "cancelled"]


class Closed(Refused):
    """The link is genuine, and nobody can sign by it any more."""


@dataclass(frozen=True)
class Asked:
    """A request as its trainee sees it; `used_by` is the id of the assessor who signed."""

    request: ObservationRequest
    state: State
    used_by: int | None


def token_of(request: ObservationRequest, secret_key: str) -> str | None:
    """What the link ends with: 128 bits that only the server's key can make, so that the database need not keep them.

    None when the key is another than when the request was made: the link that was shown then still works.
    """
    token = _token(request.public_id, secret_key)
    return token if hash_of(token) == request.token_hash else None


def _token(public_id: str, secret_key: str) -> str:
    digest = hmac.digest(secret_key.encode(), b"observation request " + public_id.encode(), "sha256")
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).decode().rstrip("=")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def state_of(request: ObservationRequest, *, used: bool, at: datetime) -> State:
    if used:
        return "used"
    if request.cancelled_at is not None:
        return "cancelled"
    return "expired" if request.expires_at <= at else "open"


# --- by the trainee --------------------------------------------------------------------------------------------


def ask(
    session: Session, trainee_id: int, *, region: str, focus: str, public_id: str, secret_key: str, at: datetime
) -> ObservationRequest:
    """Make a request. `public_id` is the form's, so that the same form sent twice makes one.

    Raises Invalid for what cannot be read, Refused where the trainee may not needle and when too many are open.
    """
    refuse_where_not_allowed(session, trainee_id)
    focus = " ".join(cleaned(focus).split())
    if region not in SCOPE_LINES:
        raise Invalid("Choose where on the body it will be.")
    if len(focus) > MOST_FOCUS:
        raise Invalid("Say what to watch in at most %(most)s characters.", most=MOST_FOCUS)
    if not is_public_id(public_id):
        raise Invalid("The form was not complete. Reload its page and send it again.")
    earlier = _of_form(session, public_id, trainee_id)
    if earlier is not None:
        return earlier
    _refuse_too_many(session, trainee_id, at)
    request = ObservationRequest(
        public_id=public_id,
        trainee_id=trainee_id,
        region=region,
        focus=focus,
        token_hash=hash_of(_token(public_id, secret_key)),
        asked_at=at,
        expires_at=at + timedelta(days=DAYS_OPEN),
    )
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        earlier = _of_form(session, public_id, trainee_id)
        if earlier is None:
            raise
        return earlier
    return request


def _of_form(session: Session, public_id: str, trainee_id: int) -> ObservationRequest | None:
    """The request that this very form made. Raises Conflict when it was somebody else's form."""
    found = session.scalar(select(ObservationRequest).where(ObservationRequest.public_id == public_id))
    if found is not None and found.trainee_id != trainee_id:
        raise Conflict("This form was sent before by somebody else. Open its page again.")
    return found


def _refuse_too_many(session: Session, trainee_id: int, at: datetime) -> None:
    used = select(Observation.id).where(Observation.request_id == ObservationRequest.id).exists()
    still_open = session.scalar(
        select(func.count())
        .select_from(ObservationRequest)
        .where(
            ObservationRequest.trainee_id == trainee_id,
            ObservationRequest.expires_at > at,
            ObservationRequest.cancelled_at.is_(None),
            ~used,
        )
    )
    if (still_open or 0) >= MOST_OPEN:
        raise Refused("%(most)s requests of yours are open. Use one of them, or take some back first.", most=MOST_OPEN)


def requests_of(session: Session, trainee_id: int, *, at: datetime, limit: int = 51, offset: int = 0) -> list[Asked]:
    """A trainee's requests, newest first, in one query."""
    query = (
        select(ObservationRequest, Observation.assessor_id)
        .outerjoin(Observation, Observation.request_id == ObservationRequest.id)
        .where(ObservationRequest.trainee_id == trainee_id)
        .order_by(ObservationRequest.asked_at.desc(), ObservationRequest.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_asked(request, used_by, at) for request, used_by in session.execute(query)]


def request_of(session: Session, public_id: str, trainee_id: int, *, at: datetime) -> Asked:
    """Raises NotFound, for another's too."""
    query = (
        select(ObservationRequest, Observation.assessor_id)
        .outerjoin(Observation, Observation.request_id == ObservationRequest.id)
        .where(ObservationRequest.public_id == public_id, ObservationRequest.trainee_id == trainee_id)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("There is no such request among yours.")
    return _asked(found[0], found[1], at)


def _asked(request: ObservationRequest, used_by: int | None, at: datetime) -> Asked:
    return Asked(request, state_of(request, used=used_by is not None, at=at), used_by)


def cancel(session: Session, public_id: str, trainee_id: int, *, at: datetime) -> None:
    """Take an open request back; doing so twice changes nothing. Raises NotFound, and Conflict when it was used."""
    request_id = request_of(session, public_id, trainee_id, at=at).request.id
    request = locked(session, request_id)
    if used_by(session, request_id) is not None:
        raise Conflict("An assessor has signed by this request. The observation stands.")
    if request.cancelled_at is None:
        request.cancelled_at = at


# --- by the assessor -------------------------------------------------------------------------------------------


def request_behind(session: Session, token: str) -> ObservationRequest:
    """The request that a link names, in whatever state. Raises NotFound for a link that we did not make."""
    found = session.scalar(select(ObservationRequest).where(ObservationRequest.token_hash == hash_of(token[:64])))
    if found is None:
        raise NotFound("This link names no request. Scan the code again, or ask the trainee for a new one.")
    return found


def refuse_unless_open(session: Session, request: ObservationRequest, assessor_id: int, *, at: datetime) -> None:
    """Raises Refused for one's own, Closed with the reason for one that nobody can sign by now."""
    if request.trainee_id == assessor_id:
        raise Refused("This is your own request. Show it to an assessor: they open it on their own phone.")
    signer = used_by(session, request.id)
    match state_of(request, used=signer is not None, at=at):
        case "used" if signer == assessor_id:
            raise Closed("You have signed by this request already. The observation is recorded.")
        case "used":
            name = people.names(session, [signer]).get(signer or 0, "")
            raise Closed("%(name)s was first and has signed by this request.", name=name)
        case "cancelled":
            raise Closed("The trainee took this request back.")
        case "expired":
            raise Closed("This request has expired: it was open for %(days)s days.", days=DAYS_OPEN)
        case "open":
            return


def used_by(session: Session, request_id: int) -> int | None:
    """The assessor who signed by a request; None while nobody has."""
    return session.scalar(select(Observation.assessor_id).where(Observation.request_id == request_id))


def locked(session: Session, request_id: int) -> ObservationRequest:
    """So that nobody else changes it until the caller commits."""
    query = select(ObservationRequest).where(ObservationRequest.id == request_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def requests_by_id(session: Session, ids: Sequence[int]) -> dict[int, ObservationRequest]:
    rows = session.scalars(select(ObservationRequest).where(ObservationRequest.id.in_(ids)))
    return {row.id: row for row in rows}
