"""The panel's ratings as a file for a spreadsheet. The names of its first columns are those that an import reads."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from training.assessment.analysis.export import Table
from training.assessment.panel.listing import Listed


def ratings_table(rows: Iterable[Listed]) -> Table:
    return Table(
        "ratings",
        gettext("Ratings"),
        (
            ("item", "text"),
            ("question", "text"),
            ("share", "count"),
            ("rater", "text"),
            ("number", "count"),
            ("counts", "text"),
            ("version", "text"),
            ("note", "text"),
            ("rated_at", "text"),
        ),
        [
            (
                one.item_id,
                one.question_id,
                one.share,
                one.rater,
                one.number,
                "yes" if one.counts else "no",
                one.version_hash,
                one.note,
                one.rated_at.isoformat(),
            )
            for one in rows
        ],
    )
