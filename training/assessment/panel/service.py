"""How hard questions are for somebody just at the standard: what the panel says, moved by answers where there are many.

Ratings belong to a version: what was changed is another question that nobody has rated. So they never carry over.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training.assessment.attempts import question_in
from training.assessment.panel.models import PanelRating, QuestionCalibration
from training.content.documents import Case, Document, Quiz
from training.db.errors import NotFound
from training.library import service as library
from training.measurement import intervals
from training.measurement.item_calibration import (
    AUTHOR_ERROR,
    FEWEST_RATERS,
    PANEL_ERROR,
    author_rating,
    rating,
)
from training.measurement.sample_size import TRUSTED

BAND = (0.30, 0.80)  # what a just-competent person gets right of a question that is worth asking for a sign-off
SEGMENT_QUESTION = "segment"
Key = tuple[str, str]  # version hash, question id


@dataclass(frozen=True)
class Rated:
    """How hard a question is for somebody just at the standard.

    difficulty: logits relative to the standard, −ln(share/(1 − share)); share: 0 to 1; low, high: the 95 % interval of
    the share; raters: panel members who rated this version; answers: first-sight answers that moved it, 0 while fewer
    than 30 could; provisional: fewer than three raters, so it rests on the author's estimate or on too few.
    """

    difficulty: float
    share: float
    low: float
    high: float
    raters: int
    answers: int
    provisional: bool

    @property
    def in_band(self) -> bool:
        """Whether a just-competent person gets it right neither too rarely nor too often to tell anything."""
        return BAND[0] <= self.share <= BAND[1]


@dataclass(frozen=True)
class Prior:
    """What is known of a question before anybody answers: its difficulty in logits, the SD of its error, and from how
    many raters; with none it is the author's estimate."""

    difficulty: float
    error: float
    raters: int


def difficulties(session: Session, keys: Collection[Key]) -> dict[Key, Rated]:
    """Of each (version hash, question id); two queries, and one for versions that are not in memory.

    With no rating the author's estimate, with ratings their mean, from 30 answers on the posterior of the latest
    calibration. Raises NotFound for a version or a question that there is not.
    """
    if not keys:
        return {}
    known = library.documents(session, {version for version, _ in keys})
    shares, moved = shares_of(session, keys), calibrations_of(session, keys)
    return {key: rated(known[key[0]], key, list(shares.get(key, {}).values()), moved.get(key)) for key in keys}


def priors(session: Session, keys: Collection[Key]) -> dict[Key, Prior]:
    """What the panel, or the author, says of each question without any answer; one query while versions are known."""
    if not keys:
        return {}
    known = library.documents(session, {version for version, _ in keys})
    shares = shares_of(session, keys)
    return {key: prior(known[key[0]], key[1], list(shares.get(key, {}).values())) for key in keys}


def prior(document: Document, question_id: str, shares: Sequence[int], panel_error: float = PANEL_ERROR) -> Prior:
    """shares: the panel's, in per cent. A panel of one or two is taken to err as an author alone does."""
    if not shares:
        return Prior(author_rating(author_estimate(document, question_id)), AUTHOR_ERROR, 0)
    error = panel_error if len(shares) >= FEWEST_RATERS else AUTHOR_ERROR
    return Prior(rating([one / 100 for one in shares]), error, len(shares))


def rated(document: Document, key: Key, shares: Sequence[int], moved: QuestionCalibration | None) -> Rated:
    """A question from its ratings, in per cent, and its calibration."""
    before = prior(document, key[1], shares, moved.panel_error if moved else PANEL_ERROR)
    if moved is not None and moved.answers >= TRUSTED:
        return of_difficulty(moved.difficulty, moved.standard_error, len(shares), moved.answers)
    return of_difficulty(before.difficulty, before.error, len(shares))


def of_difficulty(difficulty: float, error: float, raters: int, answers: int = 0) -> Rated:
    """difficulty and the SD of its error in logits."""
    low, high = (share_of(difficulty + side * intervals.Z * error) for side in (1, -1))
    return Rated(difficulty, share_of(difficulty), low, high, raters, answers, raters < FEWEST_RATERS)


def share_of(difficulty: float) -> float:
    """The share of just-competent people who are right, from a difficulty in logits."""
    return 1 / (1 + math.exp(difficulty))


def author_estimate(document: Document, question_id: str) -> int:
    """The author's difficulty, 1 to 5; a case's belongs to its segment question. Raises NotFound."""
    question = question_in(document, question_id) if isinstance(document, Quiz | Case) else None
    if question is None:
        raise NotFound("This version asks no such question.")
    own = document.difficulty if isinstance(document, Case) and question_id == SEGMENT_QUESTION else question.difficulty
    return min(5, max(1, own))


# --- rows ------------------------------------------------------------------------------------------------------

# Built once: a draw asks for them, and building a statement takes longer than running it.
_RATINGS = PanelRating.__table__.c
_SHARES = (
    select(_RATINGS.version_hash, _RATINGS.question_id, _RATINGS.rater_id, _RATINGS.share)
    .where(_RATINGS.version_hash.in_(bindparam("versions", expanding=True)))
    .order_by(_RATINGS.number)
)
_CALIBRATIONS = select(QuestionCalibration).where(
    QuestionCalibration.version_hash.in_(bindparam("versions", expanding=True))
)


def shares_of(session: Session, keys: Collection[Key]) -> Mapping[Key, Mapping[int, int]]:
    """The rating that counts of each panel member, in per cent, by question and by the member's id. One query."""
    found: dict[Key, dict[int, int]] = {}
    for version, question_id, rater_id, share in session.execute(_SHARES, {"versions": _versions(keys)}):
        found.setdefault((version, question_id), {})[rater_id] = share  # a later number stands over an earlier one
    return found


def calibrations_of(session: Session, keys: Collection[Key]) -> Mapping[Key, QuestionCalibration]:
    """The latest calibrations by question. One query."""
    rows = session.scalars(_CALIBRATIONS, {"versions": _versions(keys)})
    return {(row.version_hash, row.question_id): row for row in rows}


def _versions(keys: Collection[Key]) -> list[str]:
    return sorted({version for version, _ in keys})
