"""Writing what was seen, then rating and signing it; and reading what was written about oneself."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.accounts import service as people
from training.competency import service as competency
from training.competency.calibrating.service import Uncalibrated
from training.competency.observing import requests, service
from training.competency.observing.forms import ObservationForm, SignForm
from training.competency.observing.models import ObservationDraft, ObservationRequest
from training.competency.observing.requests import Closed
from training.competency.proving_routes import proven
from training.competency.routes import shared, status_of, trainee_of, trainee_page
from training.competency.rule.behaviour import hint_for
from training.db.errors import Conflict, Invalid, Problem, Refused
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to
from training.web.errors import worded
from training.web.wording import zone

bp = Blueprint("observing", __name__)
bp.context_processor(shared)

SECTION = "competency.trainees"


@bp.get("/progress/observations")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def own_observations() -> ResponseReturnValue:
    """What assessors wrote about oneself, word for word."""
    review = competency.review(session(), me().id)
    return render_template("competency/observations.html", observations=review.evidence.observations)


# --- first the words -------------------------------------------------------------------------------------------


@bp.get("/o/<token>")
@open_to(Permission.ACCOUNT_OWN)
def link(token: str) -> ResponseReturnValue:
    """What a trainee's code opens: for an assessor the page of the words, for anybody else the reason why not."""
    db, now = session(), datetime.now(UTC)
    asked = requests.request_behind(db, token)
    if not me().may(Permission.TRAINEE_OBSERVE) and asked.trainee_id != me().id:
        return closed_page(gettext("This link is for an assessor. Nothing was opened, and nothing is lost."), None, 403)
    try:
        requests.refuse_unless_open(db, asked, me().id, at=now)
    except Refused as problem:
        return closed_page(worded(problem), asked, 410 if isinstance(problem, Closed) else 403)
    begun = next((one for one in service.drafts_of(db, me().id) if one.request_id == asked.id), None)
    form = form_of(begun) if begun else ObservationForm(region=asked.region, observed_on=today_of(now).isoformat())
    return words_page(asked.trainee_id, form, url_for("observing.write_by_link", token=token), asked=asked)


@bp.post("/o/<token>")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def write_by_link(token: str) -> ResponseReturnValue:
    asked, form, now = requests.request_behind(session(), token), ObservationForm.parse(request.form), datetime.now(UTC)
    here = url_for("observing.write_by_link", token=token)
    if form.errors or form.day is None:
        return words_page(asked.trainee_id, form, here, asked=asked)
    try:
        draft_id = save_words(asked.trainee_id, form, form.day, now, asked)
    except Closed as problem:
        return closed_page(worded(problem), asked, 410)
    except (Invalid, Refused, Conflict) as problem:
        return words_page(asked.trainee_id, form, here, asked=asked, problem=problem)
    return redirect(url_for("observing.rating", public_id=draft_id), code=303)


@bp.post("/trainees/<public_id>/observations")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def observe(public_id: str) -> ResponseReturnValue:
    """The same without a request, from the trainee's page."""
    person, form, now = trainee_of(public_id), ObservationForm.parse(request.form), datetime.now(UTC)
    if form.errors or form.day is None:
        return trainee_page(person, observation=form)
    try:
        draft_id = save_words(person.id, form, form.day, now)
    except (Invalid, Refused, Conflict) as problem:
        return trainee_page(person, observation=form, problem=problem)
    return redirect(url_for("observing.rating", public_id=draft_id), code=303)


def save_words(
    trainee_id: int, form: ObservationForm, day: date, now: datetime, asked: ObservationRequest | None = None
) -> str:
    """The public id of the draft."""
    with transaction() as db:
        draft = service.write_words(
            db,
            trainee_id=trainee_id,
            assessor_id=me().id,
            region=form.region,
            seen=form.seen,
            observed_on=day,
            nonce=form.nonce,
            today=today_of(now),
            at=now,
            request=asked,
        )
        return draft.public_id


@bp.get("/observations/<public_id>/words")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def words(public_id: str) -> ResponseReturnValue:
    draft = service.draft_of(session(), public_id, me().id)
    if draft.observation_id is not None:
        return signed_already(draft)
    return words_page(draft.trainee_id, form_of(draft), url_for("observing.rewrite", public_id=public_id))


@bp.post("/observations/<public_id>/words")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def rewrite(public_id: str) -> ResponseReturnValue:
    draft, form, now = (
        service.draft_of(session(), public_id, me().id),
        ObservationForm.parse(request.form),
        datetime.now(UTC),
    )
    trainee_id, here = draft.trainee_id, url_for("observing.rewrite", public_id=public_id)
    if form.errors or form.day is None:
        return words_page(trainee_id, form, here)
    try:
        with transaction() as db:
            service.rewrite_words(
                db,
                public_id,
                me().id,
                region=form.region,
                seen=form.seen,
                observed_on=form.day,
                today=today_of(now),
                at=now,
            )
    except (Invalid, Refused, Conflict) as problem:
        return words_page(trainee_id, form, here, problem=problem)
    return redirect(url_for("observing.rating", public_id=public_id), code=303)


def words_page(
    trainee_id: int,
    form: ObservationForm,
    action: str,
    *,
    asked: ObservationRequest | None = None,
    problem: Problem | None = None,
) -> ResponseReturnValue:
    """What was seen, where and when: nothing here can rate."""
    page = render_template(
        "competency/observing/words.html",
        person=people.person_of(session(), trainee_id),
        form=form,
        action=action,
        asked=asked,
        today=today_of(datetime.now(UTC)),
        days_back=service.DAYS_BACK,
        least_words=service.LEAST_WORDS,
        problem=worded(problem) if problem else "",
    )
    return page, status_of(problem) if problem else 422 if form.errors else 200


def closed_page(message: str, asked: ObservationRequest | None, status: int) -> ResponseReturnValue:
    """Why a link opens nothing, and where to go on; of the trainee only an assessor learns anything."""
    own = asked is not None and asked.trainee_id == me().id
    may_go_on = asked is not None and not own and me().may(Permission.TRAINEE_OBSERVE)
    person = people.person_of(session(), asked.trainee_id) if asked is not None and may_go_on else None
    page = render_template(
        "competency/observing/closed.html", message=message, asked=asked if own else None, person=person
    )
    return page, status


# --- then the rating -------------------------------------------------------------------------------------------


@bp.get("/observations/<public_id>")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def rating(public_id: str) -> ResponseReturnValue:
    draft = service.draft_of(session(), public_id, me().id)
    return signed_already(draft) if draft.observation_id is not None else rating_page(draft, SignForm())


@bp.post("/observations/<public_id>")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def sign(public_id: str) -> ResponseReturnValue:
    draft, form, now = service.draft_of(session(), public_id, me().id), SignForm.parse(request.form), datetime.now(UTC)
    if form.errors:
        return rating_page(draft, form)
    if not proven(form.password, now):
        form.errors["password"] = gettext("That is not your password. Type it again; nothing was signed.")
        return rating_page(service.draft_of(session(), public_id, me().id), form)
    try:
        with transaction() as db:
            row = service.sign(
                db, public_id, assessor_id=me().id, entrustment=form.entrustment, today=today_of(now), at=now
            )
            trainee_id = row.trainee_id
    except (Invalid, Refused, Conflict) as problem:
        return rating_page(service.draft_of(session(), public_id, me().id), form, problem)
    person = people.person_of(session(), trainee_id)
    flash(gettext("The observation is recorded. %(name)s can see it.", name=person.name))
    return redirect(url_for("competency.trainee", public_id=person.public_id, _anchor="observations"), code=303)


def rating_page(draft: ObservationDraft, form: SignForm, problem: Problem | None = None) -> ResponseReturnValue:
    """The words as they are saved, a hint when they name no behaviour, and the five levels."""
    db, now = session(), datetime.now(UTC)
    closed = service.why_closed(db, draft, at=now)
    page = render_template(
        "competency/observing/rating.html",
        draft=draft,
        person=people.person_of(db, draft.trainee_id),
        hint=hint_for(draft.seen),
        closed=worded(closed) if closed else "",
        form=form,
        problem=worded(problem) if problem and not closed else "",
        needs_samples=isinstance(problem, Uncalibrated),
    )
    if problem is not None:
        return page, 409 if isinstance(problem, Closed) else status_of(problem)
    return page, 422 if form.errors else 200


@bp.post("/observations/<public_id>/own")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def keep_as_own(public_id: str) -> ResponseReturnValue:
    """The request is gone, but what was seen was seen: go on without it."""
    with transaction() as db:
        service.keep_as_own(db, public_id, me().id)
    flash(gettext("Your words stand on their own now. Rate and sign them."))
    return redirect(url_for("observing.rating", public_id=public_id), code=303)


@bp.post("/observations/<public_id>/discard")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def discard(public_id: str) -> ResponseReturnValue:
    with transaction() as db:
        service.discard(db, public_id, me().id)
    flash(gettext("The words are thrown away. Nothing was recorded."))
    return redirect(url_for("stringency.own"), code=303)


def signed_already(draft: ObservationDraft) -> ResponseReturnValue:
    """To where it stands among the others."""
    person = people.person_of(session(), draft.trainee_id)
    return redirect(url_for("competency.trainee", public_id=person.public_id, _anchor="observations"), code=303)


def form_of(draft: ObservationDraft) -> ObservationForm:
    return ObservationForm(draft.seen, draft.region, draft.observed_on.isoformat(), draft.nonce)


def today_of(now: datetime) -> date:
    """The day it is where the school is."""
    return now.astimezone(zone()).date()
