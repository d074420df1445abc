"""Find one's own encounters and what was found in them. Whose they are, the query asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast, get_args

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from training.anatomy.observations import Observation
from training.assessment.room import found
from training.assessment.room.found import Step
from training.assessment.room.models import Encounter, EncounterStep
from training.content.documents import Case
from training.content.localizing import observations_of
from training.db.errors import NotFound
from training.library import service as library

Mode = Literal["room", "given"]
MODES: tuple[Mode, ...] = get_args(Mode)
NERVE = "nerve"  # the key, and the answer, where no segment but a peripheral nerve is behind it
PUBLIC_ID_LENGTH = 22
_NONE = "There is no such patient of yours."

_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Encounter.id,
    Encounter.public_id,
    Encounter.mode,
    Encounter.source,
    Encounter.item_id,
    Encounter.version_hash,
    Encounter.patient,
    Encounter.run,
    Encounter.number,
    Encounter.response,
    Encounter.right,
    Encounter.segment_right,
    Encounter.side_right,
    Encounter.score,
    Encounter.started_at,
    Encounter.touched_at,
    Encounter.finished_at,
)


@dataclass(frozen=True)
class EncounterView:
    """An encounter as it stood when it was read."""

    id: int
    public_id: str
    mode: Mode
    source: str
    item_id: str | None
    version_hash: str | None
    patient: dict[str, Any]
    run: str | None
    number: int | None
    response: dict[str, Any] | None
    right: bool | None
    segment_right: bool | None
    side_right: bool | None
    score: float | None
    started_at: datetime
    touched_at: datetime
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.finished_at is not None


@dataclass(frozen=True)
class Met:
    """Who was met: what the pages may show of a patient, the key among it. `case` is the authored one, if it is one.

    keys: the segments of which any one is right, ("refer",), or ("nerve",). rows: what the case itself says of the
    examination. precaution: a red flag asks to adapt before needling. truth: the hypothesis behind a generated patient.
    """

    title: str
    region: str
    difficulty: int
    keys: tuple[str, ...]
    side: str | None
    rows: tuple[Observation, ...]
    case: Case | None
    precaution: bool = False
    truth: str = ""


@dataclass(frozen=True)
class CaseState:
    """`open_public_id` of an encounter under way, else None; how many were answered, and whether one was right."""

    open_public_id: str | None
    answered: int
    right: bool


@dataclass(frozen=True)
class Tally:
    """How a run of generated patients went: `score` is the mean of the graded ones, None before the first."""

    answered: int
    right: int
    score: float | None


def encounter_of(session: Session, public_id: str, person_id: int, mode: Mode) -> EncounterView:
    """One's own encounter. Raises NotFound, for another's too."""
    row = session.execute(mine(select(*_COLUMNS), public_id, person_id, mode)).one_or_none()
    if row is None:
        raise NotFound(_NONE)
    return EncounterView(*row)


def generated_of(session: Session, public_id: str, person_id: int) -> EncounterView:
    """One's own meeting with a generated patient, in either mode. Raises NotFound."""
    query = mine(select(*_COLUMNS), public_id, person_id, None).where(Encounter.source == "generated")
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(_NONE)
    return EncounterView(*row)


def generated_and_next(session: Session, public_id: str, person_id: int) -> tuple[EncounterView, dict[str, Any] | None]:
    """One's own meeting with a generated patient, and who came next in its run in either mode, if anyone did.

    One query. Raises NotFound.
    """
    own = aliased(Encounter)
    place = mine(cast(Select[Any], select(own.run, own.number)), public_id, person_id, None, own).subquery()
    query = select(*_COLUMNS).where(
        Encounter.person_id == person_id,
        Encounter.source == "generated",
        Encounter.run == place.c.run,
        Encounter.number.in_((place.c.number, place.c.number + 1)),
    )
    rows = [EncounterView(*row) for row in session.execute(query.order_by(Encounter.id))]
    found = next((row for row in rows if row.public_id == public_id), None)
    if found is None:
        raise NotFound(_NONE)
    following = next((row for row in rows if row.number != found.number), None)
    return found, following.patient if following else None


def at_place(session: Session, person_id: int, run: str, number: int) -> dict[str, Any] | None:
    """Who stands at a place of one's run in either mode, if anyone does."""
    query = select(Encounter.patient).where(
        Encounter.person_id == person_id, Encounter.run == run, Encounter.number == number
    )
    return session.scalar(query.order_by(Encounter.id).limit(1))


def locked(session: Session, public_id: str, person_id: int, mode: Mode) -> Encounter:
    """One's own encounter, for changing it; others who want to change it wait. Raises NotFound."""
    query = mine(select(Encounter), public_id, person_id, mode)
    query = query.with_for_update().execution_options(populate_existing=True)
    row: Encounter | None = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(_NONE)
    return row


def mine(
    query: Select[Any], public_id: str, person_id: int, mode: Mode | None, table: type[Encounter] = Encounter
) -> Select[Any]:
    if len(public_id) != PUBLIC_ID_LENGTH or not public_id.isprintable():
        raise NotFound(_NONE)
    own = query.where(table.public_id == public_id, table.person_id == person_id)
    return own if mode is None else own.where(table.mode == mode)


def steps_of(session: Session, encounter_id: int) -> tuple[Step, ...]:
    """What was examined, in its order."""
    query = (
        select(
            EncounterStep.number,
            EncounterStep.structure_id,
            EncounterStep.manner,
            EncounterStep.seconds,
            EncounterStep.observations,
        )
        .where(EncounterStep.encounter_id == encounter_id)
        .order_by(EncounterStep.number)
    )
    return tuple(found.step(*row) for row in session.execute(query))


def met_in(session: Session, encounter: Encounter | EncounterView) -> Met:
    """The patient of an encounter, from the version or the values that it pins."""
    if encounter.source == "generated":
        return met_generated(encounter.patient)
    return met_case(library.of_kind(library.document(session, encounter.version_hash or ""), Case))


def met_case(case: Case) -> Met:
    question = next(one for one in case.questions if one.kind == "segment")
    rows = tuple(one for finding in case.findings for one in observations_of(finding))
    return Met(
        case.title,
        case.region,
        case.difficulty,
        question.segments,
        question.side,
        rows,
        case,
        precaution=bool(case.red_flags) and "refer" not in question.segments,
    )


def met_generated(patient: dict[str, Any]) -> Met:
    return Met(
        patient["title"],
        patient["region"],
        patient["difficulty"],
        tuple(patient["keys"]),
        patient["side"],
        found.observations(patient["findings"]),
        None,
        truth=patient["truth"],
    )


def case_states(session: Session, person_id: int) -> dict[str, CaseState]:
    """How one stands with each authored patient that one ever met in the room, by case."""
    query = select(Encounter.item_id, Encounter.public_id, Encounter.finished_at, Encounter.right).where(
        Encounter.person_id == person_id, Encounter.source == "case"
    )
    states: dict[str, CaseState] = {}
    for item_id, public_id, finished_at, right in session.execute(query):
        assert item_id is not None  # a case has one: ck_encounter_case_is_pinned
        before = states.get(item_id, CaseState(None, 0, right=False))
        open_public_id = public_id if finished_at is None else before.open_public_id
        answered = before.answered + (finished_at is not None)
        states[item_id] = CaseState(open_public_id, answered, right=before.right or bool(right))
    return states


def recent(session: Session, person_id: int, *, limit: int, offset: int = 0) -> list[EncounterView]:
    """One's encounters, the one touched last first."""
    return [EncounterView(*row) for row in session.execute(_mine_by_time(person_id).limit(limit).offset(offset))]


def under_way(session: Session, person_id: int, *, limit: int) -> list[EncounterView]:
    """One's encounters that are not answered yet, the one touched last first."""
    query = _mine_by_time(person_id).where(Encounter.finished_at.is_(None)).limit(limit)
    return [EncounterView(*row) for row in session.execute(query)]


def generated_lately(session: Session, person_id: int, *, limit: int) -> list[EncounterView]:
    """One's generated patients, answered or not, the one touched last first."""
    query = _mine_by_time(person_id).where(Encounter.source == "generated").limit(limit)
    return [EncounterView(*row) for row in session.execute(query)]


def _mine_by_time(person_id: int) -> Select[Any]:
    query = select(*_COLUMNS).where(Encounter.person_id == person_id)
    return query.order_by(Encounter.touched_at.desc(), Encounter.id.desc())


def tally(session: Session, person_id: int, run: str) -> Tally:
    """How one's run of generated patients went so far, given or examined."""
    answered, right, score = session.execute(
        select(
            func.count(),
            func.count().filter(Encounter.right.is_(True)),
            func.avg(Encounter.score),
        ).where(
            Encounter.person_id == person_id,
            Encounter.run == run,
            Encounter.finished_at.is_not(None),
        )
    ).one()
    return Tally(answered, right, None if score is None else float(score))
