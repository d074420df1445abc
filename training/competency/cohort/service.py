"""A cohort at one glance, read in as many queries as one person's readiness and one more, however many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from training.accounts import service as people
from training.accounts.service import Profile
from training.competency.cohort.forms import Asked
from training.competency.cohort.progress import Blocker, Progress, blockers, is_away, progress_of
from training.competency.evidence import current_framework, gather
from training.competency.rule.readiness import readiness
from training.content.documents import Competency, Framework
from training.web.access import Role


@dataclass(frozen=True)
class Row:
    """One person: a cell for each competency in the framework's order, and when they were last here."""

    person: Profile
    cells: tuple[Progress, ...]
    seen_at: datetime | None
    away: bool
    gate_open: bool

    @property
    def met(self) -> int:
        return sum(cell.state == "met" for cell in self.cells)

    @property
    def stuck(self) -> tuple[Progress, ...]:
        return tuple(cell for cell in self.cells if cell.state == "stuck")


@dataclass(frozen=True)
class Column:
    """How many of the people who match are where in a competency."""

    competency: Competency
    met: int
    begun: int
    stuck: int


@dataclass(frozen=True)
class CohortView:
    """`rows` as they were asked for; `columns`, `blockers`, `away` and `stuck` are of all in the cohort."""

    framework: Framework
    rows: list[Row]
    columns: list[Column]
    blockers: list[Blocker]
    people: int
    away: int
    stuck: int
    cohorts: list[str]


ORDERS: dict[str, Callable[[Row], tuple[object, ...]]] = {
    "name": lambda row: (),
    "met": lambda row: (-row.met, -sum(cell.share for cell in row.cells)),
    "behind": lambda row: (row.met, sum(cell.share for cell in row.cells)),
    "stuck": lambda row: (-len(row.stuck),),
    "away": lambda row: (row.seen_at is not None, row.seen_at),
}


def cohort_view(session: Session, asked: Asked, *, now: datetime) -> CohortView:
    """Raises NotFound while no framework is published."""
    everybody = people.directory(session, role=Role.TRAINEE)
    cohorts = sorted({name for person in everybody for name in person.cohorts})
    members = [person for person in everybody if not asked.cohort or asked.cohort in person.cohorts]
    if not members:
        return CohortView(current_framework(session).framework, [], [], [], 0, 0, 0, cohorts)
    gathered = gather(session, [person.id for person in members], every_try=False)
    framework = gathered.current.framework
    rows = []
    for person in members:
        evidence = gathered.evidence[person.id]
        found = readiness(framework, evidence)
        cells = tuple(progress_of(one, evidence, now) for one in found.competencies)
        seen_at = gathered.seen_at.get(person.id)
        rows.append(Row(person, cells, seen_at, is_away(seen_at, now), found.gate.open))
    return CohortView(
        framework,
        sorted((row for row in rows if shows(row, asked)), key=ORDERS[asked.sort]),
        columns_of(framework, rows),
        blockers(row.cells for row in rows),
        len(rows),
        sum(row.away for row in rows),
        sum(bool(row.stuck) for row in rows),
        cohorts,
    )


def shows(row: Row, asked: Asked) -> bool:
    word = asked.search.casefold()
    if word and word not in row.person.name.casefold() and word not in row.person.email:
        return False
    return {"": True, "away": row.away, "stuck": bool(row.stuck)}[asked.whom]


def columns_of(framework: Framework, rows: list[Row]) -> list[Column]:
    columns = []
    for number, competency in enumerate(one for one in framework.competencies if one.measured):
        states = Counter(row.cells[number].state for row in rows)
        columns.append(Column(competency, states["met"], states["begun"], states["stuck"]))
    return columns
