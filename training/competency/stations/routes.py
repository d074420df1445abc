"""Running a practical exam: opening it, scoring on a phone, the standards, the release; and one's own results."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from training.accounts import service as people
from training.competency.routes import shared, status_of
from training.competency.stations import drawing, service
from training.competency.stations.forms import ScoreForm, SessionForm
from training.competency.stations.scoring import LEAST_REASON, MOST_REASON, MOST_WORDS
from training.content.documents import Station
from training.db.errors import Conflict, Invalid, Problem, Refused
from training.db.session import session, transaction
from training.library import service as library
from training.measurement.standards import FEWEST_SCORES, TRUSTED_SCORES
from training.web.access import Permission, Role, me, open_to
from training.web.errors import worded
from training.web.paging import Page, asked_page
from training.web.wording import zone

bp = Blueprint("stations", __name__)
bp.context_processor(shared)
SECTION = "competency.trainees"
SESSIONS_A_PAGE = 25
RATING_NAMES = {
    1: lazy_gettext("Fail"),
    2: lazy_gettext("Borderline"),
    3: lazy_gettext("Clear pass"),
    4: lazy_gettext("Good"),
    5: lazy_gettext("Excellent"),
}
DOUBTS = {
    "few": lazy_gettext("Fewer than %(fewest)s scores: a line through them would say nothing.", fewest=FEWEST_SCORES),
    "one-rating": lazy_gettext("Everybody was given the same rating, so there is no line."),
    "none-borderline": lazy_gettext(
        "Nobody was rated borderline or fail, so the line would be drawn beyond what was seen."
    ),
    "not-rising": lazy_gettext("Scores do not rise with the ratings: checklist and examiners saw different things."),
    "off-scale": lazy_gettext("The line meets the borderline rating outside the scale."),
}
OUTCOMES = {
    "passed": lazy_gettext("Passed"),
    "second-look": lazy_gettext("Borderline: second look"),
    "not-yet": lazy_gettext("Not yet"),
}


@bp.context_processor
def words() -> dict[str, object]:
    return {
        "rating_names": RATING_NAMES,
        "doubt_words": DOUBTS,
        "outcome_words": OUTCOMES,
        "trusted": TRUSTED_SCORES,
        "least_reason": LEAST_REASON,
        "most_reason": MOST_REASON,
        "most_words": MOST_WORDS,
    }


# --- sessions --------------------------------------------------------------------------------------------------


@bp.get("/practicals")
@open_to(Permission.EXAM_RUN, section=SECTION)
def sessions() -> ResponseReturnValue:
    db, number = session(), asked_page()
    rows = service.listed(db, limit=SESSIONS_A_PAGE + 1, offset=(number - 1) * SESSIONS_A_PAGE)
    page = Page.of(rows, number, SESSIONS_A_PAGE)
    return render_template("competency/stations/sessions.html", page=page, offered=service.stations_offered(db))


@bp.get("/practicals/new")
@open_to(Permission.EXAM_RUN, section=SECTION)
def new() -> ResponseReturnValue:
    today = datetime.now(UTC).astimezone(zone()).date()
    return show_new(SessionForm(held_on=today.isoformat()))


def show_new(form: SessionForm, problem: Problem | None = None) -> ResponseReturnValue:
    trainees = people.directory(session(), role=Role.TRAINEE)
    page = render_template(
        "competency/stations/new.html",
        form=form,
        offered=[document for _, document in service.stations_offered(session())],
        trainees=trainees,
        cohorts=sorted({name for one in trainees for name in one.cohorts}),
        problem=worded(problem) if problem else "",
    )
    return page, status_of(problem) if problem else 422 if form.errors else 200


@bp.post("/practicals")
@open_to(Permission.EXAM_RUN, section=SECTION)
def open_one() -> ResponseReturnValue:
    form = SessionForm.parse(request.form)
    if form.errors or form.day is None:
        return show_new(form)
    try:
        with transaction() as db:
            trainees = people.directory(db, role=Role.TRAINEE)
            members = [one.public_id for one in trainees if set(one.cohorts) & set(form.cohorts)]
            made = service.open_session(
                db,
                title=form.title,
                held_on=form.day,
                station_ids=form.stations,
                candidate_ids=[*form.people, *members],
                nonce=form.nonce,
                by_id=me().id,
                at=datetime.now(UTC),
            ).public_id
    except (Invalid, Conflict) as problem:
        return show_new(form, problem)
    flash(gettext("The session is open. Examiners can score from now on."))
    return redirect(url_for("stations.one", practical_id=made), code=303)


@bp.get("/practicals/<practical_id>")
@open_to(Permission.EXAM_RUN, section=SECTION)
def one(practical_id: str) -> ResponseReturnValue:
    return show_one(practical_id)


def show_one(practical_id: str, problem: Problem | None = None) -> ResponseReturnValue:
    db = session()
    found = service.practical(db, practical_id)
    standards = service.standards(db, found)
    lines = {(each.place.station.id, each.candidate.id): each for each in service.lines(found, standards)}
    page = render_template(
        "competency/stations/session.html",
        found=found,
        standards=standards,
        lines=lines,
        why_not=service.why_not(found, me().id),
        released_by=people.names(db, [found.row.released_by_id]).get(found.row.released_by_id or 0, ""),
        problem=worded(problem) if problem else "",
    )
    return page, status_of(problem) if problem else 200


@bp.post("/practicals/<practical_id>/release")
@open_to(Permission.SIGN_OFF_DECIDE, section=SECTION)
def release(practical_id: str) -> ResponseReturnValue:
    seen = request.form.get("scores", "")
    try:
        with transaction() as db:
            service.release(
                db,
                practical_id,
                by_id=me().id,
                with_gaps=request.form.get("gaps") == "1",
                scores_seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 7 else -1,
                at=datetime.now(UTC),
            )
    except (Refused, Invalid) as problem:
        return show_one(practical_id, problem)
    flash(gettext("The results are released. Each candidate sees their own."))
    return redirect(url_for("stations.one", practical_id=practical_id), code=303)


# --- a station -------------------------------------------------------------------------------------------------


@bp.get("/practicals/<practical_id>/stations/<station_id>")
@open_to(Permission.EXAM_RUN, section=SECTION)
def station(practical_id: str, station_id: str) -> ResponseReturnValue:
    """What the examiner reads before, and who is still to come."""
    found = service.practical(session(), practical_id)
    return render_template("competency/stations/station.html", found=found, place=found.place(station_id))


@bp.get("/practicals/<practical_id>/stations/<station_id>/standard")
@open_to(Permission.EXAM_RUN, section=SECTION)
def standard(practical_id: str, station_id: str) -> ResponseReturnValue:
    db = session()
    found = service.practical(db, practical_id)
    place = found.place(station_id)
    here = service.standards(db, found)[station_id]
    return render_template(
        "competency/stations/standard.html",
        found=found,
        place=place,
        standard=here,
        picture=drawing.scores_over_ratings(
            here,
            text=gettext(
                "Checklist scores over global ratings of “%(station)s”, with the cut at %(cut)s per cent; the table "
                "below has each score.",
                station=place.station.title,
                cut=round(here.cut * 100, 1),
            ),
            axis=gettext("Checklist, per cent of its weight"),
            cut=gettext("cut %(cut)s %%", cut=round(here.cut * 100, 1)),
            ratings=[str(name) for name in RATING_NAMES.values()],
        ),
    )


# --- scoring ---------------------------------------------------------------------------------------------------


@bp.get("/practicals/<practical_id>/stations/<station_id>/candidates/<public_id>")
@open_to(Permission.EXAM_RUN, section=SECTION)
def candidate(practical_id: str, station_id: str, public_id: str) -> ResponseReturnValue:
    return show_candidate(practical_id, station_id, public_id)


def show_candidate(
    practical_id: str,
    station_id: str,
    public_id: str,
    *,
    form: ScoreForm | None = None,
    problem: Problem | None = None,
) -> ResponseReturnValue:
    db = session()
    found = service.practical(db, practical_id)
    place, person = found.place(station_id), found.candidate(public_id)
    given = place.scores.get(person.id)
    struck = service.struck_at_station(db, found.row.id, station_id, person.id)
    writers = [
        given.examiner_id if given else None,
        *(who for one in struck for who in (one.examiner_id, one.struck_by_id)),
    ]
    page = render_template(
        "competency/stations/score.html",
        found=found,
        place=place,
        person=person,
        given=given,
        struck=struck,
        names=people.names(db, writers),
        form=form or ScoreForm(),
        barred=me().id in {each.id for each in found.candidates},
        problem=worded(problem) if problem else "",
    )
    errors = form.errors if form else {}
    return page, status_of(problem) if problem else 422 if errors else 200


@bp.post("/practicals/<practical_id>/stations/<station_id>/candidates/<public_id>")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def score(practical_id: str, station_id: str, public_id: str) -> ResponseReturnValue:
    found = service.practical(session(), practical_id)
    place, person = found.place(station_id), found.candidate(public_id)
    form = ScoreForm.parse(request.form, place.station)
    if form.errors:
        return show_candidate(practical_id, station_id, public_id, form=form)
    try:
        with transaction() as db:
            service.score(
                db,
                practical_id,
                station_id,
                candidate_id=person.id,
                examiner_id=me().id,
                done=form.done,
                rating=form.rating,
                comment=form.comment,
                nonce=form.nonce,
                at=datetime.now(UTC),
            )
    except (Invalid, Refused, Conflict) as problem:
        return show_candidate(practical_id, station_id, public_id, form=form, problem=problem)
    flash(gettext("Saved: %(name)s.", name=person.name))
    return redirect(url_for("stations.station", practical_id=practical_id, station_id=station_id), code=303)


@bp.post("/practicals/scores/<score_id>/strike")
@open_to(Permission.EXAM_RUN, section=SECTION)
def strike(score_id: str) -> ResponseReturnValue:
    row, exam = service.score_of(session(), score_id)
    person = people.person_of(session(), row.candidate_id).public_id
    exam_id, station_id = exam.public_id, row.station_id
    try:
        with transaction() as db:
            service.strike(db, score_id, by_id=me().id, reason=request.form.get("reason", ""), at=datetime.now(UTC))
    except (Invalid, Refused) as problem:
        return show_candidate(exam_id, station_id, person, problem=problem)
    flash(gettext("The score is struck. It can be given anew."))
    address = url_for("stations.candidate", practical_id=exam_id, station_id=station_id, public_id=person)
    return redirect(address, code=303)


# --- one's own results -----------------------------------------------------------------------------------------


@bp.get("/progress/stations")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def own() -> ResponseReturnValue:
    """Released results only: of a session that is not released there is nothing here, not even that it was held."""
    db = session()
    released = service.released_of(db, [me().id])
    return render_template("competency/stations/own.html", results=[(one, stations_of(one)) for one in released])


def stations_of(result: service.Released) -> Station:
    found = library.document(session(), result.version_hash)
    assert isinstance(found, Station)  # constraints and the release see to it
    return found
