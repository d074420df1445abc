"""Prove that nothing in the chain was changed, removed, added or moved, and name every entry that was.

Rows are read in pages and as the driver gives them: no objects are made, so that a damaged row is named and not raised.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String, Text, cast, select, type_coerce
from sqlalchemy.orm import Session

from training.journal.chain import GENESIS, entry_hash
from training.journal.models import JournalEntry, JournalHead

ROWS_A_PAGE = 10_000
MOST_NAMED = 1000
"""Faults that are named; of a chain that is wrong from end to end the rest is only counted."""
MOST_PLACES = 200
"""Where else an entry may have stood is tried among so many other faults."""

_ROWS, _HEAD = JournalEntry.__table__, JournalHead.__table__
_HEAD_IS = _HEAD.c.id == 1
_CHAIN = select(
    _ROWS.c.number,
    type_coerce(_ROWS.c.at, String),  # SQLite keeps text, PostgreSQL's driver gives a datetime all the same
    _ROWS.c.kind,
    _ROWS.c.actor_id,
    _ROWS.c.subject,
    cast(_ROWS.c.payload, Text),
    _ROWS.c.previous_hash,
    _ROWS.c.hash,
    # The head in the same statement: entries that are written meanwhile are neither among the rows nor in the head.
    select(_HEAD.c.number).where(_HEAD_IS).scalar_subquery(),
    select(_HEAD.c.hash).where(_HEAD_IS).scalar_subquery(),
).order_by(_ROWS.c.number)


@dataclass(frozen=True)
class Fault:
    """An entry that does not fit the chain. With `last`, all from `number` up to it."""

    number: int
    what: str
    last: int | None = None

    def __str__(self) -> str:
        name = f"entry {self.number}" if self.last in (None, self.number) else f"entries {self.number} to {self.last}"
        return f"{name}: {self.what}"


@dataclass(frozen=True)
class KnownHead:
    """What the chain's end was at some time, kept somewhere else."""

    number: int
    hash: str
    at: datetime


@dataclass
class Examined:
    """How many entries were read, and every fault in the order of the chain; `unnamed` counts those beyond the most."""

    entries: int = 0
    faults: list[Fault] = field(default_factory=list)
    unnamed: int = 0

    @property
    def holds(self) -> bool:
        return not self.faults


CHANGED = "was changed after it was written"
MISSING = "missing"
REMADE = "was changed or put there, and its hash made anew: the entry behind it follows another"


def examine(session: Session, kept: Sequence[KnownHead] = ()) -> Examined:
    """Recompute the whole chain, and compare it with its head and with the heads that were kept."""
    return _Walk(kept).over(session)


def head_of(session: Session) -> tuple[int, str] | None:
    """Number and hash of the last entry as the head row says; None when the row is gone."""
    row = session.execute(select(_HEAD.c.number, _HEAD.c.hash).where(_HEAD_IS)).one_or_none()
    return None if row is None else (row.number, row.hash)


def rows_of(session: Session) -> Iterator[Sequence[Any]]:
    yield from session.execute(_CHAIN.execution_options(yield_per=ROWS_A_PAGE))


def moment(raw: Any) -> datetime:
    """A stored time. Raises ValueError or TypeError for what was never stored by us."""
    if isinstance(raw, datetime):
        return raw.astimezone(UTC)
    found = datetime.fromisoformat(raw)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def recomputed(row: Sequence[Any], number: int) -> str:
    """The hash that a row would have at a place; empty when it holds what no entry can."""
    _, at, kind, actor_id, subject, payload, previous, *_ = row
    try:
        return entry_hash(previous, number, moment(at), kind, actor_id, subject, json.loads(payload))
    except (TypeError, ValueError, OverflowError, RecursionError):
        return ""


class _Walk:
    """One pass over the chain from its beginning."""

    def __init__(self, kept: Sequence[KnownHead]) -> None:
        self.examined = Examined()
        self.expected = 1  # the number that must come next
        self.before = GENESIS  # the hash of the row before
        self.sound = True  # whether the row before is what its own hash says, and not named already
        self.damaged: list[tuple[int, Sequence[Any]]] = []  # where in the faults, and the row
        self.kept = {one.number: one for one in kept}
        self.heads = sorted(kept, key=lambda one: one.number)
        self.differ: list[KnownHead] = []

    def over(self, session: Session) -> Examined:
        head: tuple[int, str] | None = None
        for row in rows_of(session):
            self.take(row)
            head = row[8], row[9]
        self.name_moved()
        if not self.examined.entries:
            head = head_of(session)
        self.compare_head(head if head and head[0] is not None else None)
        self.compare_kept()
        self.examined.faults.sort(key=lambda one: one.number)
        return self.examined

    def name(self, fault: Fault) -> int | None:
        """Keep a fault; where it stands, or None when there are too many."""
        if len(self.examined.faults) >= MOST_NAMED:
            self.examined.unnamed += 1
            return None
        self.examined.faults.append(fault)
        return len(self.examined.faults) - 1

    def take(self, row: Sequence[Any]) -> None:
        number, previous, digest = row[0], row[6], row[7]
        self.examined.entries += 1
        follows = previous == self.before
        if number != self.expected:
            self.skip_to(number)
            follows = True  # what it should follow is gone, and said to be
        whole = recomputed(row, number) == digest
        if not whole:
            place = self.name(Fault(number, CHANGED))
            if place is not None:
                self.damaged.append((place, tuple(row)))
        elif not follows and self.sound:
            # This row fits itself and not the one before, which fits itself as well: so that one was made anew.
            self.name(Fault(number - 1, REMADE) if number > 1 else Fault(1, "does not begin the chain"))
        known = self.kept.get(number)
        if known is not None and known.hash != digest:
            self.differ.append(known)
        self.expected, self.before, self.sound = max(number + 1, self.expected), digest, whole

    def skip_to(self, number: int) -> None:
        if number > self.expected:
            self.name(Fault(self.expected, _missing(number - self.expected), last=number - 1))
        else:
            self.name(Fault(number, "stands where the chain has no place for it"))

    def name_moved(self) -> None:
        """An entry that is whole at another place was moved from there. Places beside it and other faults are tried."""
        empty = [one.number for one in self.examined.faults[:MOST_PLACES]]
        for place, row in self.damaged:
            here = self.examined.faults[place].number
            for other in _places(here, empty):
                if other != here and recomputed(row, other) == row[7]:
                    self.examined.faults[place] = Fault(here, f"was entry {other} and was moved here")
                    break

    def compare_head(self, head: tuple[int, str] | None) -> None:
        last = self.expected - 1
        if head is None:
            self.name(Fault(self.expected, "the chain's head is missing, so nobody knows whether entries follow"))
            return
        number, digest = head
        if number > last:
            self.name(Fault(last + 1, f"{_missing(number - last)}: the head says {number}", last=number))
        elif number < last:
            self.name(Fault(number + 1, f"added behind the end: the head says {number}", last=last))
        elif digest != self.before and self.sound:
            self.name(Fault(number, "the head has another hash: the last entry was replaced, or the head was changed"))

    def compare_kept(self) -> None:
        """Between the last kept head that fits and the first that does not, everything was made anew."""
        last = self.expected - 1
        for one in self.heads:
            when = f"{one.at:%Y-%m-%d %H:%M} UTC"
            if one.number > last:
                self.name(
                    Fault(
                        last + 1,
                        f"{_missing(one.number - last)}: the head kept at {when} says {one.number}",
                        one.number,
                    )
                )
            elif one.number == 0 and one.hash != GENESIS:
                self.differ.append(one)
        if self.differ:
            first = min(self.differ, key=lambda one: one.number)
            fits = [one.number for one in self.heads if one.number < first.number and one not in self.differ]
            begin = max(fits, default=0) + 1
            what = (
                f"not what was there at {first.at:%Y-%m-%d %H:%M} UTC, when the head was kept: changed at or before it"
            )
            self.name(Fault(min(begin, first.number), what, last=first.number))


def _missing(count: int) -> str:
    return f"{'is' if count == 1 else 'are'} {MISSING}"


def _places(here: int, others: Iterable[int]) -> Iterator[int]:
    yield from (here - 1, here + 1)
    yield from others
