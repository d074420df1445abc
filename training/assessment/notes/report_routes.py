"""The queue of reports, for those who write and review what they are about."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from training.assessment.notes import forms, item_reports
from training.db.errors import Conflict, Invalid
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to
from training.web.errors import STATUS, worded
from training.web.paging import PAGE_SIZE, Page, asked_page

bp = Blueprint("item_reports", __name__)
SECTION = "analysis.overview"


@bp.get("/analysis/reports")
@open_to(Permission.LIBRARY_READ, section=SECTION)
def queue() -> ResponseReturnValue:
    return show()


def show(notice: str = "", given: dict[str, str] | None = None) -> str:
    """The queue; `given` are words that could not be kept, by report."""
    state, number = forms.state(request.args), asked_page()
    found = item_reports.queue(session(), state, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    return render_template(
        "assessment/notes/queue.html", page=Page.of(found, number), state=state, notice=notice, given=given or {}
    )


@bp.post("/analysis/reports/<public_id>/answer")
@open_to(Permission.LIBRARY_READ, section=SECTION)
def answer(public_id: str) -> ResponseReturnValue:
    words = forms.words(request.form)
    try:
        with transaction() as db:
            item_reports.answer(db, public_id, me().id, words, at=datetime.now(UTC))
    except (Conflict, Invalid) as error:
        return show(worded(error), {public_id: words}), STATUS[type(error)]
    return redirect(url_for("item_reports.queue"), code=303)


@bp.post("/analysis/reports/<public_id>/close")
@open_to(Permission.LIBRARY_READ, section=SECTION)
def close(public_id: str) -> ResponseReturnValue:
    with transaction() as db:
        item_reports.close(db, public_id, at=datetime.now(UTC))
    return redirect(url_for("item_reports.queue"), code=303)
