"""Rules where people practise, one's own record of it, and an instructor's look into the register."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from training.accounts.service import Profile
from training.competency.jurisdiction import rules, service
from training.competency.jurisdiction.forms import PracticeForm, choices
from training.competency.routes import status_of, trainee_of
from training.content.jurisdictions import FACTS, Fact, Jurisdiction
from training.db.errors import Conflict, Invalid, Problem, Refused
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to
from training.web.errors import worded
from training.web.wording import zone

bp = Blueprint("jurisdiction", __name__)

FACT_NAMES = {
    "training": lazy_gettext("Training"),
    "supervised": lazy_gettext("Supervised sessions"),
    "adverse_events": lazy_gettext("Telling of adverse events"),
    "renewal": lazy_gettext("Renewal"),
}


@bp.app_template_global()
def stale_rule(fact: Fact) -> bool:
    """Whether a rule asks for a look today."""
    return rules.is_stale(fact, today())


@bp.app_template_global()
def named_facts(one: Jurisdiction) -> list[tuple[str, Fact]]:
    """The four facts of a jurisdiction with their names, in their order."""
    return [(str(FACT_NAMES[name]), one.facts[name]) for name in FACTS]


def today() -> date:
    return datetime.now(UTC).astimezone(zone()).date()


@bp.get("/jurisdictions")
@open_to(Permission.JURISDICTION_READ, section="")
def jurisdictions() -> ResponseReturnValue:
    """Every rule, and which of them ask for a look."""
    found = rules.jurisdictions()
    return render_template(
        "competency/jurisdiction/jurisdictions.html",
        jurisdictions=found,
        stale=rules.stale(found, today()),
        fact_names=FACT_NAMES,
    )


# --- one's own -------------------------------------------------------------------------------------------------


@bp.get("/progress/practice")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def own() -> ResponseReturnValue:
    return own_page()


@bp.post("/progress/practice")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def claim() -> ResponseReturnValue:
    form = PracticeForm.parse(request.form)
    if form.errors:
        return own_page(form)
    try:
        with transaction() as db:
            service.claim(
                db,
                me().id,
                place=form.place,
                register=form.register,
                licence=form.licence,
                seen=form.seen,
                at=datetime.now(UTC),
            )
    except (Invalid, Conflict) as problem:
        return own_page(form, problem)
    flash(gettext("Kept. An instructor confirms it by looking into the register."))
    return redirect(url_for("jurisdiction.own"), code=303)


def own_page(form: PracticeForm | None = None, problem: Problem | None = None) -> ResponseReturnValue:
    card = service.card(session(), me().id, with_names=True)
    return answer("competency/jurisdiction/own.html", card, form or PracticeForm.of(card), problem)


# --- a trainee's -----------------------------------------------------------------------------------------------


@bp.get("/trainees/<public_id>/practice")
@open_to(Permission.TRAINEE_OBSERVE, section="competency.trainees")
def of_trainee(public_id: str) -> ResponseReturnValue:
    return trainee_page(trainee_of(public_id))


@bp.post("/trainees/<public_id>/practice")
@open_to(Permission.TRAINEE_OBSERVE, section="competency.trainees")
def confirm(public_id: str) -> ResponseReturnValue:
    person, form, now = trainee_of(public_id), PracticeForm.parse(request.form, confirming=True), datetime.now(UTC)
    if form.errors or form.day is None:
        return trainee_page(person, form)
    try:
        with transaction() as db:
            service.confirm(
                db,
                person.id,
                place=form.place,
                register=form.register,
                licence=form.licence,
                checked_on=form.day,
                seen=form.seen,
                by_id=me().id,
                today=today(),
                at=now,
            )
    except (Invalid, Refused, Conflict) as problem:
        return trainee_page(person, form, problem)
    flash(gettext("Confirmed. %(name)s can see it.", name=person.name))
    return redirect(url_for("competency.trainee", public_id=public_id), code=303)


def trainee_page(
    person: Profile, form: PracticeForm | None = None, problem: Problem | None = None
) -> ResponseReturnValue:
    card = service.card(session(), person.id, with_names=True)
    shown = form or PracticeForm.of(card, today())
    return answer("competency/jurisdiction/trainee.html", card, shown, problem, person=person, today=today())


def answer(
    template: str, card: service.Card, form: PracticeForm, problem: Problem | None, **more: object
) -> ResponseReturnValue:
    told = worded(problem) if problem else ""
    page = render_template(template, card=card, form=form, errors=form.errors, problem=told, choices=choices(), **more)
    return page, status_of(problem) if problem else 422 if form.errors else 200
