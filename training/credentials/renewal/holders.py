"""Certificates in force and what their holders did since, gathered for many at once; the queries do not grow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training.assessment import service as assessment
from training.competency import service as competency
from training.content.documents import RenewalRule
from training.credentials.dates import day_at
from training.credentials.lookup import ACTIVE, NOT_CERTIFIED, SUSPENDED, WITHDRAWN
from training.credentials.models import Certificate, CertificateEvent, CertificateScope
from training.credentials.renewal.rule import Evidence, LineCurrency, Practised, Watched, currency
from training.db.errors import NotFound
from training.study import service as study

LOOKED_BACK = timedelta(days=400)  # a year and its grace; what is older keeps nothing current


@dataclass(frozen=True)
class Standing:
    """One certificate in force and how current each of its lines is. `certificate` is the row."""

    certificate: Certificate
    lines: dict[str, LineCurrency]
    evidence: Evidence
    levels: Mapping[str, str]


def rule_of(session: Session) -> RenewalRule:
    """What the published framework says; its defaults where there is no framework."""
    try:
        return competency.current_framework(session).framework.renewal
    except NotFound:
        return RenewalRule()


def in_force(session: Session, today: date, person_ids: Collection[int] | None = None) -> list[Certificate]:
    """Active certificates that have not expired, those of these people or all; a suspended one rests."""
    query = select(Certificate).where(Certificate.state == ACTIVE, Certificate.expires_on >= today)
    if person_ids is not None:
        query = query.where(Certificate.person_id.in_(person_ids))
    return list(session.scalars(query.order_by(Certificate.id)))


def standings(
    session: Session, rule: RenewalRule, certificates: Iterable[Certificate], *, at: datetime, zone: ZoneInfo
) -> list[Standing]:
    """How current each certificate is at a moment, in seven queries at most, however many they are."""
    rows = list(certificates)
    if not rows:
        return []
    ids, holders = [row.id for row in rows], [row.person_id for row in rows]
    lines: dict[int, list[CertificateScope]] = {}
    query = select(CertificateScope).where(CertificateScope.certificate_id.in_(ids))
    for line in session.scalars(query.execution_options(populate_existing=True)):
        lines.setdefault(line.certificate_id, []).append(line)
    suspended = any(line.state == SUSPENDED for each in lines.values() for line in each)
    narrowed = narrowed_lines(session, ids) if suspended else set()
    practised = practised_by(session, holders, at=at, zone=zone)
    watched: dict[int, list[Watched]] = {}
    for one in competency.observations_of(session, holders):
        watched.setdefault(one.trainee_id, []).append(Watched(one.region, one.entrustment, one.observed_on))
    today, found = day_at(at, zone), []
    for row in rows:
        kept = [line for line in lines.get(row.id, ()) if counts(line, narrowed)]
        evidence = Evidence(
            since={line.region: counts_from(row, line) for line in kept},
            practised=tuple(practised.get(row.person_id, ())),
            watched=tuple(watched.get(row.person_id, ())),
            narrowed={line.region: line.since for line in kept if line.state == SUSPENDED},
        )
        levels = {line.region: line.level for line in kept}
        found.append(Standing(row, currency(rule, evidence, today), evidence, levels))
    return found


def counts_from(row: Certificate, line: CertificateScope) -> date:
    """The last decision that holds: the issue, or when the certificate or the line was restored."""
    decided = max(row.issued_on, row.since)
    return max(decided, line.since) if line.state == ACTIVE else decided


def counts(line: CertificateScope, narrowed: Collection[tuple[int, str]]) -> bool:
    """Whether the rule has anything to say of a line: it certifies something, and nobody took it away."""
    if line.level == NOT_CERTIFIED or line.state == WITHDRAWN:
        return False
    return line.state == ACTIVE or (line.certificate_id, line.region) in narrowed


def narrowed_lines(session: Session, certificate_ids: Collection[int]) -> set[tuple[int, str]]:
    """The lines whose last change nobody decided: the rule suspended them."""
    last = (
        select(func.max(CertificateEvent.id))
        .where(CertificateEvent.certificate_id.in_(certificate_ids), CertificateEvent.region.is_not(None))
        .group_by(CertificateEvent.certificate_id, CertificateEvent.region)
    )
    rows = session.execute(
        select(CertificateEvent.certificate_id, CertificateEvent.region).where(
            CertificateEvent.id.in_(last), CertificateEvent.by_id.is_(None), CertificateEvent.state == SUSPENDED
        )
    )
    return {(row.certificate_id, row.region) for row in rows if row.region}


def practised_by(
    session: Session, holders: Collection[int], *, at: datetime, zone: ZoneInfo
) -> dict[int, list[Practised]]:
    """Practice cases and reviews of cases, as days where the school is."""
    since = at - LOOKED_BACK
    found: dict[int, list[Practised]] = {}
    for source in (assessment.practised_cases_of_many, study.reviewed_cases_of_many):
        for person_id, cases in source(session, holders, since).items():
            found.setdefault(person_id, []).extend(
                Practised(one.region, one.case, day_at(one.at, zone)) for one in cases
            )
    return found
