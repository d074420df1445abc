"""Sign-off cases, drawn one after the other, and the evidence that they make."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from training.assessment.sign_off import picture, service
from training.db.errors import Conflict, Invalid, Refused
from training.db.session import session, transaction
from training.measurement.bank import configured_bank
from training.measurement.mastery import configured_rule
from training.measurement.ratios import as_ratio
from training.web.access import Permission, me, open_to
from training.web.errors import STATUS, worded

bp = Blueprint("sign_off", __name__)
SECTION = "assessment.cases"


def demonstration() -> bool:
    """Whether ratings that are provisional may count where the framework says so; never in production."""
    return not current_app.extensions["training.config"].in_production


def knows_keys() -> bool:
    return me().may(Permission.LIBRARY_READ) or me().may(Permission.PANEL_RATE)


@bp.app_template_filter("as_ratio")
def ratio_filter(ratio: float) -> str:
    """An evidence ratio as people read it: 7 : 1."""
    return as_ratio(ratio)


@bp.get("/sign-off")
@open_to(Permission.CASE_WORK, section=SECTION)
def overview() -> ResponseReturnValue:
    return show()


def show(notice: str = "") -> str:
    found = service.overview(session(), me().id, demonstration=demonstration())
    return render_template(
        "assessment/sign_off/overview.html",
        found=found,
        pictures={one.region: picture.path_of(one.evidence) for one in found.regions if one.counted},
        rule=configured_rule(),
        bank=configured_bank(),
        knows_keys=knows_keys(),
        notice=notice,
        size=picture,
    )


@bp.post("/sign-off/sessions")
@open_to(Permission.CASE_WORK, section=SECTION)
def begin() -> ResponseReturnValue:
    regions = request.form.getlist("region")[:8]
    try:
        with transaction() as db:
            at = datetime.now(UTC)
            service.begin(db, me().id, regions, at, demonstration=demonstration(), knows_keys=knows_keys())
            public_id = service.next_case(db, me().id, at, demonstration=demonstration(), knows_keys=knows_keys())
    except (Conflict, Invalid, Refused) as error:
        return show(worded(error)), STATUS[type(error)]
    return redirect(url_for("assessment.attempt", public_id=public_id), code=303)


@bp.post("/sign-off/next")
@open_to(Permission.CASE_WORK, section=SECTION)
def next_case() -> ResponseReturnValue:
    try:
        with transaction() as db:
            public_id = service.next_case(
                db, me().id, datetime.now(UTC), demonstration=demonstration(), knows_keys=knows_keys()
            )
    except (Conflict, Refused) as error:
        return show(worded(error)), STATUS[type(error)]
    return redirect(url_for("assessment.attempt", public_id=public_id), code=303)
