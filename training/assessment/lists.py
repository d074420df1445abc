"""What the lists of cases and attempts say, each in a few queries however long they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from training.anatomy.segments import REGIONS
from training.assessment.attempts import AttemptView, CaseState, case_states
from training.assessment.attempts import history as attempts_touched
from training.content.documents import Case, Quiz
from training.library import service as library

State = Literal["new", "open", "right", "done"]
SIGN_OFF_SHOWN = 12
_MET_FIRST: tuple[State, ...] = ("open", "done", "right", "new")  # of a story that was met no other case is offered
_NEXT_FIRST: tuple[State, ...] = ("open", "new", "done", "right")


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
    """Practice cases by region and difficulty; sign-off cases by title, since the region is part of their answer.

    Of the sign-off bank only the next few are listed: what is under way, then what is new, of each story one.
    sign_off_more: how many there are besides.
    """

    practice: list[CaseLine]
    sign_off: list[CaseLine]
    regions: tuple[str, ...]
    sign_off_more: int = 0


@dataclass(frozen=True)
class AttemptLine:
    """An attempt in one's own history."""

    attempt: AttemptView
    title: str
    passed_at: float | None  # the pass mark of a quiz


def case_bank(session: Session, person_id: int, region: str = "") -> CaseBank:
    """Every case that people can meet now, of practice one region's if it is given, and how the person stands."""
    entries = library.entries(session, "case")
    states = case_states(session, person_id)
    lines = [(entry.bank, line_of(entry, states.get(entry.id))) for entry in entries]
    practice = [line for bank, line in lines if bank != "sign-off"]
    found = {line.region for line in practice}
    wanted = [line for line in practice if region in ("", line.region)]
    order: dict[str, int] = {name: place for place, name in enumerate(REGIONS)}
    wanted.sort(key=lambda line: (order[line.region], line.difficulty))  # within them, by title as they came
    sign_off = [line for bank, line in lines if bank == "sign-off"]
    shown = next_few(sign_off)
    return CaseBank(
        wanted, shown, tuple(name for name in REGIONS if name in found), sign_off_more=len(sign_off) - len(shown)
    )


def next_few(lines: Iterable[CaseLine]) -> list[CaseLine]:
    """What a person can do next among sign-off cases: nothing new whose title, and so whose story, they have met."""
    kept: list[CaseLine] = []
    titles: set[str] = set()
    for line in sorted(lines, key=lambda one: _MET_FIRST.index(one.state)):
        if line.state == "open" or line.title not in titles:
            kept.append(line)
            titles.add(line.title)
    return sorted(kept, key=lambda one: _NEXT_FIRST.index(one.state))[:SIGN_OFF_SHOWN]


def line_of(entry: library.Entry, state: CaseState | None) -> CaseLine:
    found: State = "new"
    if state is not None:
        found = "open" if state.open_public_id else "right" if state.all_right else "done"
    if entry.bank == "sign-off" and found == "right":
        found = "done"  # a sign-off case does not tell
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
