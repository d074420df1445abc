"""Results as a table for the page and for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from training.assessment.analysis.export import Cell, Kind, Table
from training.assessment.exams.figures import ExamFigures
from training.assessment.exams.results import ResultLine


def results_table(lines: Sequence[ResultLine]) -> Table:
    """A row for each released attempt, with a column for each competency."""
    names = sorted({part.name for line in lines for part in line.competencies})
    columns: list[tuple[str, Kind]] = [
        (gettext("Name"), "text"),
        (gettext("Attempt"), "count"),
        (gettext("Right"), "count"),
        (gettext("Marked"), "count"),
        (gettext("Share"), "share"),
        (gettext("Standard reached"), "text"),
        (gettext("Answered"), "count"),
        (gettext("Minutes used"), "figure"),
        *((name, "share") for name in names),
    ]
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        shares = {part.name: part.right / part.asked for part in line.competencies if part.asked}
        rows.append(
            (
                line.name,
                line.number,
                line.right,
                line.marked,
                line.share,
                gettext("yes") if line.passed else gettext("not yet"),
                line.answered,
                line.minutes,
                *(shares.get(name) for name in names),
            )
        )
    return Table("results", gettext("Results"), tuple(columns), rows)


def scores_table(found: ExamFigures) -> Table:
    """How many people had how many right."""
    columns: tuple[tuple[str, Kind], ...] = ((gettext("Right"), "count"), (gettext("People"), "count"))
    rows: list[tuple[Cell, ...]] = [
        (score, sum(one == score for one in found.scores)) for score in sorted(set(found.scores))
    ]
    return Table("scores", gettext("Scores"), columns, rows)
