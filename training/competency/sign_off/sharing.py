"""Links to the redacted view of a decided sign-off: what was tested and decided, and nothing of what people wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.competency.rule.readiness import Readiness
from training.competency.sign_off.models import Share, SignOff
from training.competency.sign_off.replaying import review_then
from training.competency.sign_off.service import PROPOSED, sign_off
from training.db.base import is_public_id, new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

DAYS_OPEN = (7, 30, 90)
MOST_OPEN = 20


@dataclass(frozen=True)
class Redacted:
    """What whoever has the link may read: no words of assessors, no reasons, no answers."""

    row: SignOff
    readiness: Readiness
    with_names: bool
    expires_at: datetime


def one_of(session: Session, number: str, *, owner_id: int | None) -> SignOff:
    """A sign-off by its number; with an owner only theirs. Raises NotFound, for another's too."""
    row = sign_off(session, number)
    if owner_id is not None and row.trainee_id != owner_id:
        raise NotFound("There is no sign-off of yours with this number.")
    return row


def token(share: Share, secret_key: str) -> str:
    """What the link ends with. Only who knows the server's key can make one, so the database need not keep it."""
    return URLSafeSerializer(secret_key, salt="sign-off-share").dumps(share.public_id)


def share(
    session: Session,
    row: SignOff,
    *,
    days: int,
    with_names: bool,
    by_id: int,
    at: datetime,
    public_id: str | None = None,
) -> Share:
    """Make a link; `public_id` is the form's, so that the same form sent twice makes one.

    Raises Refused for a sign-off that is not decided, and when too many links are open; Invalid for another length;
    Conflict when the form made another link before.
    """
    if row.state == PROPOSED:
        raise Refused("This sign-off is not decided yet, so there is nothing to share.")
    if days not in DAYS_OPEN:
        raise Invalid("Choose how long the link stays open from the list.")
    earlier = sent_before(session, row, public_id, by_id)
    if earlier is not None:
        return earlier
    if len(shares_of(session, row, at=at)) >= MOST_OPEN:
        raise Refused("%(most)s links are open already. Withdraw one first.", most=MOST_OPEN)
    made = Share(
        public_id=public_id or new_public_id(),
        sign_off_id=row.id,
        with_names=with_names,
        made_by_id=by_id,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # the second of two clicks at once
        earlier = sent_before(session, row, public_id, by_id)
        if earlier is None:
            raise
        return earlier
    payload = {"share": made.public_id, "with_names": with_names, "until": made.expires_at.isoformat()}
    journal.append(session, "sign-off.shared", actor_id=by_id, subject=f"sign-off/{row.number}", payload=payload, at=at)
    return made


def sent_before(session: Session, row: SignOff, public_id: str | None, by_id: int) -> Share | None:
    """The link that this very form made. Raises Conflict when it made somebody else's, or one to another sign-off."""
    if public_id is None:
        return None
    found = session.scalar(select(Share).where(Share.public_id == public_id))
    if found is not None and (found.sign_off_id, found.made_by_id) != (row.id, by_id):
        raise Conflict("This form was sent before. Reload its page and send it again.")
    return found


def open_at(one: Share, at: datetime) -> bool:
    return one.withdrawn_at is None and at < one.expires_at


def shares_of(session: Session, row: SignOff, *, at: datetime) -> Sequence[Share]:
    """The links that are open, newest first."""
    query = select(Share).where(Share.sign_off_id == row.id, Share.withdrawn_at.is_(None), Share.expires_at > at)
    return session.scalars(query.order_by(Share.id.desc())).all()


def withdraw(session: Session, row: SignOff, public_id: str, *, by_id: int, at: datetime) -> None:
    """Close a link of this sign-off for good. Raises NotFound."""
    query = select(Share).where(Share.public_id == public_id, Share.sign_off_id == row.id)
    found = session.scalar(query.with_for_update()) if is_public_id(public_id) else None
    if found is None:
        raise NotFound("This sign-off has no such link.")
    if found.withdrawn_at is not None:
        return  # the second of two clicks
    found.withdrawn_at = at
    journal.append(
        session,
        "sign-off.share-withdrawn",
        actor_id=by_id,
        subject=f"sign-off/{row.number}",
        payload={"share": public_id},
        at=at,
    )


def opened(session: Session, given: str, secret_key: str, at: datetime) -> Redacted:
    """What a link shows. Raises NotFound for one that is not ours, expired or withdrawn: nobody is told which."""
    try:
        public_id = URLSafeSerializer(secret_key, salt="sign-off-share").loads(given)
    except BadSignature:
        public_id = ""
    found = session.scalar(select(Share).where(Share.public_id == str(public_id)))
    if found is None or not open_at(found, at):
        raise NotFound("This link shows nothing any more. Ask whoever sent it for a new one.")
    row = session.get_one(SignOff, found.sign_off_id)
    return Redacted(row, review_then(row).readiness, found.with_names, found.expires_at)
