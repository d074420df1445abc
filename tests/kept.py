"""The shipped content as rows of a database, kept once a run: to publish it anew for each test takes far longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from tests.makers import NOON
from training.content.documents import Library
from training.db.base import Base
from training.library import service as library

TABLES = ("asset", "item_version", "library_item", "journal_entry")  # what publishing writes, in an order to write it
FILLED = "UPDATE journal_head SET number = 1, hash = (SELECT hash FROM journal_entry)"
Fill = Callable[[Session], None]


def keep_on_sqlite(engine: Engine, shipped: Library) -> Fill:
    """Publish into an empty database, and read the rows back as they are stored."""
    with Session(engine) as session:
        library.publish(session, shipped.items, at=NOON)
        session.commit()
        kept = {name: read(session.connection(), name) for name in TABLES}

    def fill(session: Session) -> None:
        connection = session.connection()
        for name, (columns, rows) in kept.items():
            places = ", ".join("?" * len(columns))
            connection.exec_driver_sql(f'INSERT INTO "{name}" ({", ".join(columns)}) VALUES ({places})', rows)
        connection.exec_driver_sql(FILLED)

    return fill


def read(connection: Connection, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    found = connection.exec_driver_sql(f'SELECT * FROM "{name}"')
    return list(found.keys()), [tuple(row) for row in found]


def keep_on_postgresql(engine: Engine, shipped: Library) -> Fill:
    """Publish into an empty database, copy the rows to a schema of their own, and leave the database empty."""
    with Session(engine) as session:
        library.publish(session, shipped.items, at=NOON)
        session.execute(text("CREATE SCHEMA kept"))
        for name in TABLES:
            session.execute(text(f'CREATE TABLE kept."{name}" AS TABLE "{name}"'))
        session.commit()
    empty(engine)

    def fill(session: Session) -> None:
        for name in TABLES:
            session.execute(text(f'INSERT INTO "{name}" SELECT * FROM kept."{name}"'))
        session.execute(text(FILLED))

    return fill


def empty(engine: Engine) -> None:
    """Take every row of a PostgreSQL database away; the triggers that refuse this are for everybody else.

    A look at every table costs less than a TRUNCATE of them all, which makes new files for each.
    """
    tables = [table.name for table in Base.metadata.sorted_tables]
    look = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for name in connection.scalars(text(look)).all():
            connection.execute(text(f'DELETE FROM "{name}"'))
        connection.execute(text(f"INSERT INTO journal_head (id, number, hash) VALUES (1, 0, '{'0' * 64}')"))
