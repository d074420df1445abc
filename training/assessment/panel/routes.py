"""The panel's pages: what waits, one question, and ratings from a spreadsheet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext

from training.assessment.panel import forms, pictures, rating, ratings_file, waiting
from training.assessment.panel.rating import Rater, Wish
from training.assessment.panel.ratings_file import Fault
from training.assessment.panel.service import BAND
from training.db.errors import Conflict, Invalid, Problem
from training.db.session import session, transaction
from training.measurement.item_calibration import FEWEST_RATERS
from training.web.access import Permission, me, open_to
from training.web.errors import worded
from training.web.paging import Page, asked_page

bp = Blueprint("panel", __name__)
SECTION = "panel.waiting_list"
LINES_A_PAGE = 40
FAULTS = {
    Fault.EMPTY: lazy_gettext("A cell is empty: give the item, the question and the share."),
    Fault.NOT_WHOLE: lazy_gettext("This is no whole number: write 60 for 60 of 100."),
    Fault.OUT_OF_RANGE: lazy_gettext("Only 1 to 99: nothing is certain, and 0 or 100 would count as certain."),
    Fault.NO_ITEM: lazy_gettext("There is no quiz or case with this id that people can meet now."),
    Fault.NO_QUESTION: lazy_gettext("The item has no question with this id; a case's own question is “segment”."),
    Fault.CLOSED: lazy_gettext("You sit the cases of this bank yourself, so you cannot rate it."),
    Fault.TWICE: lazy_gettext("A row above rates the same question: take one of the two out."),
}


def rater() -> Rater:
    return Rater(me().id, sits=me().may(Permission.CASE_WORK), at=datetime.now(UTC))


@bp.context_processor
def shared() -> dict[str, object]:
    return {"panel_pictures": pictures, "band": BAND, "fewest_raters": FEWEST_RATERS}


@bp.get("/panel")
@open_to(Permission.PANEL_RATE, section=SECTION)
def waiting_list() -> ResponseReturnValue:
    asked = forms.Asked.parse(request.args)
    found = waiting.waiting(session(), rater(), asked)
    number = asked_page()
    first = (number - 1) * LINES_A_PAGE
    page = Page.of(found.lines[first : first + LINES_A_PAGE + 1], number, LINES_A_PAGE)
    return render_template("assessment/panel/waiting.html", found=found, page=page, asked=asked, after=just_rated())


@bp.get("/panel/questions/<item_id>/<question_id>")
@open_to(Permission.PANEL_RATE, section=SECTION)
def question(item_id: str, question_id: str) -> ResponseReturnValue:
    return show(item_id, question_id)


def show(item_id: str, question_id: str, form: forms.RatingForm | None = None, notice: str = "") -> str:
    asked = forms.Asked.parse(request.values)
    sheet = waiting.sheet(session(), rater(), item_id, question_id)
    template = "assessment/panel/question.html"
    return render_template(template, sheet=sheet, asked=asked, form=form, notice=notice, after=just_rated())


def just_rated() -> waiting.Sheet | None:
    """The question that was rated on the page before, when the address names one and one has rated it."""
    item_id, question_id = forms.question_name(request.args.get("after", ""))
    if not item_id:
        return None
    try:
        found = waiting.sheet(session(), rater(), item_id, question_id)
    except Problem:
        return None
    return found if found.given else None


@bp.post("/panel/questions/<item_id>/<question_id>")
@open_to(Permission.PANEL_RATE, section=SECTION)
def rate(item_id: str, question_id: str) -> ResponseReturnValue:
    asked, form = forms.Asked.parse(request.form), forms.RatingForm.parse(request.form)
    if form.errors:
        return show(item_id, question_id, form), 422
    wish = Wish(item_id, form.version_hash, question_id, form.share, form.note, form.seen)
    try:
        with transaction() as db:
            waiting.subject_of(db, item_id, question_id)
            rating.save(db, rater(), [wish], datetime.now(UTC))
    except Conflict as conflict:
        return show(item_id, question_id, form, notice=worded(conflict)), 409
    here: dict[str, Any] = {"item_id": item_id, "question_id": question_id}
    if form.stay:
        return redirect(url_for("panel.question", **here, **asked.address, _anchor="rate"), 303)
    return redirect(following(asked, item_id, question_id), 303)


def following(asked: forms.Asked, item_id: str, question_id: str) -> str:
    """The next question that waits, with what the panel said of the one just rated; the list when none does."""
    wanted = forms.Asked(asked.region, asked.bank, asked.kind)
    after = {"after": f"{item_id}#{question_id}", **asked.address}
    left = waiting.waiting(session(), rater(), wanted).lines
    address: str
    if left:
        subject = left[0].subject
        address = url_for("panel.question", item_id=subject.entry.id, question_id=subject.question.id, **after)
    else:
        address = url_for("panel.waiting_list", **after)
    return address


# --- a spreadsheet ---------------------------------------------------------------------------------------------


@bp.get("/panel/import")
@open_to(Permission.PANEL_RATE, section=SECTION)
def sheet_form() -> ResponseReturnValue:
    return show_import()


def show_import(rows: list[ratings_file.Row] | None = None, text: str = "", fault: str = "") -> str:
    return render_template(
        "assessment/panel/import.html",
        rows=rows,
        text=text,
        fault=fault,
        faults=FAULTS,
        most=ratings_file.MOST_ROWS,
    )


@bp.post("/panel/import/check")
@open_to(Permission.PANEL_RATE, section=SECTION)
def check_sheet() -> ResponseReturnValue:
    """What each row would do; nothing is written."""
    text = request.form.get("rows", "")
    try:
        file = request.files.get("file")
        if file is not None and file.filename:
            text = ratings_file.decoded(file.read())
        rows = ratings_file.checked(session(), rater(), ratings_file.read(text))
    except Invalid as invalid:
        return show_import(text=text, fault=worded(invalid)), 422
    return show_import(rows, text)


@bp.post("/panel/import")
@open_to(Permission.PANEL_RATE, section=SECTION)
def import_sheet() -> ResponseReturnValue:
    """The rows that are sound; what was wrong with the others stood on the page before."""
    text = request.form.get("rows", "")
    try:
        rows = ratings_file.read(text)
    except Invalid as invalid:
        return show_import(text=text, fault=worded(invalid)), 422
    with transaction() as db:
        number = ratings_file.store(db, rater(), rows, datetime.now(UTC))
    flash(ngettext("%(num)s rating saved.", "%(num)s ratings saved.", number))
    return redirect(url_for("panel.waiting_list"), 303)
