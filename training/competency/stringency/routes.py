"""An assessor's own observing, and all assessors for those who decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from training.accounts import service as people
from training.competency.calibrating.service import samples_for
from training.competency.evidence import current_framework
from training.competency.observing.service import drafts_of
from training.competency.routes import shared
from training.competency.stringency import service
from training.competency.stringency.drawing import Labels, Line, beside_the_group
from training.db.session import session
from training.measurement.sample_size import Standing
from training.measurement.stringency import LEAST_OTHERS, LEAST_SHARED, Stringency
from training.web.access import Permission, me, open_to

bp = Blueprint("stringency", __name__)
bp.context_processor(shared)


@bp.get("/observing")
@open_to(Permission.TRAINEE_OBSERVE, section="competency.trainees")
def own() -> ResponseReturnValue:
    """What one began, how one rates beside the others, and the sample encounters."""
    db = session()
    found = service.beside_others(db, me().id)
    drafts = drafts_of(db, me().id)
    samples = samples_for(db, me().id)
    lines = [line_of(gettext("You"), found.own)] if found.own is not None and found.own.difference is not None else []
    if lines and found.others is not None:
        lines.append(Line(gettext("The others"), found.others))
    return render_template(
        "competency/stringency/own.html",
        figure=found.own,
        others=found.others,
        picture=picture_of(lines),
        why_grey=why_grey,
        shown=shown,
        drafts=drafts,
        trainees=people.names(db, (one.trainee_id for one in drafts)),
        samples=samples,
        needed=current_framework(db).framework.calibrations,
        least_unnamed=service.LEAST_UNNAMED,
        at=datetime.now(UTC),
    )


@bp.get("/assessors")
@open_to(Permission.SIGN_OFF_DECIDE, section="sign_offs.sign_offs")
def everybody() -> ResponseReturnValue:
    rows = service.assessors(session())
    compared = [row for row in rows if row.figure is not None and row.figure.difference is not None]
    return render_template(
        "competency/stringency/assessors.html",
        rows=rows,
        picture=picture_of([line_of(row.name, row.figure) for row in compared if row.figure is not None]),
        why_grey=why_grey,
        shown=shown,
        needed=current_framework(session()).framework.calibrations,
    )


def line_of(name: str, figure: Stringency) -> Line:
    dots = [figure.difference] if figure.difference is not None else []
    return Line(name, dots, figure.interval, figure.standing is not Standing.SHOWN)


def picture_of(lines: Sequence[Line]) -> Markup:
    said = "; ".join(f"{line.name}: {', '.join(shown(one) for one in line.dots)}" for line in lines)
    text = gettext("Differences from what others gave the same trainees, in levels. %(said)s", said=said)
    return beside_the_group(lines, Labels(gettext("stricter"), gettext("more lenient"), text))


def why_grey(figure: Stringency) -> str:
    """Why a figure is grey or missing; empty for one that may be read."""
    match figure.standing:
        case Standing.HIDDEN:
            return gettext("Nobody else has watched the same trainees yet.")
        case Standing.GREY if figure.shared < LEAST_SHARED:
            return gettext(
                "Grey: %(shared)s of at least %(least)s trainees whom others watched too. Mostly chance so far.",
                shared=figure.shared,
                least=LEAST_SHARED,
            )
        case Standing.GREY:
            return gettext("Grey: fewer than %(least)s other assessors. One colleague is no group.", least=LEAST_OTHERS)
        case _:
            return ""


def shown(levels: float) -> str:
    """A difference with its sign, such as +0.4."""
    rounded = round(levels, 1)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded):.1f}"
