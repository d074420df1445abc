"""A sample encounter: read it, write, rate, and see what was expected."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.competency.calibrating import service
from training.competency.observing.forms import read_level
from training.competency.routes import shared, status_of
from training.competency.rule.behaviour import hint_for
from training.competency.words import LEAST_WORDS
from training.db.errors import Conflict, Invalid
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to
from training.web.errors import worded

bp = Blueprint("calibrating", __name__, url_prefix="/observing/samples")
bp.context_processor(shared)

SECTION = "competency.trainees"


@bp.get("/<sample_id>")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def sample(sample_id: str) -> ResponseReturnValue:
    return sample_page(sample_id)


@bp.post("/<sample_id>/words")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def write(sample_id: str) -> ResponseReturnValue:
    words = request.form.get("seen", "").strip()
    try:
        with transaction() as db:
            service.write_words(db, me().id, sample_id, words=words, at=datetime.now(UTC))
    except Invalid as problem:
        return sample_page(sample_id, words=words, errors={"seen": worded(problem)})
    except Conflict as problem:
        return sample_page(sample_id, problem=problem)
    return redirect(url_for("calibrating.sample", sample_id=sample_id, _anchor="rate"), code=303)


@bp.post("/<sample_id>/rating")
@open_to(Permission.TRAINEE_OBSERVE, section=SECTION)
def rate(sample_id: str) -> ResponseReturnValue:
    level = read_level(request.form.get("entrustment", ""))
    if not level:
        return sample_page(sample_id, errors={"entrustment": gettext("Choose how far you could let go.")})
    try:
        with transaction() as db:
            service.rate(db, me().id, sample_id, entrustment=level, at=datetime.now(UTC))
    except (Invalid, Conflict) as problem:
        return sample_page(sample_id, problem=problem)
    return redirect(url_for("calibrating.sample", sample_id=sample_id, _anchor="expected"), code=303)


def sample_page(
    sample_id: str,
    *,
    words: str | None = None,
    errors: dict[str, str] | None = None,
    problem: Invalid | Conflict | None = None,
) -> ResponseReturnValue:
    """The step that comes next; the expected range is on the page only after the rating."""
    db = session()
    found = service.sample_for(db, me().id, sample_id)
    rating = found.rating
    rated = found.entrustment is not None
    rewriting = words is not None or (rating is not None and not rated and "words" in request.args)
    following = next(
        (one for one in service.samples_for(db, me().id) if one.entrustment is None and one.encounter.id != sample_id),
        None,
    )
    page = render_template(
        "competency/calibrating/sample.html",
        found=found,
        writing=not rated and (rating is None or rewriting),
        words=words if words is not None else rating.words if rating is not None else "",
        hint=hint_for(rating.words) if rating is not None else None,
        colleagues=service.colleagues(db, found, me().id) if rated else None,
        least_colleagues=service.LEAST_COLLEAGUES,
        following=following,
        errors=errors or {},
        least_words=LEAST_WORDS,
        problem=worded(problem) if problem else "",
    )
    return page, status_of(problem) if problem else 422 if errors else 200
