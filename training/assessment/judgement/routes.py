"""The page of one's own judgement, and that of a trainee for whoever reads about trainees. They never write."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from training.accounts import service as people
from training.accounts.service import Profile
from training.assessment.analysis import drawing as analysis_drawing
from training.assessment.analysis import pictures
from training.assessment.analysis.routes import csv_file, file_of, wanted
from training.assessment.judgement import drawing, export, service
from training.assessment.judgement.figures import RECENT, Judgement
from training.db.session import session
from training.measurement.judgement import GUESS_MAY_BE_RIGHT, SLOWEST_SECONDS, SURE_MAY_BE_WRONG
from training.measurement.sample_size import COUNTS_ONLY, TRUSTED, Standing
from training.web.access import Permission, Role, me, open_to

bp = Blueprint("judgement", __name__)

PAIRS_SHOWN = 5
SURE_AND_WRONG_SHOWN = 10


@bp.context_processor
def shared() -> dict[str, object]:
    return {
        "pictures": pictures,
        "drawing": drawing,
        "confusion_text": analysis_drawing.confusion_text,
        "settings": export.SETTINGS,
        "Standing": Standing,
        "limits": {
            "counts": COUNTS_ONLY,
            "trusted": TRUSTED,
            "sure": SURE_MAY_BE_WRONG,
            "guess": GUESS_MAY_BE_RIGHT,
            "minutes": round(SLOWEST_SECONDS / 60),
            "recent": RECENT,
            "pairs": PAIRS_SHOWN,
            "sure_and_wrong": SURE_AND_WRONG_SHOWN,
        },
    }


@bp.get("/judgement")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def own() -> ResponseReturnValue:
    return page(service.of_person(session(), me().id), None)


@bp.get("/judgement/<table>.csv")
@open_to(Permission.PROGRESS_OWN, section="competency.progress")
def own_file(table: str) -> ResponseReturnValue:
    return csv_file(wanted(export.tables(service.of_person(session(), me().id)), table), "judgement")


@bp.get("/trainees/<public_id>/judgement")
@open_to(Permission.TRAINEE_READ, section="competency.trainees")
def of_trainee(public_id: str) -> ResponseReturnValue:
    person = people.profile(session(), public_id, role=Role.TRAINEE)
    return page(service.of_person(session(), person.id), person)


@bp.get("/trainees/<public_id>/judgement/<table>.csv")
@open_to(Permission.TRAINEE_READ, section="competency.trainees")
def of_trainee_file(public_id: str, table: str) -> ResponseReturnValue:
    person = people.profile(session(), public_id, role=Role.TRAINEE)
    return csv_file(wanted(export.tables(service.of_person(session(), person.id)), table), f"judgement-{person.name}")


def page(found: Judgement, person: Profile | None) -> str:
    """`person` is the trainee whom somebody else reads about; None for one's own."""
    lately = found.sure_and_wrong[:SURE_AND_WRONG_SHOWN]
    return render_template(
        "assessment/judgement/judgement.html",
        found=found,
        person=person,
        lately=lately,
        courses=service.courses_of(session(), lately) if person is None else {},
        tables=export.tables(found),
        file_of=file_of,
    )
