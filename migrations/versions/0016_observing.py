"""requests for an observation, words before the rating, and the calibration of assessors"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

TABLE, RULE = "item_version", "ck_item_version_kind"
BEFORE = "kind IN ('course', 'lesson', 'quiz', 'case', 'framework', 'exam', 'station')"
AFTER = "kind IN ('course', 'lesson', 'quiz', 'case', 'framework', 'exam', 'station', 'calibration')"


def upgrade() -> None:
    _kinds(BEFORE, AFTER)
    op.create_table(
        "observation_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("trainee_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=16), nullable=False),
        sa.Column("focus", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["trainee_id"], ["person.id"], name=op.f("fk_observation_request_trainee_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_observation_request_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_observation_request_token_hash")),
    )
    with op.batch_alter_table("observation_request") as request:
        request.create_index(op.f("ix_observation_request_trainee_id_asked_at"), ["trainee_id", "asked_at"])
    with op.batch_alter_table("observation") as observation:
        observation.add_column(sa.Column("words_at", sa.DateTime(timezone=True), nullable=True))
        observation.add_column(sa.Column("request_id", sa.Integer(), nullable=True))
        observation.create_check_constraint(
            op.f("ck_observation_words_first"), "words_at IS NULL OR words_at < recorded_at"
        )
        observation.create_foreign_key(
            op.f("fk_observation_request_id_observation_request"), "observation_request", ["request_id"], ["id"]
        )
        observation.create_unique_constraint(op.f("uq_observation_request_id"), ["request_id"])
    op.create_table(
        "observation_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("trainee_id", sa.Integer(), nullable=False),
        sa.Column("assessor_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("region", sa.String(length=16), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("words_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nonce", sa.String(length=22), nullable=False),
        sa.Column("observation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("trainee_id <> assessor_id", name=op.f("ck_observation_draft_not_oneself")),
        sa.ForeignKeyConstraint(["trainee_id"], ["person.id"], name=op.f("fk_observation_draft_trainee_id_person")),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name=op.f("fk_observation_draft_assessor_id_person")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["observation_request.id"], name=op.f("fk_observation_draft_request_id_observation_request")
        ),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_observation_draft_observation_id_observation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_observation_draft_public_id")),
        sa.UniqueConstraint("nonce", name=op.f("uq_observation_draft_nonce")),
        sa.UniqueConstraint("observation_id", name=op.f("uq_observation_draft_observation_id")),
        sa.UniqueConstraint("request_id", "assessor_id", name=op.f("uq_observation_draft_request_id_assessor_id")),
    )
    with op.batch_alter_table("observation_draft") as draft:
        draft.create_index(op.f("ix_observation_draft_assessor_id_observation_id"), ["assessor_id", "observation_id"])
    op.create_table(
        "calibration_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("assessor_id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.String(length=64), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("words_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entrustment", sa.Integer(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("entrustment BETWEEN 1 AND 5", name=op.f("ck_calibration_rating_entrustment")),
        sa.CheckConstraint("(entrustment IS NULL) = (rated_at IS NULL)", name=op.f("ck_calibration_rating_rated")),
        sa.CheckConstraint("rated_at IS NULL OR words_at < rated_at", name=op.f("ck_calibration_rating_words_first")),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name=op.f("fk_calibration_rating_assessor_id_person")),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_calibration_rating_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_rating")),
        sa.UniqueConstraint("public_id", name=op.f("uq_calibration_rating_public_id")),
        sa.UniqueConstraint(
            "assessor_id",
            "sample_id",
            "version_hash",
            name=op.f("uq_calibration_rating_assessor_id_sample_id_version_hash"),
        ),
    )
    with op.batch_alter_table("calibration_rating") as rating:
        rating.create_index(op.f("ix_calibration_rating_version_hash_sample_id"), ["version_hash", "sample_id"])


def downgrade() -> None:
    op.drop_table("calibration_rating")
    op.drop_table("observation_draft")
    with op.batch_alter_table("observation") as observation:
        observation.drop_constraint(op.f("uq_observation_request_id"), type_="unique")
        observation.drop_constraint(op.f("fk_observation_request_id_observation_request"), type_="foreignkey")
        observation.drop_constraint(op.f("ck_observation_words_first"), type_="check")
        observation.drop_column("request_id")
        observation.drop_column("words_at")
    op.drop_table("observation_request")
    _remove_calibrations()
    _kinds(AFTER, BEFORE)


def _kinds(before: str, after: str) -> None:
    """As 0013 does: on SQLite the rule is rewritten where it stands, since answers name the table's rows."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(op.f(RULE), TABLE, type_="check")
        op.create_check_constraint(op.f(RULE), TABLE, after)
        return
    written = connection.scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": TABLE}
    )
    if before not in written:
        raise RuntimeError(f"{TABLE} has another rule for kinds than {before}")
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"),
        {"sql": written.replace(before, after), "name": TABLE},
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))


def _remove_calibrations() -> None:
    """Versions are kept against everybody but this step back, which has no kind for them."""
    op.execute("DELETE FROM library_item WHERE kind = 'calibration'")
    remove = "DELETE FROM item_version WHERE kind = 'calibration'"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE item_version DISABLE TRIGGER item_version_append_only")
        op.execute(remove)
        op.execute("ALTER TABLE item_version ENABLE TRIGGER item_version_append_only")
        return
    op.execute("DROP TRIGGER item_version_append_only_delete")
    op.execute(remove)
    op.execute(
        "CREATE TRIGGER item_version_append_only_delete BEFORE DELETE ON item_version "
        "BEGIN SELECT RAISE(ABORT, 'item_version is append-only'); END"
    )
