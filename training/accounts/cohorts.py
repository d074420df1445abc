"""Cohorts: people who learn together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts.models import Cohort, CohortMember
from training.accounts.people import locked
from training.db.errors import Conflict, Invalid, NotFound


def add_cohort(session: Session, name: str, starts_on: date) -> Cohort:
    """Raises Conflict when the name is taken."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise Invalid("Give the cohort a name of at most 120 characters.")
    taken = Conflict("There is a cohort of this name already. Choose another name.")
    if session.scalar(select(Cohort.id).where(func.lower(Cohort.name) == name.lower())) is not None:
        raise taken
    cohort = Cohort(name=name, starts_on=starts_on)
    try:
        with session.begin_nested():
            session.add(cohort)
    except IntegrityError:
        raise taken from None  # the second of two clicks
    return cohort


def cohorts(session: Session) -> Sequence[Cohort]:
    """Newest first."""
    return session.scalars(select(Cohort).order_by(Cohort.starts_on.desc(), Cohort.name)).all()


def cohort(session: Session, public_id: str) -> Cohort:
    found = session.scalar(select(Cohort).where(Cohort.public_id == public_id))
    if found is None:
        raise NotFound("There is no such cohort.")
    return found


def cohort_sizes(session: Session) -> dict[int, int]:
    """How many people are in each cohort, by internal id; one without people is left out."""
    query = select(CohortMember.cohort_id, func.count()).group_by(CohortMember.cohort_id)
    return {cohort_id: size for cohort_id, size in session.execute(query)}  # noqa: C416 - rows are no pairs to dict()


def cohorts_of(session: Session, person_id: int) -> frozenset[str]:
    """The public ids of a person's cohorts."""
    query = select(Cohort.public_id).join(CohortMember).where(CohortMember.person_id == person_id)
    return frozenset(session.scalars(query))


def set_cohorts(session: Session, person_id: int, public_ids: Iterable[str]) -> None:
    """Make the person's cohorts exactly these; unknown ids are passed over."""
    locked(session, person_id)
    wanted = set(session.scalars(select(Cohort.id).where(Cohort.public_id.in_(list(public_ids)))))
    mine = CohortMember.person_id == person_id
    held = set(session.scalars(select(CohortMember.cohort_id).where(mine)))
    session.execute(delete(CohortMember).where(mine, CohortMember.cohort_id.not_in(wanted)))
    session.add_all(CohortMember(cohort_id=cohort_id, person_id=person_id) for cohort_id in wanted - held)
    session.flush()


def join_cohort(session: Session, cohort_id: int, person_id: int) -> None:
    """Joining again changes nothing."""
    if session.get(CohortMember, (cohort_id, person_id)) is None:
        session.add(CohortMember(cohort_id=cohort_id, person_id=person_id))
