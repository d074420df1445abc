"""What whoever has a certificate's whole code may know of it, and what its holder sees."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session, aliased

from training.credentials import codes
from training.credentials.dates import day_at
from training.credentials.models import Certificate, CertificateScope

REGIONS = ("cervical", "thoracic", "lumbar", "sacral", "chest-wall")
NOT_CERTIFIED = "not-certified"
ACTIVE, SUSPENDED, WITHDRAWN, SUPERSEDED, EXPIRED = "active", "suspended", "withdrawn", "superseded", "expired"
UNKNOWN = "unknown"
MOST_GROUPS = codes.LENGTH  # a code may come apart into single characters

# Built once: building a statement takes three times as long as asking it, and the public check asks nothing else.
_OLDER = aliased(Certificate)
_LINES = (
    select(
        Certificate.code,
        Certificate.state,
        Certificate.since,
        Certificate.holder,
        Certificate.issued_on,
        Certificate.expires_on,
        CertificateScope.region,
        CertificateScope.level,
        CertificateScope.state.label("line_state"),
        CertificateScope.since.label("line_since"),
        _OLDER.code.label("replaces"),
    )
    .join(CertificateScope, CertificateScope.certificate_id == Certificate.id)
    .outerjoin(_OLDER, _OLDER.id == Certificate.replaces_id)
    .order_by(Certificate.created_at.desc(), Certificate.id.desc())
)
_WITH_CODES = _LINES.where(Certificate.code.in_(bindparam("codes", expanding=True)))
_OF_PERSON = _LINES.where(Certificate.person_id == bindparam("person_id"))


@dataclass(frozen=True)
class Line:
    """One region of a certificate. It is never better than the whole: of a suspended certificate, each is suspended."""

    region: str
    level: str
    state: str
    since: date

    @property
    def holds(self) -> bool:
        """Whether the holder is certified for this region now."""
        return self.state == ACTIVE and self.level != NOT_CERTIFIED


@dataclass(frozen=True)
class Verified:
    """A certificate as it stands. `code` is as stored, `since` the state's first day; `lines` go from the neck down.

    `replaces` is the code, as people read it, of the certificate that it renewed; the older one never names the newer,
    since nobody's certificate is to be found without its own code.
    """

    code: str
    state: str
    since: date
    holder: str
    issued_on: date
    expires_on: date
    lines: tuple[Line, ...]
    replaces: str | None = None

    @property
    def shown_code(self) -> str:
        return codes.shown(self.code)

    def line(self, region: str) -> Line | None:
        return next((line for line in self.lines if line.region == region), None)


@dataclass(frozen=True)
class Checked:
    """A code as typed, and what it led to. `mistake` is empty, `mistyped` or `not-a-code`."""

    typed: str
    mistake: str
    found: Verified | None

    @property
    def state(self) -> str:
        return self.found.state if self.found else UNKNOWN


def check(session: Session, typed: str, *, at: datetime, zone: ZoneInfo) -> Verified | None:
    """The certificate behind a typed code as it stands at a moment, in one query; None when there is none."""
    return check_list(session, [typed], at=at, zone=zone)[0].found


def check_list(session: Session, typed: Sequence[str], *, at: datetime, zone: ZoneInfo) -> list[Checked]:
    """Each code as it stands, in the order typed, in one query however many they are."""
    read = [read_code(text) for text in typed]
    wanted = {code for code, _mistake in read if code}
    known = with_codes(session, wanted, day_at(at, zone)) if wanted else []
    found = {certificate.code: certificate for certificate in known}
    return [Checked(text, mistake, found.get(code)) for text, (code, mistake) in zip(typed, read, strict=True)]


def sign_off_behind(session: Session, typed: str) -> int | None:
    """The id of the sign-off that made a certificate, by its code as typed; None when there is no such certificate."""
    code, _mistake = read_code(typed)
    return session.scalar(select(Certificate.sign_off_id).where(Certificate.code == code)) if code else None


def read_code(typed: str) -> tuple[str, str]:
    """The code as stored, or an empty text with the mistake: `mistyped` or `not-a-code`."""
    try:
        return codes.parse(typed), ""
    except codes.MistypedError:
        return "", "mistyped"
    except codes.NotACodeError:
        return "", "not-a-code"


def looks_like_code(typed: str) -> bool:
    """Whether it has the form of a code, mistyped or not."""
    return codes.well_formed(codes.bare(typed))


def certificates_of(session: Session, person_id: int, *, at: datetime, zone: ZoneInfo) -> list[Verified]:
    """A person's certificates, newest first, in one query."""
    return as_they_stand(session.execute(_OF_PERSON, {"person_id": person_id}), day_at(at, zone))


def with_codes(session: Session, codes: Collection[str], today: date) -> list[Verified]:
    """The certificates with these codes, newest first, in one query."""
    return as_they_stand(session.execute(_WITH_CODES, {"codes": list(codes)}), today)


def as_they_stand(rows: Iterable[Row[Any]], today: date) -> list[Verified]:
    """Certificates from their lines."""
    certificates: dict[str, Verified] = {}
    lines: dict[str, list[Line]] = {}
    for row in rows:
        state, since = state_on(row.state, row.since, row.expires_on, today)
        own = state == ACTIVE or row.line_state == WITHDRAWN
        line_state, line_since = (row.line_state, row.line_since) if own else (state, since)
        lines.setdefault(row.code, []).append(Line(row.region, row.level, line_state, line_since))
        certificates[row.code] = Verified(
            row.code,
            state,
            since,
            row.holder,
            row.issued_on,
            row.expires_on,
            (),
            codes.shown(row.replaces) if row.replaces else None,
        )
    return [
        replace(found, lines=tuple(sorted(lines[code], key=lambda line: REGIONS.index(line.region))))
        for code, found in certificates.items()
    ]


def state_on(state: str, since: date, expires_on: date, today: date) -> tuple[str, date]:
    """The state on a day, and since when. The last day counts whole; what somebody set says more than the expiry."""
    if state == ACTIVE and today > expires_on:
        return EXPIRED, expires_on + timedelta(days=1)
    return state, since
