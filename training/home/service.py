"""What a person meets first: where they go on, what stands before sign-off, and what waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment import service as assessment
from training.competency import service as competency
from training.content.documents import ItemKind
from training.credentials import service as credentials
from training.db.errors import NotFound
from training.journal import service as journal
from training.journal.models import JournalEntry
from training.library import service as library
from training.study import service as study
from training.web.access import Permission, SignedIn

OPEN_SHOWN = 4
CASES_AND_QUIZZES: tuple[ItemKind, ...] = ("case", "quiz")
PERSON = "person/"  # begins the subject of an entry about somebody


@dataclass(frozen=True)
class OpenWork:
    """An attempt under way, with the title of what it is at."""

    public_id: str
    title: str
    purpose: str
    touched_at: datetime


@dataclass(frozen=True)
class Learning:
    """A trainee's part of the page. `standing` is None while no framework is published."""

    place: study.Place
    lessons_finished: int
    lessons: int
    minutes_left: int
    cases_finished: int
    cases: int
    open_work: tuple[OpenWork, ...]
    standing: competency.Readiness | None
    exams: tuple[assessment.ComingExam, ...] = ()
    notices: tuple[credentials.Notice, ...] = ()


@dataclass(frozen=True)
class Today:
    """The parts that a person's roles open; None or 0 for those they do not."""

    learning: Learning | None
    to_decide: int
    sign_offs: bool
    trainees: bool
    library: bool
    clinic: bool
    people: bool


def today(session: Session, person: SignedIn, *, at: datetime, zone: ZoneInfo) -> Today:
    """Everything that the first page says of a person."""
    waiting = 0
    if person.may(Permission.SIGN_OFF_DECIDE):
        open_ones = competency.open_sign_offs(session)
        waiting = sum(person.id not in (row.trainee_id, row.proposer_id) for row in open_ones)
    return Today(
        learning=learning(session, person.id, at, zone) if person.may(Permission.PROGRESS_OWN) else None,
        to_decide=waiting,
        sign_offs=person.may(Permission.SIGN_OFF_READ),
        trainees=person.may(Permission.TRAINEE_READ),
        library=person.may(Permission.LIBRARY_READ),
        clinic=person.may(Permission.CLINIC_CHECK),
        people=person.may(Permission.PEOPLE_MANAGE),
    )


def learning(session: Session, person_id: int, at: datetime, zone: ZoneInfo) -> Learning:
    courses = study.courses_progress(session, person_id)
    practice = {entry.id for entry in library.entries(session, "case", bank="practice")}
    states = assessment.case_states(session, person_id)
    under_way = assessment.open_attempts(session, person_id, limit=OPEN_SHOWN)
    try:
        standing = competency.readiness_of(session, person_id)
    except NotFound:
        standing = None
    renewal = credentials.renewal_of(session, person_id, at=at, zone=zone)
    return Learning(
        place=study.continue_at(session, person_id, courses, under_way),
        lessons_finished=sum(one.lessons_finished for one in courses),
        lessons=sum(len(one.course.lessons) for one in courses),
        minutes_left=sum(one.minutes_left for one in courses),
        cases_finished=sum(state.finished for case_id, state in states.items() if case_id in practice),
        cases=len(practice),
        open_work=open_work(session, under_way),
        standing=standing,
        exams=tuple(assessment.coming_exams(session, person_id, at)),
        notices=renewal.notices if renewal else (),
    )


def open_work(session: Session, found: Sequence[assessment.OpenAttempt]) -> tuple[OpenWork, ...]:
    """Attempts under way with their titles; those at withdrawn items go by their id."""
    titles: dict[str, str] = {}
    for kind in CASES_AND_QUIZZES:
        ids = [one.item_id for one in found if one.purpose == kind]
        if ids:
            titles.update((entry.id, entry.title) for entry in library.entries(session, kind, ids=ids))
    return tuple(
        OpenWork(one.public_id, titles.get(one.item_id, one.item_id), one.purpose, one.touched_at) for one in found
    )


@dataclass(frozen=True)
class JournalPage:
    """Entries newest first; who acted, by internal id; whom they are about, by public id; and where the chain ends."""

    rows: Sequence[JournalEntry]
    actors: dict[int, str]
    about: dict[str, str]
    head: JournalEntry | None


def journal_page(session: Session, *, limit: int, offset: int) -> JournalPage:
    rows = journal.latest(session, limit=limit, offset=offset)
    head = rows[0] if rows and not offset else next(iter(journal.latest(session, limit=1)), None)
    actors = people.names(session, (row.actor_id for row in rows))
    whom = [row.subject.removeprefix(PERSON) for row in rows if row.subject.startswith(PERSON)]
    return JournalPage(rows, actors, people.names_by_public_id(session, whom), head)
