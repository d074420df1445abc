"""Public verification, the management of certificates, and one's own."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from training.credentials import codes, drawing, service
from training.credentials.dates import day_at
from training.credentials.forms import ChangeForm
from training.credentials.lookup import UNKNOWN, Verified, read_code
from training.db.errors import NotFound
from training.db.session import session, transaction
from training.web.access import EVERYONE, Permission, me, open_to, wants_json
from training.web.paging import PAGE_SIZE, Page, asked_page
from training.web.wording import zone

bp = Blueprint("credentials", __name__)

bp.add_app_template_global(drawing.segments_of_region, "scope_segments")

STATES = ("active", service.LAPSES_SOON, "suspended", "withdrawn", "expired", "superseded")


@bp.app_template_global()
def scope_mark(region: str, level: str) -> Markup:
    """The drawing of a region, filled by level."""
    return drawing.mark(current_app.jinja_env.get_template("spine.html").module, region, level)


@bp.after_request
def keep_private(response: Response) -> Response:
    """Names and states are no search result, and yesterday's answer is none."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


# --- the public check ------------------------------------------------------------------------------------------


@bp.get("/verify")
@open_to(EVERYONE, section="credentials.verify")
def verify() -> ResponseReturnValue:
    typed = request.args.get("code", "").strip()
    if not typed:
        return render_template("credentials/verify.html", typed="", error="")
    _code, mistake = read_code(typed)
    if mistake == "not-a-code" and not wants_json():
        return render_template("credentials/verify.html", typed=typed[:80], error=what_is_wrong(typed, mistake)), 422
    if mistake == "not-a-code":
        return as_json(typed, None, datetime.now(UTC))
    return redirect(url_for("credentials.verified", code=codes.shown(codes.bare(typed))), code=303)


@bp.get("/verify/<code>")
@open_to(EVERYONE, section="credentials.verify")
def verified(code: str) -> ResponseReturnValue:
    now = datetime.now(UTC)
    found = service.check(session(), code, at=now, zone=zone())
    if wants_json():
        return as_json(code, found, now)
    if found is None:
        error = what_is_wrong(code, read_code(code)[1])
        typed = codes.bare(code)
        shown = codes.shown(typed) if codes.well_formed(typed) else code[:80]
        return render_template("credentials/unknown.html", typed=shown, error=error, now=now), 404
    response = make_response(
        render_template("credentials/result.html", certificate=found, regions=service.REGIONS, now=now)
    )
    response.vary.add("Accept")
    return response


def what_is_wrong(typed: str, mistake: str) -> str:
    """Why a code led nowhere, and what to do."""
    told: str = gettext("No certificate of this school has this code. Ask the holder for the code of the present one.")
    if mistake == "mistyped":
        told = gettext(
            "A character of this code is mistyped: its last character, which checks the others, does not fit. "
            "Compare it with the certificate and try again."
        )
    elif mistake == "not-a-code" and len(codes.bare(typed)) == codes.LENGTH:
        told = gettext("This holds a character that no code has. Compare it with the certificate and try again.")
    elif mistake == "not-a-code":
        told = gettext(
            "A code has %(length)s characters in groups of four; this has %(count)s. "
            "Compare it with the certificate and try again.",
            length=codes.LENGTH,
            count=len(codes.bare(typed)),
        )
    return told


def as_json(typed: str, found: Verified | None, now: datetime) -> ResponseReturnValue:
    """The public check for programs; design section 7 fixes its form."""
    answer: dict[str, object] = {
        "code": found.shown_code if found else typed[:80],
        "state": found.state if found else UNKNOWN,
        "holder": found.holder if found else None,
        "scope": [
            {"region": line.region, "level": line.level, "state": line.state, "since": line.since.isoformat()}
            for line in (found.lines if found else ())
        ],
        "issued": found.issued_on.isoformat() if found else None,
        "expires": found.expires_on.isoformat() if found else None,
        "checked_at": now.isoformat(timespec="seconds"),
    }
    response = jsonify(answer)
    response.status_code = 200 if found else 404
    response.vary.add("Accept")
    return response


# --- managing --------------------------------------------------------------------------------------------------


@bp.get("/certificates")
@open_to(Permission.CERTIFICATE_MANAGE, section="credentials.certificates")
def certificates() -> ResponseReturnValue:
    number = asked_page()
    search = request.args.get("search", "").strip()[:120]
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    today = day_at(datetime.now(UTC), zone())
    rows = service.listed(
        session(), search=search, state=state, today=today, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE
    )
    page = Page.of(rows, number)
    return render_template("credentials/certificates.html", page=page, search=search, state=state, states=STATES)


@bp.get("/certificates/<code>")
@open_to(Permission.CERTIFICATE_MANAGE, section="credentials.certificates")
def certificate(code: str) -> ResponseReturnValue:
    record = service.record(session(), code, at=datetime.now(UTC), zone=zone())
    return render_template(
        "credentials/certificate.html", record=record, own=record.person_id == me().id, regions=service.REGIONS
    )


@bp.get("/certificates/<code>/change")
@open_to(Permission.CERTIFICATE_MANAGE, section="credentials.certificates")
def change(code: str) -> ResponseReturnValue:
    """The step between the wish and the deed: what it means, and why."""
    record = service.record(session(), code, at=datetime.now(UTC), zone=zone())
    state, region = request.args.get("state", ""), request.args.get("region") or None
    if not record.may_become(state, region) or record.person_id == me().id:
        return redirect(url_for("credentials.certificate", code=record.verified.shown_code), code=303)
    return change_page(record, state, region, "", record.last_event, {}), 200


@bp.post("/certificates/<code>/changes")
@open_to(Permission.CERTIFICATE_MANAGE, section="credentials.certificates")
def make_change(code: str) -> ResponseReturnValue:
    now = datetime.now(UTC)
    form = ChangeForm.parse(request.form)
    if form.errors:
        record = service.record(session(), code, at=now, zone=zone())
        if "state" in form.errors or "region" in form.errors:
            raise NotFound("There is no such change. Begin again on the certificate's page.")
        return change_page(record, form.state, form.region, form.reason, form.seen or 0, form.errors), 422
    with transaction() as db:
        made = service.change_state(
            db,
            code,
            form.state,
            reason=form.reason,
            by_id=me().id,
            at=now,
            zone=zone(),
            region=form.region,
            seen=form.seen,
        )
    if made:
        flash(gettext("Done. Everybody who checks the code sees it from now on."))
    return redirect(url_for("credentials.certificate", code=codes.shown(codes.bare(code))), code=303)


def change_page(
    record: service.Record, state: str, region: str | None, reason: str, seen: int, errors: dict[str, str]
) -> str:
    return render_template(
        "credentials/change.html", record=record, state=state, region=region, reason=reason, seen=seen, errors=errors
    )


# --- one's own -------------------------------------------------------------------------------------------------


@bp.get("/my/certificates")
@open_to(Permission.CERTIFICATE_OWN, section="competency.progress")
def own() -> ResponseReturnValue:
    db, person, now = session(), me(), datetime.now(UTC)
    return render_template(
        "credentials/own.html",
        certificates=service.certificates_of(db, person.id, at=now, zone=zone()),
        renewal=service.renewal_of(db, person.id, at=now, zone=zone()),
        regions=service.REGIONS,
    )
