"""spaced review: cards, what was answered, and how much a day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "review_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=130), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("fsrs", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("today", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('drill', 'question', 'case')", name=op.f("ck_review_card_kind")),
        sa.CheckConstraint("(kind = 'drill') = (item_id IS NULL)", name=op.f("ck_review_card_item_of_kind")),
        sa.CheckConstraint("reviews >= 0 AND today >= 0 AND lapses >= 0", name=op.f("ck_review_card_counts")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_card_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_card")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_review_card_person_id_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_card_public_id")),
    )
    with op.batch_alter_table("review_card") as card:
        card.create_index(op.f("ix_review_card_person_id_due_at"), ["person_id", "due_at"])
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=True),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("log", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade BETWEEN 1 AND 3", name=op.f("ck_review_grade")),
        sa.ForeignKeyConstraint(["card_id"], ["review_card.id"], name=op.f("fk_review_card_id_review_card")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_person_id_person")),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_review_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("card_id", "number", name=op.f("uq_review_card_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_public_id")),
    )
    with op.batch_alter_table("review") as review:
        review.create_index(op.f("ix_review_person_id_reviewed_at"), ["person_id", "reviewed_at"])
    op.create_table(
        "review_settings",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cards_a_day", sa.Integer(), nullable=False),
        sa.Column("new_a_day", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cards_a_day BETWEEN 1 AND 200 AND new_a_day BETWEEN 0 AND 50", name=op.f("ck_review_settings_amounts")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_settings_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_review_settings")),
    )


def downgrade() -> None:
    op.drop_table("review_settings")
    op.drop_table("review")
    op.drop_table("review_card")
