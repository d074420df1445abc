"""A list of codes, checked at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training.credentials import service as certificates
from training.credentials.service import Checked


@dataclass(frozen=True)
class Report:
    """What a list came to, in the order it was typed."""

    rows: Sequence[Checked]
    at: datetime

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are in each state or have each mistake, most useful first."""
        order = ("active", "suspended", "withdrawn", "expired", "superseded", "unknown", "mistyped", "not-a-code")
        counted = Counter(row.mistake or row.state for row in self.rows)
        return {state: counted[state] for state in order if counted[state]}

    @property
    def all_active(self) -> bool:
        return all(row.state == "active" for row in self.rows)


def check(session: Session, entries: Sequence[str], *, at: datetime, zone: ZoneInfo) -> Report:
    """Look up every entry, in one query."""
    return Report(certificates.check_list(session, entries, at=at, zone=zone), at)
