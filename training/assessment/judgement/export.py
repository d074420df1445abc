"""The tables behind the pictures of a person's judgement, for the page and as files for a spreadsheet."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from training.assessment.analysis.export import (
    Cell,
    Kind,
    Table,
    confidence_table,
    confusion_table,
    decision_table,
    ends,
    pairs_table,
    regions_table,
    share_cells,
    share_columns,
)
from training.assessment.judgement.figures import RECENT, Change, Judgement
from training.assessment.judgement.given import Given
from training.measurement.judgement import Pace
from training.measurement.sample_size import Standing, standing
from training.web.wording import named

SETTINGS = {
    "case": lazy_gettext("Practice cases"),
    "generated": lazy_gettext("Generated patients, findings given"),
    "room": lazy_gettext("Patients in the examination room"),
    "quiz": lazy_gettext("Quiz questions"),
    "lesson": lazy_gettext("Questions in lessons"),
}


def tables(found: Judgement) -> list[Table]:
    """Only those that hold something."""
    every = [
        decision_table(found.decision),
        detection_table(found),
        confidence_table(found.confidence),
        sure_and_wrong_table(found.sure_and_wrong),
        pairs_table(found.confusion),
        confusion_table(found.confusion),
        regions_table(found.regions),
        time_table(found),
        change_table(found.change),
    ]
    return [one for one in every if one.rows]


def detection_table(found: Judgement) -> Table:
    rates = found.decision
    rows: list[tuple[Cell, ...]] = []
    if rates.sensitivity and rates.bias:
        numbers = rates.missed.n, rates.needless.n
        rows = [
            (gettext("Sensitivity (d′)"), rates.sensitivity[0], *ends(rates.sensitivity[1]), *numbers),
            (gettext("Bias (c)"), rates.bias[0], *ends(rates.bias[1]), *numbers),
        ]
    columns: tuple[tuple[str, Kind], ...] = (
        (gettext("Figure"), "text"),
        (gettext("Value"), "figure"),
        (gettext("from"), "figure"),
        (gettext("to"), "figure"),
        (gettext("Had to be referred"), "count"),
        (gettext("Could be needled"), "count"),
    )
    return Table("detection", gettext("Sensitivity and bias"), columns, rows)


def sure_and_wrong_table(found: tuple[Given, ...]) -> Table:
    columns: tuple[tuple[str, Kind], ...] = (
        (gettext("Day"), "text"),
        (gettext("Where"), "text"),
        (gettext("Title"), "text"),
        (gettext("Answered"), "text"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            one.at.date().isoformat(),
            str(SETTINGS[one.setting]),
            one.title,
            named(one.segment) if one.segment else "",
        )
        for one in found
    ]
    return Table("sure-and-wrong", gettext("Sure and wrong"), columns, rows)


def time_table(found: Judgement) -> Table:
    columns: tuple[tuple[str, Kind], ...] = (
        (gettext("Seconds to answer"), "text"),
        (gettext("Answers"), "text"),
        (gettext("Counted"), "count"),
        (gettext("Left out"), "count"),
        (gettext("Median"), "figure"),
        (gettext("from"), "figure"),
        (gettext("to"), "figure"),
        (gettext("First quartile"), "figure"),
        (gettext("Third quartile"), "figure"),
    )
    rows: list[tuple[Cell, ...]] = []
    for tempo in found.tempos:
        which = (gettext("all"), tempo.all), (gettext("right"), tempo.right), (gettext("wrong"), tempo.wrong)
        rows += [(str(SETTINGS[tempo.setting]), name, *pace_cells(pace)) for name, pace in which]
    return Table("time", gettext("Time to answer"), columns, rows)


def pace_cells(pace: Pace) -> tuple[Cell, ...]:
    if standing("facility", pace.n) is Standing.HIDDEN:
        return pace.n, pace.left_out, None, None, None, None, None
    return pace.n, pace.left_out, pace.median, *ends(pace.interval), *ends(pace.quartiles)


def change_table(found: Change) -> Table:
    rows: list[tuple[Cell, ...]] = []
    if found.before.n:
        rows = [
            (gettext("The last %(number)s patients", number=found.recent.n), *share_cells(found.recent)),
            (gettext("The %(number)s before them", number=found.before.n), *share_cells(found.before)),
        ]
    if found.difference:
        value, interval = found.difference
        rows.append((gettext("Difference"), None, None, value, *ends(interval)))
    columns: tuple[tuple[str, Kind], ...] = ((gettext("Patients"), "text"), *share_columns())
    return Table("change", gettext("Change over the last %(number)s patients", number=RECENT), columns, rows)
