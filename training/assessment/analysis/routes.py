"""The pages of the analysis, for those who teach. They show and never write."""

from __future__ import annotations

import re

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from training.assessment.analysis import drawing, export, forms, pictures, reports, service
from training.assessment.analysis.export import Table
from training.assessment.notes import item_reports
from training.assessment.panel import pictures as panel_pictures
from training.assessment.panel.beside import beside
from training.db.errors import NotFound
from training.db.session import session
from training.measurement.sample_size import (
    COUNTS_ONLY,
    HARD_KEY,
    TRUSTED,
    WEAK_DISCRIMINATION,
    Standing,
    standing,
)
from training.web.access import Permission, me, open_to
from training.web.paging import Page, asked_page

bp = Blueprint("analysis", __name__)

LINES_A_PAGE = 30
QUEUE_SHOWN = 5
PAIRS_SHOWN = 5
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]+")


@bp.context_processor
def shared() -> dict[str, object]:
    return {
        "pictures": pictures,
        "flag_words": export.FLAGS,
        "option_name": export.option_name,
        "standing": standing,
        "Standing": Standing,
        "limits": {
            "counts": COUNTS_ONLY,
            "trusted": TRUSTED,
            "hard": HARD_KEY,
            "weak": WEAK_DISCRIMINATION,
        },
        "everybody": service.EVERYBODY,
        "cohort_pairs": drawing.cohort_pairs,
        "points_of": drawing.points_of,
        "bars_of": drawing.bars_of,
        "options_text": drawing.options_text,
        "segment_shares": drawing.segment_shares,
        "confusion_text": drawing.confusion_text,
    }


@bp.app_template_filter("figure")
def figure(value: float | None, digits: int = 2) -> str:
    """A number with a true minus sign; a dash where there is none."""
    if value is None:
        return "–"
    said = f"{value:.{digits}f}"
    return "0." + "0" * digits if not float(said) else said.replace("-", "−")


@bp.app_template_filter("rounded_percent")
def rounded_percent(share: float | None) -> str:
    """A share of many as whole per cent, to the nearest."""
    return "–" if share is None else f"{round(100 * share)} %"


bp.add_app_template_filter(drawing.interval, "interval")


def viewer() -> service.Viewer:
    person = me()
    return service.Viewer(sign_off=person.may(Permission.LIBRARY_READ), persons=person.may(Permission.TRAINEE_READ))


@bp.get("/analysis")
@open_to(Permission.ANALYSIS_READ, section="analysis.overview")
def overview() -> ResponseReturnValue:
    asked = forms.Asked.parse(request.args)
    found = service.overview(session(), viewer(), asked)
    number = asked_page()
    first = (number - 1) * LINES_A_PAGE
    page = Page.of(found.lines[first : first + LINES_A_PAGE + 1], number, LINES_A_PAGE)
    queue = found.queue[:QUEUE_SHOWN] if number == 1 and not asked.narrowed else []
    waiting = item_reports.open_count(session()) if me().may(Permission.LIBRARY_READ) else None
    shown = {"found": found, "page": page, "asked": asked, "queue": queue, "reports_open": waiting}
    return render_template("assessment/analysis/overview.html", **shown)


@bp.get("/analysis/items.csv")
@open_to(Permission.ANALYSIS_READ, section="analysis.overview")
def items_file() -> ResponseReturnValue:
    """The whole list as it is filtered and sorted on the page."""
    found = service.overview(session(), viewer(), forms.Asked.parse(request.args))
    return csv_file(export.items_table(found.lines), "analysis")


@bp.get("/analysis/quizzes/<quiz_id>")
@open_to(Permission.ANALYSIS_READ, section="analysis.overview")
def quiz(quiz_id: str) -> ResponseReturnValue:
    report = reports.quiz_report(session(), viewer(), quiz_id, forms.cohort(request.args))
    tables = export.quiz_tables(report)
    return render_template("assessment/analysis/quiz.html", report=report, tables=tables, file_of=file_of)


@bp.get("/analysis/quizzes/<quiz_id>/<table>.csv")
@open_to(Permission.ANALYSIS_READ, section="analysis.overview")
def quiz_file(quiz_id: str, table: str) -> ResponseReturnValue:
    report = reports.quiz_report(session(), viewer(), quiz_id, forms.cohort(request.args))
    return csv_file(wanted(export.quiz_tables(report), table), quiz_id)


@bp.get("/analysis/questions/<subject_id>/<question_id>")
@open_to(Permission.ANALYSIS_READ, section="analysis.overview")
def question(subject_id: str, question_id: str) -> ResponseReturnValue:
    report = reports.question_report(session(), viewer(), subject_id, question_id, forms.cohort(request.args))
    shown = {"report": report, "tables": export.question_tables(report), "file_of": file_of}
    drawn = {"looks": drawing.looks_of(report), "letters": drawing.letters_of(report), "dots": panel_pictures.dots}
    rates = me().may(Permission.PANEL_RATE)
    panel = beside(session(), report.item.entry, question_id, viewer_id=me().id, rates=rates)
    return render_template("assessment/analysis/question.html", **shown, **drawn, panel=panel)


@bp.get("/analysis/questions/<subject_id>/<question_id>/<table>.csv")
@open_to(Permission.ANALYSIS_READ, section="analysis.overview")
def question_file(subject_id: str, question_id: str, table: str) -> ResponseReturnValue:
    report = reports.question_report(session(), viewer(), subject_id, question_id, forms.cohort(request.args))
    return csv_file(wanted(export.question_tables(report), table), f"{subject_id}-{question_id}")


@bp.get("/analysis/cohorts/<cohort>")
@open_to(Permission.ANALYSIS_READ, section="analysis.overview")
def cohort(cohort: str) -> ResponseReturnValue:
    report = reports.cohort_report(session(), viewer(), cohort.replace("\x00", ""))
    shown = {"report": report, "tables": export.cohort_tables(report), "file_of": file_of, "pairs_shown": PAIRS_SHOWN}
    return render_template("assessment/analysis/cohort.html", **shown)


@bp.get("/analysis/cohorts/<cohort>/<table>.csv")
@open_to(Permission.ANALYSIS_READ, section="analysis.overview")
def cohort_file(cohort: str, table: str) -> ResponseReturnValue:
    report = reports.cohort_report(session(), viewer(), cohort.replace("\x00", ""))
    name = report.on.cohort.name if report.on.cohort else service.EVERYBODY
    return csv_file(wanted(export.cohort_tables(report), table), name)


def file_of(table: Table) -> str:
    """The address of a table as a file, beside the page that shows it, of the same people."""
    parts = {**(request.view_args or {}), **request.args.to_dict()}
    parts.pop("page", None)
    address: str = url_for(f"{request.endpoint}_file", **{**parts, "table": table.name})
    return address


def wanted(tables: list[Table], name: str) -> Table:
    found = export.table_named(tables, name)
    if found is None:
        raise NotFound("There is no such table, or nothing in it yet.")
    return found


def csv_file(table: Table, about: str) -> Response:
    name = _NO_NAME.sub("-", f"{about}-{table.name}").strip("-").lower()
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(export.as_csv(table), mimetype="text/csv", headers=headers)
