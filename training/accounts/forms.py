from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from training.accounts.invitations import DAYS_OPEN
from training.accounts.passwords import LEAST_LENGTH, MOST_LENGTH
from training.accounts.people import looks_like_email, normal_email
from training.web.access import Role

LONGEST_NAME = 120
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def password_errors(password: str, again: str) -> dict[str, str]:
    """What is wrong with a new password, by field."""
    if len(password) < LEAST_LENGTH:
        return {"password": gettext("Choose a password of at least %(least)s characters.", least=LEAST_LENGTH)}
    if len(password) > MOST_LENGTH:
        return {"password": gettext("Choose a password of at most %(most)s characters.", most=MOST_LENGTH)}
    return {} if password == again else {"again": gettext("The two passwords differ. Type the new one again.")}


@dataclass(frozen=True)
class SignInForm:
    email: str
    password: str
    errors: dict[str, str]

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> SignInForm:
        email, password = normal_email(fields.get("email", "")), fields.get("password", "")
        errors = {}
        if not email:
            errors["email"] = gettext("Type your e-mail address.")
        if not password:
            errors["password"] = gettext("Type your password.")
        return cls(email, password[: MOST_LENGTH + 1], errors)


@dataclass(frozen=True)
class PasswordForm:
    old: str
    password: str
    errors: dict[str, str]

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> PasswordForm:
        old, password = fields.get("old", ""), fields.get("password", "")
        errors = {} if old else {"old": gettext("Type your present password.")}
        errors |= password_errors(password, fields.get("again", ""))
        return cls(old, password, errors)


@dataclass(frozen=True)
class NewPasswordForm:
    password: str
    errors: dict[str, str]

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> NewPasswordForm:
        password = fields.get("password", "")
        return cls(password, password_errors(password, fields.get("again", "")))


@dataclass(frozen=True)
class NewPersonForm:
    """What somebody new says of themselves when they take an invitation."""

    name: str
    email: str
    password: str
    errors: dict[str, str]

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> NewPersonForm:
        name, email = " ".join(fields.get("name", "").split()), normal_email(fields.get("email", ""))
        errors = {}
        if not name:
            errors["name"] = gettext("Type your name, as it shall stand on a certificate.")
        elif len(name) > LONGEST_NAME:
            errors["name"] = gettext("Shorten the name to %(most)s characters.", most=LONGEST_NAME)
        if not looks_like_email(email):
            errors["email"] = gettext("Type an e-mail address such as name@example.org.")
        errors |= password_errors(fields.get("password", ""), fields.get("again", ""))
        return cls(name, email, fields.get("password", ""), errors)


@dataclass(frozen=True)
class InviteForm:
    """`cohort` is a cohort's public id or empty; `public_id` names the form, so that it makes one invitation."""

    note: str
    role: Role | None
    cohort: str
    days: int
    public_id: str | None
    errors: dict[str, str]

    @classmethod
    def empty(cls) -> InviteForm:
        return cls("", Role.TRAINEE, "", 7, None, {})

    @classmethod
    def parse(cls, fields: Mapping[str, str], cohort_ids: set[str]) -> InviteForm:
        note, cohort = " ".join(fields.get("note", "").split()), fields.get("cohort", "")
        errors = {}
        if not 1 <= len(note) <= LONGEST_NAME:
            errors["note"] = gettext("Say for whom it is, in at most %(most)s characters.", most=LONGEST_NAME)
        role = Role(fields["role"]) if fields.get("role") in set(Role) else None
        if role is None:
            errors["role"] = gettext("Choose a role from the list.")
        if cohort and cohort not in cohort_ids:
            errors["cohort"] = gettext("Choose a cohort from the list, or none.")
        days = next((offered for offered in DAYS_OPEN if str(offered) == fields.get("days")), 0)
        if not days:
            errors["days"] = gettext("Choose from the list how long the link stays open.")
        given = fields.get("public_id", "")
        return cls(note, role, cohort, days or 7, given if _PUBLIC_ID.fullmatch(given) else None, errors)


@dataclass(frozen=True)
class RolesForm:
    """The roles that are ticked, those that were when the page was made, and whether losing some was confirmed."""

    roles: frozenset[Role]
    had: frozenset[Role]
    confirmed: bool

    @classmethod
    def parse(cls, fields: MultiDict[str, str]) -> RolesForm:
        known = {role.value: role for role in Role}
        ticked, had = (
            frozenset(known[one] for one in fields.getlist(name) if one in known) for name in ("role", "had")
        )
        return cls(ticked, had, fields.get("confirmed") == "yes")


@dataclass(frozen=True)
class CohortForm:
    name: str
    starts_on: date | None
    typed_date: str
    errors: dict[str, str]

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> CohortForm:
        name, typed = " ".join(fields.get("name", "").split()), fields.get("starts_on", "").strip()
        errors, starts_on = {}, None
        if not 1 <= len(name) <= LONGEST_NAME:
            errors["name"] = gettext("Give the cohort a name of at most %(most)s characters.", most=LONGEST_NAME)
        try:
            starts_on = date.fromisoformat(typed)
        except ValueError:
            errors["starts_on"] = gettext("Give the day on which it starts, such as 2026-09-01.")
        return cls(name, starts_on, typed, errors)
