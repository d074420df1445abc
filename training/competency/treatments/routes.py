"""One's own treatment log, and a trainee's for those who may read it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.competency.jurisdiction.service import card as practice_card
from training.competency.routes import trainee_of
from training.competency.treatments import forms, service
from training.competency.treatments.entry import DAYS_BACK, MOST_NOTE, offered_muscles, segments_of
from training.competency.treatments.events import EVENTS, harm_of
from training.competency.treatments.export import as_csv
from training.competency.treatments.forms import TreatmentForm, asked_region
from training.content.framework import SCOPE_LINES
from training.db.errors import Conflict, Invalid, Refused
from training.db.session import session, transaction
from training.web.access import EVERYONE, Permission, me, open_to, wants_json
from training.web.errors import STATUS, worded
from training.web.paging import Page, asked_page
from training.web.wording import zone

bp = Blueprint("treatments", __name__)

A_PAGE = 25
SHOWN_BELOW = 3  # latest entries below the form
WHO = "segmental-log"  # a cookie by which the form knows, without the network, whose phone it is


@bp.context_processor
def words() -> dict[str, object]:
    return {
        "scope_lines": SCOPE_LINES,
        "supervisions": forms.SUPERVISION,
        "grasps": forms.GRASP,
        "ranges": forms.RANGE,
        "event_names": forms.EVENT,
        "harm_of": harm_of,
        "school_zone": zone().key,
    }


def today_here() -> date:
    return datetime.now(UTC).astimezone(zone()).date()


# --- logging ---------------------------------------------------------------------------------------------------


@bp.get("/log")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def log() -> ResponseReturnValue:
    return page_of(TreatmentForm.beginning(service.last_of(session(), me().id), today_here()))


def page_of(form: TreatmentForm, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """The form, below it what was logged last; this person's phone may keep entries from now on."""
    page = render_template(
        "competency/treatments/log.html",
        form=form,
        problem=problem,
        latest=service.log_of(session(), me().id, limit=SHOWN_BELOW),
        lock=practice_card(session(), me().id).lock,
        **offered(),
    )
    response = current_app.make_response((page, status))
    lifetime = current_app.permanent_session_lifetime
    response.set_cookie(
        WHO,
        me().public_id,
        path="/log",
        max_age=lifetime,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        samesite="Lax",
    )
    return response


def offered() -> dict[str, object]:
    """What the form offers to anybody."""
    today = today_here()
    return {
        "regions": [(region, segments_of(region)) for region in SCOPE_LINES],
        "muscles": offered_muscles(),
        "events": EVENTS,
        "today": today,
        "earliest": today - timedelta(days=DAYS_BACK),
        "days_back": DAYS_BACK,
        "most_note": MOST_NOTE,
    }


@bp.post("/log")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def log_submit() -> ResponseReturnValue:
    today = today_here()
    form = TreatmentForm.parse(request.form, today)
    try:
        with transaction() as db:
            if form.entry is None or (form.errors and not service.was_sent(db, me().id, form.nonce)):
                return refused(form, "", 422)
            made = service.log_treatment(db, me().id, form.entry, nonce=form.nonce, today=today, at=datetime.now(UTC))
            public_id, serious = made.public_id, harm_of(made.event) == "serious"
    except (Invalid, Conflict, Refused) as problem:
        return refused(form, worded(problem), STATUS[type(problem)])
    address = url_for("treatments.entry", public_id=public_id) if serious else url_for("treatments.log")
    if wants_json():
        return jsonify(recorded=public_id, location=address if serious else "")
    flash(gettext("The treatment is logged."))
    return redirect(address, code=303)


def refused(form: TreatmentForm, problem: str, status: int) -> ResponseReturnValue:
    if wants_json():
        return jsonify(errors=form.errors, error=problem), status
    return page_of(form, problem, status)


# --- without a line --------------------------------------------------------------------------------------------


@bp.get("/log/offline")
@open_to(EVERYONE)
def offline() -> ResponseReturnValue:
    """The form as a phone keeps it for when there is no line: it holds nobody's name, token or entry."""
    return render_template(
        "competency/treatments/offline.html", form=TreatmentForm(treated_on=today_here().isoformat()), **offered()
    )


@bp.get("/log/worker.js")
@open_to(EVERYONE)
def worker() -> ResponseReturnValue:
    """The service worker; it may stand before /log and what is below it, and before nothing else."""
    script = (Path(current_app.static_folder or "") / "js" / "log-worker.js").read_bytes()
    headers = {"Service-Worker-Allowed": "/log", "Cache-Control": "no-cache"}
    return Response(script, mimetype="text/javascript", headers=headers)


@bp.after_app_request
def forget_at_sign_out(response: Response) -> Response:
    """Whose phone it is ends with the session: nobody logs in the name of somebody who has signed out."""
    if request.endpoint == "accounts.sign_out":
        response.delete_cookie(WHO, path="/log")
    return response


# --- reading and striking out ----------------------------------------------------------------------------------


@bp.get("/log/entries")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def entries() -> ResponseReturnValue:
    return listed(me().id)


def listed(person_id: int, **about: object) -> ResponseReturnValue:
    region, number = asked_region(request.args), asked_page()
    rows = service.log_of(session(), person_id, region=region, limit=A_PAGE + 1, offset=(number - 1) * A_PAGE)
    return render_template(
        "competency/treatments/entries.html",
        page=Page.of(rows, number, A_PAGE),
        region=region,
        count=service.how_many(session(), person_id),
        **{"person": None, **about},
    )


@bp.get("/log/entries.csv")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def entries_csv() -> ResponseReturnValue:
    rows = service.log_of(session(), me().id, region=asked_region(request.args))
    headers = {"Content-Disposition": f'attachment; filename="treatments-{today_here():%Y-%m-%d}.csv"'}
    return Response(as_csv(rows), mimetype="text/csv", headers=headers)


@bp.get("/log/entries/<public_id>")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def entry(public_id: str) -> ResponseReturnValue:
    return entry_page(public_id)


def entry_page(public_id: str, problem: str = "", reason: str = "", status: int = 200) -> ResponseReturnValue:
    row = service.logged(session(), me().id, public_id)
    page = render_template(
        "competency/treatments/entry.html",
        row=row,
        problem=problem,
        reason=reason,
        least=service.LEAST_REASON,
        most=MOST_NOTE,
    )
    return page, status


@bp.post("/log/entries/<public_id>/strike")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def strike(public_id: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "")[:400]
    try:
        with transaction() as db:
            service.strike(db, me().id, public_id, reason=reason, at=datetime.now(UTC))
    except (Invalid, Conflict) as problem:
        return entry_page(public_id, worded(problem), reason, STATUS[type(problem)])
    flash(gettext("The treatment is struck out. It stays readable and counts no more."))
    return redirect(url_for("treatments.entry", public_id=public_id), code=303)


@bp.get("/trainees/<public_id>/log")
@open_to(Permission.TRAINEE_READ, section="competency.trainees")
def of_trainee(public_id: str) -> ResponseReturnValue:
    person = trainee_of(public_id)
    return listed(person.id, person=person)
