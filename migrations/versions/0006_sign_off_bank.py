"""sign-off cases are drawn: sessions, draws with the rating of their day, and cases that are withheld"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "sign_off_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(length=8), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_sign_off_session_number")),
        sa.CheckConstraint("ended_as IN ('pass', 'evidence', 'length')", name=op.f("ck_sign_off_session_ended_as")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_sign_off_session_ended_has_a_reason")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_off_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off_session")),
        sa.UniqueConstraint("person_id", "region", "number", name=op.f("uq_sign_off_session_person_id_region_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_off_session_public_id")),
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_sign_off_session_running",
        "sign_off_session",
        ["person_id", "region"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_table(
        "draw",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("area", sa.String(length=16), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_draw_attempt_id_attempt")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sign_off_session.id"], name=op.f("fk_draw_session_id_sign_off_session")
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_draw")),
    )
    op.create_index(op.f("ix_draw_session_id"), "draw", ["session_id"])
    of_a_template = sa.text("template <> ''")
    op.create_index(
        "uq_draw_template",
        "draw",
        ["session_id", "template"],
        unique=True,
        sqlite_where=of_a_template,
        postgresql_where=of_a_template,
    )
    op.create_table(
        "withheld_case",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("withheld_by_id", sa.Integer(), nullable=False),
        sa.Column("withheld_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["withheld_by_id"], ["person.id"], name=op.f("fk_withheld_case_withheld_by_id_person")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_withheld_case")),
    )


def downgrade() -> None:
    op.drop_table("withheld_case")
    op.drop_table("draw")
    op.drop_table("sign_off_session")
