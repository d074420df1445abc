"""What the panel says of a question, and the difficulty that was computed with it, for the pages of the analysis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from training.assessment.panel.rating import Opinion, opinion
from training.assessment.panel.service import Rated, calibrations_of, rated, shares_of
from training.library import service as library
from training.library.service import Entry
from training.measurement import intervals
from training.measurement.intervals import Interval


@dataclass(frozen=True)
class Computed:
    """The posterior of the latest computation, in logits, however few the answers."""

    difficulty: float
    interval: Interval
    answers: int
    at: datetime


@dataclass(frozen=True)
class Beside:
    """`used`: what stands for draws; `panel`: the ratings that count; `computed`: None before the first computation.

    `kept`: the viewer is a panel member who has yet to rate it, and sees of the panel only how many have.
    """

    used: Rated
    raters: int
    panel: Opinion | None
    panel_says: Rated | None
    computed: Computed | None
    kept: bool


def beside(session: Session, entry: Entry, question_id: str, *, viewer_id: int, rates: bool) -> Beside:
    """Two queries while the version is in memory. Raises NotFound."""
    key = (entry.version_hash, question_id)
    shares = shares_of(session, [key]).get(key, {})
    moved = calibrations_of(session, [key]).get(key)
    document = library.document(session, entry.version_hash)
    kept = rates and viewer_id not in shares
    computed = None
    if moved is not None:
        around = intervals.around(moved.difficulty, moved.standard_error)
        computed = Computed(moved.difficulty, around, moved.answers, moved.computed_at)
    said = None if kept else opinion(shares, viewer_id)
    return Beside(
        rated(document, key, list(shares.values()), moved),
        len(shares),
        said,
        rated(document, key, said.shares, None) if said else None,
        computed,
        kept,
    )
