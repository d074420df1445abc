"""What a test is about, with the rest filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.accounts.models import Person
from training.web.access import Role

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

_numbers = count(1)


def make_person(session: Session, *roles: Role, name: str = "", at: datetime = NOON) -> Person:
    """Somebody with roles (a trainee unless told) whose password is PASSWORD."""
    number = next(_numbers)
    return people.add_person(
        session,
        name=name or f"Person {number}",
        email=f"person{number}@example.org",
        password=PASSWORD,
        roles=roles or (Role.TRAINEE,),
        at=at,
        by_id=None,
    )


def sign_in(client: FlaskClient, person: Person) -> None:
    """Give the client the person's session, as signing in with the password does."""
    with client.session_transaction() as kept:
        kept["_user_id"] = f"{person.public_id}.{person.session_stamp}"
        kept["_fresh"] = True
