"""Where the standard of a station lies: by regression where enough was seen, else where its authors put it at first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from training.competency.stations.models import PracticalStation, StationScore
from training.content.documents import Station
from training.measurement.standards import (
    TRUSTED_SCORES,
    BorderlineCut,
    Doubt,
    Outcome,
    borderline_regression,
    checklist_error,
    doubts,
    outcome_of,
)

Method = Literal["borderline-regression", "provisional"]


@dataclass(frozen=True)
class Scored:
    """A checklist's share, 0 to 1, and the global rating given with it."""

    share: float
    rating: int


@dataclass(frozen=True)
class StationStandard:
    """The cut that decides and how it was set; cut, error, low, high are shares of the checklist's weight.

    `line` is drawn even where it does not decide; `why_not` says then why. A provisional cut has no error: nobody
    measured it.
    """

    method: Method
    cut: float
    error: float
    low: float | None
    high: float | None
    scored: tuple[Scored, ...]
    line: BorderlineCut | None
    why_not: tuple[Doubt, ...]
    set_on: date | None

    @property
    def people(self) -> int:
        return len(self.scored)

    @property
    def grey(self) -> bool:
        """Whether the cut is still mostly chance."""
        return bool(self.why_not) or self.people < TRUSTED_SCORES


def standard_of(station: Station, scored: Sequence[Scored]) -> StationStandard:
    """From every score that counts for it."""
    shares, ratings = [one.share for one in scored], [one.rating for one in scored]
    line, why_not = borderline_regression(shares, ratings), doubts(shares, ratings)
    if line is None or why_not:
        authored = date.fromisoformat(station.standard.date)
        cut = station.standard.pass_mark
        return StationStandard("provisional", cut, 0.0, None, None, tuple(scored), line, why_not, authored)
    low, high = max(0.0, line.low), min(1.0, line.high)
    return StationStandard("borderline-regression", line.cut, line.error, low, high, tuple(scored), line, why_not, None)


@dataclass(frozen=True)
class Judged:
    """What a score says against a standard. `error`: of the share; `missed`: the critical items not done."""

    outcome: Outcome
    error: float
    missed: tuple[str, ...]


def judged(station: Station, score: StationScore, cut: float, cut_error: float) -> Judged:
    missed = missed_of(station, score.done)
    error = checklist_error(score.share, [one.weight for one in station.items])
    outcome = outcome_of(score.share, error, cut, cut_error, critical_missed=bool(missed))
    return Judged(outcome, error, missed)


def missed_of(station: Station, done: Iterable[str]) -> tuple[str, ...]:
    """The critical items that are not among those done, in the checklist's order."""
    kept = set(done)
    return tuple(one.id for one in station.items if one.critical and one.id not in kept)


def fix(row: PracticalStation, found: StationStandard) -> None:
    """Write a standard into the session's row; `set_at` is the caller's."""
    row.method, row.people, row.cut = found.method, found.people, found.cut
    measured = found.method == "borderline-regression"
    row.cut_error = found.error if measured else None
    row.cut_low, row.cut_high = found.low, found.high


def as_released(row: PracticalStation, found: StationStandard) -> StationStandard:
    """The standard with the cut that stands in a released session's row; before the release as it is."""
    if row.method is None or row.cut is None:
        return found
    method: Method = "provisional" if row.method == "provisional" else "borderline-regression"
    error = row.cut_error or 0.0
    return replace(found, method=method, cut=row.cut, error=error, low=row.cut_low, high=row.cut_high)
