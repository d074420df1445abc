"""the examination room: meetings with patients, and what was examined"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

OPEN_CASE = sa.text("finished_at IS NULL AND source = 'case'")


def upgrade() -> None:
    op.create_table(
        "encounter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("version_hash", sa.String(length=64), nullable=True),
        sa.Column("patient", sa.JSON(), nullable=False),
        sa.Column("run", sa.String(length=22), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.String(length=22), nullable=True),
        sa.Column("response", sa.JSON(), nullable=True),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("segment_right", sa.Boolean(), nullable=True),
        sa.Column("side_right", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mode IN ('room', 'given')", name=op.f("ck_encounter_mode")),
        sa.CheckConstraint("source IN ('case', 'generated')", name=op.f("ck_encounter_source")),
        sa.CheckConstraint(
            "(source = 'case') = (item_id IS NOT NULL AND version_hash IS NOT NULL)",
            name=op.f("ck_encounter_case_is_pinned"),
        ),
        sa.CheckConstraint(
            "(source = 'generated') = (run IS NOT NULL AND number IS NOT NULL)",
            name=op.f("ck_encounter_generated_in_a_run"),
        ),
        sa.CheckConstraint("mode = 'room' OR source = 'generated'", name=op.f("ck_encounter_given_is_generated")),
        sa.CheckConstraint('(finished_at IS NULL) = ("right" IS NULL)', name=op.f("ck_encounter_finished_is_marked")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_encounter_person_id_person")),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_encounter_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounter")),
        sa.UniqueConstraint("person_id", "run", "number", "mode", name=op.f("uq_encounter_person_id_run_number_mode")),
        sa.UniqueConstraint("public_id", name=op.f("uq_encounter_public_id")),
    )
    with op.batch_alter_table("encounter") as encounter:
        encounter.create_index(op.f("ix_encounter_person_id_touched_at"), ["person_id", "touched_at"])
        encounter.create_index(
            "uq_encounter_open_case",
            ["person_id", "item_id"],
            unique=True,
            sqlite_where=OPEN_CASE,
            postgresql_where=OPEN_CASE,
        )
    op.create_table(
        "encounter_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("encounter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.String(length=80), nullable=False),
        sa.Column("manner", sa.String(length=16), nullable=False),
        sa.Column("observations", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_encounter_step_encounter_id_encounter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounter_step")),
        sa.UniqueConstraint("encounter_id", "number", name=op.f("uq_encounter_step_encounter_id_number")),
        sa.UniqueConstraint(
            "encounter_id",
            "structure_id",
            "manner",
            name=op.f("uq_encounter_step_encounter_id_structure_id_manner"),
        ),
    )


def downgrade() -> None:
    op.drop_table("encounter_step")
    op.drop_table("encounter")
