"""The watched cases as a file for a spreadsheet: every figure with its counts, however few support it."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from training.assessment.analysis.export import Table
from training.assessment.watch.figures import CaseLine


def cases_table(lines: Iterable[CaseLine]) -> Table:
    return Table(
        "sign-off-cases",
        gettext("Sign-off cases"),
        (
            ("item", "text"),
            ("title", "text"),
            ("region", "text"),
            ("template", "text"),
            ("state", "text"),
            ("met_by", "count"),
            ("candidates", "count"),
            ("share", "share"),
            ("share_of_cap", "share"),
            ("answers", "count"),
            ("right", "share"),
            ("right_low", "share"),
            ("right_high", "share"),
            ("latest", "count"),
            ("latest_right", "share"),
            ("z_easier", "figure"),
            ("paced", "count"),
            ("fast_right", "count"),
            ("z_fast", "figure"),
            ("withheld_because", "text"),
        ),
        [
            (
                one.item_id,
                one.title,
                one.region,
                one.template,
                one.state,
                one.exposure.met,
                one.exposure.candidates,
                one.exposure.share,
                one.exposure.of_cap,
                one.watched.answers,
                one.watched.share,
                one.watched.interval.low if one.watched.interval else None,
                one.watched.interval.high if one.watched.interval else None,
                one.watched.latest,
                one.watched.latest_share,
                one.watched.drift,
                one.watched.paced,
                one.watched.fast,
                one.watched.swift,
                one.withheld.reason if one.withheld else None,
            )
            for one in lines
        ],
    )
