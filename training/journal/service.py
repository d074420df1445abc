"""Append to the chain, read it, and prove that nothing in it was changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training.journal.models import JournalEntry, JournalHead

GENESIS = "0" * 64


@dataclass(frozen=True)
class Fault:
    """An entry that does not fit the chain."""

    number: int
    what: str


def entry_hash(
    previous: str, number: int, at: datetime, kind: str, actor_id: int | None, subject: str, payload: Mapping[str, Any]
) -> str:
    """SHA-256, in hex, over the hash before and the entry as JSON with sorted keys and no white space."""
    content = [previous, number, at.astimezone(UTC).isoformat(), kind, actor_id, subject, payload]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def append(
    session: Session, kind: str, *, actor_id: int | None, subject: str, payload: Mapping[str, Any], at: datetime
) -> JournalEntry:
    """Record that something happened, in the transaction in which it happens.

    Call it last: it locks the chain's head until the caller commits. `payload` holds JSON values only.
    """
    session.flush()
    head = session.scalars(
        select(JournalHead).where(JournalHead.id == 1).with_for_update().execution_options(populate_existing=True)
    ).one()
    number, previous = head.number + 1, head.hash
    kept = json.loads(json.dumps(payload))
    digest = entry_hash(previous, number, at, kind, actor_id, subject, kept)
    entry = JournalEntry(
        number=number,
        at=at,
        kind=kind,
        actor_id=actor_id,
        subject=subject,
        payload=kept,
        previous_hash=previous,
        hash=digest,
    )
    head.number, head.hash = number, digest
    session.add(entry)
    session.flush()
    return entry


def faults(session: Session) -> Iterator[Fault]:
    """Every entry that was changed, removed, added or moved, by number; none when the chain holds."""
    expected_number, previous = 1, GENESIS
    rows = session.execute(select(*JournalEntry.__table__.columns).order_by(JournalEntry.number)).yield_per(1000)
    for row in rows:
        if row.number != expected_number:
            yield Fault(expected_number, f"entries {expected_number} to {row.number - 1} are missing")
        elif row.previous_hash != previous:
            yield Fault(row.number, "does not follow the entry before it")
        digest = entry_hash(row.previous_hash, row.number, row.at, row.kind, row.actor_id, row.subject, row.payload)
        if digest != row.hash:
            yield Fault(row.number, "was changed after it was written")
        expected_number, previous = row.number + 1, row.hash
    head = session.execute(select(JournalHead.number, JournalHead.hash)).one_or_none()
    if head is None:
        yield Fault(expected_number, "the chain's head is missing")
    elif (head.number, head.hash) != (expected_number - 1, previous):
        yield Fault(head.number, f"the head says {head.number} entries, the chain ends at {expected_number - 1}")


def latest(
    session: Session, *, limit: int, offset: int = 0, subject: str | None = None, kinds: Collection[str] = ()
) -> Sequence[JournalEntry]:
    """Entries, newest first; with a subject only its own, with kinds only those of one of them."""
    query = select(JournalEntry).order_by(JournalEntry.number.desc()).limit(limit).offset(offset)
    if subject is not None:
        query = query.where(JournalEntry.subject == subject)
    if kinds:
        query = query.where(JournalEntry.kind.in_(kinds))
    return session.scalars(query).all()


def count(session: Session) -> int:
    """How many entries the chain has."""
    return session.scalar(select(func.count()).select_from(JournalEntry)) or 0
