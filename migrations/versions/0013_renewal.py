"""where people practise; notices before something lapses, and changes of a certificate that nobody decided"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TABLES = ("practice_record", "renewal_notice")  # append-only


def upgrade() -> None:
    op.create_table(
        "practice_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("jurisdiction", sa.String(length=64), nullable=False),
        sa.Column("register_class", sa.String(length=64), nullable=False),
        sa.Column("licence", sa.String(length=40), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('claimed', 'confirmed')", name=op.f("ck_practice_record_kind")),
        sa.CheckConstraint(
            "(kind = 'claimed') = (by_id = person_id)", name=op.f("ck_practice_record_claimed_by_oneself")
        ),
        sa.CheckConstraint(
            "(kind = 'confirmed') = (checked_on IS NOT NULL)", name=op.f("ck_practice_record_confirmed_on_a_day")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_practice_record_number")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_record_person_id_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_practice_record_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_record")),
        sa.UniqueConstraint("person_id", "number", name=op.f("uq_practice_record_person_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_practice_record_public_id")),
    )
    op.create_table(
        "renewal_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("lapses_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('cases', 'observation', 'certificate')", name=op.f("ck_renewal_notice_what")),
        sa.CheckConstraint("(what = 'certificate') = (region = '')", name=op.f("ck_renewal_notice_region_of_what")),
        sa.CheckConstraint("days >= 0", name=op.f("ck_renewal_notice_days")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_renewal_notice_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_notice")),
        sa.UniqueConstraint(
            "certificate_id",
            "region",
            "what",
            "lapses_on",
            "days",
            name=op.f("uq_renewal_notice_certificate_id_region_what_lapses_on_days"),
        ),
    )
    with op.batch_alter_table("certificate_event") as event:
        event.alter_column("by_id", existing_type=sa.Integer(), nullable=True)
    for table in TABLES:
        keep_for_ever(table)


def keep_for_ever(table: str) -> None:
    """The database itself refuses to change or remove a row."""
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
    op.drop_table("renewal_notice")
    op.drop_table("practice_record")
    op.execute("DELETE FROM certificate_event WHERE by_id IS NULL")  # nobody can be named for what nobody decided
    with op.batch_alter_table("certificate_event") as event:
        event.alter_column("by_id", existing_type=sa.Integer(), nullable=False)
