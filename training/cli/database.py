"""Bring the database to the code's migration."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from training.cli.settings import settings
from training.db import migrate
from training.db.session import database

db_group = AppGroup("db", help="Bring the database to the code's migration.")


@db_group.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the code's migration, and say where it was."""
    settings()
    upgrade_database()


def upgrade_database() -> None:
    engine = database.engine
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection:
        before = migrate.current(connection)
    migrate.upgrade(engine)
    if before != migrate.head():
        click.echo(f"Database: migration {before or 'none'} -> {migrate.head()}", err=True)


@db_group.command("current")
def db_current() -> None:
    """Print the database's migration; exit 1 when it is not the code's."""
    settings()
    with database.engine.connect() as connection:
        found = migrate.current(connection)
    click.echo(f"{found or 'none'} (the code expects {migrate.head()})")
    sys.exit(0 if found == migrate.head() else 1)
