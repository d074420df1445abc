"""How far the banks are, the computation of difficulties, and every rating as a file."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from training.assessment.analysis.export import as_csv
from training.assessment.panel import bank, calibration, export, listing, pictures
from training.assessment.panel.service import BAND
from training.db.session import session, transaction
from training.measurement.item_calibration import FEWEST_RATERS
from training.measurement.sample_size import TRUSTED
from training.web.access import Permission, me, open_to

bp = Blueprint("panel_bank", __name__)
SECTION = "analysis.overview"


@bp.get("/panel/bank")
@open_to(Permission.ANALYSIS_READ, section=SECTION)
def banks() -> ResponseReturnValue:
    return render_template(
        "assessment/panel/bank.html",
        banks=bank.banks(session()),
        latest=calibration.latest(session()),
        needed=bank.NEEDED,
        drawn_from=bank.DRAWN_FROM,
        band=BAND,
        fewest_raters=FEWEST_RATERS,
        trusted=TRUSTED,
        panel_pictures=pictures,
    )


@bp.post("/panel/bank/calibrate")
@open_to(Permission.BANK_CALIBRATE, section=SECTION)
def calibrate() -> ResponseReturnValue:
    """Computed first and written then, so that nobody who answers has to wait for the computation."""
    calibration.refuse_if_long(session())
    found = calibration.compute(session())
    with transaction() as db:
        number = calibration.keep(db, found, at=datetime.now(UTC), by_id=me().id)
    flash(
        ngettext(
            "The difficulty of %(num)s question was computed.",
            "The difficulties of %(num)s questions were computed.",
            number,
        )
    )
    unsettled = sum(not one.settled for one in found)
    if unsettled:
        flash(
            ngettext(
                "%(num)s bank or quiz was left out: its answers are too alike to tell, so its ratings stand.",
                "%(num)s banks and quizzes were left out: their answers are too alike to tell, so their ratings stand.",
                unsettled,
            ),
            "caution",
        )
    return redirect(url_for("panel_bank.banks"), 303)


@bp.get("/panel/ratings.csv")
@open_to(Permission.ANALYSIS_READ, section=SECTION)
def ratings_file() -> ResponseReturnValue:
    person = me()
    rates = person.may(Permission.PANEL_RATE)
    rows = listing.ratings(
        session(), rater_id=person.id if rates else None, reserved=rates or person.may(Permission.LIBRARY_READ)
    )
    headers = {"Content-Disposition": 'attachment; filename="panel-ratings.csv"', "Cache-Control": "no-store"}
    return Response(as_csv(export.ratings_table(rows)), mimetype="text/csv", headers=headers)
