from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.competency.records import School
from tests.kept import Fill
from training.competency.sign_off import service as sign_offs
from training.db.session import database


@pytest.fixture
def school(session: Session, publish_shipped: Fill, monkeypatch: pytest.MonkeyPatch) -> School:
    """The shipped content in the test's session, with a decision's hook that keeps what it is told."""
    publish_shipped(session)
    made = School(session)
    monkeypatch.setattr(sign_offs, "when_granted", made.when_granted)
    return made


@pytest.fixture
def queries(app: Flask) -> Callable[[], object]:
    """`with queries() as asked`: the statements that reach the application's database meanwhile."""

    @contextmanager
    def count() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "ROLLBACK")):
                asked.append(statement)

        with app.app_context():
            engine = database.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return count
