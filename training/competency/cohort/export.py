"""The cohort as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import tzinfo

from flask_babel import gettext

from training.competency.cohort.service import CohortView

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(found: CohortView, zone: tzinfo) -> str:
    """A line for each person, for each competency how much of it is there in per cent; days are those of the school.

    A mark in front says UTF-8.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    head = [gettext("Name"), gettext("E-mail"), gettext("Cohorts"), gettext("Last seen"), gettext("Safety gate")]
    counts = [gettext("Competencies met"), gettext("Stuck at")]
    writer.writerow(
        [guarded(one) for one in (*head, *counts, *(one.title for one in found.framework.competencies if one.measured))]
    )
    for row in found.rows:
        words = [
            row.person.name,
            row.person.email,
            ", ".join(row.person.cohorts),
            row.seen_at.astimezone(zone).date().isoformat() if row.seen_at else "",
            gettext("open") if row.gate_open else gettext("closed"),
        ]
        stuck = ", ".join(one.standing.competency.title for one in row.stuck)
        shares = [int(100 * cell.share) for cell in row.cells]
        writer.writerow([*map(guarded, words), row.met, guarded(stuck), *shares])
    return "\ufeff" + out.getvalue()


def guarded(cell: str) -> str:
    """A spreadsheet runs a cell that begins like a formula; an apostrophe in front makes it text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
