"""A checked list as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from training.clinics.service import Report
from training.credentials.service import REGIONS, Line
from training.web.wording import moment, named

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(report: Report, head: Sequence[str]) -> str:
    """One line for each entry, with a mark in front that makes spreadsheets read it as UTF-8.

    `head` names the columns: as typed, state, holder, the regions, issued, valid until, checked.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    checked = moment(report.at)
    for row in report.rows:
        state, found = named(row.mistake or row.state), row.found
        if found is None:
            cells = [row.typed, state, "", *[""] * len(REGIONS), "", ""]
        else:
            levels = [level(found.line(region)) for region in REGIONS]
            cells = [row.typed, state, found.holder, *levels, found.issued_on.isoformat(), found.expires_on.isoformat()]
        writer.writerow([guarded(cell) for cell in (*cells, checked)])
    return "\ufeff" + out.getvalue()


def level(line: Line | None) -> str:
    """What a clinic may rely on for a region today."""
    if line is None:
        return named("not-certified")
    return named(line.level if line.holds or line.level == "not-certified" else line.state)


def guarded(cell: str) -> str:
    """A spreadsheet runs a cell that begins like a formula; an apostrophe in front makes it text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
