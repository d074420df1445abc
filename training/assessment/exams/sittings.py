"""Sittings: made, tried for every candidate, announced, changed, and extended while people write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment.exams import bank
from training.assessment.exams.models import ExamAccommodation, ExamAttempt, ExamSitting, ExamSittingCohort
from training.content.blueprint import Ref
from training.content.documents import Exam, Framework
from training.content.exams import said
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.library import service as library
from training.web.access import Role

State = Literal["draft", "upcoming", "open", "closed", "released"]
LONGEST_EXTRA_MINUTES = 600


@dataclass(frozen=True)
class Sitting:
    """A sitting with its exam. `cohorts` are public ids and names; none of them when it is for everybody."""

    id: int
    public_id: str
    exam: Exam
    version_hash: str
    opens_at: datetime
    closes_at: datetime
    everybody: bool
    cohorts: tuple[tuple[str, str], ...]
    seed: str
    announced_at: datetime | None
    released_at: datetime | None
    released_by_id: int | None

    def state(self, at: datetime) -> State:
        if self.released_at is not None:
            return "released"
        if self.announced_at is None:
            return "draft"
        return "upcoming" if at < self.opens_at else "open" if at < self.closes_at else "closed"

    def admits(self, cohorts: Collection[str]) -> bool:
        """Whether it is for somebody of these cohorts (public ids)."""
        return self.everybody or any(public_id in cohorts for public_id, _ in self.cohorts)


class TouchesPeople(Conflict):
    """A change takes time from people who are writing now; it is made when it is confirmed."""


@dataclass(frozen=True)
class Lacking:
    """A candidate for whom a row of the blueprint cannot be filled."""

    name: str
    row: str
    filled: int
    count: int


# --- finding ---------------------------------------------------------------------------------------------------


def exams_offered(session: Session) -> list[tuple[str, Exam]]:
    """Version hash and document of every exam that is published now, by title."""
    entries = library.entries(session, "exam")
    found = library.documents(session, [one.version_hash for one in entries])
    return [(one.version_hash, library.of_kind(found[one.version_hash], Exam)) for one in entries]


def sittings(session: Session, *, announced: bool = False, closing_after: datetime | None = None) -> list[Sitting]:
    """All of them, the one that opens last first; only announced ones, or those that close later, if so asked.

    In three queries; while there are none, in one.
    """
    query = select(ExamSitting).order_by(ExamSitting.opens_at.desc(), ExamSitting.id.desc())
    if announced:
        query = query.where(ExamSitting.announced_at.is_not(None))
    if closing_after is not None:
        query = query.where(ExamSitting.closes_at > closing_after, ExamSitting.released_at.is_(None))
    return _with_cohorts(session, session.scalars(query).all())


def sitting(session: Session, public_id: str) -> Sitting:
    """Raises NotFound."""
    return _with_cohorts(session, [_row(session, public_id)])[0]


def by_ids(session: Session, ids: Collection[int]) -> dict[int, Sitting]:
    rows = session.scalars(select(ExamSitting).where(ExamSitting.id.in_(list(ids)))).all()
    return {one.id: one for one in _with_cohorts(session, rows)}


def _with_cohorts(session: Session, rows: Sequence[ExamSitting]) -> list[Sitting]:
    if not rows:
        return []
    names = {one.id: (one.public_id, one.name) for one in people.cohorts(session)}
    chosen: dict[int, list[tuple[str, str]]] = {}
    query = select(ExamSittingCohort).where(ExamSittingCohort.sitting_id.in_([row.id for row in rows]))
    for one in session.scalars(query):
        chosen.setdefault(one.sitting_id, []).append(names[one.cohort_id])
    documents = library.documents(session, {row.version_hash for row in rows})
    return [
        Sitting(
            row.id,
            row.public_id,
            library.of_kind(documents[row.version_hash], Exam),
            row.version_hash,
            row.opens_at,
            row.closes_at,
            row.everybody,
            tuple(sorted(chosen.get(row.id, ()), key=lambda one: one[1])),
            row.seed,
            row.announced_at,
            row.released_at,
            row.released_by_id,
        )
        for row in rows
    ]


def _row(session: Session, public_id: str, *, locked: bool = False) -> ExamSitting:
    query = select(ExamSitting).where(ExamSitting.public_id == public_id.replace("\x00", ""))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such sitting.")
    return found


def locked_row(session: Session, public_id: str) -> ExamSitting:
    """For changing it; others who want to change it wait. Raises NotFound."""
    return _row(session, public_id, locked=True)


def candidates(session: Session, of: Sitting) -> list[people.Profile]:
    """The trainees whom it is for, by name."""
    names = {name for _, name in of.cohorts}
    every = people.directory(session, role=Role.TRAINEE)
    return [one for one in every if of.everybody or names.intersection(one.cohorts)]


def lacking(session: Session, of: Sitting) -> list[Lacking]:
    """The blueprint tried for every candidate with what each has not seen; empty when all can be asked."""
    now = bank.current_bank(session)
    everyone = candidates(session, of)
    seen = bank.seen_by(session, [one.id for one in everyone])
    tried: dict[tuple[frozenset[Ref], frozenset[str]], tuple[Lacking, ...]] = {}
    found: list[Lacking] = []
    for person in everyone:
        mine = seen.get(person.id, bank.NOTHING)
        met = mine.refs, mine.rated
        if met not in tried:
            form = now.draw(of.exam, of.seed, mine)
            tried[met] = tuple(
                Lacking("", said(of.exam.blueprint[one.row]), one.filled, one.count) for one in form.shortfalls
            )
        found += [Lacking(person.name, one.row, one.filled, one.count) for one in tried[met]]
    return found


# --- making and changing ---------------------------------------------------------------------------------------


def make(
    session: Session,
    exam_id: str,
    opens_at: datetime,
    closes_at: datetime,
    cohorts: Collection[str],
    *,
    by_id: int,
    at: datetime,
) -> str:
    """A sitting that nobody sees yet; returns its public id. No cohorts: for everybody. Raises Invalid, NotFound."""
    entry = library.entry(session, exam_id, "exam")
    check_window(opens_at, closes_at, at)
    row = ExamSitting(
        public_id=new_public_id(),
        exam_id=exam_id,
        version_hash=entry.version_hash,
        opens_at=opens_at,
        closes_at=closes_at,
        everybody=not cohorts,
        seed=new_public_id(),
        made_by_id=by_id,
        made_at=at,
    )
    session.add(row)
    session.flush()
    _set_cohorts(session, row, cohorts)
    return row.public_id


def check_window(opens_at: datetime, closes_at: datetime, at: datetime) -> None:
    if closes_at <= opens_at:
        raise Invalid("The sitting closes before it opens. Let it close later.")
    if closes_at <= at:
        raise Invalid("The sitting would be over already. Let it close later.")


def _set_cohorts(session: Session, row: ExamSitting, public_ids: Collection[str]) -> None:
    known = {one.public_id: one.id for one in people.cohorts(session)}
    if any(one not in known for one in public_ids):
        raise NotFound("There is no such cohort.")
    session.execute(delete(ExamSittingCohort).where(ExamSittingCohort.sitting_id == row.id))
    session.add_all(ExamSittingCohort(sitting_id=row.id, cohort_id=known[one]) for one in set(public_ids))
    row.everybody = not public_ids
    session.flush()


def announce(session: Session, public_id: str, *, by_id: int, at: datetime) -> None:
    """Show it to its candidates. Raises Refused when the blueprint cannot be filled for some of them."""
    row = locked_row(session, public_id)
    if row.announced_at is not None:
        return  # the second of two clicks
    if row.closes_at <= at:
        raise Refused("The sitting is over already. Change its times first.")
    _refuse_unless_filled(session, public_id)
    row.announced_at = at
    journal.append(
        session, "exam.announced", actor_id=by_id, subject=f"sitting/{public_id}", payload=_payload(row), at=at
    )


def _refuse_unless_filled(session: Session, public_id: str) -> None:
    found = sitting(session, public_id)
    if not candidates(session, found):
        raise Refused("Nobody could sit it: there are no trainees in these cohorts.")
    if lacking(session, found):
        raise Refused("The blueprint cannot be filled for every candidate. The sitting's page names the rows.")


def _payload(row: ExamSitting) -> dict[str, object]:
    return {
        "exam": row.exam_id,
        "version": row.version_hash,
        "opens_at": row.opens_at.isoformat(),
        "closes_at": row.closes_at.isoformat(),
    }


def change(
    session: Session,
    public_id: str,
    opens_at: datetime,
    closes_at: datetime,
    cohorts: Collection[str],
    *,
    confirmed: bool = False,
    by_id: int,
    at: datetime,
) -> None:
    """Anything before it opens; afterwards only when it closes.

    Before it opens it takes the exam's present version and is tried again. Raises Refused once it is released or
    cannot be filled, TouchesPeople when people who write now would lose time and it was not confirmed.
    """
    row = locked_row(session, public_id)
    if row.released_at is not None:
        raise Refused("The results are released. Make another sitting.")
    if row.announced_at is None or at < row.opens_at:
        check_window(opens_at, closes_at, at)
        row.opens_at, row.closes_at = opens_at, closes_at
        row.version_hash = library.entry(session, row.exam_id, "exam").version_hash
        _set_cohorts(session, row, cohorts)
        if row.announced_at is not None:
            _refuse_unless_filled(session, public_id)
    else:
        _close_at(session, row, max(closes_at, at), confirmed)
    session.flush()
    if row.announced_at is not None:
        journal.append(
            session, "exam.changed", actor_id=by_id, subject=f"sitting/{public_id}", payload=_payload(row), at=at
        )


def _close_at(session: Session, row: ExamSitting, closes_at: datetime, confirmed: bool) -> None:
    extra = extra_minutes(session, row.id)
    running = session.scalars(
        select(ExamAttempt).where(ExamAttempt.sitting_id == row.id, ExamAttempt.finished_at.is_(None)).with_for_update()
    ).all()
    exam = library.of_kind(library.document(session, row.version_hash), Exam)
    later = {one.id: deadline(one.started_at, exam.minutes, extra.get(one.person_id, 0), closes_at) for one in running}
    shortened = [one.person_id for one in running if later[one.id] < one.deadline_at]
    if shortened and not confirmed:
        names = sorted(people.names(session, shortened).values())
        raise TouchesPeople(
            "This takes time from people who are writing now: %(names)s. Confirm it, or choose a later time.",
            names=", ".join(names),
        )
    row.closes_at = closes_at
    for one in running:
        one.deadline_at = later[one.id]


def deadline(started_at: datetime, minutes: int, extra: int, closes_at: datetime) -> datetime:
    """Extra minutes lengthen both the time limit and the window."""
    return min(started_at + timedelta(minutes=minutes), closes_at) + timedelta(minutes=extra)


# --- extra time ------------------------------------------------------------------------------------------------


def extra_minutes(session: Session, sitting_id: int) -> dict[int, int]:
    """By person; of several rows the latest counts."""
    query = (
        select(ExamAccommodation.person_id, ExamAccommodation.extra_minutes)
        .where(ExamAccommodation.sitting_id == sitting_id)
        .order_by(ExamAccommodation.id)
    )
    return {person_id: minutes for person_id, minutes in session.execute(query)}  # noqa: C416 - rows are no pairs


def accommodate(
    session: Session, public_id: str, person_public_id: str, minutes: int, reason: str, *, by_id: int, at: datetime
) -> None:
    """Give a candidate extra minutes, also while they write; a running attempt never gets less than it has.

    Raises Invalid, NotFound for who is no candidate, Refused when it would shorten a running attempt.
    """
    row = locked_row(session, public_id)
    reason = " ".join(reason.split())
    if not 0 <= minutes <= LONGEST_EXTRA_MINUTES:
        raise Invalid("Give between 0 and %(most)s extra minutes.", most=LONGEST_EXTRA_MINUTES)
    if not 1 <= len(reason) <= 300:
        raise Invalid("Say why, in at most 300 characters.")
    found = sitting(session, public_id)
    person = next((one for one in candidates(session, found) if one.public_id == person_public_id), None)
    if person is None:
        raise NotFound("There is no such candidate of this sitting.")
    running = session.scalars(
        select(ExamAttempt)
        .where(ExamAttempt.sitting_id == row.id, ExamAttempt.person_id == person.id, ExamAttempt.finished_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if running is not None:
        until = deadline(running.started_at, found.exam.minutes, minutes, row.closes_at)
        if until < running.deadline_at:
            raise Refused("They are writing now and would lose time. Give at least what they have.")
        running.deadline_at = until
    session.add(
        ExamAccommodation(
            sitting_id=row.id, person_id=person.id, extra_minutes=minutes, reason=reason, made_by_id=by_id, made_at=at
        )
    )
    payload = {"sitting": public_id, "minutes": minutes}  # the reason may be about health, and stays out of the chain
    journal.append(
        session, "exam.extra-time", actor_id=by_id, subject=f"person/{person.public_id}", payload=payload, at=at
    )


@dataclass(frozen=True)
class Accommodation:
    name: str
    extra_minutes: int
    reason: str
    made_by: str
    made_at: datetime


def accommodations(session: Session, of: Sitting) -> list[Accommodation]:
    """Every one that was given, the latest first."""
    rows = session.scalars(
        select(ExamAccommodation).where(ExamAccommodation.sitting_id == of.id).order_by(ExamAccommodation.id.desc())
    ).all()
    names = people.names(session, [*(row.person_id for row in rows), *(row.made_by_id for row in rows)])
    return [
        Accommodation(names[row.person_id], row.extra_minutes, row.reason, names[row.made_by_id], row.made_at)
        for row in rows
    ]


def competency_titles(session: Session) -> dict[str, str]:
    """Of the framework that is published now; without one, competencies go by their ids."""
    entries = library.entries(session, "framework")
    documents = library.documents(session, [one.version_hash for one in entries])
    return {
        competency.id: competency.title
        for document in documents.values()
        if isinstance(document, Framework)
        for competency in document.competencies
    }
