"""A short chain, and hands that can change it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.makers import NOON
from training.journal import service as journal


def write(session: Session, count: int = 5) -> None:
    for number in range(count):
        journal.append(
            session,
            "thing.happened",
            actor_id=None,
            subject=f"thing/{number}",
            payload={"number": number, "name": "é ☃"},
            at=NOON + timedelta(seconds=number),
        )
    session.commit()


class Tamperer:
    """Runs SQL as somebody who can switch the triggers off, which is whom the chain is for."""

    def __init__(self, session: Session) -> None:
        self.session = session
        if session.get_bind().dialect.name == "sqlite":
            for change in ("update", "delete", "insert"):
                session.execute(text(f"DROP TRIGGER journal_entry_append_only_{change}"))
        else:
            session.execute(text("SET session_replication_role = replica"))

    def __call__(self, *statements: str) -> None:
        for statement in statements:
            self.session.execute(text(statement))
        self.session.flush()
        self.session.expire_all()

    def make_anew(self, number: int, *, kind: str = "other") -> str:
        """Change an entry and its hash with it, as whoever knows the code would; the new hash."""
        row = next(row for row in journal.latest(self.session, limit=100) if row.number == number)
        forged = journal.entry_hash(row.previous_hash, number, row.at, kind, row.actor_id, row.subject, row.payload)
        self(f"UPDATE journal_entry SET kind = '{kind}', hash = '{forged}' WHERE number = {number}")
        return forged

    def make_all_anew(self, first: int) -> None:
        """Change an entry, then the hashes of all behind it and the head: nothing inside the database shows it."""
        forged = self.make_anew(first)
        rows = sorted(journal.latest(self.session, limit=100), key=lambda one: one.number)
        for row in rows[first:]:
            before = forged
            forged = journal.entry_hash(before, row.number, row.at, row.kind, row.actor_id, row.subject, row.payload)
            self(
                f"UPDATE journal_entry SET previous_hash = '{before}', hash = '{forged}' WHERE number = {row.number}",
            )
        self(f"UPDATE journal_head SET hash = '{forged}'")

    def move(self, number: int, to: int) -> None:
        self(f"UPDATE journal_entry SET number = {to} WHERE number = {number}")
