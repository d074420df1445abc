"""Learning curves: one's own, and a trainee's for those who observe and decide."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from training.accounts.service import Profile
from training.competency.routes import shared, trainee_of
from training.competency.rule.curve import OWN_HAND
from training.competency.treatments.curves import learning_curves_of
from training.competency.treatments.drawing import figure, picture_of
from training.competency.treatments.forms import SUPERVISION
from training.db.session import session
from training.measurement.cusum import chance_of_drift, chance_of_shown, configured_rule
from training.web.access import Permission, me, open_to

bp = Blueprint("learning_curve", __name__)
bp.context_processor(shared)

TOLD_OF = (25, 50)  # results for which the page says how often chance alone speaks


@bp.get("/progress/learning-curve")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def own() -> ResponseReturnValue:
    return page_of(me().id, None)


@bp.get("/trainees/<public_id>/learning-curve")
@open_to(Permission.TRAINEE_READ, section="competency.trainees")
def of_trainee(public_id: str) -> ResponseReturnValue:
    person = trainee_of(public_id)
    return page_of(person.id, person)


def page_of(person_id: int, person: Profile | None) -> ResponseReturnValue:
    rule = configured_rule()
    chances = [
        (
            share,
            [(count, chance_of_shown(share, count, rule), chance_of_drift(share, count, rule)) for count in TOLD_OF],
        )
        for share in (rule.acceptable, rule.unacceptable)
    ]
    return render_template(
        "competency/treatments/learning_curve.html",
        person=person,
        found=learning_curves_of(session(), person_id),
        rule=rule,
        chances=chances,
        counts=TOLD_OF,
        own_hand=SUPERVISION[OWN_HAND][0],
        supervisions=SUPERVISION,
        picture_of=picture_of,
        figure=figure,
    )
