"""The examination room: meet a patient, examine, decide, and see what it was worth."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from training.assessment import again
from training.assessment.notes import service as notes
from training.assessment.notes import subjects
from training.assessment.room import debrief, forms, offers, rooms, service, view
from training.assessment.room.decision_routes import decided
from training.assessment.service import new_nonce
from training.db.errors import Conflict, Invalid, Refused
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to
from training.web.errors import STATUS, worded
from training.web.paging import PAGE_SIZE, Page, asked_page

bp = Blueprint("room", __name__)
SECTION = "assessment.cases"


@bp.get("/room")
@open_to(Permission.CASE_WORK, section=SECTION)
def waiting() -> ResponseReturnValue:
    return render_template("assessment/room/waiting.html", waiting=rooms.waiting(session(), me().id))


@bp.get("/room/patients")
@open_to(Permission.CASE_WORK, section=SECTION)
def met() -> ResponseReturnValue:
    number = asked_page()
    lines = rooms.met_before(session(), me().id, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    return render_template("assessment/room/met.html", page=Page.of(lines, number))


@bp.post("/cases/<case_id>/room")
@open_to(Permission.CASE_WORK, section=SECTION)
def start(case_id: str) -> ResponseReturnValue:
    with transaction() as db:
        public_id = service.start_case(db, me().id, case_id, at=datetime.now(UTC))
    return redirect(url_for("room.patient", public_id=public_id), code=303)


@bp.get("/room/<public_id>")
@open_to(Permission.CASE_WORK, section=SECTION)
def patient(public_id: str) -> ResponseReturnValue:
    return show(public_id)


def show(public_id: str, notice: str = "") -> str:
    """The room while the patient is there, the debrief afterwards."""
    visit = view.visit(session(), public_id, me().id)
    if visit.encounter.finished:
        made = debrief.debrief(visit)
        subject = subject_of(visit)
        note = notes.note_on(session(), me().id, subject)
        return render_template(
            "assessment/room/debrief.html",
            visit=visit,
            debrief=made,
            notice=notice,
            subject=subject,
            note=note,
            nonce=new_nonce(),
        )
    place = forms.place(request.values)
    return render_template(
        "assessment/room/patient.html",
        visit=visit,
        place=place,
        lists=view.lists(visit, place.area, place.manner, place.query),
        areas=offers.areas(),
        all_manners=offers.all_manners(),
        shown=forms.shown(request.args),
        notice=notice,
    )


def subject_of(visit: view.Visit) -> str:
    """What a note is about: the authored case, whoever meets it again, or the generated patient."""
    its = visit.encounter
    return subjects.of_case(its.item_id) if its.item_id else subjects.of_patient(its.public_id)


@bp.get("/room/<public_id>/again")
@open_to(Permission.CASE_WORK, section=SECTION)
def explain_again(public_id: str) -> ResponseReturnValue:
    found = again.of_encounter(session(), public_id, me().id, "room")
    return render_template("assessment/again.html", again=found, back=url_for("room.patient", public_id=public_id))


@bp.post("/room/<public_id>/steps")
@open_to(Permission.CASE_WORK, section=SECTION)
def examine(public_id: str) -> ResponseReturnValue:
    structure, manner = forms.choice(request.form)
    place = forms.place(request.form)
    try:
        with transaction() as db:
            step = service.examine(db, public_id, me().id, structure, manner, at=datetime.now(UTC))
    except (Conflict, Invalid, Refused) as error:
        return show(public_id, notice=worded(error)), STATUS[type(error)]
    where: dict[str, Any] = {"shown": step.number, **place.address}
    return redirect(url_for("room.patient", public_id=public_id, _anchor="shown", **where), code=303)


@bp.get("/room/<public_id>/decision")
@open_to(Permission.CASE_WORK, section=SECTION)
def decide(public_id: str) -> ResponseReturnValue:
    visit = view.visit(session(), public_id, me().id)
    if visit.encounter.finished:
        return redirect(url_for("room.patient", public_id=public_id), 303)
    return decision_page(visit)


def decision_page(visit: view.Visit, errors: dict[str, str] | None = None, given: dict[str, Any] | None = None) -> str:
    return render_template(
        "assessment/room/decision.html", visit=visit, nonce=new_nonce(), errors=errors or {}, given=given or {}
    )


@bp.post("/room/<public_id>/decision")
@open_to(Permission.CASE_WORK, section=SECTION)
def answer(public_id: str) -> ResponseReturnValue:
    return decided(
        public_id,
        "room",
        url_for("room.patient", public_id=public_id),
        kept=lambda reason: show(public_id, notice=reason),
        faulty=lambda errors, given: decision_page(view.visit(session(), public_id, me().id), errors, given),
    )
