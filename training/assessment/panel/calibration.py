"""Difficulties from first-sight answers with the panel as prior: computed for a whole bank at once, then kept.

What was drawn for somebody keeps the difficulty it was drawn with, so a new computation never acts backwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training.assessment.analysis.figures import Pool, pools
from training.assessment.analysis.service import Viewer, asked_about, ground
from training.assessment.models import Answer
from training.assessment.panel.models import QuestionCalibration
from training.assessment.panel.service import Key, Prior, priors
from training.db.errors import Refused
from training.journal import service as journal
from training.measurement.item_calibration import (
    AUTHOR_ERROR,
    FEWEST_RATERS,
    PANEL_ERROR,
    USUAL_SPREAD,
    Calibrated,
    calibrate,
    panel_error,
    shrunk,
)
from training.measurement.sample_size import TRUSTED

MOST_ON_A_PAGE = 100_000  # first-sight answers; a computation over more takes seconds, which is for the command


@dataclass(frozen=True)
class Computed:
    """One test: a quiz, or the cases of a bank. `questions` are those with an answer; `people` who answered any.

    `error`: the SD of (rating − truth) of a panel in logits, and whether it was learnt from answers here. `settled`:
    the computation converged; where nearly everybody is right everywhere it may not, and then the ratings stand.
    """

    name: str
    people: int
    answers: int
    questions: Mapping[Key, Calibrated]
    error: float
    learnt: bool
    settled: bool

    @property
    def calibrated(self) -> int:
        """Questions with enough answers to count."""
        return sum(one.calibrated for one in self.questions.values())


def refuse_if_long(session: Session) -> None:
    """Raises Refused where a page would have to wait too long."""
    number = session.scalar(select(func.count()).select_from(Answer).where(Answer.first_sight)) or 0
    if number > MOST_ON_A_PAGE:
        raise Refused(
            "There are %(number)s answers, too many to wait for here. Run `flask measure calibrate` on the server.",
            number=number,
        )


def compute(session: Session) -> list[Computed]:
    """Every bank and quiz by itself, all regions of a bank together; nothing is written. Six queries."""
    on = ground(session, Viewer(sign_off=True, persons=True))
    found = pools(asked_about(session, on))
    keys = [key for pool in found for key in keys_of(pool)]
    before = priors(session, keys)
    return [computed(pool, before) for pool in found if len(pool.values)]


def keys_of(pool: Pool) -> list[Key]:
    return [(subject.entry.version_hash, subject.question.id) for subject in pool.subjects]


def computed(pool: Pool, before: Mapping[Key, Prior]) -> Computed:
    keys = keys_of(pool)
    known = [before[key] for key in keys]
    learnt = learnt_error(pool, known)
    error = learnt or PANEL_ERROR
    found = calibrate(pool.values, shrunk(*rated_with(known, error)))
    answered = {key: one for key, one in zip(keys, found.items, strict=True) if one.answers}
    number = int((~np.isnan(pool.values)).sum())
    people = len(pool.values)
    return Computed(pool.subjects[0].pool, people, number, answered, error, learnt is not None, found.settled)


def learnt_error(pool: Pool, known: Sequence[Prior]) -> float | None:
    """How far the panel errs, from the questions that have one; None before answers can tell."""
    columns = [place for place, one in enumerate(known) if one.raters >= FEWEST_RATERS]
    return panel_error(pool.values[:, columns], [known[place].difficulty for place in columns]) if columns else None


def rated_with(known: Sequence[Prior], error: float) -> tuple[list[float], list[float], float | None]:
    """The arguments of `shrunk`. How far difficulties spread can be had from a panel's ratings alone: how far authors
    err is no more than a judgement."""
    panels = [one.raters >= FEWEST_RATERS for one in known]
    errors = [error if panel else AUTHOR_ERROR for panel in panels]
    return [one.difficulty for one in known], errors, None if all(panels) else USUAL_SPREAD


def keep(session: Session, found: Sequence[Computed], *, at: datetime, by_id: int | None) -> int:
    """Write a computation over the one before, and journal it; how many questions it has. What did not settle is left
    out."""
    kept = [test for test in found if test.settled]
    rows = [
        {
            "version_hash": version,
            "question_id": question_id,
            "difficulty": one.difficulty,
            "standard_error": one.standard_error,
            "answers": one.answers,
            "panel_error": test.error,
            "computed_at": at,
        }
        for test in kept
        for (version, question_id), one in test.questions.items()
    ]
    session.execute(delete(QuestionCalibration))
    if rows:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        statement = insert(QuestionCalibration)
        session.execute(  # somebody else, in the same moment, may have written theirs
            statement.on_conflict_do_update(
                index_elements=["version_hash", "question_id"],
                set_={
                    name: statement.excluded[name] for name in rows[0] if name not in ("version_hash", "question_id")
                },
            ),
            rows,
        )
    payload = {test.name: [len(test.questions), test.answers, round(test.error, 3)] for test in kept}
    journal.append(session, "bank.calibrated", actor_id=by_id, subject="library", payload=payload, at=at)
    return len(rows)


@dataclass(frozen=True)
class Latest:
    """The computation that stands: when, how many questions it has, and how many of them have enough answers."""

    at: datetime
    questions: int
    calibrated: int


def latest(session: Session) -> Latest | None:
    """None before the first. One query."""
    rows = session.execute(select(QuestionCalibration.computed_at, QuestionCalibration.answers)).all()
    if not rows:
        return None
    return Latest(max(row.computed_at for row in rows), len(rows), sum(row.answers >= TRUSTED for row in rows))
