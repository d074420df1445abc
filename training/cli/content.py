"""Check and publish authored content."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from training.cli.settings import content_root, settings
from training.content.reader import read_library
from training.content.report import report_json, report_text
from training.db.errors import Problem
from training.db.session import transaction
from training.library import service as library

content_group = AppGroup("content", help="Check and publish authored content.")


@content_group.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def content_check(paths: tuple[Path, ...], form: str) -> None:
    """Read every authored file (or those below PATHS) and name each fault as `path:line: what; what to do`."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise click.UsageError(f"there is no {missing[0]}")
    read = read_library(content_root(), [path.absolute() for path in paths] or None)
    click.echo(report_json(read.problems) if form == "json" else report_text(read.problems), nl=False)
    for warning in read.warnings:
        click.echo(f"warning: {warning}", err=True)
    if form == "text":
        templates = f" and {len(read.templates)} templates" if read.templates else ""
        click.echo(f"{len(read.items)} items{templates} read, {len(read.problems)} problems", err=True)
    sys.exit(1 if read.problems else 0)


@content_group.command("publish")
def content_publish() -> None:
    """Make an immutable version of each item that changed; refuses while the check finds problems."""
    sys.exit(publish_files())


def publish_files() -> int:
    """Publish the configuration's content folder; returns the exit status."""
    read = read_library(settings().content_root)
    if read.problems:
        click.echo(report_text(read.problems), nl=False)
        click.echo("Nothing was published: mend these first.", err=True)
        return 1
    if not read.items:
        click.echo(f"There is no content below {settings().content_root}; set SEGMENTAL_CONTENT_ROOT.", err=True)
        return 1
    try:
        with transaction() as current:
            done = library.publish(current, read.items, at=datetime.now(UTC))
    except Problem as problem:
        click.echo(str(problem))
        click.echo("Nothing was published.", err=True)
        return 1
    click.echo(
        f"{len(done.new)} new, {len(done.changed)} changed, {done.unchanged} unchanged, {len(done.retired)} retired"
    )
    return 0
