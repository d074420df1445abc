"""The pages of who sits an exam."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from babel.dates import format_time
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, ngettext

from training.assessment.exams import results, sittings, standing, taking, view
from training.assessment.exams.forms import whole
from training.assessment.exams.taking import Progress, Stale
from training.assessment.forms import given_again, sent_answer
from training.assessment.responses import InvalidAnswer
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to, wants_json
from training.web.errors import worded
from training.web.wording import zone

bp = Blueprint("exams", __name__)

SECTION = "assessment.cases"
DEVICE = "exam_device"


@bp.app_template_filter("clock")
def clock(when: datetime) -> str:
    """ "12:04:31", where the school is."""
    return format_time(when.astimezone(zone()), "HH:mm:ss", locale=get_locale())


@bp.app_template_filter("time_left")
def time_left(seconds: int) -> str:
    """Whole minutes, rounded down; under one minute that."""
    minutes = seconds // 60
    if minutes < 1:
        return str(gettext("less than a minute left"))
    return str(ngettext("%(num)s minute left", "%(num)s minutes left", minutes))


@bp.app_template_filter("minutes")
def minutes_of(span: timedelta | float) -> str:
    seconds = span.total_seconds() if isinstance(span, timedelta) else span * 60
    return str(ngettext("%(num)s minute", "%(num)s minutes", max(1, round(seconds / 60))))


def device() -> str:
    """Which browser this is, by a mark of ours in its session: it is shown to nobody and proves nothing."""
    if DEVICE not in browser:
        browser[DEVICE] = new_public_id()
    found: str = browser[DEVICE]
    return found


def knows_keys() -> bool:
    return any(me().may(one) for one in (Permission.LIBRARY_READ, Permission.PANEL_RATE, Permission.EXAM_RUN))


# --- before ----------------------------------------------------------------------------------------------------


@bp.get("/exams")
@open_to(Permission.EXAM_TAKE, section=SECTION)
def mine() -> ResponseReturnValue:
    now = datetime.now(UTC)
    found = standing.mine(session(), me().id, now, knows_keys=knows_keys())
    return render_template("assessment/exams/mine.html", found=found)


@bp.get("/exams/<sitting_id>")
@open_to(Permission.EXAM_TAKE, section=SECTION)
def before(sitting_id: str) -> ResponseReturnValue:
    """What to know before starting, and the button."""
    return render_template("assessment/exams/before.html", line=line_of(sitting_id), refused=None)


def line_of(sitting_id: str) -> standing.Line:
    """Raises NotFound for a sitting that is not for this person."""
    found = standing.mine(session(), me().id, datetime.now(UTC), knows_keys=knows_keys())
    line = next((one for one in found.lines if one.sitting.public_id == sitting_id), None)
    if line is None:
        raise NotFound("There is no such sitting of yours, or it is over.")
    return line


@bp.post("/exams/<sitting_id>/attempts")
@open_to(Permission.EXAM_TAKE, section=SECTION)
def start(sitting_id: str) -> ResponseReturnValue:
    now = datetime.now(UTC)
    with transaction() as db:
        taking.close_lapsed(db, now, person_id=me().id)  # kept, even if the start is refused
    try:
        with transaction() as db:
            begun = taking.start(db, sitting_id, me().id, device(), now, knows_keys=knows_keys())
    except standing.NotNow as error:
        refused = error.hindrance
        return render_template("assessment/exams/before.html", line=line_of(sitting_id), refused=refused), 403
    return redirect(url_for("exams.attempt", public_id=begun), code=303)


# --- writing ---------------------------------------------------------------------------------------------------


@bp.get("/exams/attempts/<public_id>")
@open_to(Permission.EXAM_TAKE, section=SECTION)
def attempt(public_id: str) -> ResponseReturnValue:
    return show(public_id, whole(request.args.get("question", "")))


def show(public_id: str, number: int, **said: Any) -> ResponseReturnValue:
    """The page of a question; `said`: errors by field and what was given, a notice, the stale answer."""
    found = view.sheet(session(), public_id, me().id, datetime.now(UTC), number=number, device=device())
    if found.over:
        return redirect(url_for("exams.result", public_id=public_id), code=303)
    nothing: dict[str, Any] = {"errors": {}, "given": None, "notice": "", "stale": None}
    return render_template("assessment/exams/question.html", sheet=found, nonce=new_public_id(), **{**nothing, **said})


@bp.post("/exams/attempts/<public_id>/answers")
@open_to(Permission.EXAM_TAKE, section=SECTION)
def answer(public_id: str) -> ResponseReturnValue:
    sent = sent_answer(request.form)
    number = whole(sent.question_id)
    try:
        with transaction() as db:
            saved = taking.save(
                db,
                public_id,
                me().id,
                number,
                sent.response,
                sent.confidence,
                nonce=sent.nonce,
                based_on=whole(request.form.get("based_on", "")),
                device=device(),
                at=datetime.now(UTC),
            )
    except Stale as error:
        if wants_json():
            return jsonify(state="stale", message=worded(error), save=error.latest), 409
        page = show(public_id, number, stale=given_again(sent), notice=worded(error))
        return page if not isinstance(page, str) else (page, 409)
    except Conflict as error:
        if wants_json():
            return jsonify(state="kept", message=worded(error)), 409
        page = show(public_id, number, notice=worded(error))
        return page if not isinstance(page, str) else (page, 409)
    except Invalid as error:
        errors = {error.field if isinstance(error, InvalidAnswer) else "form": worded(error)}
        if wants_json():
            return jsonify(errors=errors), 422
        page = show(public_id, number, errors=errors, given=given_again(sent))
        return page if not isinstance(page, str) else (page, 422)
    return after_saving(saved, number)


def after_saving(saved: Progress, number: int) -> ResponseReturnValue:
    if saved.over and not saved.save:
        if wants_json():
            return jsonify(**told(saved), state="over", message=too_late()), 409
        return redirect(url_for("exams.result", public_id=saved.public_id, late="yes"), code=303)
    if request.form.get("go") != "next":
        location = url_for("exams.attempt", public_id=saved.public_id, question=number)
    elif number < saved.asked:
        location = url_for("exams.attempt", public_id=saved.public_id, question=number + 1)
    else:
        location = url_for("exams.confirm", public_id=saved.public_id)
    if wants_json():
        return jsonify(**told(saved), state="saved", save=saved.save, location=location)
    return redirect(location, code=303)


def too_late() -> str:
    return str(
        gettext("The time is over: this answer reached us after it, and was not saved. What was saved before stands.")
    )


def told(progress: Progress) -> dict[str, Any]:
    """Where an attempt stands, for the script of its page."""
    words = gettext(
        "Saved %(time)s; %(answered)s of %(asked)s answered",
        time=clock(progress.at),
        answered=progress.answered,
        asked=progress.asked,
    )
    return {
        "left": progress.seconds_left,
        "over": progress.over,
        "answered": progress.answered,
        "words": words,
        "result": url_for("exams.result", public_id=progress.public_id),
    }


@bp.post("/exams/attempts/<public_id>/flags")
@open_to(Permission.EXAM_TAKE, section=SECTION)
def flag(public_id: str) -> ResponseReturnValue:
    number, on = whole(request.form.get("question", "")), request.form.get("flagged") == "yes"
    with transaction() as db:
        done = taking.flag(db, public_id, me().id, number, on, device=device(), at=datetime.now(UTC))
    if wants_json():
        return jsonify(**told(done), flagged=on)
    return redirect(url_for("exams.attempt", public_id=public_id, question=number), code=303)


@bp.post("/exams/attempts/<public_id>/here")
@open_to(Permission.EXAM_TAKE, section=SECTION)
def here(public_id: str) -> ResponseReturnValue:
    """Sent by the page's script every minute: how much time is left by the server's clock."""
    with transaction() as db:
        done = taking.here(db, public_id, me().id, device=device(), at=datetime.now(UTC))
    return jsonify(told(done))


# --- the end ---------------------------------------------------------------------------------------------------


@bp.get("/exams/attempts/<public_id>/hand-in")
@open_to(Permission.EXAM_TAKE, section=SECTION)
def confirm(public_id: str) -> ResponseReturnValue:
    found = view.sheet(session(), public_id, me().id, datetime.now(UTC), device=device())
    if found.over:
        return redirect(url_for("exams.result", public_id=public_id), code=303)
    return render_template("assessment/exams/hand_in.html", sheet=found)


@bp.post("/exams/attempts/<public_id>/hand-in")
@open_to(Permission.EXAM_TAKE, section=SECTION)
def hand_in(public_id: str) -> ResponseReturnValue:
    with transaction() as db:
        taking.hand_in(db, public_id, me().id, at=datetime.now(UTC))
    return redirect(url_for("exams.result", public_id=public_id), code=303)


@bp.get("/exams/attempts/<public_id>/result")
@open_to(Permission.EXAM_TAKE, section=SECTION)
def result(public_id: str) -> ResponseReturnValue:
    """What is shown depends on the release: before it, that the answers are safe and who acts next."""
    now = datetime.now(UTC)
    sheet = view.sheet(session(), public_id, me().id, now)
    if not sheet.over:
        return redirect(url_for("exams.attempt", public_id=public_id), code=303)
    found = results.result(session(), public_id, me().id)
    late = too_late() if request.args.get("late") else ""
    titles = competency_titles(found)
    return render_template("assessment/exams/result.html", found=found, late=late, titles=titles)


def competency_titles(found: results.Result) -> dict[str, str]:
    """What people call the competencies of the parts."""
    return sittings.competency_titles(session()) if found.competencies else {}
