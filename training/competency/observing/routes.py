"""Writing what was seen, and reading what was written about oneself."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.competency import service
from training.competency.observing.forms import ObservationForm
from training.competency.routes import shared, trainee_of, trainee_page
from training.db.errors import Conflict, Invalid, Refused
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to
from training.web.wording import zone

bp = Blueprint("observing", __name__)
bp.context_processor(shared)


@bp.get("/progress/observations")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def own_observations() -> ResponseReturnValue:
    """What assessors wrote about oneself, word for word."""
    review = service.review(session(), me().id)
    return render_template("competency/observations.html", observations=review.evidence.observations)


@bp.post("/trainees/<public_id>/observations")
@open_to(Permission.TRAINEE_OBSERVE, section="competency.trainees")
def observe(public_id: str) -> ResponseReturnValue:
    person, form, now = trainee_of(public_id), ObservationForm.parse(request.form), datetime.now(UTC)
    if form.errors or form.day is None:
        return trainee_page(person, observation=form)
    try:
        with transaction() as db:
            service.record_observation(
                db,
                trainee_id=person.id,
                assessor_id=me().id,
                region=form.region,
                seen=form.seen,
                entrustment=form.entrustment,
                observed_on=form.day,
                nonce=form.nonce,
                today=now.astimezone(zone()).date(),
                at=now,
            )
    except (Invalid, Refused, Conflict) as problem:
        return trainee_page(person, observation=form, problem=problem)
    flash(gettext("The observation is recorded. %(name)s can see it.", name=person.name))
    return redirect(url_for("competency.trainee", public_id=public_id, _anchor="observations"), code=303)
