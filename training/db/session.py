"""The request's session, and the one place that commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.orm import Session

from training.db.engine import WRITES, engine_options, prepare, writers_turn

database = SQLAlchemy(session_options={"autoflush": True})


def init_app(app: Flask, database_url: str) -> None:
    app.config["SQLALCHEMY_ENGINES"] = {"default": engine_options(database_url)}
    database.init_app(app)
    # Nobody here opens asynchronous sessions, and for closing them Flask would start a thread and an event loop at the
    # end of every request: half a millisecond.
    app.teardown_appcontext_funcs[:] = [end for end in app.teardown_appcontext_funcs if not iscoroutinefunction(end)]
    with app.app_context():
        prepare(database.engine)


def session() -> Session:
    """For reading. What is read here may change before a transaction; read again inside it what you decide upon."""
    return database.session


@contextmanager
def transaction() -> Iterator[Session]:
    """All of the block is kept or, on any error, none of it. Nothing else commits."""
    current = session()
    current.rollback()  # ends the read transaction, so that the block sees what others have committed since
    with writers_turn(database.engine):
        current.connection(execution_options=WRITES)
        try:
            yield current
            current.commit()
        except BaseException:
            current.rollback()
            raise
