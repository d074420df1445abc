"""The tables behind the pictures, with their words, for the page and as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext, lazy_gettext

from training.assessment.analysis.confusion import Confusion, Decision, Share
from training.assessment.analysis.figures import Figures
from training.assessment.analysis.readings import ELSE, NEEDLED
from training.assessment.analysis.reports import CohortReport, QuestionReport, QuizReport
from training.content.documents import REFER
from training.measurement import intervals
from training.measurement.intervals import Interval
from training.measurement.item_flags import Flag
from training.measurement.sample_size import Standing, standing
from training.web.wording import named

Cell = str | int | float | None
Kind = Literal["text", "count", "share", "figure"]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

FLAGS = {
    Flag.NEGATIVE: (
        lazy_gettext("Check the key"),
        lazy_gettext("Who does well elsewhere does worse here. Look first whether the key is right."),
    ),
    Flag.SUSPECT_KEY: (
        lazy_gettext("A rival is better than the key"),
        lazy_gettext("Those who do well elsewhere rather took another answer. Is that one right as well?"),
    ),
    Flag.LEAKED: (
        lazy_gettext("Much easier lately"),
        lazy_gettext("The latest thirty did far better than their other answers made one expect. It may be known."),
    ),
    Flag.HARDER: (
        lazy_gettext("Much harder lately"),
        lazy_gettext("The latest thirty did far worse than their other answers made one expect. What has changed?"),
    ),
    Flag.HARD: (
        lazy_gettext("Key under 30 %"),
        lazy_gettext("Few take the key. Is it taught, and does the text allow another answer?"),
    ),
    Flag.WEAK: (
        lazy_gettext("Tells little"),
        lazy_gettext("Answers here go hardly along with the answers elsewhere: discrimination is under 0.15."),
    ),
    Flag.UNUSED: (
        lazy_gettext("An option nobody takes"),
        lazy_gettext("It tempts nobody: write one that stands for a mistake people make, or leave it out."),
    ),
    Flag.RARE: (
        lazy_gettext("An option under 5 %"),
        lazy_gettext("It tempts hardly anybody."),
    ),
}
ANSWERED = {
    "key": lazy_gettext("The key"),
    "other-side": lazy_gettext("Right segment, wrong side"),
    "one-above": lazy_gettext("One above"),
    "one-below": lazy_gettext("One below"),
    "same-region": lazy_gettext("Same region"),
    "other-region": lazy_gettext("Another region"),
    REFER: lazy_gettext("Refer"),
    NEEDLED: lazy_gettext("Needled"),
    ELSE: lazy_gettext("Any other"),
}


@dataclass(frozen=True)
class Table:
    """`columns` are titles with what stands in them; a share is from 0 to 1, a cell of None has nothing to say."""

    name: str
    title: str
    columns: tuple[tuple[str, Kind], ...]
    rows: list[tuple[Cell, ...]]


def as_csv(table: Table) -> str:
    """Figures with a point and all their digits, so that programs read them too; a mark in front says UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([guarded(title) for title, _ in table.columns])
    for row in table.rows:
        writer.writerow([guarded(one) if isinstance(one, str) else plain_number(one) for one in row])
    return "\ufeff" + out.getvalue()


def guarded(cell: str) -> str:
    """A spreadsheet runs a cell that begins like a formula; an apostrophe in front makes it text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def plain_number(value: float | None) -> str:
    """A negative number stays a number: what we computed is no formula."""
    return "" if value is None else str(value) if isinstance(value, int) else f"{value:.6g}"


def ends(interval: Interval | None, shown: bool = True) -> tuple[Cell, Cell]:
    return (interval.low, interval.high) if interval and shown else (None, None)


def option_name(option: str) -> str:
    return str(ANSWERED.get(option, option))


# --- items -----------------------------------------------------------------------------------------------------


def items_table(lines: Iterable[Figures]) -> Table:
    return Table(
        "items",
        gettext("Questions"),
        (
            (gettext("Item"), "text"),
            (gettext("Question"), "text"),
            (gettext("Title"), "text"),
            (gettext("Kind"), "text"),
            (gettext("Region"), "text"),
            (gettext("Bank"), "text"),
            (gettext("First answers"), "count"),
            (gettext("Facility"), "share"),
            (gettext("from"), "share"),
            (gettext("to"), "share"),
            (gettext("Discrimination"), "figure"),
            (gettext("from"), "figure"),
            (gettext("to"), "figure"),
            (gettext("Difficulty"), "figure"),
            (gettext("from"), "figure"),
            (gettext("to"), "figure"),
            (gettext("Flags"), "text"),
        ),
        [item_row(one) for one in lines],
    )


def item_row(one: Figures) -> tuple[Cell, ...]:
    entry, found = one.subject.entry, one.statistics
    return (
        entry.id,
        one.subject.question.id,
        entry.title,
        named(entry.kind),
        named(one.subject.region) if one.subject.region else "",
        named(entry.bank) if entry.bank else "",
        one.n,
        one.facility,
        *ends(found.facility_interval, one.facility is not None),
        one.discrimination,
        *ends(found.discrimination_interval, one.discrimination is not None),
        one.difficulty.difficulty,
        *ends(one.difficulty.interval),
        "; ".join(str(FLAGS[flag][0]) for flag in one.flags),
    )


def quiz_tables(report: QuizReport) -> list[Table]:
    found = report.analysis
    if found is None:
        return []
    rows: list[tuple[Cell, ...]] = []
    for place, one in enumerate(report.lines):
        shown = one.discrimination_standing is not Standing.HIDDEN
        difficulty, error = found.difficulties[place], found.difficulty_errors[place]
        around = None if difficulty is None or error is None else intervals.around(difficulty, error)
        without = (
            found.alpha_if_deleted[place] if standing("alpha", found.reliability.n) is not Standing.HIDDEN else None
        )
        rows.append((*item_row(one), without, difficulty if shown else None, *ends(around, shown)))
    items = items_table([])
    extra: tuple[tuple[str, Kind], ...] = (
        (gettext("Alpha without it"), "figure"),
        (gettext("Rasch difficulty"), "figure"),
        (gettext("from"), "figure"),
        (gettext("to"), "figure"),
    )
    return [Table("items", gettext("Questions"), (*items.columns, *extra), rows), test_table(report)]


def test_table(report: QuizReport) -> Table:
    assert report.analysis is not None
    totals, whole = report.analysis.totals, report.analysis.reliability
    shown = standing("mean", totals.n) is not Standing.HIDDEN
    figures: tuple[tuple[str, float | None, Interval | None], ...] = (
        (gettext("Mean total"), totals.mean, totals.mean_interval),
        (gettext("Standard deviation"), totals.sd, None),
        (gettext("Skewness"), totals.skewness, None),
        (gettext("Kurtosis (0 is normal)"), totals.kurtosis, None),
        (gettext("Cronbach's alpha"), whole.alpha, whole.alpha_interval),
        (gettext("Standard error of measurement, in marks"), whole.sem, whole.sem_interval),
    )
    rows: list[tuple[Cell, ...]] = [
        (name, value if shown else None, *ends(interval, shown), totals.n) for name, value, interval in figures
    ]
    columns: tuple[tuple[str, Kind], ...] = (
        (gettext("Figure"), "text"),
        (gettext("Value"), "figure"),
        (gettext("from"), "figure"),
        (gettext("to"), "figure"),
        (gettext("Complete rows"), "count"),
    )
    return Table("test", gettext("The quiz as a test"), columns, rows)


def question_tables(report: QuestionReport) -> list[Table]:
    tables = []
    options = report.options
    if options is not None:
        shown = standing("facility", options.n) is not Standing.HIDDEN
        judged = standing("options", options.n) is not Standing.HIDDEN
        tables.append(
            Table(
                "options",
                gettext("Answers by score group"),
                (
                    (gettext("Answer"), "text"),
                    (gettext("Key"), "text"),
                    (gettext("Lowest third"), "count"),
                    (gettext("Middle third"), "count"),
                    (gettext("Highest third"), "count"),
                    (gettext("All"), "count"),
                    (gettext("Share"), "share"),
                    (gettext("from"), "share"),
                    (gettext("to"), "share"),
                    (gettext("Score elsewhere"), "share"),
                    (gettext("Correlation"), "figure"),
                ),
                [
                    (
                        option_name(one.option),
                        "✓" if one.is_key else "",
                        *one.by_group,
                        one.count,
                        one.share if shown else None,
                        *ends(one.share_interval, shown),
                        one.mean_rest_score if judged else None,
                        one.correlation if judged else None,
                    )
                    for one in options.options
                ],
            )
        )
    if report.segments:
        columns: tuple[tuple[str, Kind], ...] = ((gettext("Segment"), "text"), (gettext("Answers"), "count"))
        rows: list[tuple[Cell, ...]] = [(named(segment), count) for segment, count in report.segments.items()]
        tables.append(Table("segments", gettext("Segments answered"), columns, rows))
    if any(one.n for one in report.confidence.values()):
        tables.append(confidence_table(report.confidence))
    if report.versions:
        head = gettext("Version"), gettext("Published"), gettext("Counts here")
        tables.append(
            Table(
                "versions",
                gettext("Versions answered"),
                (*((title, "text") for title in head), *share_columns()),
                [
                    (
                        one.hash[:12],
                        one.published_at.date().isoformat(),
                        "✓" if one.same else "",
                        *share_cells(one.right),
                    )
                    for one in report.versions
                ],
            )
        )
    return tables


# --- a cohort --------------------------------------------------------------------------------------------------


def cohort_tables(report: CohortReport) -> list[Table]:
    """Only those that hold something."""
    every = [
        pairs_table(report.confusion),
        confusion_table(report.confusion),
        decision_table(report.decision),
        confidence_table(report.confidence),
        regions_table(report.regions),
    ]
    return [one for one in every if one.rows]


def confusion_table(found: Confusion) -> Table:
    """A line for each answer to each key that occurred, from the top down."""
    asked = found.asked
    columns: tuple[tuple[str, Kind], ...] = (
        (gettext("Key"), "text"),
        (gettext("Answered"), "text"),
        (gettext("Answers"), "count"),
        (gettext("of"), "count"),
        (gettext("Share"), "share"),
    )
    rows: list[tuple[Cell, ...]] = [
        (named(key), named(answer), count, asked[key], share_cells(Share(count, asked[key], found.people))[2])
        for key in found.keys
        for answer in found.answers
        if (count := found.counts.get((key, answer), 0))
    ]
    return Table("confusion", gettext("Right segment by answered segment"), columns, rows)


def pairs_table(found: Confusion) -> Table:
    columns: tuple[tuple[str, Kind], ...] = (
        (gettext("Segments"), "text"),
        (gettext("Lower for upper"), "count"),
        (gettext("Upper for lower"), "count"),
        *share_columns(gettext("Confused")),
    )
    rows: list[tuple[Cell, ...]] = [
        (f"{named(one.upper)} – {named(one.lower)}", one.down, one.up, *share_cells(one.share)) for one in found.pairs
    ]
    return Table("pairs", gettext("Pairs that are confused"), columns, rows)


def decision_table(found: Decision) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (gettext("Missed referrals"), *share_cells(found.missed)),
        (gettext("Needless referrals"), *share_cells(found.needless)),
        (gettext("Over-needling"), *share_cells(found.over_needling)),
    ]
    columns: tuple[tuple[str, Kind], ...] = ((gettext("Rate"), "text"), *share_columns(gettext("Count")))
    return Table("decision", gettext("To needle or to refer"), columns, rows if found.missed.n else [])


def confidence_table(found: dict[str, Share]) -> Table:
    rows: list[tuple[Cell, ...]] = [(named(said), *share_cells(one)) for said, one in found.items()]
    columns: tuple[tuple[str, Kind], ...] = ((gettext("Said"), "text"), *share_columns(gettext("Right")))
    known = any(one.n for one in found.values())
    return Table("confidence", gettext("How sure, and how often right"), columns, rows if known else [])


def regions_table(found: dict[str, Share]) -> Table:
    rows: list[tuple[Cell, ...]] = [(named(region), *share_cells(one)) for region, one in found.items()]
    columns: tuple[tuple[str, Kind], ...] = ((gettext("Region"), "text"), *share_columns(gettext("Right")))
    return Table("regions", gettext("Segment answers by region"), columns, rows)


def share_columns(counted: str = "") -> tuple[tuple[str, Kind], ...]:
    return (
        (counted or gettext("Right"), "count"),
        (gettext("of"), "count"),
        (gettext("Share"), "share"),
        (gettext("from"), "share"),
        (gettext("to"), "share"),
    )


def share_cells(one: Share) -> tuple[Cell, ...]:
    return one.count, one.n, None if one.hidden else one.value, *ends(one.interval, not one.hidden)


def table_named(tables: Sequence[Table], name: str) -> Table | None:
    return next((one for one in tables if one.name == name), None)
