"""Add people and change their roles."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from training.accounts import service as people
from training.cli.settings import settings
from training.db.errors import Problem
from training.db.session import transaction
from training.web.access import Role

person_group = AppGroup("person", help="Add people and change their roles.")


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
