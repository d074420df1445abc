"""what the plan of practice reads of an encounter stands in columns of its own"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

AT_A_TIME = 500


def upgrade() -> None:
    with op.batch_alter_table("encounter") as encounter:
        encounter.add_column(sa.Column("key", sa.String(length=16), nullable=True))
        encounter.add_column(sa.Column("difficulty", sa.Integer(), nullable=True))
        encounter.add_column(sa.Column("block", sa.String(length=16), nullable=True))
        encounter.add_column(sa.Column("pair", sa.String(length=16), nullable=True))
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    columns = [sa.column(name) for name in ("id", "source", "patient", "key", "difficulty", "block", "pair")]
    encounter = sa.table("encounter", *columns)
    to_fill = (
        sa.select(encounter.c.id, sa.cast(encounter.c.patient, sa.Text).label("patient"))
        .where(encounter.c.source == "generated")
        .order_by(encounter.c.id)
        .limit(AT_A_TIME)
    )
    last = 0
    while rows := connection.execute(to_fill.where(encounter.c.id > last)).all():
        for row in rows:
            found = _practised(json.loads(row.patient))
            connection.execute(sa.update(encounter).where(encounter.c.id == row.id).values(**found))
        last = rows[-1].id


def _practised(patient: dict[str, Any]) -> dict[str, Any]:
    plan = patient.get("plan")
    wished = patient.get("wish", {}).get("pair") or ""
    return {
        "key": patient["keys"][0],
        "difficulty": patient["difficulty"],
        "block": plan["block"] if plan else None,
        "pair": "/".join(plan["pair"]) if plan else wished,
    }


def downgrade() -> None:
    with op.batch_alter_table("encounter") as encounter:
        for name in ("pair", "block", "difficulty", "key"):
            encounter.drop_column(name)
