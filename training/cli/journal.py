"""Prove that the journal was not changed."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from training.cli.settings import settings
from training.db.session import session
from training.journal import service as journal

journal_group = AppGroup("journal", help="Prove that the journal was not changed.")


@journal_group.command("verify")
def journal_verify() -> None:
    """Recompute the chain; exit 0 when it holds, 1 with each entry that does not, 2 when it cannot be read."""
    settings()
    try:
        found = list(journal.faults(session()))
        entries = journal.count(session())
    except SQLAlchemyError as error:
        click.echo(f"The journal cannot be read: {error}", err=True)
        sys.exit(2)
    for fault in found:
        click.echo(f"entry {fault.number}: {fault.what}")
    if not found:
        click.echo(f"{entries} entries, the chain holds")
    sys.exit(1 if found else 0)
