"""The triggers by which the database itself refuses to change the journal, and whether they are still there."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

SQLITE = {
    "journal_entry_append_only_update": "UPDATE",
    "journal_entry_append_only_delete": "DELETE",
    "journal_entry_append_only_insert": "REPLACE",
}
POSTGRESQL = {"journal_entry_append_only": "UPDATE, DELETE and TRUNCATE"}

_SQLITE = text(
    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry' AND sql LIKE '%RAISE(ABORT%'"
)
_POSTGRESQL = text(
    "SELECT tgname FROM pg_trigger WHERE tgrelid = 'journal_entry'::regclass AND tgenabled IN ('O', 'A')"
)


def missing_guards(session: Session) -> list[str]:
    """What the database would let somebody do to entries now; empty when it refuses all of it."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    wanted = SQLITE if on_sqlite else POSTGRESQL
    there = set(session.scalars(_SQLITE if on_sqlite else _POSTGRESQL))
    return [change for name, change in wanted.items() if name not in there]
