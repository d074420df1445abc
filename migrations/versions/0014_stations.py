"""stations: a kind of item, practical exams with their scores and results, and sheets of judges"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

TABLE, RULE = "item_version", "ck_item_version_kind"
BEFORE = "kind IN ('course', 'lesson', 'quiz', 'case', 'framework', 'exam')"
AFTER = "kind IN ('course', 'lesson', 'quiz', 'case', 'framework', 'exam', 'station')"


def upgrade() -> None:
    _kinds(BEFORE, AFTER)
    op.create_table(
        "practical_exam",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("nonce", sa.String(length=22), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(released_at IS NULL) = (released_by_id IS NULL)", name=op.f("ck_practical_exam_released_by_somebody")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_practical_exam_made_by_id_person")),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_practical_exam_released_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practical_exam")),
        sa.UniqueConstraint("nonce", name=op.f("uq_practical_exam_nonce")),
        sa.UniqueConstraint("public_id", name=op.f("uq_practical_exam_public_id")),
    )
    op.create_table(
        "angoff_study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("exam_id", sa.String(length=64), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("judges", sa.Integer(), nullable=True),
        sa.Column("cut", sa.Double(), nullable=True),
        sa.Column("cut_error", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (judges IS NULL) "
            "AND (closed_at IS NULL) = (cut IS NULL) AND (closed_at IS NULL) = (cut_error IS NULL)",
            name=op.f("ck_angoff_study_closed_is_whole"),
        ),
        sa.CheckConstraint("round IN (1, 2)", name=op.f("ck_angoff_study_round")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_angoff_study_closed_by_id_person")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_angoff_study_opened_by_id_person")),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_angoff_study_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_angoff_study")),
        sa.UniqueConstraint("public_id", name=op.f("uq_angoff_study_public_id")),
    )
    with op.batch_alter_table("angoff_study", schema=None) as batch_op:
        batch_op.create_index(
            "uq_angoff_study_open",
            ["exam_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "practical_candidate",
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["practical_exam.id"], name=op.f("fk_practical_candidate_exam_id_practical_exam")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practical_candidate_person_id_person")),
        sa.PrimaryKeyConstraint("exam_id", "person_id", name=op.f("pk_practical_candidate")),
    )
    op.create_table(
        "practical_station",
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=24), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("cut", sa.Double(), nullable=True),
        sa.Column("cut_error", sa.Double(), nullable=True),
        sa.Column("cut_low", sa.Double(), nullable=True),
        sa.Column("cut_high", sa.Double(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "method IN ('borderline-regression', 'provisional')", name=op.f("ck_practical_station_method")
        ),
        sa.CheckConstraint(
            "(method IS NULL) = (cut IS NULL) AND (method IS NULL) = (set_at IS NULL)",
            name=op.f("ck_practical_station_standard_is_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["practical_exam.id"], name=op.f("fk_practical_station_exam_id_practical_exam")
        ),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["item_version.hash"], name=op.f("fk_practical_station_version_hash_item_version")
        ),
        sa.PrimaryKeyConstraint("exam_id", "station_id", name=op.f("pk_practical_station")),
    )
    with op.batch_alter_table("practical_station", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practical_station_version_hash"), ["version_hash"], unique=False)

    op.create_table(
        "angoff_sheet",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_angoff_sheet_revision")),
        sa.CheckConstraint("round IN (1, 2)", name=op.f("ck_angoff_sheet_round")),
        sa.ForeignKeyConstraint(["judge_id"], ["person.id"], name=op.f("fk_angoff_sheet_judge_id_person")),
        sa.ForeignKeyConstraint(["study_id"], ["angoff_study.id"], name=op.f("fk_angoff_sheet_study_id_angoff_study")),
        sa.PrimaryKeyConstraint("study_id", "judge_id", "round", name=op.f("pk_angoff_sheet")),
    )
    op.create_table(
        "station_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("examiner_id", sa.Integer(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("nonce", sa.String(length=22), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by_id", sa.Integer(), nullable=True),
        sa.Column("struck_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(struck_at IS NULL) = (struck_by_id IS NULL) AND (struck_at IS NULL) = (struck_reason IS NULL)",
            name=op.f("ck_station_score_struck_with_a_reason"),
        ),
        sa.CheckConstraint("candidate_id <> examiner_id", name=op.f("ck_station_score_not_oneself")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_station_score_rating")),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name=op.f("ck_station_score_share")),
        sa.ForeignKeyConstraint(["candidate_id"], ["person.id"], name=op.f("fk_station_score_candidate_id_person")),
        sa.ForeignKeyConstraint(
            ["exam_id", "candidate_id"],
            ["practical_candidate.exam_id", "practical_candidate.person_id"],
            name=op.f("fk_station_score_exam_id_candidate_id_practical_candidate"),
        ),
        sa.ForeignKeyConstraint(
            ["exam_id", "station_id"],
            ["practical_station.exam_id", "practical_station.station_id"],
            name=op.f("fk_station_score_exam_id_station_id_practical_station"),
        ),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["practical_exam.id"], name=op.f("fk_station_score_exam_id_practical_exam")
        ),
        sa.ForeignKeyConstraint(["examiner_id"], ["person.id"], name=op.f("fk_station_score_examiner_id_person")),
        sa.ForeignKeyConstraint(["struck_by_id"], ["person.id"], name=op.f("fk_station_score_struck_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_score")),
        sa.UniqueConstraint("nonce", name=op.f("uq_station_score_nonce")),
        sa.UniqueConstraint("public_id", name=op.f("uq_station_score_public_id")),
    )
    with op.batch_alter_table("station_score", schema=None) as batch_op:
        batch_op.create_index(
            "uq_station_score_standing",
            ["exam_id", "station_id", "candidate_id"],
            unique=True,
            sqlite_where=sa.text("struck_at IS NULL"),
            postgresql_where=sa.text("struck_at IS NULL"),
        )

    op.create_table(
        "station_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("score_id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("error", sa.Double(), nullable=False),
        sa.Column("critical_missed", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('passed', 'second-look', 'not-yet')", name=op.f("ck_station_result_outcome")),
        sa.ForeignKeyConstraint(["candidate_id"], ["person.id"], name=op.f("fk_station_result_candidate_id_person")),
        sa.ForeignKeyConstraint(
            ["score_id"], ["station_score.id"], name=op.f("fk_station_result_score_id_station_score")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_result")),
        sa.UniqueConstraint("public_id", name=op.f("uq_station_result_public_id")),
        sa.UniqueConstraint("score_id", name=op.f("uq_station_result_score_id")),
    )
    with op.batch_alter_table("station_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_station_result_candidate_id"), ["candidate_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("station_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_station_result_candidate_id"))

    op.drop_table("station_result")
    with op.batch_alter_table("station_score", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_station_score_standing",
            sqlite_where=sa.text("struck_at IS NULL"),
            postgresql_where=sa.text("struck_at IS NULL"),
        )

    op.drop_table("station_score")
    op.drop_table("angoff_sheet")
    with op.batch_alter_table("practical_station", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practical_station_version_hash"))

    op.drop_table("practical_station")
    op.drop_table("practical_candidate")
    with op.batch_alter_table("angoff_study", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_angoff_study_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.drop_table("angoff_study")
    op.drop_table("practical_exam")
    _remove_stations()
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


def _remove_stations() -> None:
    """Versions are kept against everybody but this step back, which has no kind for them."""
    op.execute("DELETE FROM library_item WHERE kind = 'station'")
    remove = "DELETE FROM item_version WHERE kind = 'station'"
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
