"""A judge's sheet, and what came of the rounds."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.accounts import service as people
from training.assessment.angoff import service
from training.assessment.angoff.forms import SheetForm
from training.assessment.panel.rating import Rater
from training.db.errors import Conflict, Invalid, Problem, Refused
from training.db.session import session, transaction
from training.measurement.standards import FEWEST_JUDGES, STABLE_JUDGES
from training.web.access import Permission, me, open_to
from training.web.errors import STATUS, worded

bp = Blueprint("angoff", __name__)
SECTION = "panel.waiting_list"


def judge() -> Rater:
    return Rater(me().id, sits=me().may(Permission.CASE_WORK), at=datetime.now(UTC))


# --- a judge's sheet -------------------------------------------------------------------------------------------


@bp.get("/panel/angoff")
@open_to(Permission.PANEL_RATE, section=SECTION)
def listed() -> ResponseReturnValue:
    return render_template("assessment/angoff/listed.html", studies=service.open_studies(session()))


@bp.get("/panel/angoff/<study_id>")
@open_to(Permission.PANEL_RATE, section=SECTION)
def sheet(study_id: str) -> ResponseReturnValue:
    return show_sheet(study_id)


def show_sheet(study_id: str, form: SheetForm | None = None, problem: Problem | None = None) -> ResponseReturnValue:
    found = service.study(session(), study_id)
    service.refuse_judge(session(), found, judge())
    number = found.row.round
    mine = found.sheet(number, me().id)
    first = found.sheet(1, me().id)
    # The first round's ratings stand in the second one's fields until they are changed.
    before = mine.ratings if mine else first.ratings if first and number == 2 else {}
    page = render_template(
        "assessment/angoff/sheet.html",
        found=found,
        mine=mine,
        first=first.ratings if first else {},
        spreads=found.spreads(1) if number == 2 else {},
        shown=form.given if form else before,
        errors=form.errors if form else {},
        problem=worded(problem) if problem else "",
    )
    return page, STATUS.get(type(problem), 400) if problem else 422 if form and form.errors else 200


@bp.post("/panel/angoff/<study_id>")
@open_to(Permission.PANEL_RATE, section=SECTION)
def save(study_id: str) -> ResponseReturnValue:
    found = service.study(session(), study_id)
    form = SheetForm.parse(request.form, [one.key for one in found.questions])
    if form.errors:
        return show_sheet(study_id, form)
    try:
        with transaction() as db:
            service.save(
                db,
                study_id,
                judge(),
                form.ratings,
                number=form.number,
                seen=form.seen,
                hand_in=form.hand_in,
                at=datetime.now(UTC),
            )
    except (Conflict, Invalid) as problem:
        return show_sheet(study_id, form, problem)
    flash(gettext("Handed in. Thank you.") if form.hand_in else gettext("Saved. Hand in when every question is rated."))
    return redirect(url_for("angoff.sheet", study_id=study_id), code=303)


# --- running one -----------------------------------------------------------------------------------------------


@bp.get("/exams/<exam_id>/standard")
@open_to(Permission.EXAM_RUN, section="analysis.overview")
def of_exam(exam_id: str) -> ResponseReturnValue:
    """Where the exam's standard comes from, and every study of it."""
    db = session()
    exam = service.exam_of(db, exam_id)
    return render_template("assessment/angoff/exam.html", exam=exam, studies=service.studies(db, exam_id))


@bp.post("/exams/<exam_id>/standard")
@open_to(Permission.EXAM_RUN, section="analysis.overview")
def open_one(exam_id: str) -> ResponseReturnValue:
    with transaction() as db:
        made = service.open_study(db, exam_id, by_id=me().id, at=datetime.now(UTC)).public_id
    return redirect(url_for("angoff.summary", study_id=made), code=303)


@bp.get("/exams/standards/<study_id>")
@open_to(Permission.EXAM_RUN, section="analysis.overview")
def summary(study_id: str) -> ResponseReturnValue:
    return show_summary(study_id)


def show_summary(study_id: str, problem: Problem | None = None) -> ResponseReturnValue:
    db = session()
    found = service.study(db, study_id)
    page = render_template(
        "assessment/angoff/summary.html",
        found=found,
        cuts={number: found.cut(number) for number in service.ROUNDS if found.ended(number)},
        spreads={number: found.spreads(number) for number in service.ROUNDS if found.ended(number)},
        names=people.names(db, (judge_id for _, judge_id in found.sheets)),
        fewest=FEWEST_JUDGES,
        stable=STABLE_JUDGES,
        problem=worded(problem) if problem else "",
    )
    return page, STATUS.get(type(problem), 400) if problem else 200


@bp.post("/exams/standards/<study_id>/round")
@open_to(Permission.EXAM_RUN, section="analysis.overview")
def second_round(study_id: str) -> ResponseReturnValue:
    try:
        with transaction() as db:
            service.second_round(db, study_id, by_id=me().id, at=datetime.now(UTC))
    except Refused as problem:
        return show_summary(study_id, problem)
    flash(gettext("The second round is open. Judges see the spread of the first."))
    return redirect(url_for("angoff.summary", study_id=study_id), code=303)


@bp.post("/exams/standards/<study_id>/close")
@open_to(Permission.EXAM_RUN, section="analysis.overview")
def close(study_id: str) -> ResponseReturnValue:
    try:
        with transaction() as db:
            service.close(db, study_id, by_id=me().id, at=datetime.now(UTC))
    except Refused as problem:
        return show_summary(study_id, problem)
    flash(gettext("The study is closed. Its cut stands below, with the line for the exam's file."))
    return redirect(url_for("angoff.summary", study_id=study_id), code=303)
