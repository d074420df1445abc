"""The cohort's page, for those who observe, propose and decide."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from training.competency.cohort import export
from training.competency.cohort.forms import Asked
from training.competency.cohort.progress import AWAY_AFTER, STUCK_AFTER
from training.competency.cohort.service import cohort_view
from training.db.session import session
from training.web.access import Permission, open_to
from training.web.paging import Page, asked_page
from training.web.wording import zone

bp = Blueprint("cohort", __name__)

PEOPLE_A_PAGE = 25
BLOCKERS_SHOWN = 5
SORT_WORDS = {
    "name": lazy_gettext("Name"),
    "met": lazy_gettext("Furthest first"),
    "behind": lazy_gettext("Furthest behind first"),
    "stuck": lazy_gettext("Most stuck first"),
    "away": lazy_gettext("Longest away first"),
}
WHOM_WORDS = {
    "": lazy_gettext("Everybody"),
    "stuck": lazy_gettext("Stuck somewhere"),
    "away": lazy_gettext("Not seen for two weeks"),
}


@bp.get("/cohort")
@open_to(Permission.TRAINEE_READ, section="competency.trainees")
def cohort() -> ResponseReturnValue:
    asked = Asked.parse(request.args)
    now = datetime.now(UTC)
    found = cohort_view(session(), asked, now=now)
    number = asked_page()
    start = (number - 1) * PEOPLE_A_PAGE
    return render_template(
        "competency/cohort.html",
        found=found,
        asked=asked,
        now=now,
        page=Page.of(found.rows[start : start + PEOPLE_A_PAGE + 1], number, PEOPLE_A_PAGE),
        blockers=found.blockers[:BLOCKERS_SHOWN],
        sort_words=SORT_WORDS,
        whom_words=WHOM_WORDS,
        stuck_days=STUCK_AFTER.days,
        away_days=AWAY_AFTER.days,
    )


@bp.get("/cohort.csv")
@open_to(Permission.TRAINEE_READ, section="competency.trainees")
def cohort_file() -> ResponseReturnValue:
    """All who fit, in the order of the page."""
    found = cohort_view(session(), Asked.parse(request.args), now=datetime.now(UTC))
    headers = {"Content-Disposition": 'attachment; filename="cohort.csv"', "Cache-Control": "no-store"}
    return Response(export.as_csv(found, zone()), mimetype="text/csv", headers=headers)
