"""Difficulties of questions from the answers in the database."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext


@click.command("calibrate")
@click.option("--dry-run", is_flag=True, help="Compute and print; write nothing.")
@with_appcontext
def measure_calibrate(*, dry_run: bool) -> None:
    """Move the difficulty of each question by its first answers, with the panel's ratings as prior.

    Every quiz and every bank of cases by itself. From 30 answers on the result is used when cases are drawn; what was
    drawn before keeps its difficulty.
    """
    from training.assessment import service
    from training.db.session import session, transaction

    found = service.compute_difficulties(session())
    for one in sorted(found, key=lambda test: test.name):
        how = "learnt" if one.learnt else "assumed"
        state = "" if one.settled else "; did not settle, so left out"
        click.echo(
            f"{one.name}: {one.people} people, {one.answers} answers, {len(one.questions)} questions, "
            f"{one.calibrated} with 30 answers or more; a panel's error {one.error:.2f} logits ({how}){state}"
        )
    if dry_run:
        click.echo("Nothing was written.", err=True)
        return
    with transaction() as db:
        number = service.keep_difficulties(db, found, at=datetime.now(UTC), by_id=None)
    click.echo(f"Difficulties of {number} questions written.", err=True)
