"""The links to a decided sign-off, the view behind them, and the trainee's own page about a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.accounts import service as people
from training.competency import service
from training.competency.routes import grouped, shared
from training.competency.sign_off import sharing
from training.competency.sign_off.models import Share, SignOff
from training.db.base import is_public_id, new_public_id
from training.db.session import session, transaction
from training.web.access import EVERYONE, Permission, me, open_to

bp = Blueprint("shared_sign_offs", __name__)
bp.context_processor(shared)


@dataclass(frozen=True)
class SharedLink:
    share: Share
    address: str


def secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def shared_links(row: SignOff) -> list[SharedLink]:
    """The open links of a sign-off with their addresses, newest first."""
    if row.state == "proposed":
        return []
    return [
        SharedLink(one, url_for("shared_sign_offs.opened", token=sharing.token(one, secret()), _external=True))
        for one in sharing.shares_of(session(), row, at=datetime.now(UTC))
    ]


# --- behind the link -------------------------------------------------------------------------------------------


@bp.get("/shared/<token>")
@open_to(EVERYONE)
def opened(token: str) -> ResponseReturnValue:
    """For whoever has the link. Nothing keeps it, and nothing is to find it."""
    db = session()
    found = sharing.opened(db, token, secret(), datetime.now(UTC))
    row = found.row
    names = people.names(db, (row.trainee_id, row.proposer_id, row.decider_id)) if found.with_names else {}
    page = render_template("competency/shared.html", found=found, row=row, groups=grouped(found.readiness), names=names)
    response: Response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


# --- a decider's links -----------------------------------------------------------------------------------------


@bp.post("/sign-offs/<number>/shares")
@open_to(Permission.SIGN_OFF_DECIDE, section="sign_offs.sign_offs")
def share(number: str) -> ResponseReturnValue:
    make(number, own=False)
    return redirect(url_for("sign_offs.sign_off", number=number, _anchor="shares"), code=303)


@bp.post("/sign-offs/<number>/shares/<public_id>/withdrawal")
@open_to(Permission.SIGN_OFF_DECIDE, section="sign_offs.sign_offs")
def withdraw(number: str, public_id: str) -> ResponseReturnValue:
    close(number, public_id, own=False)
    return redirect(url_for("sign_offs.sign_off", number=number, _anchor="shares"), code=303)


def make(number: str, *, own: bool) -> None:
    days = request.form.get("days", "")
    given = request.form.get("form", "")
    with transaction() as db:
        sharing.share(
            db,
            sharing.one_of(db, number, owner_id=me().id if own else None),
            days=int(days) if days.isdecimal() and len(days) < 4 else 0,
            with_names=request.form.get("names") == "yes",
            by_id=me().id,
            at=datetime.now(UTC),
            public_id=given if is_public_id(given) else None,
        )
    flash(gettext("The link is made. Copy it below; you can withdraw it at any time."))


def close(number: str, public_id: str, *, own: bool) -> None:
    with transaction() as db:
        sharing.withdraw(
            db,
            sharing.one_of(db, number, owner_id=me().id if own else None),
            public_id,
            by_id=me().id,
            at=datetime.now(UTC),
        )
    flash(gettext("The link shows nothing any more."))


# --- one's own -------------------------------------------------------------------------------------------------


@bp.get("/progress/sign-offs/<number>")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def own(number: str) -> ResponseReturnValue:
    """What was decided about oneself, by whom and why, and what can be done about it."""
    db = session()
    row = sharing.one_of(db, number, owner_id=me().id)
    reversal = service.reversal_of(db, row)
    found = service.review_then(row).readiness if row.bundle is not None else service.readiness_of(db, me().id)
    return render_template(
        "competency/own_sign_off.html",
        row=row,
        reversal=reversal,
        groups=grouped(found),
        found=found,
        names=people.names(db, (row.proposer_id, row.decider_id, reversal.decider_id if reversal else None)),
        shares=shared_links(row),
        days_open=sharing.DAYS_OPEN,
        share_form=new_public_id(),
    )


@bp.post("/progress/sign-offs/<number>/shares")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def share_own(number: str) -> ResponseReturnValue:
    make(number, own=True)
    return redirect(url_for("shared_sign_offs.own", number=number, _anchor="shares"), code=303)


@bp.post("/progress/sign-offs/<number>/shares/<public_id>/withdrawal")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def withdraw_own(number: str, public_id: str) -> ResponseReturnValue:
    close(number, public_id, own=True)
    return redirect(url_for("shared_sign_offs.own", number=number, _anchor="shares"), code=303)
