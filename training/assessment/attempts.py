"""Begin, resume and go through an attempt, and find one's own. Whose it is, the query asks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from training.assessment.models import Attempt
from training.content.documents import Case, Question, Quiz
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.library import service as library

Purpose = Literal["quiz", "case"]
HISTORY, EXAMINATION, FIRST_QUESTION = 0, 1, 2
PUBLIC_ID_LENGTH = 22

# What AttemptView holds of the row; lists read these columns and never a whole answer.
_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Attempt.id,
    Attempt.public_id,
    Attempt.person_id,
    Attempt.purpose,
    Attempt.item_id,
    Attempt.bank,
    Attempt.version_hash,
    Attempt.number,
    Attempt.question_ids,
    Attempt.stage,
    Attempt.asked,
    Attempt.answered,
    Attempt.right,
    Attempt.started_at,
    Attempt.touched_at,
    Attempt.finished_at,
)


@dataclass(frozen=True)
class AttemptView:
    """An attempt as it stood when it was read."""

    id: int
    public_id: str
    person_id: int
    purpose: str
    item_id: str
    bank: str | None
    version_hash: str
    number: int
    question_ids: list[str]
    stage: int
    asked: int
    answered: int
    right: int
    started_at: datetime
    touched_at: datetime
    finished_at: datetime | None

    @property
    def sign_off(self) -> bool:
        """A sign-off case keeps its key to itself, during the attempt and after it."""
        return self.bank == "sign-off"

    @property
    def all_right(self) -> bool:
        return self.finished_at is not None and self.right == self.asked


@dataclass(frozen=True)
class OpenAttempt:
    """A quiz or case that somebody began and has not finished."""

    public_id: str
    item_id: str
    purpose: str
    touched_at: datetime


@dataclass(frozen=True)
class CaseState:
    """How one person stands with one case: `open_public_id` of an attempt under way, else None."""

    attempts: int
    open_public_id: str | None
    finished: bool
    all_right: bool


# --- beginning -------------------------------------------------------------------------------------------------


def start(
    session: Session, person_id: int, item_id: str, purpose: Purpose, at: datetime, *, drawn: bool = False
) -> AttemptView:
    """A new attempt, or the one that is under way: of two clicks at once the second resumes what the first began.

    `drawn`: the case was drawn for the person (see `sign_off.service.next_case`); nobody chooses a sign-off case.
    Raises NotFound for an item that nobody can meet now, Refused for a sign-off case that was not drawn or was met
    before.
    """
    latest = latest_of(session, person_id, item_id, purpose)
    if latest is not None and latest.finished_at is None:
        return latest
    row = _first_row(session, person_id, item_id, purpose, at)
    if row["bank"] == "sign-off" and not drawn:
        raise Refused("Sign-off cases are drawn for you; nobody chooses one. The page “Sign-off” draws the next.")
    if row["bank"] == "sign-off" and latest is not None and latest.sign_off:
        raise Refused("A sign-off case is met once, and you have answered this one. Take another case.")
    row["number"] = latest.number + 1 if latest is not None else 1
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    began = session.execute(insert(Attempt).values(row).on_conflict_do_nothing().returning(Attempt.id)).scalar()
    found = latest_of(session, person_id, item_id, purpose)
    if found is None or (began is None and found.finished_at is not None):
        raise Conflict("This was begun somewhere else at the same moment. Try again.")
    return found


def _first_row(session: Session, person_id: int, item_id: str, purpose: Purpose, at: datetime) -> dict[str, Any]:
    public_id = new_public_id()
    bank: str | None = None
    if purpose == "case":
        version_hash, case = library.current(session, item_id, Case)
        bank, question_ids = case.bank, [question.id for question in case.questions]
    else:
        version_hash, quiz = library.current(session, item_id, Quiz)
        question_ids = drawn(quiz, public_id)
    return {
        "public_id": public_id,
        "person_id": person_id,
        "purpose": purpose,
        "item_id": item_id,
        "place": "",
        "bank": bank,
        "version_hash": version_hash,
        "question_ids": question_ids,
        "stage": HISTORY,
        "asked": len(question_ids),
        "answered": 0,
        "right": 0,
        "started_at": at,
        "touched_at": at,
        "finished_at": None,
    }


def drawn(quiz: Quiz, seed: str) -> list[str]:
    """The questions that an attempt asks, in its order; the same seed draws the same."""
    known = [question.id for question in quiz.questions]
    return random.Random(seed).sample(known, min(quiz.draw, len(known)))


# --- going through a case --------------------------------------------------------------------------------------


def advance(session: Session, public_id: str, person_id: int, stage: int, at: datetime) -> int:
    """Open the next part of a case, and say which is open now. Asking again for an open part changes nothing.

    Raises Invalid for a quiz or a part that there is not, Conflict for a part that lies behind an unanswered question.
    """
    attempt = locked(session, public_id, person_id)
    if attempt.purpose != "case" or not HISTORY <= stage <= last_stage(attempt):
        raise Invalid("There is no such part of this attempt. Reload the page and go on from there.")
    if stage <= attempt.stage:
        return attempt.stage
    if stage > attempt.stage + 1:
        raise Conflict("The part before this one is not open yet. Go on one part at a time.")
    if attempt.answered < stage - FIRST_QUESTION:
        raise Conflict("Answer the question first; what follows would give its answer away.")
    attempt.stage, attempt.touched_at = stage, at
    session.flush()
    return stage


def last_stage(attempt: Attempt | AttemptView) -> int:
    """The explanation's; a sign-off case has none, and ends with its last question."""
    return FIRST_QUESTION + attempt.asked - (attempt.bank == "sign-off")


def locked(session: Session, public_id: str, person_id: int) -> Attempt:
    """One's own attempt, for changing it; others who want to change it wait. Raises NotFound."""
    query = mine(select(Attempt), public_id, person_id).with_for_update().execution_options(populate_existing=True)
    found: Attempt | None = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such attempt of yours.")
    return found


# --- finding ---------------------------------------------------------------------------------------------------


def attempt_of(session: Session, public_id: str, person_id: int) -> AttemptView:
    """One's own attempt at a quiz or a case. Raises NotFound, for another's too."""
    row = session.execute(mine(select(*_COLUMNS), public_id, person_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such attempt of yours.")
    return AttemptView(*row)


def mine(query: Select[Any], public_id: str, person_id: int) -> Select[Any]:
    if len(public_id) != PUBLIC_ID_LENGTH or not public_id.isprintable():
        raise NotFound("There is no such attempt of yours.")
    return query.where(Attempt.public_id == public_id, Attempt.person_id == person_id, Attempt.purpose != "check")


def latest_of(session: Session, person_id: int, item_id: str, purpose: Purpose) -> AttemptView | None:
    """The person's last attempt at an item, finished or not."""
    return next(iter(attempts_at(session, person_id, item_id, purpose, limit=1)), None)


def attempts_at(
    session: Session, person_id: int, item_id: str, purpose: Purpose, *, limit: int = 20
) -> Sequence[AttemptView]:
    """The person's attempts at an item, the newest first."""
    query = (
        select(*_COLUMNS)
        .where(Attempt.person_id == person_id, Attempt.place == "", Attempt.item_id == item_id)
        .where(Attempt.purpose == purpose)
        .order_by(Attempt.number.desc())
        .limit(limit)
    )
    return [AttemptView(*row) for row in session.execute(query)]


def history(session: Session, person_id: int, *, limit: int, offset: int = 0) -> Sequence[AttemptView]:
    """The person's attempts at quizzes and cases, the one touched last first."""
    query = (
        select(*_COLUMNS)
        .where(Attempt.person_id == person_id, Attempt.purpose != "check")
        .order_by(Attempt.touched_at.desc(), Attempt.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [AttemptView(*row) for row in session.execute(query)]


def open_attempts(session: Session, person_id: int, *, limit: int = 50) -> list[OpenAttempt]:
    """Quizzes and cases under way, the one touched last first."""
    query = (
        select(Attempt.public_id, Attempt.item_id, Attempt.purpose, Attempt.touched_at)
        .where(Attempt.person_id == person_id, Attempt.finished_at.is_(None), Attempt.purpose != "check")
        .order_by(Attempt.touched_at.desc(), Attempt.id.desc())
        .limit(limit)
    )
    return [OpenAttempt(*row) for row in session.execute(query)]


def latest_open(session: Session, person_id: int) -> OpenAttempt | None:
    """The quiz or case under way that was touched last."""
    return next(iter(open_attempts(session, person_id, limit=1)), None)


def case_states(session: Session, person_id: int) -> dict[str, CaseState]:
    """How the person stands with each case they ever began, by its id."""
    query = select(Attempt.item_id, Attempt.public_id, Attempt.finished_at, Attempt.asked, Attempt.right).where(
        Attempt.person_id == person_id, Attempt.place == "", Attempt.purpose == "case"
    )
    states: dict[str, CaseState] = {}
    for item_id, public_id, finished_at, asked, right in session.execute(query):
        before = states.get(item_id, CaseState(0, None, finished=False, all_right=False))
        done = finished_at is not None
        states[item_id] = CaseState(
            before.attempts + 1,
            before.open_public_id if done else public_id,
            finished=before.finished or done,
            all_right=before.all_right or (done and asked == right),
        )
    return states


def question_in(document: Quiz | Case, question_id: str) -> Question | None:
    """A question of a quiz or a case by its id."""
    return next((question for question in document.questions if question.id == question_id), None)
