"""SQLite's INSERT OR REPLACE takes a row away without any DELETE trigger: refuse it as well"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"

# What must not come again in each append-only table. An entry of the journal stands behind all others.
TAKEN = {
    "journal_entry": "NEW.number <= (SELECT max(number) FROM journal_entry) "
    "OR EXISTS (SELECT 1 FROM journal_entry WHERE hash = NEW.hash)",
    "item_version": "EXISTS (SELECT 1 FROM item_version WHERE hash = NEW.hash)",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        return  # its ON CONFLICT ... DO UPDATE is an UPDATE, which the trigger refuses
    for table, taken in TAKEN.items():
        op.execute(
            f"CREATE TRIGGER {table}_append_only_insert BEFORE INSERT ON {table} WHEN {taken} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        return
    for table in TAKEN:
        op.execute(f"DROP TRIGGER {table}_append_only_insert")
