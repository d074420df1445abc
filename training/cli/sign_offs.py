"""Replay what was decided."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from training.cli.settings import settings
from training.competency import service as competency
from training.db.errors import Problem
from training.db.session import session

signoff_group = AppGroup("signoff", help="Replay what was decided.")


@signoff_group.command("replay")
@click.argument("number")
def signoff_replay(number: str) -> None:
    """Run the rule over the frozen evidence of sign-off NUMBER again; exit 0 it holds, 1 it does not, 2 unusable."""
    settings()
    try:
        found = competency.replay_sign_off(session(), number)
    except (Problem, SQLAlchemyError) as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    for detail in found.details:
        click.echo(detail)
    click.echo("It holds." if found.holds else "It does not hold.")
    sys.exit(0 if found.holds else 1)
