"""What a clinic does: check a list of codes."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.clinics import service
from training.clinics.export import as_csv
from training.clinics.forms import ListForm
from training.credentials.service import REGIONS
from training.db.session import session
from training.web.access import Permission, open_to
from training.web.wording import named, zone

bp = Blueprint("clinics", __name__)


@bp.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/clinic")
@open_to(Permission.CLINIC_CHECK, section="clinics.check")
def check() -> ResponseReturnValue:
    return render_template("clinics/check.html", form=ListForm("", [], {}))


@bp.post("/clinic")
@open_to(Permission.CLINIC_CHECK, section="clinics.check")
def checked() -> ResponseReturnValue:
    """Nothing is written, so the answer to the POST is the result itself; the list stays out of addresses and logs."""
    form = ListForm.parse(request.form)
    if form.errors:
        return render_template("clinics/check.html", form=form), 422
    report = service.check(session(), form.entries, at=datetime.now(UTC), zone=zone())
    if request.form.get("format") == "csv":
        name = f"certificates-{report.at.astimezone(zone()):%Y-%m-%d-%H%M}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(as_csv(report, csv_head()), mimetype="text/csv", headers=headers)
    return render_template("clinics/result.html", form=form, report=report, regions=REGIONS)


def csv_head() -> list[str]:
    first = [gettext("As typed"), gettext("State"), gettext("Holder")]
    last = [gettext("Issued"), gettext("Valid until"), gettext("Checked")]
    return [*first, *map(named, REGIONS), *last]
