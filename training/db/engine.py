"""How the two databases are opened.

SQLite runs in WAL with `synchronous=FULL`, because an acknowledged answer must survive a power cut. Its writers take
turns on one lock, held across the transaction: SQLite's own polling for a busy database has tails of seconds.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url

BUSY_TIMEOUT_MS = 10_000
WRITES = {"training_writes": True}  # execution options of a connection that is going to write

_turns: dict[str, threading.Lock] = {}


def database_address(text: str) -> URL:
    """The address with the driver that we ship."""
    url = make_url(text)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def engine_options(text: str) -> dict[str, Any]:
    """Arguments of `create_engine`; connections are kept for the life of a worker's thread."""
    url = database_address(text)
    if url.get_backend_name() == "sqlite":
        return {"url": url, "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": None}}
    return {"url": url, "pool_size": 5, "max_overflow": 5, "pool_pre_ping": False, "pool_recycle": 1800}


def prepare(engine: Engine) -> None:
    """Listen on an engine so that each new connection and transaction is set up; does nothing for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.create_function("lower", 1, lowered, deterministic=True)  # SQLite's own knows ASCII only
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("training_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def lowered(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


@contextmanager
def writers_turn(engine: Engine) -> Iterator[None]:
    """Hold the one lock of an SQLite file among threads and processes; the kernel frees it when a process dies."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    with _turns.setdefault(path, threading.Lock()), Path(f"{path}-turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
