"""Append to the chain and read it; `training.journal.verifying` proves that nothing in it was changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training.journal.chain import GENESIS, entry_hash
from training.journal.models import JournalEntry, JournalHead
from training.journal.verifying import Fault, examine, head_of

__all__ = ["GENESIS", "Fault", "append", "count", "entry_hash", "examine", "faults", "head_of", "latest"]


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


def faults(session: Session) -> Sequence[Fault]:
    """Every entry that was changed, removed, added or moved, by number; none when the chain holds."""
    return examine(session).faults


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
