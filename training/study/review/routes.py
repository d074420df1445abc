"""Spaced review: the overview, one card at a time, and how the day went."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.assessment import service as assessment
from training.db.errors import Invalid
from training.db.session import session, transaction
from training.study.review import forms, service
from training.study.review.faces import Face
from training.web.access import Permission, me, open_to, wants_json
from training.web.errors import worded
from training.web.wording import zone

bp = Blueprint("review", __name__)
SECTION = "home.front"


@bp.app_template_global()
def review_left() -> service.Left:
    """How many cards the person has left today, for the first page; one query."""
    return service.left_today(session(), me().id, datetime.now(UTC), zone())


def secret() -> str:
    return str(current_app.secret_key)


@bp.get("/review")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def overview() -> ResponseReturnValue:
    return show_overview()


def show_overview(form: forms.AmountsForm | None = None) -> ResponseReturnValue:
    found = service.overview(session(), me().id, datetime.now(UTC), zone())
    page = render_template("study/review/overview.html", found=found, day=found.day, form=form)
    return page, 422 if form else 200


@bp.post("/review/amounts")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def amounts() -> ResponseReturnValue:
    form = forms.AmountsForm.parse(request.form)
    if form.amounts is None:
        return show_overview(form)
    with transaction() as db:
        service.keep_amounts(db, me().id, form.amounts, at=datetime.now(UTC))
    flash(gettext("Kept. It holds from now on."))
    return redirect(url_for("review.overview"), code=303)


@bp.get("/review/next")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def following() -> ResponseReturnValue:
    """The card that comes now; the end page when none does."""
    now = datetime.now(UTC)
    day = service.day_of(session(), me().id, now, zone(), only_now=True)
    card = service.next_card(day, me().public_id)
    if card is None:
        return redirect(url_for("review.today"), code=302)
    return show_card(
        card.face,
        service.Showing(card.face.key, card.number, card.face.version_hash, now),
        day=day,
        new=card.new,
        again=card.again,
    )


def show_card(
    face: Face,
    showing: service.Showing,
    *,
    day: service.Day | None = None,
    new: bool = False,
    again: bool = False,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> str:
    return render_template(
        "study/review/card.html",
        face=face,
        token=forms.token(secret(), me().public_id, showing),
        shown=assessment.shown(face.question, me().public_id) if face.question else None,
        day=day,
        new=new,
        again=again,
        errors=errors or {},
        given=given or {},
    )


@bp.post("/review/answers")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def answer() -> ResponseReturnValue:
    sent = forms.sent(request.form)
    showing = None
    try:
        showing = forms.showing(secret(), me().public_id, sent.token)
        with transaction() as db:
            saved = service.answer(
                db, me().id, me().public_id, showing, sent.response, at=datetime.now(UTC), zone=zone()
            )
    except service.AnsweredAlready as error:
        location = url_for("review.look", public_id=error.public_id)
        if wants_json():
            return jsonify(state="kept", message=worded(error), location=location), 409
        return show_look(error.public_id, notice=worded(error)), 409
    except Invalid as error:
        errors = {error.field if isinstance(error, assessment.InvalidAnswer) else "form": worded(error)}
        if wants_json():
            return jsonify(errors=errors), 422
        if showing is None:
            raise
        face = service.shown_face(session(), showing, me().public_id)
        return show_card(face, showing, errors=errors, given=sent.response), 422
    location = url_for("review.look", public_id=saved.public_id)
    if wants_json():
        return jsonify(state="saved", location=location)
    return redirect(location, code=303)


@bp.get("/review/answers/<public_id>")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def look(public_id: str) -> ResponseReturnValue:
    return show_look(public_id)


def show_look(public_id: str, notice: str = "") -> str:
    found = service.look(session(), public_id, me().id)
    shown = assessment.shown(found.face.question, me().public_id) if found.face and found.face.question else None
    return render_template("study/review/look.html", look=found, shown=shown, notice=notice)


@bp.get("/review/today")
@open_to(Permission.COURSE_STUDY, section=SECTION)
def today() -> ResponseReturnValue:
    """Stop here, any time: how the day went, and when to come back."""
    found = service.today(session(), me().id, datetime.now(UTC), zone())
    return render_template("study/review/today.html", today=found, day=found.day)
