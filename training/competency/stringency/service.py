"""How assessors rate beside the others, gathered in four queries whatever their number."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.calibrating import service as calibrating
from training.competency.observing.models import Observation
from training.measurement.sample_size import Standing
from training.measurement.stringency import Rating, Stringency, stringency

# With fewer colleagues to be seen beside, a dot without a name would still be somebody's.
LEAST_UNNAMED = 3

_RATINGS = select(Observation.assessor_id, Observation.trainee_id, Observation.entrustment)


@dataclass(frozen=True)
class AssessorRow:
    """Somebody who observed or rated samples; `figure` is None for who has not observed."""

    person_id: int
    name: str
    figure: Stringency | None
    samples: int


@dataclass(frozen=True)
class BesideOthers:
    """One's own figure, and those of the others without their names; None while so few would be known by them."""

    own: Stringency | None
    others: list[float] | None


def assessors(session: Session) -> list[AssessorRow]:
    """Everybody, the strictest first; who cannot be compared comes last."""
    figures = _figures(session)
    samples = calibrating.rated_counts(session)
    ids = {*figures, *samples}
    names = people.names(session, ids)
    rows = [AssessorRow(one, names.get(one, ""), figures.get(one), samples.get(one, 0)) for one in ids]
    return sorted(rows, key=_order)


def _order(row: AssessorRow) -> tuple[bool, float, str]:
    difference = row.figure.difference if row.figure is not None else None
    return difference is None, difference or 0.0, row.name.casefold()


def beside_others(session: Session, assessor_id: int) -> BesideOthers:
    figures = _figures(session)
    others = [
        one.difference
        for who, one in figures.items()
        if who != assessor_id and one.difference is not None and one.standing is Standing.SHOWN
    ]
    return BesideOthers(figures.get(assessor_id), sorted(others) if len(others) >= LEAST_UNNAMED else None)


def _figures(session: Session) -> dict[int, Stringency]:
    return stringency(Rating(*row) for row in session.execute(_RATINGS))
