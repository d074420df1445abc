"""Renewal by small doses: how current a holder is, the notices before a lapse, and the narrowing after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.competency.service import Granted
from training.content.documents import RenewalRule
from training.credentials import codes
from training.credentials.dates import day_at
from training.credentials.lookup import ACTIVE, SUSPENDED
from training.credentials.models import Certificate, CertificateEvent, CertificateScope
from training.credentials.renewal.holders import Standing, in_force, rule_of, standings
from training.credentials.renewal.models import RenewalNotice
from training.credentials.renewal.rule import Dose, LineCurrency, Warning, narrows_on, warnings
from training.db.errors import Refused
from training.journal import service as journal

RENEW_DAYS = 90  # before the last day a renewal is offered to those who propose


@dataclass(frozen=True)
class Notice:
    """Something that lapses unless a dose is done; `region` is empty for the certificate as a whole."""

    region: str
    what: str
    lapses_on: date
    told_on: date


@dataclass(frozen=True)
class Renewal:
    """One holder's certificate: how current its lines are, what was told, whether it is time to renew it.

    `cases_this_year` counts different practice cases of the last 365 days, whatever their region.
    """

    person_id: int
    holder: str
    code: str
    issued_on: date
    expires_on: date
    lines: tuple[LineCurrency, ...]
    levels: dict[str, str]
    rule: RenewalRule
    notices: tuple[Notice, ...]
    cases_this_year: int
    observations_this_year: int
    time_to_renew: bool
    today: date

    @property
    def shown_code(self) -> str:
        return codes.shown(self.code)

    @property
    def all_current(self) -> bool:
        return all(line.state != "lapsed" for line in self.lines)

    @property
    def next_dose(self) -> tuple[LineCurrency, Dose] | None:
        """What lapses first of lines that stand."""
        coming = [(line, line.next_dose) for line in self.lines if line.next_dose and not line.narrowed_on]
        found = [(line, dose) for line, dose in coming if dose is not None]
        return min(found, key=lambda each: each[1].lapses_on, default=None)


@dataclass
class Run:
    """What one run did: how many certificates it looked at, the notices it wrote, the lines it narrowed."""

    looked_at: int = 0
    notices: int = 0
    narrowed: list[tuple[str, str]] = field(default_factory=list)


def renewal_of(session: Session, person_id: int, *, at: datetime, zone: ZoneInfo) -> Renewal | None:
    """How a person's certificate in force stands; None without one."""
    return next(iter(renewals(session, at=at, zone=zone, person_ids=[person_id])), None)


def renewals(
    session: Session, *, at: datetime, zone: ZoneInfo, person_ids: Sequence[int] | None = None
) -> list[Renewal]:
    """Every certificate in force, or those of these people, by the day on which something lapses first."""
    today = day_at(at, zone)
    certificates = in_force(session, today, person_ids)
    if not certificates:
        return []
    rule = rule_of(session)
    found = standings(session, rule, certificates, at=at, zone=zone)
    told = notices_of(session, [row.id for row in certificates])
    made = [shown(one, rule, told.get(one.certificate.id, []), today) for one in found]
    return sorted(made, key=lambda one: one.next_dose[1].lapses_on if one.next_dose else one.expires_on)


def shown(one: Standing, rule: RenewalRule, told: Iterable[RenewalNotice], today: date) -> Renewal:
    row = one.certificate
    year_ago = today - timedelta(days=365)
    still = {
        (each.region, each.what, each.lapses_on) for each in warnings(rule, one.lines.values(), row.expires_on, today)
    }
    latest: dict[tuple[str, str, date], RenewalNotice] = {}
    for notice in told:
        key = (notice.region, notice.what, notice.lapses_on)
        if key in still:
            latest[key] = notice
    notices = (Notice(each.region, each.what, each.lapses_on, each.told_on) for each in latest.values())
    return Renewal(
        person_id=row.person_id,
        holder=row.holder,
        code=row.code,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        lines=tuple(sorted(one.lines.values(), key=lambda line: list(LINE_ORDER).index(line.region))),
        levels=dict(one.levels),
        rule=rule,
        notices=tuple(sorted(notices, key=lambda each: (each.lapses_on, each.region))),
        cases_this_year=len({each.case for each in one.evidence.practised if each.day >= year_ago}),
        observations_this_year=sum(each.day >= year_ago for each in one.evidence.watched),
        time_to_renew=(row.expires_on - today).days <= RENEW_DAYS,
        today=today,
    )


LINE_ORDER = ("cervical", "thoracic", "lumbar", "sacral", "chest-wall")


def notices_of(session: Session, certificate_ids: Sequence[int]) -> dict[int, list[RenewalNotice]]:
    """What was told of each certificate, in the order in which it was told."""
    query = select(RenewalNotice).where(RenewalNotice.certificate_id.in_(certificate_ids))
    found: dict[int, list[RenewalNotice]] = {}
    for row in session.scalars(query.order_by(RenewalNotice.id)):
        found.setdefault(row.certificate_id, []).append(row)
    return found


# --- the nightly run -------------------------------------------------------------------------------------------


def run(session: Session, *, at: datetime, zone: ZoneInfo) -> Run:
    """Write the notices that are due and narrow what has lapsed; a second run on the same day does nothing.

    No line is narrowed unless its holder was told at least the shortest notice before: where runs were left out, the
    first of them gives notice. The caller commits. Certificates are locked, so that two runs take turns.
    """
    today, done, rule = day_at(at, zone), Run(), rule_of(session)
    query = select(Certificate).where(Certificate.state == ACTIVE, Certificate.expires_on >= today)
    locked = session.scalars(
        query.order_by(Certificate.id).with_for_update().execution_options(populate_existing=True)
    ).all()
    told = notices_of(session, [row.id for row in locked])
    for one in standings(session, rule, locked, at=at, zone=zone):
        done.looked_at += 1
        written = told.get(one.certificate.id, [])
        done.notices += give_notices(session, one, rule, written, today, at)
        for line in one.lines.values():
            dose = lapsed_dose(rule, line, written, today)
            if dose is not None:
                narrow(session, one.certificate, line, dose, today, at)
                done.narrowed.append((codes.shown(one.certificate.code), line.region))
    return done


def give_notices(
    session: Session, one: Standing, rule: RenewalRule, written: list[RenewalNotice], today: date, at: datetime
) -> int:
    """Write what was not written before; returns how many."""
    known = {(row.region, row.what, row.lapses_on, row.days) for row in written}
    fresh = [
        each
        for each in warnings(rule, one.lines.values(), one.certificate.expires_on, today)
        if (each.region, each.what, each.lapses_on, each.days) not in known
    ]
    for each in fresh:
        row = notice_row(one.certificate.id, each, today, at)
        session.add(row)
        written.append(row)
    session.flush()
    return len(fresh)


def notice_row(certificate_id: int, each: Warning, today: date, at: datetime) -> RenewalNotice:
    return RenewalNotice(
        certificate_id=certificate_id,
        region=each.region,
        what=each.what,
        lapses_on=each.lapses_on,
        days=each.days,
        told_on=today,
        told_at=at,
    )


def lapsed_dose(rule: RenewalRule, line: LineCurrency, written: Iterable[RenewalNotice], today: date) -> Dose | None:
    """The dose by which a line that still stands is to be narrowed today; None while there is none."""
    if line.narrowed_on is not None:
        return None
    told = list(written)
    for dose in sorted(line.doses, key=lambda each: each.lapses_on):
        key = (line.region, dose.what, dose.lapses_on)
        days = [row.told_on for row in told if (row.region, row.what, row.lapses_on) == key]
        if today > dose.lapses_on and days and today >= narrows_on(rule, dose, min(days)):
            return dose
    return None


REASONS = {
    "cases": "Lapsed by the rule of renewal: the month's practice cases of the region (%(need)s) were due by "
    "%(until)s, and the days of grace ended on %(lapsed)s. The holder was told before.",
    "observation": "Lapsed by the rule of renewal: the year's observations in the region (%(need)s) were due by "
    "%(until)s, and the days of grace ended on %(lapsed)s. The holder was told before.",
}


def narrow(
    session: Session, certificate: Certificate, line: LineCurrency, dose: Dose, today: date, at: datetime
) -> None:
    """Suspend a line that lapsed, with the reason in words, and journal it. Nobody decided it, so nobody is named."""
    row = session.scalars(
        select(CertificateScope).where(
            CertificateScope.certificate_id == certificate.id, CertificateScope.region == line.region
        )
    ).one()
    row.state, row.since = SUSPENDED, today
    values = {"need": dose.need, "until": dose.until.isoformat(), "lapsed": dose.lapses_on.isoformat()}
    reason = REASONS[dose.what] % values
    session.add(
        CertificateEvent(
            certificate_id=certificate.id, region=line.region, state=SUSPENDED, reason=reason, by_id=None, at=at
        )
    )
    payload = {"region": line.region, "reason": reason, "dose": dose.what, "lapsed_on": values["lapsed"]}
    subject = f"certificate/{codes.shown(certificate.code)}"
    journal.append(session, "certificate.narrowed", actor_id=None, subject=subject, payload=payload, at=at)


# --- a new certificate after a lapse ---------------------------------------------------------------------------


def lines_that_came_back(session: Session, earlier: Certificate, granted: Granted, *, zone: ZoneInfo) -> set[str]:
    """The lines of a certificate that the rule narrowed, for the grant of the next one.

    Raises Refused, naming the first, for one that is to be granted again though its holder has not come back: nobody
    watched since the lapse, or a dose is missing. A narrowed line that is left out of the grant just ends.
    """
    suspended = select(CertificateScope.region).where(
        CertificateScope.certificate_id == earlier.id, CertificateScope.state == SUSPENDED
    )
    if session.scalar(suspended.limit(1)) is None:
        return set()
    (standing,) = standings(session, rule_of(session), [earlier], at=granted.at, zone=zone)
    narrowed = {region for region, line in standing.lines.items() if line.narrowed_on}
    for region in sorted(narrowed & set(granted.scope)):
        if not standing.lines[region].back:
            raise Refused(
                "The line %(region)s lapsed on %(day)s. Before it is granted again somebody must watch there, and "
                "the month's practice cases must be done. Propose the others without it.",
                region=region,
                day=standing.lines[region].narrowed_on,
            )
    return narrowed
