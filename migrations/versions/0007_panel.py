"""the panel's ratings, difficulties with answers taken into account, and what was looked at"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

APPEND_ONLY = ("panel_rating", "item_review")


def upgrade() -> None:
    op.create_table(
        "panel_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("share BETWEEN 1 AND 99", name=op.f("ck_panel_rating_share")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_panel_rating_number")),
        sa.ForeignKeyConstraint(["rater_id"], ["person.id"], name=op.f("fk_panel_rating_rater_id_person")),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_panel_rating_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_rating")),
        sa.UniqueConstraint(
            "rater_id",
            "version_hash",
            "question_id",
            "number",
            name=op.f("uq_panel_rating_rater_id_version_hash_question_id_number"),
        ),
    )
    with op.batch_alter_table("panel_rating") as rating:
        rating.create_index(op.f("ix_panel_rating_version_hash_question_id"), ["version_hash", "question_id"])
        rating.create_index(op.f("ix_panel_rating_item_id"), ["item_id"])
    op.create_table(
        "question_calibration",
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("standard_error", sa.Double(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("panel_error", sa.Double(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answers >= 1", name=op.f("ck_question_calibration_answers")),
        sa.CheckConstraint("standard_error > 0 AND panel_error > 0", name=op.f("ck_question_calibration_errors")),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_question_calibration_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("version_hash", "question_id", name=op.f("pk_question_calibration")),
    )
    op.create_table(
        "item_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_item_review_reviewer_id_person")),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_item_review_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_review")),
    )
    with op.batch_alter_table("item_review") as review:
        review.create_index(op.f("ix_item_review_item_id_question_id"), ["item_id", "question_id"])
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
    for table in ("item_review", "question_calibration", "panel_rating"):
        op.drop_table(table)
