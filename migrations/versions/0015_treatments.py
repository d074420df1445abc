"""the treatment log and what was struck out of it; the database refuses to change or remove either"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

TABLES = ("treatment", "treatment_struck")


def upgrade() -> None:
    op.create_table(
        "treatment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=22), nullable=False),
        sa.Column("treated_on", sa.Date(), nullable=False),
        sa.Column("region", sa.String(length=16), nullable=False),
        sa.Column("segments", sa.JSON(), nullable=False),
        sa.Column("muscles", sa.JSON(), nullable=False),
        sa.Column("supervision", sa.Integer(), nullable=False),
        sa.Column("grasp", sa.String(length=8), nullable=False),
        sa.Column("range_change", sa.String(length=16), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("supervision BETWEEN 1 AND 4", name=op.f("ck_treatment_supervision")),
        sa.CheckConstraint("grasp IN ('yes', 'no', 'unsure')", name=op.f("ck_treatment_grasp")),
        sa.CheckConstraint(
            "range_change IN ('better', 'same', 'worse', 'not-measured')", name=op.f("ck_treatment_range_change")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_treatment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment")),
        sa.UniqueConstraint("person_id", "nonce", name=op.f("uq_treatment_person_id_nonce")),
        sa.UniqueConstraint("public_id", name=op.f("uq_treatment_public_id")),
    )
    with op.batch_alter_table("treatment") as treatment:
        treatment.create_index(op.f("ix_treatment_person_id_treated_on"), ["person_id", "treated_on"])
    op.create_table(
        "treatment_struck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["treatment_id"], ["treatment.id"], name=op.f("fk_treatment_struck_treatment_id_treatment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment_struck")),
        sa.UniqueConstraint("treatment_id", name=op.f("uq_treatment_struck_treatment_id")),
    )
    for table in TABLES:
        if op.get_bind().dialect.name == "postgresql":  # the function is that of 0002
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        else:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_append_only_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )


def downgrade() -> None:
    op.drop_table("treatment_struck")
    op.drop_table("treatment")
