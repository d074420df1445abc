"""The pages of who runs exams: sittings, extra time, the board, figures, the release, results, the bank's coverage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training.accounts import service as people
from training.assessment.analysis import export as tables
from training.assessment.analysis.service import FEWEST_OF_A_COHORT
from training.assessment.exams import export, figures, forms, pictures, release, results, sittings, taking
from training.content.exams import said
from training.db.errors import Conflict, Invalid, NotFound, Problem, Refused
from training.db.session import session, transaction
from training.measurement.sample_size import COUNTS_ONLY, TRUSTED, Standing, standing
from training.web.access import Permission, me, open_to
from training.web.errors import worded
from training.web.wording import zone

bp = Blueprint("sittings", __name__)

SECTION = "analysis.overview"
RUN = Permission.EXAM_RUN


@bp.context_processor
def shared() -> dict[str, object]:
    return {
        "pictures": pictures,
        "flag_words": tables.FLAGS,
        "Standing": Standing,
        "standing": standing,
        "limits": {"counts": COUNTS_ONLY, "trusted": TRUSTED, "hard": 0.3, "weak": 0.15},
        "row_words": said,
    }


@bp.app_template_filter("local_input")
def local_input(when: datetime | None) -> str:
    """As `<input type="datetime-local">` takes it, in the school's time zone."""
    return when.astimezone(zone()).strftime("%Y-%m-%dT%H:%M") if when else ""


@bp.get("/exams/sittings")
@open_to(Permission.ANALYSIS_READ, section=SECTION)
def listed() -> ResponseReturnValue:
    now = datetime.now(UTC)
    shown = {"sittings": sittings.sittings(session()), "exams": sittings.exams_offered(session()), "now": now}
    return render_template("assessment/exams/sittings.html", **shown)


# --- making and changing ---------------------------------------------------------------------------------------


@bp.get("/exams/sittings/new")
@open_to(RUN, section=SECTION)
def new() -> ResponseReturnValue:
    """A form with sensible times: tomorrow at nine, for eight hours."""
    tomorrow = (datetime.now(zone()) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    values = {"exam_id": request.args.get("exam", ""), "opens_at": tomorrow, "closes_at": tomorrow + timedelta(hours=8)}
    return form_page(None, {**values, "cohorts": ()}, {})


@bp.post("/exams/sittings")
@open_to(RUN, section=SECTION)
def make() -> ResponseReturnValue:
    form = forms.SittingForm.parse(request.form, zone())
    errors = dict(form.errors)
    if not errors and form.opens_at and form.closes_at:
        try:
            with transaction() as db:
                made = sittings.make(
                    db, form.exam_id, form.opens_at, form.closes_at, form.cohorts, by_id=me().id, at=datetime.now(UTC)
                )
            return redirect(url_for("sittings.one", sitting_id=made), code=303)
        except NotFound:
            errors["exam"] = gettext("Choose an exam.")
        except Invalid as error:
            errors["closes_at"] = worded(error)
    return form_page(None, vars_of(form), errors), 422


@bp.get("/exams/sittings/<sitting_id>/edit")
@open_to(RUN, section=SECTION)
def edit(sitting_id: str) -> ResponseReturnValue:
    found = sittings.sitting(session(), sitting_id)
    cohorts = tuple(public_id for public_id, _ in found.cohorts)
    values = {"exam_id": found.exam.id, "opens_at": found.opens_at, "closes_at": found.closes_at, "cohorts": cohorts}
    return form_page(found, values, {})


@bp.post("/exams/sittings/<sitting_id>")
@open_to(RUN, section=SECTION)
def change(sitting_id: str) -> ResponseReturnValue:
    now = datetime.now(UTC)
    found = sittings.sitting(session(), sitting_id)
    form = forms.SittingForm.parse(request.form, zone(), found if found.state(now) in ("open", "closed") else None)
    errors = dict(form.errors)
    touches = ""
    if not errors and form.opens_at and form.closes_at:
        try:
            with transaction() as db:
                sittings.change(
                    db,
                    sitting_id,
                    form.opens_at,
                    form.closes_at,
                    form.cohorts,
                    confirmed=form.confirmed,
                    by_id=me().id,
                    at=now,
                )
            return redirect(url_for("sittings.one", sitting_id=sitting_id), code=303)
        except sittings.TouchesPeople as error:
            touches = worded(error)
        except (Invalid, NotFound, Refused) as error:
            errors["closes_at"] = worded(error)
    return form_page(found, vars_of(form), errors, touches), 422


def vars_of(form: forms.SittingForm) -> dict[str, Any]:
    return {
        "exam_id": form.exam_id,
        "opens_at": form.opens_at,
        "closes_at": form.closes_at,
        "cohorts": form.cohorts,
    }


def form_page(found: sittings.Sitting | None, values: dict[str, Any], errors: dict[str, str], touches: str = "") -> str:
    shown = {
        "sitting": found,
        "begun": found is not None and found.state(datetime.now(UTC)) in ("open", "closed", "released"),
        "values": values,
        "errors": errors,
        "touches": touches,
        "exams": sittings.exams_offered(session()),
        "cohorts": people.cohorts(session()),
    }
    return render_template("assessment/exams/edit.html", **shown)


# --- one sitting -----------------------------------------------------------------------------------------------


@bp.get("/exams/sittings/<sitting_id>")
@open_to(RUN, section=SECTION)
def one(sitting_id: str) -> ResponseReturnValue:
    return sitting_page(sitting_id)


def sitting_page(sitting_id: str, problem: Problem | None = None) -> str:
    """The blueprint tried for everybody until it opens, the board from then on."""
    now = datetime.now(UTC)
    found = sittings.sitting(session(), sitting_id)
    state = found.state(now)
    early = state in ("draft", "upcoming")
    shown = {
        "sitting": found,
        "state": state,
        "now": now,
        "lacking": sittings.lacking(session(), found) if early else [],
        "board": results.board(session(), found, now),
        "given": sittings.accommodations(session(), found),
        "candidates": sittings.candidates(session(), found),
        "problem": worded(problem) if problem else "",
    }
    return render_template("assessment/exams/sitting.html", **shown)


@bp.post("/exams/sittings/<sitting_id>/announce")
@open_to(RUN, section=SECTION)
def announce(sitting_id: str) -> ResponseReturnValue:
    try:
        with transaction() as db:
            sittings.announce(db, sitting_id, by_id=me().id, at=datetime.now(UTC))
    except Refused as error:
        return sitting_page(sitting_id, error), 409
    return back(sitting_id)


@bp.post("/exams/sittings/<sitting_id>/extra-time")
@open_to(RUN, section=SECTION)
def accommodate(sitting_id: str) -> ResponseReturnValue:
    minutes = forms.whole(request.form.get("minutes", ""))
    person, reason = request.form.get("person", ""), request.form.get("reason", "").replace("\x00", "")
    try:
        with transaction() as db:
            sittings.accommodate(db, sitting_id, person, minutes, reason, by_id=me().id, at=datetime.now(UTC))
    except (Invalid, Refused) as error:
        return sitting_page(sitting_id, error), 422
    return back(sitting_id)


@bp.post("/exams/sittings/<sitting_id>/close-lapsed")
@open_to(RUN, section=SECTION)
def close_lapsed(sitting_id: str) -> ResponseReturnValue:
    """Hand in what ran out of time and nobody has looked at since."""
    found = sittings.sitting(session(), sitting_id)
    with transaction() as db:
        taking.close_lapsed(db, datetime.now(UTC), sitting_id=found.id)
    return back(sitting_id)


def back(sitting_id: str) -> ResponseReturnValue:
    return redirect(url_for("sittings.one", sitting_id=sitting_id), code=303)


# --- figures, striking, releasing ------------------------------------------------------------------------------


@bp.get("/exams/sittings/<sitting_id>/figures")
@open_to(RUN, section=SECTION)
def sitting_figures(sitting_id: str) -> ResponseReturnValue:
    return figures_page(sitting_id)


def figures_page(sitting_id: str, problem: Problem | None = None) -> str:
    now = datetime.now(UTC)
    found = sittings.sitting(session(), sitting_id)
    counted = figures.of_sitting(session(), found.exam, found.id)
    shown = {
        "sitting": found,
        "state": found.state(now),
        "found": counted,
        "scores": export.scores_table(counted),
        "struck": release.struck_of(session(), found.id),
        "problem": worded(problem) if problem else "",
    }
    return render_template("assessment/exams/figures.html", **shown)


@bp.post("/exams/sittings/<sitting_id>/strikes")
@open_to(RUN, section=SECTION)
def strike(sitting_id: str) -> ResponseReturnValue:
    item, _, question = request.form.get("question", "").replace("\x00", "").partition("#")
    reason = request.form.get("reason", "").replace("\x00", "")
    try:
        with transaction() as db:
            release.strike(db, sitting_id, item, question, reason, by_id=me().id, at=datetime.now(UTC))
    except (Invalid, Refused) as error:
        return figures_page(sitting_id, error), 422
    return redirect(url_for("sittings.sitting_figures", sitting_id=sitting_id), code=303)


@bp.post("/exams/sittings/<sitting_id>/release")
@open_to(RUN, section=SECTION)
def release_results(sitting_id: str) -> ResponseReturnValue:
    """Whoever ran out of time and was not looked at since is handed in first."""
    now = datetime.now(UTC)
    found = sittings.sitting(session(), sitting_id)
    try:
        with transaction() as db:
            taking.close_lapsed(db, now, sitting_id=found.id)
            shown = release.release(db, sitting_id, by_id=me().id, at=now)
    except (Conflict, Refused) as error:
        return figures_page(sitting_id, error), 409
    flash(ngettext("Released to %(num)s candidate.", "Released to %(num)s candidates.", shown))
    return redirect(url_for("sittings.result_list", sitting_id=sitting_id), code=303)


@bp.get("/exams/sittings/<sitting_id>/results")
@open_to(RUN, section=SECTION)
def result_list(sitting_id: str) -> ResponseReturnValue:
    found = sittings.sitting(session(), sitting_id)
    lines = results.results_table(session(), found)
    shown = {"sitting": found, "state": found.state(datetime.now(UTC)), "lines": lines}
    return render_template("assessment/exams/results.html", table=export.results_table(lines), **shown)


@bp.get("/exams/sittings/<sitting_id>/results.csv")
@open_to(RUN, section=SECTION)
def results_file(sitting_id: str) -> ResponseReturnValue:
    found = sittings.sitting(session(), sitting_id)
    table = export.results_table(results.results_table(session(), found))
    name = f"{found.exam.id}-{found.opens_at:%Y-%m-%d}-results.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(tables.as_csv(table), mimetype="text/csv", headers=headers)


# --- an exam over all sittings ---------------------------------------------------------------------------------


@bp.get("/exams/figures/<exam_id>")
@open_to(Permission.ANALYSIS_READ, section=SECTION)
def exam_figures(exam_id: str) -> ResponseReturnValue:
    """The released attempts, and what the bank still holds for the blueprint."""
    found = next((exam for _, exam in sittings.exams_offered(session()) if exam.id == exam_id), None)
    if found is None:
        raise NotFound("There is no such exam. It may have been withdrawn.")
    counted = figures.of_exam(session(), found)
    shown = {
        "exam": found,
        "found": counted,
        "scores": export.scores_table(counted),
        "coverage": figures.coverage(session(), found),
        "titles": sittings.competency_titles(session()),
        "about_persons": counted.people < FEWEST_OF_A_COHORT and not me().may(Permission.TRAINEE_READ),
        "fewest": FEWEST_OF_A_COHORT,
    }
    return render_template("assessment/exams/exam.html", **shown)
