"""The log as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from flask_babel import gettext

from training.competency.treatments.forms import EVENT, GRASP, RANGE, SUPERVISION
from training.competency.treatments.service import Logged
from training.web.wording import moment, named

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(rows: Iterable[Logged]) -> str:
    """One line for each entry, struck out or not, with a mark in front that makes spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head())
    for row in rows:
        writer.writerow([guarded(cell) for cell in cells(row)])
    return "\ufeff" + out.getvalue()


def head() -> list[str]:
    return [
        gettext("Day"),
        gettext("Region"),
        gettext("Segments"),
        gettext("Muscles"),
        gettext("Supervision"),
        gettext("Needle grasp"),
        gettext("Range"),
        gettext("Adverse event"),
        gettext("Note"),
        gettext("Logged"),
        gettext("Struck out"),
        gettext("Why"),
    ]


def cells(row: Logged) -> list[str]:
    one, struck = row.treatment, row.struck
    return [
        one.treated_on.isoformat(),
        named(one.region),
        ", ".join(one.segments),
        "; ".join(one.muscles),
        str(SUPERVISION[one.supervision][0]),
        str(GRASP[one.grasp]),
        str(RANGE[one.range_change]),
        str(EVENT.get(one.event, one.event)),
        one.note,
        moment(one.recorded_at),
        moment(struck.struck_at) if struck else "",
        struck.reason if struck else "",
    ]


def guarded(cell: str) -> str:
    """A spreadsheet runs a cell that begins like a formula; an apostrophe in front makes it text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
