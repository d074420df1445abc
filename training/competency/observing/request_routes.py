"""A trainee asks to be watched, and shows the code of the link."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.accounts import service as people
from training.competency.jurisdiction.service import card as practice_card
from training.competency.observing import requests
from training.competency.observing.drawing import code_of
from training.competency.observing.forms import RequestForm
from training.competency.observing.requests import Asked
from training.competency.routes import shared, status_of
from training.db.errors import Conflict, Invalid, NotFound, Problem, Refused
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to
from training.web.errors import worded
from training.web.paging import Page, asked_page

bp = Blueprint("observation_requests", __name__, url_prefix="/progress/observations")
bp.context_processor(shared)

SECTION = "competency.progress"
REQUESTS_A_PAGE = 20


@bp.get("/ask")
@open_to(Permission.PROGRESS_OWN, section=SECTION)
def asking() -> ResponseReturnValue:
    """One's requests, and the form for another; the address may name the region, as a next step does."""
    return asking_page(RequestForm(region=request.args.get("region", "")[:16]))


@bp.post("/ask")
@open_to(Permission.PROGRESS_OWN, section=SECTION)
def ask() -> ResponseReturnValue:
    form = RequestForm.parse(request.form)
    if form.errors:
        return asking_page(form)
    try:
        with transaction() as db:
            made = requests.ask(
                db,
                me().id,
                region=form.region,
                focus=form.focus,
                public_id=form.public_id,
                secret_key=str(current_app.secret_key),
                at=datetime.now(UTC),
            )
            public_id = made.public_id
    except (Invalid, Refused, Conflict) as problem:
        return asking_page(form, problem)
    return redirect(url_for("observation_requests.one", public_id=public_id), code=303)


def asking_page(form: RequestForm, problem: Problem | None = None) -> ResponseReturnValue:
    db, number = session(), asked_page()
    start = (number - 1) * REQUESTS_A_PAGE
    rows = requests.requests_of(db, me().id, at=datetime.now(UTC), limit=REQUESTS_A_PAGE + 1, offset=start)
    page = render_template(
        "competency/observing/ask.html",
        form=form,
        page=Page.of(rows, number, REQUESTS_A_PAGE),
        names=people.names(db, (row.used_by for row in rows)),
        practice=practice_card(db, me().id),
        days_open=requests.DAYS_OPEN,
        most_focus=requests.MOST_FOCUS,
        problem=worded(problem) if problem else "",
    )
    return page, status_of(problem) if problem else 422 if form.errors else 200


@bp.get("/requests/<public_id>")
@open_to(Permission.PROGRESS_OWN, section=SECTION)
def one(public_id: str) -> ResponseReturnValue:
    found = requests.request_of(session(), public_id, me().id, at=datetime.now(UTC))
    return render_template(
        "competency/observing/request.html",
        found=found,
        link=link_of(found),
        names=people.names(session(), [found.used_by]),
        days_open=requests.DAYS_OPEN,
    )


@bp.get("/requests/<public_id>/code.svg")
@open_to(Permission.PROGRESS_OWN, section=SECTION)
def code(public_id: str) -> ResponseReturnValue:
    """The link of an open request as a QR code. A closed one has none."""
    link = link_of(requests.request_of(session(), public_id, me().id, at=datetime.now(UTC)))
    if not link:
        raise NotFound("This request is closed, or too old to be shown. Make a new one.")
    return Response(code_of(link), mimetype="image/svg+xml", headers={"Cache-Control": "private, no-store"})


def link_of(found: Asked) -> str:
    """The address that the code holds; empty for a request that is closed or whose link cannot be made again."""
    token = requests.token_of(found.request, str(current_app.secret_key)) if found.state == "open" else None
    return url_for("observing.link", token=token, _external=True) if token else ""


@bp.post("/requests/<public_id>/cancel")
@open_to(Permission.PROGRESS_OWN, section=SECTION)
def cancel(public_id: str) -> ResponseReturnValue:
    with transaction() as db:
        requests.cancel(db, public_id, me().id, at=datetime.now(UTC))
    flash(gettext("The request is taken back. Its link opens nothing any more."))
    return redirect(url_for("observation_requests.asking"), code=303)
