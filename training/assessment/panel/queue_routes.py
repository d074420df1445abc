"""The author's queue: questions that behave oddly, and a note from whoever looked."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from training.assessment.analysis.export import FLAGS
from training.assessment.analysis.routes import viewer
from training.assessment.panel import queue
from training.assessment.panel.queue import APART, CHANGED, OUT_OF_BAND, Odd
from training.db.errors import Conflict, Invalid
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to
from training.web.errors import worded
from training.web.paging import Page, asked_page

bp = Blueprint("queue", __name__)
SECTION = "analysis.overview"
LINES_A_PAGE = 25
MOST_LOOKED = 25
WORDS = {
    **{flag.value: words for flag, words in FLAGS.items()},
    CHANGED: (
        lazy_gettext("Changed after rating"),
        lazy_gettext("The panel rated an earlier version. Ratings do not carry over: it has to be rated anew."),
    ),
    APART: (
        lazy_gettext("Raters far apart"),
        lazy_gettext(
            "More than 25 of 100 lie between two panel members. Do they read the question differently, or think of "
            "different people?"
        ),
    ),
    OUT_OF_BAND: (
        lazy_gettext("Rated outside 30 to 80"),
        lazy_gettext("The panel thinks it so easy or so hard that an answer tells little. Change it or take it out."),
    ),
}


@bp.get("/analysis/queue")
@open_to(Permission.ANALYSIS_READ, section=SECTION)
def waiting() -> ResponseReturnValue:
    return show()


def show(fault: str = "", at: str = "", note: str = "") -> str:
    found = queue.queue(session(), viewer())
    number = asked_page()
    first = (number - 1) * LINES_A_PAGE
    lines = sorted(found.open, key=lambda odd: "#".join(odd.name) != at) if at else found.open  # a refused note first
    return render_template(
        "assessment/panel/queue.html",
        found=found,
        page=Page.of(lines[first : first + LINES_A_PAGE + 1], number, LINES_A_PAGE),
        looked=found.looked[:MOST_LOOKED] if number == 1 else [],
        words=WORDS,
        anchor=anchor,
        fault=fault,
        fault_at=at,
        note=note,
    )


@bp.post("/analysis/queue/<item_id>/<question_id>")
@open_to(Permission.ANALYSIS_READ, section=SECTION)
def look(item_id: str, question_id: str) -> ResponseReturnValue:
    note = request.form.get("note", "").replace("\x00", "").strip()
    try:
        with transaction() as db:
            queue.look(
                db,
                viewer(),
                (item_id, question_id),
                version_hash=request.form.get("version", ""),
                seen=request.form.getlist("reason"),
                note=note,
                by_id=me().id,
                at=datetime.now(UTC),
            )
    except (Invalid, Conflict) as problem:
        status = 422 if isinstance(problem, Invalid) else 409
        return show(worded(problem), f"{item_id}#{question_id}", note[: queue.NOTE_LENGTH]), status
    flash(gettext("Noted. It comes back when something else turns odd, or when it changes."))
    return redirect(url_for("queue.waiting"), 303)


def anchor(odd: Odd) -> str:
    """Where the question stands on the page."""
    return f"q-{odd.subject.entry.id}-{odd.subject.question.id}"
