"""Watching the sign-off bank: the list of its cases, one case, and taking it out of the drawing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.assessment.analysis.export import as_csv
from training.assessment.watch import export, figures, forms, standard, withholding
from training.db.errors import Conflict, Refused
from training.db.session import session, transaction
from training.measurement import standard_watch
from training.measurement.bank import configured_bank
from training.measurement.item_flags import LEAKED
from training.measurement.leak_watch import FAST
from training.measurement.sample_size import COUNTS_ONLY, TRUSTED
from training.web.access import Permission, me, open_to
from training.web.errors import worded
from training.web.paging import Page, asked_page

bp = Blueprint("bank_watch", __name__)
SECTION = "analysis.overview"
LINES_A_PAGE = 40


def refuse_candidates() -> None:
    """Raises Refused for who may be given these cases: their region is part of the answer."""
    if me().may(Permission.CASE_WORK):
        raise Refused(
            "You may be given these cases yourself, and this page would tell you their regions. Ask somebody who is no "
            "trainee, or an administrator to end your role as one."
        )


@bp.context_processor
def shared() -> dict[str, object]:
    return {
        "rule": configured_bank(),
        "trusted": TRUSTED,
        "counts_only": COUNTS_ONLY,
        "leaked": LEAKED,
        "fast": FAST,
        "next_cases": standard_watch.NEXT,
    }


@bp.get("/panel/bank/cases")
@open_to(Permission.ANALYSIS_READ, section=SECTION)
def cases() -> ResponseReturnValue:
    refuse_candidates()
    asked, number = forms.Asked.parse(request.args), asked_page()
    found = figures.found(session())
    first = (number - 1) * LINES_A_PAGE
    lines = found.asked(asked)
    return render_template(
        "assessment/watch/cases.html",
        found=found,
        after=standard.since_the_pass(session()),
        asked=asked,
        count=len(lines),
        page=Page.of(lines[first : first + LINES_A_PAGE + 1], number, LINES_A_PAGE),
    )


@bp.get("/panel/bank/cases.csv")
@open_to(Permission.ANALYSIS_READ, section=SECTION)
def cases_file() -> ResponseReturnValue:
    refuse_candidates()
    lines = figures.found(session()).asked(forms.Asked.parse(request.args))
    headers = {"Content-Disposition": 'attachment; filename="sign-off-cases.csv"', "Cache-Control": "no-store"}
    return Response(as_csv(export.cases_table(lines)), mimetype="text/csv", headers=headers)


@bp.get("/panel/bank/cases/<item_id>")
@open_to(Permission.ANALYSIS_READ, section=SECTION)
def case(item_id: str) -> ResponseReturnValue:
    refuse_candidates()
    return show(item_id)


def show(item_id: str, form: forms.ReasonForm | None = None, notice: str = "") -> str:
    withholding.case_of(session(), item_id)
    found = figures.found(session())
    one = found.case(item_id)
    return render_template(
        "assessment/watch/case.html",
        one=one,
        siblings=found.siblings(one),
        steps=withholding.steps(session(), item_id),
        form=form,
        notice=notice,
        longest=withholding.REASON_LENGTH,
    )


@bp.post("/panel/bank/cases/<item_id>/withhold")
@open_to(Permission.BANK_WITHHOLD, section=SECTION)
def withhold(item_id: str) -> ResponseReturnValue:
    said = gettext("Withheld: nobody is given this case from now on.")
    return change(item_id, withholding.withhold, said)


@bp.post("/panel/bank/cases/<item_id>/release")
@open_to(Permission.BANK_WITHHOLD, section=SECTION)
def release(item_id: str) -> ResponseReturnValue:
    return change(item_id, withholding.release, gettext("Given back: it may be drawn again."))


def change(item_id: str, act: Callable[..., None], said: str) -> ResponseReturnValue:
    refuse_candidates()
    form = forms.ReasonForm.parse(request.form)
    if form.errors:
        return show(item_id, form), 422
    try:
        with transaction() as db:
            act(db, item_id, form.reason, by_id=me().id, at=datetime.now(UTC))
    except Conflict as conflict:
        return show(item_id, notice=worded(conflict)), 409
    flash(said)
    return redirect(url_for("bank_watch.case", item_id=item_id), 303)
