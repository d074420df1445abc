"""Certificates: issue them, change their state, and find them for those who manage them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.service import Granted, Reversed
from training.credentials import codes
from training.credentials.dates import day_at, months_later
from training.credentials.lookup import (
    ACTIVE,
    EXPIRED,
    MOST_GROUPS,
    NOT_CERTIFIED,
    REGIONS,
    SUPERSEDED,
    SUSPENDED,
    WITHDRAWN,
    Checked,
    Line,
    Verified,
    certificates_of,
    check,
    check_list,
    looks_like_code,
    sign_off_behind,
    state_on,
    with_codes,
)
from training.credentials.models import Certificate, CertificateEvent, CertificateScope
from training.credentials.renewal.service import (
    Notice,
    Renewal,
    Run,
    lines_that_came_back,
    renewal_of,
    renewals,
)
from training.credentials.renewal.service import run as run_renewal
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

__all__ = [
    "MOST_GROUPS",
    "REGIONS",
    "Checked",
    "Line",
    "Notice",
    "Renewal",
    "Run",
    "Verified",
    "certificates_of",
    "change_state",
    "check",
    "check_list",
    "issue",
    "listed",
    "looks_like_code",
    "record",
    "renewal_of",
    "renewals",
    "run_renewal",
    "sign_off_behind",
    "withdraw_reversed",
]

CHANGES = {(ACTIVE, SUSPENDED), (SUSPENDED, ACTIVE), (ACTIVE, WITHDRAWN), (SUSPENDED, WITHDRAWN)}
LAPSES_SOON, LAPSING_DAYS = "lapsing", 60
MOST_REASON = 2000


@dataclass(frozen=True)
class Listed:
    """A certificate as the list of all shows it."""

    code: str
    holder: str
    state: str
    issued_on: date
    expires_on: date

    @property
    def shown_code(self) -> str:
        return codes.shown(self.code)


@dataclass(frozen=True)
class Event:
    """A change of a certificate or, with a region, of one line. The first is the issue. `by` is None for a rule's."""

    id: int
    at: datetime
    state: str
    region: str | None
    reason: str
    by: str | None


@dataclass(frozen=True)
class Record:
    """A certificate as those who manage certificates see it; events are newest first.

    `set_state` and `set_lines` are what somebody set, whatever the day. `last_event` tells whether it changed since.
    """

    verified: Verified
    person_id: int
    set_state: str
    set_lines: dict[str, str]
    replaces: str | None
    replaced_by: str | None
    events: tuple[Event, ...]

    @property
    def last_event(self) -> int:
        return self.events[0].id if self.events else 0

    def may_become(self, state: str, region: str | None = None) -> bool:
        if region is None:
            return (self.set_state, state) in CHANGES
        return self.set_state in (ACTIVE, SUSPENDED) and (self.set_lines.get(region, ""), state) in CHANGES


# --- issuing ---------------------------------------------------------------------------------------------------


def issue(session: Session, granted: Granted, *, zone: ZoneInfo) -> str:
    """Make the certificate of a granted sign-off, in the decision's transaction; returns its code as stored.

    The person's certificate up to now is superseded. Raises Refused while that one is suspended, since a suspension
    must be decided upon and not forgotten, and Conflict when the sign-off has its certificate already.
    """
    if not any(level != NOT_CERTIFIED for level in granted.scope.values()):
        raise Invalid("A certificate needs a region with a level. Propose at least one.")
    if session.scalar(select(Certificate.id).where(Certificate.sign_off_id == granted.sign_off_id)) is not None:
        raise Conflict("This sign-off has its certificate already.")
    today = day_at(granted.at, zone)
    earlier = session.scalar(
        select(Certificate)
        .where(Certificate.person_id == granted.trainee_id, Certificate.state.in_((ACTIVE, SUSPENDED)))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if earlier is not None:
        supersede(session, earlier, granted, today, zone)
    made = Certificate(
        code=codes.new_code(),
        person_id=granted.trainee_id,
        sign_off_id=granted.sign_off_id,
        holder=granted.trainee_name,
        issued_on=today,
        expires_on=months_later(today, granted.valid_months),
        state=ACTIVE,
        since=today,
        replaces_id=earlier.id if earlier else None,
        created_at=granted.at,
    )
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("This person was given a certificate a moment ago. Look at it first.") from error
    for region in sorted(granted.scope, key=REGIONS.index):
        level = granted.scope[region]
        session.add(CertificateScope(certificate_id=made.id, region=region, level=level, state=ACTIVE, since=today))
    note(session, made, ACTIVE, "", granted.decider_id, granted.at)
    payload = {
        "sign_off": granted.number,
        "scope": granted.scope,
        "expires": made.expires_on.isoformat(),
        "replaces": codes.shown(earlier.code) if earlier else None,
    }
    journaled(session, "issued", made, granted.decider_id, payload, granted.at)
    return made.code


def supersede(session: Session, earlier: Certificate, granted: Granted, today: date, zone: ZoneInfo) -> None:
    if earlier.state == SUSPENDED:
        raise Refused(
            "The certificate of %(name)s is suspended. Restore or withdraw it first; then decide.",
            name=granted.trainee_name,
        )
    lapsed = lines_that_came_back(session, earlier, granted, zone=zone)
    if earlier.expires_on >= today:
        refuse_to_lose_a_line(session, earlier, granted, lapsed)
    earlier.state, earlier.since = SUPERSEDED, today
    note(session, earlier, SUPERSEDED, "", granted.decider_id, granted.at)
    journaled(session, SUPERSEDED, earlier, granted.decider_id, {"sign_off": granted.number}, granted.at)


def refuse_to_lose_a_line(session: Session, earlier: Certificate, granted: Granted, lapsed: Collection[str]) -> None:
    """Raises Refused where a new certificate would silently undo what was decided about a line, or drop one.

    A line is suspended, withdrawn or restored by a decision of its own, with a reason; a grant is no way around it.
    A line that lapsed by the rule of renewal was decided by nobody, so two people may grant it anew or leave it out.
    """
    for line in session.scalars(select(CertificateScope).where(CertificateScope.certificate_id == earlier.id)):
        if line.region in lapsed:
            continue
        if line.state == SUSPENDED:
            raise Refused(
                "The present certificate's line %(region)s is suspended. Restore or withdraw it first; then decide.",
                region=line.region,
            )
        if line.state == WITHDRAWN and line.region in granted.scope:
            raise Refused(
                "The present certificate's line %(region)s was withdrawn. Propose a scope without it.",
                region=line.region,
            )
        if line.state == ACTIVE and line.region not in granted.scope:
            raise Refused(
                "The present certificate also certifies the line %(region)s, and a new one would drop it. "
                "Propose it as well, or withdraw it first.",
                region=line.region,
            )


def note(
    session: Session, row: Certificate, state: str, reason: str, by_id: int, at: datetime, region: str | None = None
) -> None:
    session.add(CertificateEvent(certificate_id=row.id, region=region, state=state, reason=reason, by_id=by_id, at=at))


def journaled(
    session: Session, what: str, row: Certificate, by_id: int, payload: Mapping[str, object], at: datetime
) -> None:
    subject = f"certificate/{codes.shown(row.code)}"
    journal.append(session, f"certificate.{what}", actor_id=by_id, subject=subject, payload=payload, at=at)


# --- changing --------------------------------------------------------------------------------------------------


def change_state(
    session: Session,
    code: str,
    state: str,
    *,
    reason: str,
    by_id: int,
    at: datetime,
    zone: ZoneInfo,
    region: str | None = None,
    seen: int | None = None,
) -> bool:
    """Suspend (`suspended`), restore (`active`) or for ever withdraw (`withdrawn`) a certificate or one region of it.

    `seen` is the last event that the person saw. Returns False when this very change was the last one, as by a double
    click. Raises NotFound; Refused for one's own certificate; Invalid without a reason; Conflict when somebody else was
    first or the present state is final.
    """
    row = session.scalar(
        select(Certificate)
        .where(Certificate.code == codes.bare(code))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("There is no certificate with this code.")
    if row.person_id == by_id:
        raise Refused("This certificate is your own. Another decider has to change it.")
    reason = reason.strip()
    if not 1 <= len(reason) <= MOST_REASON:
        raise Invalid("Give a reason of at most %(most)s characters.", most=MOST_REASON)
    line = line_of(session, row, region) if region is not None else None
    changed: Certificate | CertificateScope = line or row
    last = session.scalars(
        select(CertificateEvent)
        .where(CertificateEvent.certificate_id == row.id)
        .order_by(CertificateEvent.id.desc())
        .limit(1)
    ).one()
    if (last.state, last.region, last.by_id, last.reason) == (state, region, by_id, reason):
        return False
    if (seen is not None and seen != last.id) or changed.state == state:
        raise Conflict("Somebody changed this certificate meanwhile. Look at it again before you decide.")
    if (changed.state, state) not in CHANGES or row.state not in (ACTIVE, SUSPENDED):
        raise Conflict("That is not possible any more: a certificate that is withdrawn or superseded stays so.")
    changed.state, changed.since = state, day_at(at, zone)
    note(session, row, state, reason, by_id, at, region)
    journaled(session, state, row, by_id, {"region": region, "reason": reason}, at)
    return True


def withdraw_reversed(session: Session, reversed_: Reversed, *, zone: ZoneInfo) -> str | None:
    """Withdraw the certificate of a sign-off that was reversed, in the reversal's transaction; returns its state.

    One that was superseded stays so: the newer one rests on a sign-off of its own. None when there was none.
    """
    row = session.scalar(
        select(Certificate)
        .where(Certificate.sign_off_id == reversed_.sign_off_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        return None
    if row.state in (ACTIVE, SUSPENDED):
        row.state, row.since = WITHDRAWN, day_at(reversed_.at, zone)
        reason = f"{reversed_.number} was reversed: {reversed_.reason}"[:MOST_REASON]
        note(session, row, WITHDRAWN, reason, reversed_.decider_id, reversed_.at)
        payload = {"region": None, "sign_off": reversed_.number}
        journaled(session, WITHDRAWN, row, reversed_.decider_id, payload, reversed_.at)
    return row.state


def line_of(session: Session, row: Certificate, region: str) -> CertificateScope:
    """Locked by its certificate, read anew. Raises NotFound for a region that the certificate does not have."""
    found = session.scalar(
        select(CertificateScope)
        .where(CertificateScope.certificate_id == row.id, CertificateScope.region == region)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("This certificate has no such region.")
    return found


# --- finding ---------------------------------------------------------------------------------------------------


def listed(session: Session, *, search: str, state: str, today: date, limit: int, offset: int = 0) -> list[Listed]:
    """Certificates whose holder's name contains the search or whose code begins with it, newest first, in one query.

    `state` is empty for all, a state, or `lapsing`: active and with not more than 60 days to go.
    """
    query = select(
        Certificate.code,
        Certificate.holder,
        Certificate.state,
        Certificate.since,
        Certificate.issued_on,
        Certificate.expires_on,
    )
    if search.strip():
        words, code = search.strip().lower(), codes.bare(search)
        matches: list[ColumnElement[bool]] = [func.lower(Certificate.holder).contains(words, autoescape=True)]
        if code and set(code) <= set(codes.CHECK_SYMBOLS):
            matches.append(Certificate.code.startswith(code, autoescape=True))
        query = query.where(or_(*matches))
    if state == EXPIRED:
        query = query.where(Certificate.state == ACTIVE, Certificate.expires_on < today)
    elif state in (ACTIVE, LAPSES_SOON):
        query = query.where(Certificate.state == ACTIVE, Certificate.expires_on >= today)
    elif state:
        query = query.where(Certificate.state == state)
    if state == LAPSES_SOON:
        query = query.where(Certificate.expires_on <= today + timedelta(days=LAPSING_DAYS))
        query = query.order_by(Certificate.expires_on)
    query = query.order_by(Certificate.created_at.desc(), Certificate.id.desc())
    found = []
    for row in session.execute(query.limit(limit).offset(offset)):
        its_state, _since = state_on(row.state, row.since, row.expires_on, today)
        found.append(Listed(row.code, row.holder, its_state, row.issued_on, row.expires_on))
    return found


def record(session: Session, code: str, *, at: datetime, zone: ZoneInfo) -> Record:
    """One certificate with its history, in six queries. Raises NotFound."""
    row = session.scalar(
        select(Certificate).where(Certificate.code == codes.bare(code)).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("There is no certificate with this code.")
    lines = session.execute(
        select(CertificateScope.region, CertificateScope.state).where(CertificateScope.certificate_id == row.id)
    ).all()
    neighbours = session.execute(
        select(Certificate.id, Certificate.code, Certificate.replaces_id).where(
            or_(Certificate.id == row.replaces_id, Certificate.replaces_id == row.id)
        )
    ).all()
    return Record(
        verified=with_codes(session, [row.code], day_at(at, zone))[0],
        person_id=row.person_id,
        set_state=row.state,
        set_lines={line.region: line.state for line in lines},
        replaces=next((codes.shown(other.code) for other in neighbours if other.id == row.replaces_id), None),
        replaced_by=next((codes.shown(other.code) for other in neighbours if other.replaces_id == row.id), None),
        events=events(session, row.id),
    )


def events(session: Session, certificate_id: int) -> tuple[Event, ...]:
    rows: Sequence[CertificateEvent] = session.scalars(
        select(CertificateEvent)
        .where(CertificateEvent.certificate_id == certificate_id)
        .order_by(CertificateEvent.id.desc())
    ).all()
    names = people.names(session, [row.by_id for row in rows if row.by_id])
    return tuple(Event(row.id, row.at, row.state, row.region, row.reason, names.get(row.by_id or 0)) for row in rows)
