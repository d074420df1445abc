"""The commands. Results go to stdout for a pipe, progress to stderr for a person, the exit status is for a script."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from training.accounts import service as people
from training.competency import service as competency
from training.config import ROOT, Config, ConfigError
from training.content.reader import read_library
from training.content.report import report_json, report_text
from training.db import migrate
from training.db.errors import Problem
from training.db.session import database, session, transaction
from training.journal import service as journal
from training.library import service as library
from training.web.access import Role

content_group = AppGroup("content", help="Check and publish authored content.")
db_group = AppGroup("db", help="Bring the database to the code's migration.")
journal_group = AppGroup("journal", help="Prove that the journal was not changed.")
signoff_group = AppGroup("signoff", help="Replay what was decided.")
person_group = AppGroup("person", help="Add people and change their roles.")
demo_group = AppGroup("demo", help="The demonstration school.")


def register(app: Flask) -> None:
    for group in (content_group, db_group, journal_group, signoff_group, person_group, demo_group):
        app.cli.add_command(group)


def unconfigured(error: ConfigError) -> Flask:
    """An application without configuration: commands run as far as they need none, others say what is missing."""
    app = Flask("training", root_path=str(ROOT))
    app.extensions["training.missing"] = str(error)
    register(app)
    return app


def settings() -> Config:
    """The configuration; a command that needs it ends with what is missing."""
    if "training.missing" in current_app.extensions:
        raise click.ClickException(current_app.extensions["training.missing"])
    config: Config = current_app.extensions["training.config"]
    return config


# --- content ---------------------------------------------------------------------------------------------------


@content_group.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def content_check(paths: tuple[Path, ...], form: str) -> None:
    """Read every authored file (or those below PATHS) and name each fault as `path:line: what; what to do`."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise click.UsageError(f"there is no {missing[0]}")
    root = Path(os.environ.get("SEGMENTAL_CONTENT_ROOT") or ROOT).absolute()  # needs no other setting, nor a database
    if not root.is_dir():
        raise click.UsageError(f"SEGMENTAL_CONTENT_ROOT is {root}, and there is no such folder")
    read = read_library(root, [path.absolute() for path in paths] or None)
    click.echo(report_json(read.problems) if form == "json" else report_text(read.problems), nl=False)
    if form == "text":
        click.echo(f"{len(read.items)} items read, {len(read.problems)} problems", err=True)
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
    with transaction() as current:
        done = library.publish(current, read.items, at=datetime.now(UTC))
    click.echo(
        f"{len(done.new)} new, {len(done.changed)} changed, {done.unchanged} unchanged, {len(done.retired)} retired"
    )
    return 0


# --- database --------------------------------------------------------------------------------------------------


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


# --- journal ---------------------------------------------------------------------------------------------------


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


# --- sign-offs -------------------------------------------------------------------------------------------------


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


# --- people ----------------------------------------------------------------------------------------------------


@person_group.command("add")
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), required=True)
@click.password_option(help="Asked for when it is left out.")
def person_add(name: str, email: str, roles: tuple[str, ...], password: str) -> None:
    """Add a person, such as the first administrator of a new school."""
    settings()
    try:
        with transaction() as current:
            given = [Role(role) for role in roles]
            people.add_person(
                current, name=name, email=email, password=password, roles=given, at=datetime.now(UTC), by_id=None
            )
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{name} <{email}>: {', '.join(roles)}")


@person_group.command("role")
@click.argument("email")
@click.option("--give", "given", multiple=True, type=click.Choice([role.value for role in Role]))
@click.option("--take", "taken", multiple=True, type=click.Choice([role.value for role in Role]))
def person_role(email: str, given: tuple[str, ...], taken: tuple[str, ...]) -> None:
    """Give or take roles of the person with EMAIL, and print what they hold now."""
    settings()
    now = datetime.now(UTC)
    try:
        with transaction() as current:
            person = people.person_by_email(current, email)
            for role in given:
                people.give_role(current, person.id, Role(role), at=now, by_id=None)
            for role in taken:
                people.take_role(current, person.id, Role(role), at=now, by_id=None)
            current.flush()
            held = people.profile(current, person.public_id).roles
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(", ".join(sorted(held)) or "no roles")


# --- the demonstration school ----------------------------------------------------------------------------------


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
