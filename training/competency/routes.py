"""One's own progress, the trainees of those who observe and propose, and the sign-offs that two people make."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from training.accounts import service as people
from training.accounts.service import Profile
from training.competency import service
from training.competency.forms import DecisionForm, ObservationForm, ProposalForm
from training.competency.queue import trainees as trainee_queue
from training.competency.readiness import CompetencyStanding, Readiness
from training.competency.standing import Said, Step
from training.content.documents import CompetencyGroup
from training.db.errors import Conflict, Invalid, NotFound, Problem, Refused
from training.db.session import session, transaction
from training.web.access import Permission, Role, me, open_to
from training.web.errors import STATUS, worded
from training.web.paging import Page, asked_page
from training.web.wording import named, zone

bp = Blueprint("competency", __name__)

TRAINEES_A_PAGE = 25
DECIDED_A_PAGE = 25
ENTRUSTMENTS = (
    (1, lazy_gettext("Watch only"), lazy_gettext("I would not let them needle yet.")),
    (2, lazy_gettext("Together"), lazy_gettext("My hands stay close; we do it step by step.")),
    (3, lazy_gettext("I stay in the room"), lazy_gettext("They do it; I watch and could step in.")),
    (4, lazy_gettext("Alone"), lazy_gettext("I would leave the room.")),
    (5, lazy_gettext("Can supervise others"), lazy_gettext("I would let them teach this.")),
)


@bp.app_template_filter("said")
def said(one: Said) -> str:
    """A message of the rule in the reader's language."""
    return str(gettext(one.message, **one.values))


@bp.app_template_filter("grouped_code")
def grouped_code(code: str) -> str:
    """A certificate's code as people read it: groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


@bp.context_processor
def shared() -> dict[str, object]:
    return {
        "step_address": step_address,
        "names_of": lambda words: [(word, named(word)) for word in words],
        "scope_lines": service.SCOPE_LINES,
        "levels": service.LEVELS,
        "entrustments": ENTRUSTMENTS,
        "entrustment_names": {number: name for number, name, _ in ENTRUSTMENTS},
    }


def step_address(step: Step) -> str | None:
    """Where the next step is taken; None for what somebody else must do."""
    if step.kind == "lesson":
        return url_for("study.lesson", course_id=step.course_id, lesson_id=step.id)
    if step.kind == "quiz" and step.actor == "trainee":
        return url_for("assessment.quiz", quiz_id=step.id)
    if step.kind in ("case", "sign-off"):
        return url_for("sign_off.overview")
    if step.kind == "remediation":
        return url_for("assessment.case", case_id=step.id)
    if step.kind == "exam" and step.actor == "trainee":
        return url_for("exams.mine")
    return None


def grouped(found: Readiness) -> list[tuple[CompetencyGroup, list[CompetencyStanding]]]:
    """The competencies under the framework's headings."""
    return [
        (group, [one for one in found.competencies if one.competency.group == group.id])
        for group in found.framework.groups
    ]


# --- one's own progress ----------------------------------------------------------------------------------------


@bp.get("/progress")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def progress() -> ResponseReturnValue:
    db, person = session(), me()
    found = service.readiness_of(db, person.id)
    mine = service.sign_offs_of(db, [person.id])
    granted = service.best_of(one.scope for one in mine if one.state == "granted")
    return render_template(
        "competency/progress.html",
        found=found,
        more=service.exceeds(found.scope, granted),
        groups=grouped(found),
        titles={one.competency.id: one.competency.title for one in found.competencies},
        waiting=next((one for one in mine if one.state == "proposed"), None),
        decided=[one for one in mine if one.state != "proposed"],
    )


@bp.get("/progress/observations")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def own_observations() -> ResponseReturnValue:
    """What assessors wrote about oneself, word for word."""
    review = service.review(session(), me().id)
    return render_template("competency/observations.html", observations=review.evidence.observations)


# --- trainees --------------------------------------------------------------------------------------------------


@bp.get("/trainees")
@open_to(Permission.TRAINEE_READ, section="competency.trainees")
def trainees() -> ResponseReturnValue:
    search, cohort = request.args.get("search", "")[:120], request.args.get("cohort", "")[:120]
    number = asked_page()
    queue = trainee_queue(session(), search=search, cohort=cohort)
    start = (number - 1) * TRAINEES_A_PAGE
    page = Page.of(queue.rows[start : start + TRAINEES_A_PAGE + 1], number, TRAINEES_A_PAGE)
    return render_template("competency/trainees.html", page=page, queue=queue, search=search, cohort=cohort)


@bp.get("/trainees/<public_id>")
@open_to(Permission.TRAINEE_READ, section="competency.trainees")
def trainee(public_id: str) -> ResponseReturnValue:
    return trainee_page(trainee_of(public_id))


def trainee_of(public_id: str) -> Profile:
    return people.profile(session(), public_id, role=Role.TRAINEE)


def trainee_page(
    person: Profile,
    *,
    observation: ObservationForm | None = None,
    proposal: ProposalForm | None = None,
    problem: Problem | None = None,
) -> ResponseReturnValue:
    """The review; with a form that could not be taken it says why."""
    db, now = session(), datetime.now(UTC)
    review = service.review(db, person.id)
    mine = service.sign_offs_of(db, [person.id])
    today = now.astimezone(zone()).date()
    errors = {**(observation.errors if observation else {}), **(proposal.errors if proposal else {})}
    page = render_template(
        "competency/trainee.html",
        person=person,
        review=review,
        found=review.readiness,
        evidence=review.evidence,
        groups=grouped(review.readiness),
        titles={one.competency.id: one.competency.title for one in review.readiness.competencies},
        sign_offs=mine,
        waiting=next((one for one in mine if one.state == "proposed"), None),
        is_me=person.id == me().id,
        observation=observation or ObservationForm(observed_on=today.isoformat()),
        proposal=proposal or ProposalForm(scope=dict(review.readiness.scope)),
        today=today,
        days_back=service.DAYS_BACK,
        least_words=service.LEAST_WORDS,
        least_reason=service.LEAST_REASON,
        errors=errors,
        problem=worded(problem) if problem else "",
    )
    return page, status_of(problem) if problem else 422 if errors else 200


def status_of(problem: Problem) -> int:
    return STATUS.get(type(problem), 400)


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
                at=datetime.now(UTC),
            )
            number = made.number
    except (Invalid, Refused, Conflict) as problem:
        return trainee_page(person, proposal=form, problem=problem)
    flash(gettext("%(number)s is proposed. A second person must decide.", number=number))
    return redirect(url_for("competency.sign_off", number=number), code=303)


# --- sign-offs -------------------------------------------------------------------------------------------------


@bp.get("/sign-offs")
@open_to(Permission.SIGN_OFF_READ, section="competency.sign_offs")
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
@open_to(Permission.SIGN_OFF_READ, section="competency.sign_offs")
def sign_off(number: str) -> ResponseReturnValue:
    return sign_off_page(number, DecisionForm())


def sign_off_page(number: str, form: DecisionForm, problem: Problem | None = None) -> ResponseReturnValue:
    """A sign-off that is open with the evidence as it stands, one that was decided as it stood then."""
    db = session()
    row = service.sign_off(db, number)
    review = service.review(db, row.trainee_id) if row.bundle is None else service.review_then(row)
    (person,) = people.people(db, ids=[row.trainee_id], limit=1)
    page = render_template(
        "competency/sign_off.html",
        row=row,
        person=person,
        review=review,
        found=review.readiness,
        evidence=review.evidence,
        groups=grouped(review.readiness),
        names=people.names(db, (row.proposer_id, row.decider_id)),
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
@open_to(Permission.SIGN_OFF_DECIDE, section="competency.sign_offs")
def decide(number: str) -> ResponseReturnValue:
    form, now = DecisionForm.parse(request.form), datetime.now(UTC)
    if form.errors:
        return sign_off_page(number, form)
    address = request.remote_addr or ""
    # Counted apart from signing in, or strangers who fail to sign in as a decider would keep them from deciding.
    people.refuse_if_throttled(session(), me().public_id, address, at=now)
    proven = people.check_password(session(), me().email, form.password)
    if proven is None or proven.id != me().id:
        with transaction() as db:
            people.note_failure(db, me().public_id, address, at=now)
        form.errors["password"] = gettext("That is not your password. Type it again; nothing was decided.")
        return sign_off_page(number, form)
    try:
        with transaction() as db:
            service.decide(db, number, decider_id=me().id, outcome=form.outcome, reason=form.reason, at=now)
    except NotFound:
        raise
    except (Invalid, Refused, Conflict) as problem:
        return sign_off_page(number, form, problem)
    flash(gettext("Your decision is recorded."))
    return redirect(url_for("competency.sign_off", number=number), code=303)
