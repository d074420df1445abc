"""The demonstration school."""

from __future__ import annotations

import json

import click
from flask import Flask
from flask.cli import AppGroup

from training.accounts import service as people
from training.cli.content import publish_files
from training.cli.database import upgrade_database
from training.cli.settings import settings
from training.config import Config
from training.db.session import session

demo_group = AppGroup("demo", help="The demonstration school.")


@demo_group.command("create")
def demo_create() -> None:
    """Fill an empty database with a school in every state; does nothing where people are already."""
    config = settings()
    if config.in_production:
        raise click.ClickException("The demonstration school has known roles and no real people; not in production.")
    upgrade_database()
    if create_demo(config):
        click.echo("The demonstration school is there; `flask demo show` prints its sign-ins.")
    else:
        click.echo("There are people in this database already; nothing was changed.")


def create_demo(config: Config) -> bool:
    """Publish the content and make the school; False when there are people already."""
    from training.demo import school

    if not people.nobody_yet(session()):
        return False
    if publish_files() != 0:
        raise click.ClickException("The content has problems, so the school cannot be made.")
    school.create(config)
    return True


@demo_group.command("show")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def demo_show(form: str) -> None:
    """Print the sign-ins and the certificates of the demonstration school."""
    config = settings()
    if config.in_production:
        raise click.ClickException("There is no demonstration school in production.")
    from training.demo import school

    shown = school.show(config)
    if shown is None:
        raise click.ClickException("There is no demonstration school here; run `flask demo create`.")
    click.echo(json.dumps(shown, indent=2) if form == "json" else school.as_text(shown))


def prepare_development(app: Flask) -> None:
    """What `make run` does before it serves: migrate, publish what changed, and make the school the first time."""
    with app.app_context():
        config = settings()
        config.instance.mkdir(parents=True, exist_ok=True)
        upgrade_database()
        if create_demo(config) or publish_files() == 0:
            from training.demo import school

            shown = school.show(config)
            if shown:
                click.echo(school.as_text(shown))
