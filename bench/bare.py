"""The yardstick: Flask and SQLite with nothing around them, under the same server and the same pragmas."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader

PAGE = """<!doctype html>
<html lang="en"><head><title>{{ person[1] }}</title></head><body>
<h1>{{ person[1] }}</h1>
<ul>{% for item in items %}<li><a href="/item/{{ item[0] }}">{{ item[1] }}</a></li>{% endfor %}</ul>
<p>{{ done }} done</p>
</body></html>"""


def connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def make_database(path: str) -> None:
    connection = connect(path)
    connection.executescript(
        """
        CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
        CREATE TABLE done (person_id INTEGER NOT NULL, item_id INTEGER NOT NULL, PRIMARY KEY (person_id, item_id));
        CREATE TABLE answer (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL, given TEXT NOT NULL, at TEXT NOT NULL);
        BEGIN;
        """
    )
    connection.executemany("INSERT INTO person VALUES (?, ?)", [(n, f"Person {n}") for n in range(1, 1001)])
    connection.executemany("INSERT INTO item VALUES (?, ?)", [(n, f"Lesson {n}") for n in range(1, 21)])
    connection.executemany("INSERT INTO done VALUES (?, ?)", [(n, 1 + n % 20) for n in range(1, 1001)])
    connection.execute("COMMIT")
    connection.close()


def create_app() -> Flask:
    app = Flask("bare")
    path = os.environ["BENCH_DATABASE"]
    app.jinja_loader = DictLoader({"page.html": PAGE})
    kept = threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(kept, "connection"):
            kept.connection = connect(path)
        found: sqlite3.Connection = kept.connection
        return found

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return jsonify(status="ok")

    @app.get("/page/<int:person_id>")
    def show(person_id: int) -> ResponseReturnValue:
        db = connection()
        person = db.execute("SELECT id, name FROM person WHERE id = ?", (person_id,)).fetchone()
        items = db.execute("SELECT id, title FROM item ORDER BY id").fetchall()
        done = db.execute("SELECT count(*) FROM done WHERE person_id = ?", (person_id,)).fetchone()[0]
        return render_template("page.html", person=person, items=items, done=done)

    @app.post("/insert")
    def insert() -> ResponseReturnValue:
        db = connection()
        db.execute("BEGIN IMMEDIATE")
        values = (1, request.form["given"], "2026-06-01T12:00:00")
        number = db.execute("INSERT INTO answer (person_id, given, at) VALUES (?, ?, ?)", values).lastrowid
        db.execute("COMMIT")
        return jsonify(saved=number)

    return app


def main() -> int:
    """Serve as app.py does."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "bench.bare:create_app",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=1,
        factory=True,
        log_access=False,
        websockets=False,
    ).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
