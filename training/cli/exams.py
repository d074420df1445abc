"""Hand in what ran out of time."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from training.assessment import service as assessment
from training.cli.settings import settings
from training.db.session import transaction

exams_group = AppGroup("exams", help="Exams that people sit.")


@exams_group.command("close")
def exams_close() -> None:
    """Hand in every exam whose time is over and that nobody has looked at since; may run every few minutes."""
    settings()
    with transaction() as db:
        closed = assessment.close_lapsed(db, datetime.now(UTC))
    click.echo(f"{closed} handed in")
