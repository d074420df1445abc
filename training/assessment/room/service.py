"""Meet a patient, examine, and answer once. Each function works within the caller's transaction."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training.anatomy.model import model
from training.anatomy.patients.patient import Patient
from training.assessment import responses
from training.assessment.responses import InvalidAnswer, Response
from training.assessment.room import examining, found, grading
from training.assessment.room.encounters import NERVE, Met, Mode, locked, met_case, met_in
from training.assessment.room.models import Encounter, EncounterStep
from training.content.documents import REFER, Case, Question
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, Refused
from training.library import service as library
from training.measurement import marking

PLANS = ("treat", "adapt", "refer")
MOST_STEPS = 100
SEEDS = 2**53  # JSON keeps whole numbers up to here
QUESTION = Question(id="segment", kind="segment", stem_html="")
_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Examined:
    """A step was taken; `again` when it had been taken before and nothing was added."""

    number: int
    again: bool


@dataclass(frozen=True)
class Finished:
    """The answer stands; `again` when it had been saved before and this was the same once more."""

    right: bool
    again: bool


# --- meeting ---------------------------------------------------------------------------------------------------


def start_case(session: Session, person_id: int, case_id: str, at: datetime) -> str:
    """Meet an authored patient in the room, or go on with the one under way; says its public id.

    Raises NotFound for a case that nobody can meet now, Refused for one of the sign-off bank.
    """
    version_hash, case = library.current(session, case_id, Case)
    if (under_way := _open_at(session, person_id, case_id)) is not None:
        return under_way
    if case.bank != "practice":
        raise Refused("Sign-off cases are met as they are written. The examination room has practice cases only.")
    met = met_case(case)
    public_id = new_public_id()
    began = _begin(
        session,
        public_id=public_id,
        person_id=person_id,
        mode="room",
        source="case",
        item_id=case_id,
        version_hash=version_hash,
        patient=examining.patient_of(met.keys, met.side, met.rows, seed=secrets.randbelow(SEEDS)),
        at=at,
    )
    if began:
        return public_id
    there = _open_at(session, person_id, case_id)
    if there is None:
        raise Conflict("This was begun somewhere else at the same moment. Try again.")
    return there


def _open_at(session: Session, person_id: int, case_id: str) -> str | None:
    return session.scalar(
        select(Encounter.public_id).where(
            Encounter.person_id == person_id,
            Encounter.item_id == case_id,
            Encounter.source == "case",
            Encounter.finished_at.is_(None),
        )
    )


def start_generated(
    session: Session, person_id: int, patient: Mapping[str, Any], run: str, number: int, mode: Mode, at: datetime
) -> str:
    """Meet a generated patient as number so-and-so of a run; the same place again is the same patient.

    `patient` is what `practice.pinned` makes. Raises Invalid for a run that is none of ours.
    """
    check_run(run)
    if number < 1:
        raise Invalid("The form is not one of ours. Reload the page and send it again.")
    public_id = new_public_id()
    if _begin(
        session,
        public_id=public_id,
        person_id=person_id,
        mode=mode,
        source="generated",
        patient=dict(patient),
        run=run,
        number=number,
        at=at,
        **practised(patient),
    ):
        return public_id
    there: str = session.scalars(
        select(Encounter.public_id).where(
            Encounter.person_id == person_id,
            Encounter.run == run,
            Encounter.number == number,
            Encounter.mode == mode,
        )
    ).one()
    return there


def practised(patient: Mapping[str, Any]) -> dict[str, Any]:
    """What the plan reads of a generated patient, as columns of its encounter."""
    plan = patient.get("plan")
    return {
        "key": patient["keys"][0],  # a generated patient has one
        "difficulty": patient["difficulty"],
        "block": plan["block"] if plan else None,
        "pair": "/".join(plan["pair"]) if plan else patient.get("wish", {}).get("pair") or "",
    }


def check_run(run: str) -> None:
    """Raises Invalid for a run that is none of ours."""
    if not _NONCE.fullmatch(run):
        raise Invalid("The form is not one of ours. Reload the page and send it again.")


def _begin(session: Session, *, at: datetime, **row: Any) -> bool:
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = make(Encounter).values(**row, started_at=at, touched_at=at).on_conflict_do_nothing()
    return session.execute(made.returning(Encounter.id)).scalar() is not None


# --- examining -------------------------------------------------------------------------------------------------


def examine(session: Session, public_id: str, person_id: int, structure_id: str, manner: str, at: datetime) -> Examined:
    """Examine one thing in one manner; doing it twice shows the same and costs nothing more.

    Raises NotFound for another's patient, Invalid for what nobody can examine, Conflict once the answer is given.
    """
    encounter = locked(session, public_id, person_id, "room")
    choice = examining.choice_of(structure_id, manner)
    if choice is None:
        raise Invalid("This cannot be examined in that manner. Reload the page and choose from its lists.")
    done = session.execute(
        select(EncounterStep.number, EncounterStep.structure_id, EncounterStep.manner).where(
            EncounterStep.encounter_id == encounter.id
        )
    ).all()
    earlier = next((number for number, *key in done if tuple(key) == choice.key), None)
    if earlier is not None:
        return Examined(earlier, again=True)
    if encounter.finished_at is not None:
        raise Conflict("You have answered, so the examination is over. Your findings stand.")
    if len(done) >= MOST_STEPS:
        raise Refused("You have examined %(count)s things, which is as far as it goes. Decide now.", count=MOST_STEPS)
    met = met_in(session, encounter)
    shown = examining.examine(met.rows, patient_in(encounter.patient), choice)
    number = 1 + max((one.number for one in done), default=0)
    session.execute(
        insert(EncounterStep).values(
            encounter_id=encounter.id,
            number=number,
            structure_id=structure_id,
            manner=manner,
            observations=found.kept(choice.structure, shown),
            seconds=round(choice.manner.seconds),
            at=at,
        )
    )
    encounter.touched_at = at
    session.flush()
    return Examined(number, again=False)


def patient_in(pinned: Mapping[str, Any]) -> Patient:
    """The simulated body behind an encounter. A cause that the model has lost since shows what chance shows."""
    truth = pinned["truth"] if pinned["truth"] in model().place else examining.NONE
    return Patient(truth, pinned["lesion_side"], pinned["profile"], pinned["seed"])


# --- answering -------------------------------------------------------------------------------------------------


def finish(
    session: Session,
    public_id: str,
    person_id: int,
    mode: Mode,
    sent: Response,
    confidence: str | None,
    plan: str,
    nonce: str,
    at: datetime,
) -> Finished:
    """Save the answer, once; the same again gets the same reply.

    Raises Conflict when another answer stands, InvalidAnswer (with its field) for what cannot be read, NotFound.
    """
    if not _NONCE.fullmatch(nonce):
        raise Invalid("The form is not one of ours. Reload the page and send it again.")
    response = _response(sent, confidence, plan, mode)
    encounter = locked(session, public_id, person_id, mode)
    if encounter.response is not None:
        if encounter.response != response:
            raise Conflict("You have answered this already. Your first answer stands.")
        return Finished(bool(encounter.right), again=True)
    met = met_in(session, encounter)
    mark = marking.mark_segment(met.keys, met.side, response["segment"], response.get("side"))
    encounter.response, encounter.nonce = response, nonce
    encounter.right, encounter.segment_right, encounter.side_right = mark.right, mark.segment_right, mark.side_right
    encounter.score = grading.score(met, response["segment"])
    encounter.touched_at = encounter.finished_at = at
    session.flush()
    return Finished(mark.right, again=False)


def _response(sent: Response, confidence: str | None, plan: str, mode: Mode) -> Response:
    """The stored form. Whoever refers plans to refer; in practice, where findings are given, no plan is asked."""
    if sent.get("segment") == NERVE:
        if sent.get("side") not in responses.SIDES:
            raise InvalidAnswer("side", "Choose the side as well.")
        response: Response = {"segment": NERVE, "side": sent["side"]}
    else:
        response = responses.normal(QUESTION, sent)
    response["confidence"] = responses.confidence_of(QUESTION, confidence)
    if mode == "room":
        if response["segment"] == REFER:
            plan = REFER
        if plan not in PLANS:
            raise InvalidAnswer("plan", "Say what you would do next.")
        response["plan"] = plan
    return response


def plan_of(met: Met) -> str:
    """What the key asks to do next."""
    return "refer" if REFER in met.keys else "adapt" if met.precaution else "treat"


__all__ = ["Examined", "Finished", "examine", "finish", "plan_of", "start_case", "start_generated"]
