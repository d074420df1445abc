"""The framework's versions: which there were, in what they differ, and whom the newest one affects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.accounts.service import Profile
from training.competency.evidence import current_framework, gather
from training.competency.rule.difference import Change, LineMoved, changes, lines_moved
from training.competency.rule.readiness import best_of, remediation_of
from training.competency.sign_off.models import SignOff
from training.content.documents import Framework, ItemKind
from training.db.errors import NotFound
from training.library import service as library
from training.web.access import Role

NAMED: tuple[ItemKind, ...] = ("course", "quiz", "case", "exam")


@dataclass(frozen=True)
class Version:
    """A published version, and until when it was the one that people were measured by; None for the present one."""

    hash: str
    framework: Framework
    published_at: datetime
    replaced_at: datetime | None

    @property
    def current(self) -> bool:
        return self.replaced_at is None


@dataclass(frozen=True)
class Grant:
    """A granted sign-off, and the version that it was granted by."""

    number: str
    granted_at: datetime
    scope: Mapping[str, str]
    framework_hash: str


@dataclass(frozen=True)
class Affected:
    """Somebody whose evidence two versions read differently, and what was granted to them."""

    person: Profile
    lines: tuple[LineMoved, ...]
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class Comparison:
    """Two versions, in what they differ, and for the newest whom it affects, those who lose a line first."""

    old: Version
    new: Version
    changes: tuple[Change, ...]
    affected: tuple[Affected, ...]
    people: int


def versions(session: Session) -> tuple[Version, ...]:
    """Every version of the framework that people are measured by, newest first; empty while none is published."""
    current = next(iter(library.entries(session, "framework")), None)
    if current is None:
        return ()
    rows = library.versions_of(session, current.id)
    known = library.documents(session, [row.hash for row in rows])
    found = []
    for number, row in enumerate(rows):
        after = rows[number + 1].since if number + 1 < len(rows) else None
        found.append(Version(row.hash, cast(Framework, known[row.hash]), row.since, after))
    return tuple(reversed(found))


def version_among(found: Sequence[Version], name: str) -> Version:
    """The version whose hash begins with a name of at least six letters. Raises NotFound."""
    fitting = [one for one in found if len(name) >= 6 and one.hash.startswith(name)]
    if len(fitting) != 1:
        raise NotFound("There is no such version of the framework.")
    return fitting[0]


def titles(session: Session) -> dict[str, str]:
    """What people call courses, quizzes, cases and exams, by id."""
    return {one.id: one.title for one in library.entries(session, NAMED)}


def compare(session: Session, old: Version, new: Version) -> Comparison:
    """In what two versions differ; whom that affects, only for the present one, in nine queries for everybody."""
    found = changes(old.framework, new.framework, titles(session))
    if not new.current:
        return Comparison(old, new, found, (), 0)
    trainees = people.directory(session, role=Role.TRAINEE)
    return Comparison(old, new, found, affected(session, old.framework, trainees), len(trainees))


def affected(session: Session, old: Framework, trainees: Sequence[Profile]) -> tuple[Affected, ...]:
    """Those to whom the present version gives another level in some line than an older one, on today's evidence."""
    ids = [one.id for one in trainees]
    if not ids:
        return ()
    gathered = gather(session, ids, remediation=remediation_of(old))
    grants = granted(session, ids)
    found = []
    for person in trainees:
        mine = grants.get(person.id, ())
        scope = best_of(one.scope for one in mine)
        lines = lines_moved(old, gathered.current.framework, gathered.evidence[person.id], scope)
        if lines:
            found.append(Affected(person, lines, mine))
    return tuple(sorted(found, key=lambda one: (not any(line.less for line in one.lines), one.person.name.casefold())))


def granted(session: Session, person_ids: Sequence[int]) -> dict[int, tuple[Grant, ...]]:
    """What was granted to each, newest first, in one query."""
    found: dict[int, tuple[Grant, ...]] = {}
    query = select(SignOff).where(SignOff.trainee_id.in_(person_ids), SignOff.state == "granted")
    for row in session.scalars(query.order_by(SignOff.decided_at.desc())):
        at = row.decided_at or row.proposed_at
        grant = Grant(row.number, at, row.scope, row.framework_hash)
        found[row.trainee_id] = (*found.get(row.trainee_id, ()), grant)
    return found


@dataclass(frozen=True)
class Shown:
    """The present framework as everybody may read it."""

    version: Version
    titles: Mapping[str, str]


def shown(session: Session) -> Shown:
    """Raises NotFound while no framework is published."""
    current = current_framework(session)
    found = next(one for one in versions(session) if one.hash == current.hash)
    return Shown(found, titles(session))
