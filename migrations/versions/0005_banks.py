"""quizzes and cases that belong to exams"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

BEFORE = "(kind = 'case') = (bank IS NOT NULL)"
AFTER = (
    "CASE kind WHEN 'case' THEN bank IS NOT NULL WHEN 'quiz' THEN bank IS NULL OR bank = 'exam' ELSE bank IS NULL END"
)


def upgrade() -> None:
    _replace(AFTER)


def downgrade() -> None:
    op.execute("UPDATE library_item SET bank = NULL WHERE kind = 'quiz'")
    _replace(BEFORE)


def _replace(rule: str) -> None:
    name = op.f("ck_library_item_bank_of_case")
    with op.batch_alter_table("library_item") as item:
        item.drop_constraint(name, type_="check")
        item.create_check_constraint(name, rule)
