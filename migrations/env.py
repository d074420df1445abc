"""Alembic's entry. The connection comes from `training.db.migrate`; there is no alembic.ini."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from training.db.base import UtcDateTime
from training.db.migrate import all_metadata


def render_item(kind: str, value: Any, _autogen: object) -> str | Literal[False]:
    """A migration outlives our column types, so it names the database's own."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_metadata(),
    render_as_batch=True,
    compare_type=True,
    render_item=render_item,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
