"""exams: a kind of item, sittings, attempts against the clock, and their answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TABLE, RULE = "item_version", "ck_item_version_kind"
BEFORE = "kind IN ('course', 'lesson', 'quiz', 'case', 'framework')"
AFTER = "kind IN ('course', 'lesson', 'quiz', 'case', 'framework', 'exam')"


def upgrade() -> None:
    _kinds(BEFORE, AFTER)
    op.create_table(
        "exam_sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("exam_id", sa.String(length=64), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.String(length=22), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(released_at IS NULL) = (released_by_id IS NULL)", name=op.f("ck_exam_sitting_released_by_somebody")
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_exam_sitting_window")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_exam_sitting_made_by_id_person")),
        sa.ForeignKeyConstraint(["released_by_id"], ["person.id"], name=op.f("fk_exam_sitting_released_by_id_person")),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_exam_sitting_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_sitting")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exam_sitting_public_id")),
    )
    with op.batch_alter_table("exam_sitting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_sitting_exam_id_opens_at"), ["exam_id", "opens_at"], unique=False)

    op.create_table(
        "exam_accommodation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("extra_minutes >= 0", name=op.f("ck_exam_accommodation_extra_minutes")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_exam_accommodation_made_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_exam_accommodation_person_id_person")),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["exam_sitting.id"], name=op.f("fk_exam_accommodation_sitting_id_exam_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_accommodation")),
    )
    with op.batch_alter_table("exam_accommodation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_exam_accommodation_sitting_id_person_id"), ["sitting_id", "person_id"], unique=False
        )

    op.create_table(
        "exam_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.String(length=64), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("drawn_from", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("devices", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_how", sa.String(length=12), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marked", sa.Integer(), nullable=True),
        sa.Column("right", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.CheckConstraint("finished_how IN ('handed-in', 'time')", name=op.f("ck_exam_attempt_finished_how")),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (finished_how IS NULL)", name=op.f("ck_exam_attempt_finished_somehow")
        ),
        sa.CheckConstraint(
            '(released_at IS NULL) = ("right" IS NULL) AND (released_at IS NULL) = (marked IS NULL) '
            "AND (released_at IS NULL) = (passed IS NULL)",
            name=op.f("ck_exam_attempt_marks_when_released"),
        ),
        sa.CheckConstraint("answered BETWEEN 0 AND asked", name=op.f("ck_exam_attempt_answered")),
        sa.CheckConstraint(
            "released_at IS NULL OR finished_at IS NOT NULL", name=op.f("ck_exam_attempt_released_when_finished")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_exam_attempt_person_id_person")),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["exam_sitting.id"], name=op.f("fk_exam_attempt_sitting_id_exam_sitting")
        ),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_exam_attempt_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_attempt")),
        sa.UniqueConstraint("person_id", "exam_id", "number", name=op.f("uq_exam_attempt_person_id_exam_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exam_attempt_public_id")),
    )
    with op.batch_alter_table("exam_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_attempt_sitting_id"), ["sitting_id"], unique=False)
        batch_op.create_index(
            "uq_exam_attempt_running",
            ["person_id", "exam_id"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "exam_sitting_cohort",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_exam_sitting_cohort_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["exam_sitting.id"], name=op.f("fk_exam_sitting_cohort_sitting_id_exam_sitting")
        ),
        sa.PrimaryKeyConstraint("sitting_id", "cohort_id", name=op.f("pk_exam_sitting_cohort")),
    )
    op.create_table(
        "exam_struck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("struck_by_id", sa.Integer(), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["exam_sitting.id"], name=op.f("fk_exam_struck_sitting_id_exam_sitting")
        ),
        sa.ForeignKeyConstraint(["struck_by_id"], ["person.id"], name=op.f("fk_exam_struck_struck_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_struck")),
        sa.UniqueConstraint(
            "sitting_id", "item_id", "question_id", name=op.f("uq_exam_struck_sitting_id_item_id_question_id")
        ),
    )
    op.create_table(
        "exam_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("save", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=22), nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("confidence", sa.String(length=8), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("confidence IN ('guess', 'think', 'sure')", name=op.f("ck_exam_answer_confidence")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["exam_attempt.id"], name=op.f("fk_exam_answer_attempt_id_exam_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_answer")),
        sa.UniqueConstraint("attempt_id", "number", "save", name=op.f("uq_exam_answer_attempt_id_number_save")),
        sa.UniqueConstraint("nonce", name=op.f("uq_exam_answer_nonce")),
    )
    op.create_table(
        "exam_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("save", sa.Integer(), nullable=True),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["exam_attempt.id"], name=op.f("fk_exam_question_attempt_id_exam_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_exam_question_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_question")),
        sa.UniqueConstraint(
            "attempt_id", "item_id", "question_id", name=op.f("uq_exam_question_attempt_id_item_id_question_id")
        ),
        sa.UniqueConstraint("attempt_id", "number", name=op.f("uq_exam_question_attempt_id_number")),
    )
    with op.batch_alter_table("exam_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_exam_question_item_id_question_id"), ["item_id", "question_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("exam_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_question_item_id_question_id"))

    op.drop_table("exam_question")
    op.drop_table("exam_answer")
    op.drop_table("exam_struck")
    op.drop_table("exam_sitting_cohort")
    with op.batch_alter_table("exam_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_exam_attempt_running",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_exam_attempt_sitting_id"))

    op.drop_table("exam_attempt")
    with op.batch_alter_table("exam_accommodation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_accommodation_sitting_id_person_id"))

    op.drop_table("exam_accommodation")
    with op.batch_alter_table("exam_sitting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_sitting_exam_id_opens_at"))

    op.drop_table("exam_sitting")
    _remove_exams()
    _kinds(AFTER, BEFORE)


def _kinds(before: str, after: str) -> None:
    """Every answer names a version, so SQLite cannot make its table anew; there the rule is rewritten where it stands.

    Source: https://www.sqlite.org/lang_altertable.html, "Making other kinds of table schema changes": for a CHECK.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(RULE), TABLE, type_="check")
        op.create_check_constraint(op.f(RULE), TABLE, after)
        return
    connection = op.get_bind()
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


def _remove_exams() -> None:
    """Versions are kept against everybody but this step back, which has no kind for them."""
    op.execute("DELETE FROM library_item WHERE kind = 'exam'")
    remove = "DELETE FROM item_version WHERE kind = 'exam'"
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
