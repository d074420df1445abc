"""The lists around the room: who can be met, who is being met, who was met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from training.anatomy.segments import REGIONS
from training.assessment.room import encounters
from training.assessment.room.encounters import EncounterView
from training.content.documents import Case
from training.library import service as library

UNDER_WAY_AT_MOST = 20
LATELY = 8


@dataclass(frozen=True)
class CaseLine:
    """An authored patient. `open_public_id` of an encounter under way, else None; `seen` counts those answered."""

    id: str
    title: str
    region: str
    difficulty: int
    open_public_id: str | None
    seen: int
    right: bool


@dataclass(frozen=True)
class MetLine:
    """A patient met. `right` is None while the encounter is under way."""

    public_id: str
    mode: str
    source: str
    title: str
    touched_at: datetime
    right: bool | None


@dataclass(frozen=True)
class Waiting:
    """Who waits: patients under way, the one touched last first, and authored ones by region and difficulty."""

    under_way: tuple[MetLine, ...]
    cases: tuple[tuple[str, tuple[CaseLine, ...]], ...]


def waiting(session: Session, person_id: int) -> Waiting:
    entries = library.entries(session, "case", bank="practice")
    states = encounters.case_states(session, person_id)
    under_way = encounters.under_way(session, person_id, limit=UNDER_WAY_AT_MOST)
    lines = [
        CaseLine(
            entry.id,
            entry.title,
            entry.region or "",
            entry.difficulty or 0,
            states[entry.id].open_public_id if entry.id in states else None,
            states[entry.id].answered if entry.id in states else 0,
            entry.id in states and states[entry.id].right,
        )
        for entry in entries
    ]
    lines.sort(key=lambda line: line.difficulty)
    return Waiting(
        tuple(_lines(session, under_way)),
        tuple((region, its) for region in REGIONS if (its := tuple(line for line in lines if line.region == region))),
    )


def generated_under_way(session: Session, person_id: int) -> list[MetLine]:
    """One's generated patients that are not answered yet."""
    rows = encounters.under_way(session, person_id, limit=UNDER_WAY_AT_MOST)
    return _lines(session, [row for row in rows if row.source == "generated"])


def generated_lately(session: Session, person_id: int) -> list[MetLine]:
    """The generated patients whom one touched last, answered or not; a few of them."""
    return _lines(session, encounters.generated_lately(session, person_id, limit=LATELY))


def met_before(session: Session, person_id: int, *, limit: int, offset: int) -> list[MetLine]:
    """All of one's encounters, the one touched last first."""
    return _lines(session, encounters.recent(session, person_id, limit=limit, offset=offset))


def _lines(session: Session, rows: list[EncounterView]) -> list[MetLine]:
    documents = library.documents(session, {row.version_hash for row in rows if row.version_hash})
    lines = []
    for row in rows:
        document = documents.get(row.version_hash or "")
        title = document.title if isinstance(document, Case) else str(row.patient["title"])
        lines.append(MetLine(row.public_id, row.mode, row.source, title, row.touched_at, row.right))
    return lines
