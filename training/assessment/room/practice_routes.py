"""Practice without end on generated patients whose findings are given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from training.anatomy.patients.generation import DIFFICULTIES
from training.assessment import again
from training.assessment.analysis import drawing, pictures
from training.assessment.notes import service as notes
from training.assessment.notes import subjects
from training.assessment.room import forms, hub, mistakes, planning, practice, view
from training.assessment.room.decision_routes import decided
from training.assessment.service import new_nonce
from training.db.session import session, transaction
from training.measurement.interleaving import configured
from training.web.access import Permission, me, open_to

bp = Blueprint("practice", __name__)
SECTION = "assessment.cases"


@bp.get("/practice")
@open_to(Permission.CASE_WORK, section=SECTION)
def choose() -> ResponseReturnValue:
    return render_template(
        "assessment/room/practice.html",
        hub=hub.hub(session(), me().id),
        wish=forms.wish(request.args),
        chosen=planning.segments_in(forms.wish(request.args).focus) if request.args.get("focus") else (),
        run=new_nonce(),
        other_run=new_nonce(),
        pairs=practice.pairs(),
        difficulties=DIFFICULTIES,
    )


@bp.post("/practice")
@open_to(Permission.CASE_WORK, section=SECTION)
def start() -> ResponseReturnValue:
    wish = forms.wish(request.form)
    if request.form.get("mode") == "cases":
        return redirect(url_for("assessment.cases", region=hub.region_of_focus(wish)), 303)
    mode = forms.mode(request.form) or "given"
    return begin(practice.begun(session(), me().id, wish, forms.run(request.form), mode))


def begin(one: practice.Following) -> ResponseReturnValue:
    with transaction() as db:
        public_id = practice.meet(db, me().id, one, at=datetime.now(UTC))
    return redirect(url_for("room.patient" if one.mode == "room" else "practice.patient", public_id=public_id), 303)


@bp.get("/practice/confusions")
@open_to(Permission.CASE_WORK, section=SECTION)
def confusions() -> ResponseReturnValue:
    found = mistakes.mistakes(session(), me().id)
    return render_template(
        "assessment/room/confusions.html",
        found=found,
        runs=[new_nonce() for _ in found.pairs],
        pictures=pictures,
        confusion_text=drawing.confusion_text,
    )


@bp.get("/practice/<public_id>")
@open_to(Permission.CASE_WORK, section=SECTION)
def patient(public_id: str) -> ResponseReturnValue:
    return show(public_id)


def show(
    public_id: str, notice: str = "", errors: dict[str, str] | None = None, given: dict[str, Any] | None = None
) -> str:
    meeting = practice.meeting(session(), public_id, me().id)
    subject = subjects.of_patient(public_id)
    return render_template(
        "assessment/room/given.html",
        meeting=meeting,
        marks=view.charted_rows(meeting.met.rows),
        need=configured().steady,
        subject=subject,
        note=notes.note_on(session(), me().id, subject),
        nonce=new_nonce(),
        notice=notice,
        errors=errors or {},
        given=given or {},
    )


@bp.get("/practice/<public_id>/again")
@open_to(Permission.CASE_WORK, section=SECTION)
def explain_again(public_id: str) -> ResponseReturnValue:
    found = again.of_encounter(session(), public_id, me().id, "given")
    return render_template("assessment/again.html", again=found, back=url_for("practice.patient", public_id=public_id))


@bp.post("/practice/<public_id>/answer")
@open_to(Permission.CASE_WORK, section=SECTION)
def answer(public_id: str) -> ResponseReturnValue:
    return decided(
        public_id,
        "given",
        url_for("practice.patient", public_id=public_id),
        kept=lambda reason: show(public_id, notice=reason),
        faulty=lambda errors, given: show(public_id, errors=errors, given=given),
    )


@bp.post("/practice/<public_id>/next")
@open_to(Permission.CASE_WORK, section=SECTION)
def follow(public_id: str) -> ResponseReturnValue:
    return begin(
        practice.following(session(), me().id, public_id, forms.mode(request.form), forms.change(request.form))
    )


@bp.post("/practice/<public_id>/room")
@open_to(Permission.CASE_WORK, section=SECTION)
def examine_oneself(public_id: str) -> ResponseReturnValue:
    return begin(practice.the_same(session(), me().id, public_id))
