"""Proposing a scope, and deciding upon it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.accounts import service as people
from training.competency import service
from training.competency.appeals.service import against as appeals_against
from training.competency.proving_routes import proven as password_proven
from training.competency.routes import grouped, shared, status_of, trainee_of, trainee_page
from training.competency.sign_off import sharing
from training.competency.sign_off.forms import DecisionForm, ProposalForm
from training.competency.sign_off.share_routes import shared_links
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Problem, Refused
from training.db.session import session, transaction
from training.web.access import Permission, me, open_to
from training.web.errors import worded
from training.web.paging import Page, asked_page

bp = Blueprint("sign_offs", __name__)
bp.context_processor(shared)

DECIDED_A_PAGE = 25


@bp.post("/trainees/<public_id>/proposals")
@open_to(Permission.SIGN_OFF_PROPOSE, section="competency.trainees")
def propose(public_id: str) -> ResponseReturnValue:
    person, form = trainee_of(public_id), ProposalForm.parse(request.form)
    if form.errors:
        return trainee_page(person, proposal=form)
    try:
        with transaction() as db:
            made = service.propose(
                db,
                trainee_id=person.id,
                proposer_id=me().id,
                scope=form.scope,
                reason=form.reason,
                declared=form.declared,
                at=datetime.now(UTC),
            )
            number = made.number
    except (Invalid, Refused, Conflict) as problem:
        return trainee_page(person, proposal=form, problem=problem)
    flash(gettext("%(number)s is proposed. A second person must decide.", number=number))
    return redirect(url_for("sign_offs.sign_off", number=number), code=303)


@bp.get("/sign-offs")
@open_to(Permission.SIGN_OFF_READ, section="sign_offs.sign_offs")
def sign_offs() -> ResponseReturnValue:
    db, number = session(), asked_page()
    waiting = service.open_sign_offs(db)
    decided = service.decided_sign_offs(db, limit=DECIDED_A_PAGE + 1, offset=(number - 1) * DECIDED_A_PAGE)
    authors: dict[int, set[int]] = {}
    for one in service.observations_of(db, [row.trainee_id for row in waiting]):
        authors.setdefault(one.trainee_id, set()).add(one.assessor_id)
    named = (ref for row in (*waiting, *decided) for ref in (row.trainee_id, row.proposer_id, row.decider_id))
    return render_template(
        "competency/sign_offs.html",
        waiting=waiting,
        page=Page.of(decided, number, DECIDED_A_PAGE),
        against={row.id: service.why_not_decide(row, me().id, authors.get(row.trainee_id, ())) for row in waiting},
        names=people.names(db, named),
    )


@bp.get("/sign-offs/<number>")
@open_to(Permission.SIGN_OFF_READ, section="sign_offs.sign_offs")
def sign_off(number: str) -> ResponseReturnValue:
    return sign_off_page(number, DecisionForm())


def sign_off_page(number: str, form: DecisionForm, problem: Problem | None = None) -> ResponseReturnValue:
    """A sign-off that is open with the evidence as it stands, one that was decided as it stood then."""
    db = session()
    row = service.sign_off(db, number)
    review = service.review(db, row.trainee_id) if row.bundle is None else service.review_then(row)
    (person,) = people.people(db, ids=[row.trainee_id], limit=1)
    reversal = service.reversal_of(db, row)
    page = render_template(
        "competency/sign_off.html",
        row=row,
        person=person,
        review=review,
        found=review.readiness,
        evidence=review.evidence,
        groups=grouped(review.readiness),
        names=people.names(db, (row.proposer_id, row.decider_id, reversal.decider_id if reversal else None)),
        reversal=reversal,
        appeals=appeals_against(db, row.id) if row.state != "proposed" else (),
        may_reverse=row.state == "granted" and service.why_not_reverse(row, me().id) is None,
        shares=shared_links(row),
        days_open=sharing.DAYS_OPEN,
        share_form=new_public_id(),
        against=service.why_not_decide(row, me().id, review.assessor_ids),
        beyond=service.exceeds(row.scope, review.readiness.scope) if row.state == "proposed" else [],
        outcomes=service.OUTCOMES,
        form=form,
        errors=form.errors,
        least_reason=service.LEAST_REASON,
        problem=worded(problem) if problem else "",
    )
    return page, status_of(problem) if problem else 422 if form.errors else 200


@bp.post("/sign-offs/<number>/decision")
@open_to(Permission.SIGN_OFF_DECIDE, section="sign_offs.sign_offs")
def decide(number: str) -> ResponseReturnValue:
    form, now = DecisionForm.parse(request.form), datetime.now(UTC)
    if form.errors or not proven(form, now):
        return sign_off_page(number, form)
    try:
        with transaction() as db:
            service.decide(
                db,
                number,
                decider_id=me().id,
                outcome=form.outcome,
                reason=form.reason,
                declared=form.declared,
                at=now,
            )
    except NotFound:
        raise
    except (Invalid, Refused, Conflict) as problem:
        return sign_off_page(number, form, problem)
    flash(gettext("Your decision is recorded."))
    return redirect(url_for("sign_offs.sign_off", number=number), code=303)


@bp.post("/sign-offs/<number>/reversal")
@open_to(Permission.SIGN_OFF_DECIDE, section="sign_offs.sign_offs")
def reverse(number: str) -> ResponseReturnValue:
    form, now = DecisionForm.parse(request.form, outcomes=("reversed",)), datetime.now(UTC)
    if form.errors or not proven(form, now):
        return sign_off_page(number, form)
    try:
        with transaction() as db:
            service.reverse(db, number, decider_id=me().id, reason=form.reason, declared=form.declared, at=now)
    except NotFound:
        raise
    except (Invalid, Refused, Conflict) as problem:
        return sign_off_page(number, form, problem)
    flash(gettext("The sign-off is reversed. A certificate that rested on it is withdrawn."))
    return redirect(url_for("sign_offs.sign_off", number=number), code=303)


def proven(form: DecisionForm, now: datetime) -> bool:
    """Whether the password is that of the signed-in person; if not, the form says so."""
    if password_proven(form.password, now):
        return True
    form.errors["password"] = gettext("That is not your password. Type it again; nothing was decided.")
    return False
