"""What the pages of the analysis show, each in a handful of queries however many answered.

Counted are first-sight answers of people who are trainees now, in quizzes, cases and lessons: who writes or judges
cases knows their keys.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, Text, cast, select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment.analysis.figures import Figures, Pool, pools
from training.assessment.analysis.forms import Asked
from training.assessment.analysis.subjects import Key, Row, Subject, subjects
from training.assessment.models import Answer
from training.db.errors import NotFound, Refused
from training.library import service as library
from training.library.service import Catalogued
from training.measurement.total_statistics import Reliability, reliability
from training.web.access import Role

EVERYBODY = "everybody"
RESERVED = ("sign-off", "exam")  # banks whose keys stay with those who may read the library
FEWEST_OF_A_COHORT = 5  # below, figures of a cohort are those of persons, and not for who may not read about persons


@dataclass(frozen=True)
class Viewer:
    """Who asks. `sign_off`: may see the sign-off and exam banks; `persons`: may read about single trainees."""

    sign_off: bool
    persons: bool


@dataclass(frozen=True)
class CohortName:
    public_id: str
    name: str


@dataclass(frozen=True)
class Ground:
    """What every page stands on: whose answers count, of which items. `hidden` items the viewer may not see."""

    cohorts: tuple[CohortName, ...]
    cohort: CohortName | None
    people: frozenset[int]
    items: dict[str, Catalogued]
    hidden: int


def ground(session: Session, viewer: Viewer, cohort_id: str = "") -> Ground:
    """Three queries. Raises NotFound for an unknown cohort, Refused for a tiny one if it would tell about persons."""
    cohorts = tuple(CohortName(one.public_id, one.name) for one in people.cohorts(session))
    cohort = next((one for one in cohorts if one.public_id == cohort_id), None)
    if cohort is None and cohort_id:
        raise NotFound("There is no such cohort.")
    trainees = people.directory(session, role=Role.TRAINEE)
    counted = frozenset(one.id for one in trainees if cohort is None or cohort.name in one.cohorts)
    if cohort is not None and not viewer.persons and 0 < len(counted) < FEWEST_OF_A_COHORT:
        raise Refused(
            "This cohort has fewer than %(number)s trainees, so its figures would be about persons. "
            "They are for those who may read about trainees.",
            number=FEWEST_OF_A_COHORT,
        )
    listed = library.catalogue(session)
    every = [*listed.get("quiz", ()), *listed.get("case", ())]
    items = {one.entry.id: one for one in every if viewer.sign_off or one.entry.bank not in RESERVED}
    return Ground(cohorts, cohort, counted, items, len(every) - len(items))


_ROWS = Answer.__table__.c
_ANSWERS = select(
    _ROWS.item_id,
    _ROWS.question_id,
    _ROWS.person_id,
    _ROWS.version_hash,
    cast(_ROWS.right, Integer),
    cast(_ROWS.response, Text),  # as text: of a hundred thousand answers only the different ones are read
    _ROWS.confidence,
).where(_ROWS.first_sight)


def first_sights(session: Session, on: Ground, item_ids: Collection[str] | None = None) -> dict[Key, list[Row]]:
    """The answers by item and question, oldest first; of some items or of all that may be seen. One query."""
    query = _ANSWERS.order_by(_ROWS.id)
    if item_ids is not None:
        query = query.where(_ROWS.item_id.in_(list(item_ids)))
    if on.cohort is not None:
        query = query.where(_ROWS.person_id.in_(list(on.people)))
    found: dict[Key, list[Row]] = {}
    seen, counted, make = on.items, on.people, Row._make
    for item_id, question_id, *answer in session.execute(query):
        if answer[0] in counted and item_id in seen:
            found.setdefault((item_id, question_id), []).append(make(answer))
    return found


def asked_about(session: Session, on: Ground, item_ids: Collection[str] | None = None) -> list[Subject]:
    """The questions that somebody answered, in two queries; after that one while the versions are in memory."""
    answers = first_sights(session, on, item_ids)
    answered = {key[0] for key in answers}
    entries = [(one.entry, one.retired) for one in on.items.values() if one.entry.id in answered]
    hashes = {entry.version_hash for entry, _ in entries}
    hashes.update(row.version for rows in answers.values() for row in rows)
    return subjects(entries, library.documents(session, hashes), answers)


# --- all items -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuizLine:
    """A quiz in the list: how many people answered any of it, the mean facility, and how reliable its totals are."""

    id: str
    title: str
    people: int
    questions: int
    mean: float | None
    whole: Reliability
    flagged: int


@dataclass(frozen=True)
class Overview:
    """`lines` are those asked for, in their order; `queue` everything that behaves oddly, the oddest first."""

    on: Ground
    people: int
    quizzes: list[QuizLine]
    lines: list[Figures]
    queue: list[Figures]
    unanswered: int


def overview(session: Session, viewer: Viewer, asked: Asked) -> Overview:
    on = ground(session, viewer, asked.cohort)
    found = pools(asked_about(session, on))
    every: list[Figures] = []
    quizzes: list[QuizLine] = []
    met: set[int] = set()
    for pool in found:
        figures = pool.figures()
        every += figures
        met.update(row.person for subject in pool.subjects for row in subject.rows)
        if pool.subjects[0].entry.kind == "quiz":
            quizzes.append(quiz_line(pool, figures))
    answered = {one.subject.entry.id for one in every}
    return Overview(
        on,
        len(met),
        sorted(quizzes, key=lambda one: one.title),
        in_order([one for one in every if wanted(one, asked)], asked),
        sorted((one for one in every if one.flags), key=lambda one: one.urgency),
        sum(not one.retired and one.entry.id not in answered for one in on.items.values()),
    )


def quiz_line(pool: Pool, figures: Sequence[Figures]) -> QuizLine:
    entry = pool.subjects[0].entry
    facilities = [one.statistics.facility for one in figures if one.statistics.facility is not None]
    return QuizLine(
        entry.id,
        entry.title,
        len(pool.values),
        len(figures),
        sum(facilities) / len(facilities) if facilities else None,
        reliability(pool.marks.complete_rows()),
        sum(bool(one.flags) for one in figures),
    )


def wanted(one: Figures, asked: Asked) -> bool:
    entry = one.subject.entry
    return (
        asked.kind in ("", entry.kind)
        and asked.bank in ("", entry.bank)
        and asked.region in ("", one.subject.region)
        and (not asked.flagged or bool(one.flags))
    )


def in_order(lines: list[Figures], asked: Asked) -> list[Figures]:
    """By title; then by what is asked for, where what has no figure always comes last."""
    lines = sorted(lines, key=lambda one: (one.subject.entry.title, one.subject.entry.id, one.subject.number))
    if asked.sort == "title":
        return lines[::-1] if asked.down else lines
    known = [(value, one) for one in lines if (value := sorting_value(one, asked.sort)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=asked.down)
    return [one for _, one in known] + [one for one in lines if sorting_value(one, asked.sort) is None]


def sorting_value(one: Figures, sort: str) -> tuple[float, ...] | None:
    """What a line is sorted by; None where it has no such figure."""
    if sort == "flags":
        return one.urgency if one.flags else None
    value = {"n": one.n, "facility": one.facility, "discrimination": one.discrimination}[sort]
    return None if value is None else (value,)
