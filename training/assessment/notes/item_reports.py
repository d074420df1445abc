"""Reports that an item has a problem: a ticket on the version that was met, which an instructor answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from training.assessment.notes import subjects
from training.assessment.notes.models import MOST_WORDS, ItemReport
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused

PROBLEMS = ("key", "findings", "words", "technical", "other")
STATES = ("open", "answered", "closed")
OPEN_AT_MOST = 30
OWN_SHOWN = 20
_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class ReportView:
    """A report as its writer and the instructors see it; the queue does not say who wrote it."""

    public_id: str
    kind: str
    title: str
    item_id: str | None
    version_hash: str | None
    problem: str
    words: str
    state: str
    created_at: datetime
    answer: str | None
    answered_at: datetime | None


_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    ItemReport.public_id,
    ItemReport.kind,
    ItemReport.title,
    ItemReport.item_id,
    ItemReport.version_hash,
    ItemReport.problem,
    ItemReport.words,
    ItemReport.state,
    ItemReport.created_at,
    ItemReport.answer,
    ItemReport.answered_at,
)
_REPORTS: Select[Any] = select(*_COLUMNS)
_OPEN = select(func.count()).select_from(ItemReport).where(ItemReport.state == "open")


def report(
    session: Session, person_id: int, name: str, version_hash: str, problem: str, words: str, nonce: str, at: datetime
) -> None:
    """Open a ticket; the same form again opens no second one.

    Raises NotFound for no subject of ours, Invalid for what says nothing, Refused for too many open ones.
    """
    words = said(words)
    if problem not in PROBLEMS:
        raise Invalid("Choose what kind of problem it is.")
    if not _NONCE.fullmatch(nonce):
        raise Invalid("The form is not one of ours. Reload the page and send it again.")
    subject = subjects.find(session, name, person_id)
    if (session.scalar(_OPEN.where(ItemReport.person_id == person_id)) or 0) >= OPEN_AT_MOST:
        raise Refused("You have %(count)s open reports. Wait until some are answered.", count=OPEN_AT_MOST)
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = make(ItemReport).values(
        public_id=new_public_id(),
        person_id=person_id,
        nonce=nonce,
        kind=subject.kind,
        subject=subject.name,
        title=subject.title,
        item_id=subject.item_id,
        version_hash=subjects.version_met(session, subject, version_hash),
        encounter_id=subject.encounter_id,
        problem=problem,
        words=words,
        state="open",
        created_at=at,
    )
    session.execute(row.on_conflict_do_nothing(index_elements=[ItemReport.nonce]))


def own(session: Session, person_id: int) -> list[ReportView]:
    """One's own newest reports, with their answers."""
    query: Select[Any] = _REPORTS.where(ItemReport.person_id == person_id)
    return _read(session, query.order_by(ItemReport.created_at.desc(), ItemReport.id.desc()).limit(OWN_SHOWN))


def queue(session: Session, state: str, *, limit: int, offset: int = 0) -> list[ReportView]:
    """Reports in a state, or in all for "": open ones with the longest wait first, others newest first."""
    query = _REPORTS
    if state:
        query = query.where(ItemReport.state == state)
    by = (ItemReport.created_at, ItemReport.id)
    query = query.order_by(*by) if state == "open" else query.order_by(*(one.desc() for one in by))
    return _read(session, query.limit(limit).offset(offset))


def open_count(session: Session) -> int:
    return session.scalar(_OPEN) or 0


def answer(session: Session, public_id: str, by_id: int, words: str, at: datetime) -> None:
    """Answer a report, once; the same words again do nothing.

    Raises NotFound, Invalid for no words, Conflict when somebody answered otherwise.
    """
    words = said(words)
    row = _locked(session, public_id)
    if row.answer is not None:
        if row.answer == words:
            return
        raise Conflict("This report was answered already. That answer stands.")
    row.answer, row.answered_by_id, row.answered_at = words, by_id, at
    row.state = "answered"
    session.flush()


def close(session: Session, public_id: str, at: datetime) -> None:
    """Close a report, answered or not; closing it twice does nothing. Raises NotFound."""
    row = _locked(session, public_id)
    if row.state != "closed":
        row.state, row.closed_at = "closed", at
        session.flush()


def said(words: str) -> str:
    """Raises Invalid for nothing and for too much."""
    words = words.replace("\x00", "").strip()
    if not words:
        raise Invalid("Say in a few words what it is about.")
    if len(words) > MOST_WORDS:
        raise Invalid("At most %(most)s characters; these are %(count)s.", most=MOST_WORDS, count=len(words))
    return words


def _read(session: Session, query: Select[Any]) -> list[ReportView]:
    return [ReportView(*row) for row in session.execute(query)]


def _locked(session: Session, public_id: str) -> ItemReport:
    query = select(ItemReport).where(ItemReport.public_id == public_id[:40].replace("\x00", ""))
    row: ItemReport | None = session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such report.")
    return row
