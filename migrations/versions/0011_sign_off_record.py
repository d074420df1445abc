"""reversals, declared interests, links to decisions, appeals and complaints"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

APPEND_ONLY = ("sign_off_reversal", "appeal_step")


def upgrade() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sign_off_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(outcome = '') = (closed_at IS NULL)", name=op.f("ck_appeal_closed")),
        sa.CheckConstraint("kind <> 'appeal' OR sign_off_id IS NOT NULL", name=op.f("ck_appeal_appeal_names_decision")),
        sa.CheckConstraint("kind IN ('appeal', 'complaint')", name=op.f("ck_appeal_kind")),
        sa.CheckConstraint(
            "outcome IN ('', 'upheld', 'partly', 'dismissed', 'withdrawn')", name=op.f("ck_appeal_outcome")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appeal_person_id_person")),
        sa.ForeignKeyConstraint(["sign_off_id"], ["sign_off.id"], name=op.f("fk_appeal_sign_off_id_sign_off")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appeal_public_id")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_outcome_answer_by"), ["outcome", "answer_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_sign_off_id"), ["sign_off_id"], unique=False)

    op.create_table(
        "sign_off_reversal",
        sa.Column("sign_off_id", sa.Integer(), nullable=False),
        sa.Column("decider_id", sa.Integer(), nullable=False),
        sa.Column("declared", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bundle", sa.JSON(), nullable=False),
        sa.Column("bundle_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["decider_id"], ["person.id"], name=op.f("fk_sign_off_reversal_decider_id_person")),
        sa.ForeignKeyConstraint(
            ["sign_off_id"], ["sign_off.id"], name=op.f("fk_sign_off_reversal_sign_off_id_sign_off")
        ),
        sa.PrimaryKeyConstraint("sign_off_id", name=op.f("pk_sign_off_reversal")),
    )
    op.create_table(
        "sign_off_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("sign_off_id", sa.Integer(), nullable=False),
        sa.Column("with_names", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_sign_off_share_made_by_id_person")),
        sa.ForeignKeyConstraint(["sign_off_id"], ["sign_off.id"], name=op.f("fk_sign_off_share_sign_off_id_sign_off")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off_share")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_off_share_public_id")),
    )
    with op.batch_alter_table("sign_off_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_off_share_sign_off_id"), ["sign_off_id"], unique=False)

    op.create_table(
        "appeal_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_step_appeal_id_appeal")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_appeal_step_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_step")),
    )
    with op.batch_alter_table("appeal_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_step_appeal_id"), ["appeal_id"], unique=False)

    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposer_declared", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("decider_declared", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True))

    for table in APPEND_ONLY:
        _refuse_change(table)


def _refuse_change(table: str) -> None:
    """As 0002 does for the journal."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:

    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.drop_column("reversed_at")
        batch_op.drop_column("decider_declared")
        batch_op.drop_column("proposer_declared")

    with op.batch_alter_table("appeal_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_step_appeal_id"))

    op.drop_table("appeal_step")
    with op.batch_alter_table("sign_off_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_off_share_sign_off_id"))

    op.drop_table("sign_off_share")
    op.drop_table("sign_off_reversal")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_sign_off_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_person_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_outcome_answer_by"))

    op.drop_table("appeal")
