"""Private notes, flags and reports: beside an item, and in a list of one's own."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.assessment.notes import forms, item_reports, service, subjects
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to, wants_json
from training.web.paging import PAGE_SIZE, Page, asked_page

bp = Blueprint("notes", __name__)
SECTION = "assessment.cases"


@bp.get("/notes")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def own() -> ResponseReturnValue:
    wanted, number = forms.wanted(request.args), asked_page()
    found = service.notes(session(), me().id, wanted, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    return render_template(
        "assessment/notes/own.html",
        page=Page.of(found, number),
        wanted=wanted,
        reports=item_reports.own(session(), me().id),
        kinds=subjects.KINDS,
        undo=request.args.get("undo", "")[:22],
    )


@bp.post("/notes")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def write() -> ResponseReturnValue:
    with transaction() as db:
        service.write(db, me().id, forms.subject(request.form), forms.words(request.form), at=datetime.now(UTC))
    return _back()


@bp.post("/notes/flags")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def flag() -> ResponseReturnValue:
    on = request.form.get("flagged") == "1"
    with transaction() as db:
        service.flag(db, me().id, forms.subject(request.form), on, at=datetime.now(UTC))
    return _back()


@bp.post("/notes/reports")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def report() -> ResponseReturnValue:
    sent = forms.sent(request.form)
    with transaction() as db:
        item_reports.report(
            db, me().id, sent.subject, sent.version, sent.problem, sent.words, sent.nonce, at=datetime.now(UTC)
        )
    flash(gettext("Reported. An instructor reads it; the answer will stand under Notes."))
    return _back()


@bp.post("/notes/<public_id>/delete")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def take_away(public_id: str) -> ResponseReturnValue:
    with transaction() as db:
        service.take_away(db, me().id, public_id, at=datetime.now(UTC))
    return redirect(url_for("notes.own", undo=public_id), code=303)


@bp.post("/notes/<public_id>/restore")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def bring_back(public_id: str) -> ResponseReturnValue:
    with transaction() as db:
        service.bring_back(db, me().id, public_id)
    return redirect(url_for("notes.own"), code=303)


def _back() -> ResponseReturnValue:
    """To the page that the form stands on; our own script only wants to know that it was saved."""
    if wants_json():
        return jsonify(state="saved")
    return redirect(forms.place(request.form) or url_for("notes.own"), code=303)
