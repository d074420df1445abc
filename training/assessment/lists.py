"""What the lists of cases and attempts say, each in a few queries however long they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from training.anatomy.segments import REGIONS
from training.assessment.attempts import AttemptView, CaseState, case_states
from training.assessment.attempts import history as attempts_touched
from training.content.documents import Case, Quiz
from training.library import service as library

State = Literal["new", "open", "right", "done"]


@dataclass(frozen=True)
class CaseLine:
    """A case in the list. `state`: never begun, under way, every question right once, or done without that."""

    id: str
    title: str
    region: str
    difficulty: int
    state: State
    open_public_id: str | None


@dataclass(frozen=True)
class CaseBank:
    """Practice cases by region and difficulty, and the regions that have any."""

    practice: list[CaseLine]
    regions: tuple[str, ...]


@dataclass(frozen=True)
class AttemptLine:
    """An attempt in one's own history."""

    attempt: AttemptView
    title: str
    passed_at: float | None  # the pass mark of a quiz


def case_bank(session: Session, person_id: int, region: str = "") -> CaseBank:
    """Every practice case that people can meet now, one region's if it is given, and how the person stands with it."""
    entries = library.entries(session, "case", bank="practice")
    states = case_states(session, person_id)
    lines = [line_of(entry, states.get(entry.id)) for entry in entries]
    found = {line.region for line in lines}
    wanted = [line for line in lines if region in ("", line.region)]
    order: dict[str, int] = {name: place for place, name in enumerate(REGIONS)}
    wanted.sort(key=lambda line: (order[line.region], line.difficulty))  # within them, by title as they came
    return CaseBank(wanted, tuple(name for name in REGIONS if name in found))


def line_of(entry: library.Entry, state: CaseState | None) -> CaseLine:
    found: State = "new"
    if state is not None:
        found = "open" if state.open_public_id else "right" if state.all_right else "done"
    return CaseLine(
        entry.id,
        entry.title,
        entry.region or "",
        entry.difficulty or 0,
        found,
        state.open_public_id if state else None,
    )


def history(session: Session, person_id: int, *, limit: int, offset: int) -> list[AttemptLine]:
    """The person's attempts with the titles they had, the one touched last first."""
    rows = attempts_touched(session, person_id, limit=limit, offset=offset)
    documents = library.documents(session, {row.version_hash for row in rows})
    lines = []
    for row in rows:
        document = documents[row.version_hash]
        if isinstance(document, Quiz | Case):
            mark = document.pass_mark if isinstance(document, Quiz) else None
            lines.append(AttemptLine(row, document.title, mark))
    return lines
