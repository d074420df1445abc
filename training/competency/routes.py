"""One's own progress, and the trainees of those who observe and propose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from training.accounts import service as people
from training.accounts.service import Profile
from training.competency import service
from training.competency.jurisdiction.service import card as practice_card
from training.competency.observing.forms import ObservationForm
from training.competency.observing.service import drafts_of
from training.competency.queue import trainees as trainee_queue
from training.competency.review import Review
from training.competency.rule.curve import Ask
from training.competency.rule.interests import INTERESTS
from training.competency.rule.readiness import CompetencyStanding, Readiness
from training.competency.rule.standing import ANY_REGION, Said, Step
from training.competency.sign_off.forms import ProposalForm
from training.competency.sign_off.models import SignOff
from training.competency.treatments.forms import GRASP, SUPERVISION
from training.content.documents import CompetencyGroup
from training.db.errors import Problem
from training.db.session import session
from training.web.access import Permission, Role, me, open_to
from training.web.errors import STATUS, worded
from training.web.paging import Page, asked_page
from training.web.wording import named, zone

bp = Blueprint("competency", __name__)


def _no_card(_person_id: int, _own: bool) -> Markup:
    return Markup("")


# What the certificates say of staying current, for the pages of progress and of a trainee. `factory` sets it.
renewal_card: Callable[[int, bool], Markup] = _no_card

TRAINEES_A_PAGE = 25
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
        "interests": INTERESTS,
        "entrustments": ENTRUSTMENTS,
        "supervision_names": {level: name for level, (name, _) in SUPERVISION.items()},
        "grasp_names": GRASP,
        "entrustment_names": {number: name for number, name, _ in ENTRUSTMENTS},
    }


def step_address(step: Step) -> str | None:
    """Where the trainee takes the next step, or asks for it; None for what somebody else must do."""
    if step.kind == "lesson":
        return url_for("study.lesson", course_id=step.course_id, lesson_id=step.id)
    if step.kind == "quiz" and step.actor == "trainee":
        return url_for("assessment.quiz", quiz_id=step.id)
    if step.kind in ("case", "sign-off"):
        return url_for("sign_off.overview")
    if step.kind == "remediation":
        return url_for("assessment.case", case_id=step.id)
    if step.kind == "treatment":
        return url_for("treatments.log")
    if step.kind == "observation":
        return url_for("observation_requests.asking", region=None if step.id == ANY_REGION else step.id)
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
    review = service.review(db, person.id, with_names=False)
    found = review.readiness
    mine = service.sign_offs_of(db, [person.id])
    granted = service.best_of(one.scope for one in mine if one.standing == "granted")
    return render_template(
        "competency/progress.html",
        found=found,
        asks=asks_of(review, mine),
        more=service.exceeds(found.scope, granted),
        lasting=service.lasting_of(db, person.id, review, datetime.now(UTC)),
        groups=grouped(found),
        titles={one.competency.id: one.competency.title for one in found.competencies},
        practice=practice_card(db, person.id),
        renewal=renewal_card(person.id, True),
        waiting=next((one for one in mine if one.state == "proposed"), None),
        decided=[one for one in mine if one.state != "proposed"],
    )


def asks_of(review: Review, sign_offs: Iterable[SignOff]) -> tuple[Ask, ...]:
    """What drifts after the person's sign-offs ask for."""
    signed = service.signed_among((one.decided_at, one.scope) for one in sign_offs if one.standing == "granted")
    return service.learning_curves(review.readiness.framework, review.evidence, signed).asks


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
        lasting=service.lasting_of(db, person.id, review, now),
        groups=grouped(review.readiness),
        titles={one.competency.id: one.competency.title for one in review.readiness.competencies},
        practice=practice_card(db, person.id),
        renewal=renewal_card(person.id, False),
        sign_offs=mine,
        asks=asks_of(review, mine),
        waiting=next((one for one in mine if one.state == "proposed"), None),
        is_me=person.id == me().id,
        drafts=drafts_of(db, me().id, trainee_id=person.id) if me().may(Permission.TRAINEE_OBSERVE) else [],
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
    return next((STATUS[kind] for kind in type(problem).__mro__ if kind in STATUS), 400)
