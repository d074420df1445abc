"""Every rating that was ever given, for a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment.panel.models import PanelRating
from training.assessment.panel.rating import RESERVED
from training.library import service as library


@dataclass(frozen=True)
class Listed:
    """One rating, share in per cent; `counts`: its rater's last of this version."""

    item_id: str
    question_id: str
    version_hash: str
    rater: str
    share: int
    number: int
    counts: bool
    note: str
    rated_at: datetime


def ratings(session: Session, *, rater_id: int | None, reserved: bool) -> list[Listed]:
    """All ratings by question, corrected ones too. Three queries.

    `rater_id`: of a panel member, who sees nobody's rating of a question before giving one; None for who rates nothing.
    `reserved`: may see the banks whose keys are kept.
    """
    order = (PanelRating.item_id, PanelRating.question_id, PanelRating.rated_at, PanelRating.id)
    rows = session.scalars(select(PanelRating).order_by(*order)).all()
    banks = {one.entry.id: one.entry.bank for several in library.catalogue(session).values() for one in several}
    mine = {(row.version_hash, row.question_id) for row in rows if row.rater_id == rater_id}
    shown = [
        row
        for row in rows
        if (rater_id is None or (row.version_hash, row.question_id) in mine)
        and (reserved or banks.get(row.item_id) not in RESERVED)
    ]
    names = people.names(session, {row.rater_id for row in shown})
    last: dict[tuple[int, str, str], int] = {}
    for row in shown:
        key = (row.rater_id, row.version_hash, row.question_id)
        last[key] = max(row.number, last.get(key, 0))
    return [
        Listed(
            row.item_id,
            row.question_id,
            row.version_hash,
            names.get(row.rater_id, ""),
            row.share,
            row.number,
            last[row.rater_id, row.version_hash, row.question_id] == row.number,
            row.note,
            row.rated_at,
        )
        for row in shown
    ]
