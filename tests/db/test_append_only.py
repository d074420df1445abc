"""The database itself refuses to change or remove what must stay."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.makers import NOON
from training.content.documents import Library
from training.journal import service as journal
from training.library import service as library


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_entry SET kind = 'nothing'",
        "DELETE FROM journal_entry",
        "UPDATE item_version SET source = 'other'",
        "DELETE FROM item_version WHERE kind = 'quiz'",
    ],
)
def test_what_is_written_stays(session: Session, shipped: Library, change: str) -> None:
    quiz = next(item for item in shipped.items if item.kind == "quiz")
    library.publish(session, [quiz], at=NOON)
    session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(change))
    session.rollback()

    assert list(journal.faults(session)) == []
    assert library.document(session, quiz.hash) == quiz.document
