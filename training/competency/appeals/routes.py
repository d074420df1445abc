"""Filing an appeal or complaint, following it, and answering it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.competency.appeals import answering, service
from training.competency.appeals.forms import AnswerForm, FilingForm
from training.competency.routes import shared, status_of
from training.db.errors import Conflict, Invalid, NotFound, Problem, Refused
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to
from training.web.errors import worded
from training.web.paging import Page, asked_page
from training.web.wording import zone

bp = Blueprint("appeals", __name__)
bp.context_processor(shared)

CLOSED_A_PAGE = 25
SECTION = "appeals.listed"


def answers() -> bool:
    """Whether the reader answers appeals, and so may read everybody's."""
    return me().may(Permission.SIGN_OFF_DECIDE)


@bp.get("/appeals")
@open_to(Permission.ACCOUNT_OWN, section=SECTION)
def listed() -> ResponseReturnValue:
    """One's own; for those who answer them everybody's as well."""
    db, number = session(), asked_page()
    page = None
    if answers():
        rows = service.closed(db, limit=CLOSED_A_PAGE + 1, offset=(number - 1) * CLOSED_A_PAGE)
        page = Page.of(rows, number, CLOSED_A_PAGE)
    return render_template(
        "competency/appeals/list.html",
        mine=service.mine(db, me().id),
        waiting=service.waiting(db) if answers() else None,
        page=page,
        today=datetime.now(zone()).date(),
    )


@bp.get("/appeals/new")
@open_to(Permission.ACCOUNT_OWN, section=SECTION)
def new() -> ResponseReturnValue:
    form = FilingForm(number=request.args.get("number", "")[:40], about=request.args.get("about", "")[:40])
    return filing_page(form)


def filing_page(form: FilingForm, problem: Problem | None = None) -> ResponseReturnValue:
    page = render_template(
        "competency/appeals/new.html",
        form=form,
        errors=form.errors,
        problem=worded(problem) if problem else "",
        days=(service.ACKNOWLEDGE_DAYS, service.ANSWER_DAYS),
        least_words=service.LEAST_WORDS,
    )
    return page, status_of(problem) if problem else 422 if form.errors else 200


@bp.post("/appeals")
@open_to(Permission.ACCOUNT_OWN, section=SECTION)
def file() -> ResponseReturnValue:
    form, now = FilingForm.parse(request.form), datetime.now(UTC)
    if form.errors:
        return filing_page(form)
    today = now.astimezone(zone()).date()
    try:
        with transaction() as db:
            if form.number:
                made = service.file_appeal(
                    db,
                    person_id=me().id,
                    number=form.number,
                    words=form.words,
                    today=today,
                    at=now,
                    public_id=form.public_id,
                )
            else:
                made = service.file_complaint(
                    db,
                    person_id=me().id,
                    about=form.about,
                    words=form.words,
                    today=today,
                    at=now,
                    public_id=form.public_id,
                )
            public_id = made.public_id
    except (Invalid, Refused, Conflict, NotFound) as problem:
        return filing_page(form, problem)
    flash(gettext("It is filed. You can follow it here."))
    return redirect(url_for("appeals.one", public_id=public_id), code=303)


@bp.get("/appeals/<public_id>")
@open_to(Permission.ACCOUNT_OWN, section=SECTION)
def one(public_id: str) -> ResponseReturnValue:
    return appeal_page(public_id, AnswerForm())


def appeal_page(public_id: str, form: AnswerForm, problem: Problem | None = None) -> ResponseReturnValue:
    db = session()
    found = service.one(db, public_id, me().id, all_of_them=answers())
    against = answering.why_not_answer(db, found, me().id) if answers() else None
    page = render_template(
        "competency/appeals/one.html",
        found=found,
        may_answer=answers() and against is None and found.open,
        against=against if found.open else None,
        own=found.row.person_id == me().id,
        form=form,
        errors=form.errors,
        problem=worded(problem) if problem else "",
        outcomes=answering.OUTCOMES,
        least_words=service.LEAST_WORDS,
        today=datetime.now(zone()).date(),
    )
    return page, status_of(problem) if problem else 422 if form.errors else 200


@bp.post("/appeals/<public_id>/acknowledgement")
@open_to(Permission.SIGN_OFF_DECIDE, section=SECTION)
def acknowledge(public_id: str) -> ResponseReturnValue:
    try:
        with transaction() as db:
            answering.acknowledge(db, public_id, by_id=me().id, at=datetime.now(UTC))
    except (Refused, Conflict) as problem:
        return appeal_page(public_id, AnswerForm(), problem)
    flash(gettext("Who filed it sees that it is being looked at."))
    return redirect(url_for("appeals.one", public_id=public_id), code=303)


@bp.post("/appeals/<public_id>/notes")
@open_to(Permission.ACCOUNT_OWN, section=SECTION)
def add(public_id: str) -> ResponseReturnValue:
    words = request.form.get("note", "")
    try:
        with transaction() as db:
            answering.add(db, public_id, by_id=me().id, words=words, at=datetime.now(UTC), all_of_them=answers())
    except (Invalid, Refused, Conflict) as problem:
        return appeal_page(public_id, AnswerForm(), problem)
    return redirect(url_for("appeals.one", public_id=public_id, _anchor="record"), code=303)


@bp.post("/appeals/<public_id>/answer")
@open_to(Permission.SIGN_OFF_DECIDE, section=SECTION)
def answer(public_id: str) -> ResponseReturnValue:
    form = AnswerForm.parse(request.form)
    if form.errors:
        return appeal_page(public_id, form)
    try:
        with transaction() as db:
            answering.answer(db, public_id, by_id=me().id, outcome=form.outcome, words=form.words, at=datetime.now(UTC))
    except (Invalid, Refused, Conflict) as problem:
        return appeal_page(public_id, form, problem)
    flash(gettext("The answer is recorded, and who filed it can read it."))
    return redirect(url_for("appeals.one", public_id=public_id), code=303)


@bp.post("/appeals/<public_id>/withdrawal")
@open_to(Permission.ACCOUNT_OWN, section=SECTION)
def withdraw(public_id: str) -> ResponseReturnValue:
    try:
        with transaction() as db:
            answering.withdraw(db, public_id, person_id=me().id, at=datetime.now(UTC))
    except Conflict as problem:
        return appeal_page(public_id, AnswerForm(), problem)
    flash(gettext("It is withdrawn. The record of it stays."))
    return redirect(url_for("appeals.one", public_id=public_id), code=303)
