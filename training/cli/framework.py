"""Versions of the competency framework."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from training.cli.settings import settings
from training.competency import service as competency
from training.db.errors import Problem
from training.db.session import session

framework_group = AppGroup("framework", help="Versions of the competency framework.")


@framework_group.command("versions")
def framework_versions() -> None:
    """List every published version, newest first: when, its hash, and what it calls itself."""
    settings()
    for one in competency.versions(session()):
        click.echo(f"{one.published_at:%Y-%m-%d}  {one.hash[:12]}  {one.framework.version}{'  in force' * one.current}")


@framework_group.command("diff")
@click.argument("old", required=False)
@click.argument("new", required=False)
def framework_diff(old: str | None, new: str | None) -> None:
    """Say in what version NEW differs from OLD, each by the beginning of its hash; without them, the two newest.

    For the version in force it also says whom it affects. Exit 0 they are alike, 1 they differ, 2 unusable.
    """
    settings()
    try:
        found = competency.versions(session())
        if not old and len(found) < 2:
            click.echo("There is only one version." if found else "No framework is published yet.", err=True)
            sys.exit(2)
        newer = competency.version_among(found, new) if new else found[0]
        comparison = competency.compare(session(), competency.version_among(found, old) if old else found[1], newer)
    except (Problem, SQLAlchemyError) as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    report(comparison)
    sys.exit(1 if comparison.changes else 0)


def report(comparison: competency.Comparison) -> None:
    for change in comparison.changes:
        click.echo(
            f"{change.about or ', '.join(change.lines) or 'The framework'}: {change.what.message % change.what.values}"
        )
        for sign, words in (("-", change.gone), ("+", change.new)):
            for word in words:
                click.echo(f"  {sign} {word.message % word.values}")
    for one in comparison.affected:
        moved = ", ".join(f"{line.region} {line.before} -> {line.now}" for line in one.lines)
        granted = (
            f" (granted {', '.join(grant.number for grant in one.grants)}; the new version takes nothing from it)"
            if one.grants
            else ""
        )
        click.echo(f"{one.person.name}: {moved}{granted}")
    if comparison.new.current:
        click.echo(f"{len(comparison.affected)} of {comparison.people} trainees affected", err=True)
