"""private notes, and reports that an item has a problem"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=16), nullable=True),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('case', 'question', 'patient')", name=op.f("ck_note_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("person_id", "subject", name=op.f("uq_note_person_id_subject")),
        sa.UniqueConstraint("public_id", name=op.f("uq_note_public_id")),
    )
    with op.batch_alter_table("note") as note:
        note.create_index(op.f("ix_note_person_id_touched_at"), ["person_id", "touched_at"])
    op.create_table(
        "item_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("version_hash", sa.String(length=64), nullable=True),
        sa.Column("encounter_id", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('case', 'question', 'patient')", name=op.f("ck_item_report_kind")),
        sa.CheckConstraint(
            "problem IN ('key', 'findings', 'words', 'technical', 'other')", name=op.f("ck_item_report_problem")
        ),
        sa.CheckConstraint("state IN ('open', 'answered', 'closed')", name=op.f("ck_item_report_state")),
        sa.CheckConstraint(
            "(version_hash IS NULL) = (kind = 'patient')", name=op.f("ck_item_report_version_of_authored")
        ),
        sa.CheckConstraint(
            "(encounter_id IS NULL) = (kind <> 'patient')", name=op.f("ck_item_report_encounter_of_patient")
        ),
        sa.CheckConstraint("state <> 'answered' OR answer IS NOT NULL", name=op.f("ck_item_report_answered_in_words")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_item_report_answered_by_id_person")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_item_report_encounter_id_encounter")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_item_report_person_id_person")),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_item_report_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_report")),
        sa.UniqueConstraint("nonce", name=op.f("uq_item_report_nonce")),
        sa.UniqueConstraint("public_id", name=op.f("uq_item_report_public_id")),
    )
    with op.batch_alter_table("item_report") as report:
        report.create_index(op.f("ix_item_report_person_id_created_at"), ["person_id", "created_at"])
        report.create_index(op.f("ix_item_report_state_created_at"), ["state", "created_at"])


def downgrade() -> None:
    op.drop_table("item_report")
    op.drop_table("note")
