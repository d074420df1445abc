"""People and their roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import passwords
from training.accounts.models import Cohort, CohortMember, Person, PersonRole
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.web.access import Role


@dataclass(frozen=True)
class Profile:
    """A person as lists show them."""

    id: int
    public_id: str
    name: str
    email: str
    roles: frozenset[Role]
    cohorts: tuple[str, ...] = ()


def normal_email(email: str) -> str:
    return email.strip().lower()


def looks_like_email(address: str) -> bool:
    """Only what no address can lack; whether it is somebody's, a message to it would show."""
    before, _, after = address.partition("@")
    return len(address) <= 254 and bool(before and after) and "@" not in after and not any(map(str.isspace, address))


def person_of(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    return person


def locked(session: Session, person_id: int) -> Person:
    """The person, read anew; others who would change the same row wait until the caller commits. Raises NotFound."""
    query = select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    person = session.scalar(query.execution_options(populate_existing=True))
    if person is None:
        raise NotFound("There is no such person.")
    return person


def person_by_email(session: Session, email: str) -> Person:
    """Raises NotFound."""
    person = session.scalar(select(Person).where(Person.email == normal_email(email)))
    if person is None:
        raise NotFound("Nobody here has this e-mail address.")
    return person


def add_person(
    session: Session, *, name: str, email: str, password: str, roles: Iterable[Role], at: datetime, by_id: int | None
) -> Person:
    """A new person with roles. Raises Conflict when the address is taken, Invalid when something is malformed."""
    name, address = " ".join(name.split()), normal_email(email)
    if not 1 <= len(name) <= 120:
        raise Invalid("Give a name of at most 120 characters.")
    if not looks_like_email(address):
        raise Invalid("Give an e-mail address such as name@example.org.")
    taken = Conflict("Somebody here has this e-mail address already. Sign in with it, or use another.")
    if session.scalar(select(Person.id).where(Person.email == address)) is not None:
        raise taken
    person = Person(name=name, email=address, created_at=at, password_hash="")
    set_password(person, password)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        raise taken from None  # somebody else, in the same moment
    for role in roles:
        give_role(session, person.id, role, at=at, by_id=by_id)
    return person


def give_role(session: Session, person_id: int, role: Role, *, at: datetime, by_id: int | None) -> None:
    """Giving a role somebody has changes nothing."""
    change_roles(session, person_id, give={role}, at=at, by_id=by_id)


def take_role(session: Session, person_id: int, role: Role, *, at: datetime, by_id: int | None) -> None:
    """Raises Refused when nobody would be left who can manage people."""
    change_roles(session, person_id, take={role}, at=at, by_id=by_id)


def set_roles(
    session: Session, person_id: int, wanted: Set[Role], *, had: Set[Role], at: datetime, by_id: int | None
) -> None:
    """Make the person's roles exactly these. `had` are those that whoever decided was looking at.

    Raises Conflict when somebody has changed them since, Refused for the last administrator.
    """
    locked(session, person_id)
    held = roles_of(session, person_id)
    if held == wanted:
        return  # the second of two clicks
    if held != had:
        raise Conflict("Somebody else changed these roles meanwhile. Look at them again.")
    change_roles(session, person_id, give=wanted - held, take=held - wanted, at=at, by_id=by_id)


def roles_of(session: Session, person_id: int) -> frozenset[Role]:
    found = session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id))
    return frozenset(Role(role) for role in found)


def change_roles(
    session: Session,
    person_id: int,
    *,
    give: Set[Role] = frozenset(),
    take: Set[Role] = frozenset(),
    at: datetime,
    by_id: int | None,
) -> None:
    """All rows first, then the journal, whose head is locked last. Roles held already, or not held, are passed over."""
    person = locked(session, person_id)
    held = roles_of(session, person_id)
    if Role.ADMIN in take & held:
        refuse_to_lose_the_last_admin(session)
    given = [role for role in Role if role in give - held]
    taken = [role for role in Role if role in take & held]
    session.add_all(PersonRole(person_id=person_id, role=role.value, given_at=at) for role in given)
    session.execute(delete(PersonRole).where(PersonRole.person_id == person_id, PersonRole.role.in_(taken)))
    for kind, roles in (("role.given", given), ("role.taken", taken)):
        for role in roles:
            subject = f"person/{person.public_id}"
            journal.append(session, kind, actor_id=by_id, subject=subject, payload={"role": role.value}, at=at)


def refuse_to_lose_the_last_admin(session: Session) -> None:
    """Locks every administrator's row, so that two who take each other's role do not both succeed."""
    query = select(PersonRole.person_id).where(PersonRole.role == Role.ADMIN.value).with_for_update()
    if len(session.scalars(query).all()) <= 1:
        raise Refused("This is the last administrator. Give the role to somebody else first.")


def profile(session: Session, public_id: str, *, role: Role | None = None) -> Profile:
    """A person by their address in links, with a role if one is asked; raises NotFound."""
    found = people(session, public_ids=[public_id], role=role, limit=1)
    if not found:
        raise NotFound("There is no such person.")
    return found[0]


def people(
    session: Session,
    *,
    search: str = "",
    role: Role | None = None,
    cohort_public_id: str = "",
    public_ids: Sequence[str] | None = None,
    ids: Iterable[int] | None = None,
    limit: int = 51,
    offset: int = 0,
) -> list[Profile]:
    """People by name, in three queries however many they are."""
    query = select(Person).order_by(func.lower(Person.name), Person.id).limit(limit).offset(offset)
    if search:
        pattern = "%" + search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(
            or_(func.lower(Person.name).like(pattern, escape="\\"), Person.email.like(pattern, escape="\\"))
        )
    if role is not None:
        query = query.where(Person.id.in_(select(PersonRole.person_id).where(PersonRole.role == role.value)))
    if cohort_public_id:
        members = select(CohortMember.person_id).join(Cohort).where(Cohort.public_id == cohort_public_id)
        query = query.where(Person.id.in_(members))
    if public_ids is not None:
        query = query.where(Person.public_id.in_(public_ids))
    if ids is not None:
        query = query.where(Person.id.in_(list(ids)))
    rows = session.scalars(query).all()
    found = [row.id for row in rows]
    roles: dict[int, set[Role]] = {}
    for person_id, name in session.execute(
        select(PersonRole.person_id, PersonRole.role).where(PersonRole.person_id.in_(found))
    ):
        roles.setdefault(person_id, set()).add(Role(name))
    cohorts: dict[int, list[str]] = {}
    for person_id, name in session.execute(
        select(CohortMember.person_id, Cohort.name)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(CohortMember.person_id.in_(found))
        .order_by(Cohort.name)
    ):
        cohorts.setdefault(person_id, []).append(name)
    return [
        Profile(
            row.id,
            row.public_id,
            row.name,
            row.email,
            frozenset(roles.get(row.id, ())),
            tuple(cohorts.get(row.id, ())),
        )
        for row in rows
    ]


def directory(session: Session, *, role: Role) -> list[Profile]:
    """Everybody with a role, by name, with their cohorts; in one query. Of the roles, only this one is told."""
    holders = select(PersonRole.person_id).where(PersonRole.role == role.value)
    cohort_names: dict[int, list[str]] = {}
    found: dict[int, Profile] = {}
    for row in session.execute(
        select(Person.id, Person.public_id, Person.name, Person.email, Cohort.name.label("cohort"))
        .outerjoin(CohortMember, CohortMember.person_id == Person.id)
        .outerjoin(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(Person.id.in_(holders))
        .order_by(func.lower(Person.name), Person.id, Cohort.name)
    ):
        found[row.id] = Profile(row.id, row.public_id, row.name, row.email, frozenset({role}))
        if row.cohort is not None:
            cohort_names.setdefault(row.id, []).append(row.cohort)
    return [replace(one, cohorts=tuple(cohort_names.get(one.id, ()))) for one in found.values()]


def names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Names by internal id, in one query."""
    wanted = {person_id for person_id in ids if person_id is not None}
    if not wanted:
        return {}
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))).all())


def names_by_public_id(session: Session, public_ids: Iterable[str]) -> dict[str, str]:
    """Names by the id that addresses use, in one query; an unknown id is left out."""
    wanted = set(public_ids)
    if not wanted:
        return {}
    return dict(session.execute(select(Person.public_id, Person.name).where(Person.public_id.in_(wanted))).all())


def public_ids(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """The ids that addresses use, in one query."""
    wanted = set(person_ids)
    if not wanted:
        return {}
    return dict(session.execute(select(Person.id, Person.public_id).where(Person.id.in_(wanted))).all())


def nobody_yet(session: Session) -> bool:
    """True in a database where no person was ever added."""
    return session.scalar(select(Person.id).limit(1)) is None


def set_password(person: Person, password: str) -> None:
    """Raises Invalid when it is too short or too long."""
    if len(password) < passwords.LEAST_LENGTH:
        raise Invalid("Choose a password of at least %(least)s characters.", least=passwords.LEAST_LENGTH)
    if len(password) > passwords.MOST_LENGTH:
        raise Invalid("Choose a password of at most %(most)s characters.", most=passwords.MOST_LENGTH)
    person.password_hash = passwords.hashed(password)
    person.session_stamp = new_public_id()
