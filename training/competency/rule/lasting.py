"""Met once and still met: when a competency was first met, and whether what belongs to it is still remembered.

Both follow from evidence and cards, and are stored nowhere. "Refresh due" asks somebody to review; it takes no level
and closes no certificate, so it is no part of readiness.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from training.competency.rule.facts import Evidence
from training.competency.rule.readiness import CompetencyStanding, Readiness, standing
from training.content.documents import CasesAsked, Refresh, Requirement, SafetyGateAsked

MAY_BE_LOST = (CasesAsked, SafetyGateAsked)
"""Requirements that more evidence can take away again. Of every other kind, what is met stays met."""


@dataclass(frozen=True)
class Remembered:
    """A competency's review cards that were answered before: how many, and their mean recall now, 0 to 1."""

    cards: int
    recall: float


@dataclass(frozen=True)
class Lasting:
    """The two states of a competency. `first_met` is when it was met once, None where no evidence bears a time."""

    met_once: bool
    first_met: datetime | None
    remembered: Remembered | None
    refresh_due: bool

    @property
    def still_met(self) -> bool:
        """Met at some time, and not faded since."""
        return self.met_once and not self.refresh_due


def lasting(found: Readiness, evidence: Evidence, remembered: Mapping[str, Remembered]) -> dict[str, Lasting]:
    """Every measured competency's two states, by id."""
    history = History(evidence)
    states = {}
    for one in found.competencies:
        first = history.first_met(one)
        cards = remembered.get(one.competency.id)
        met_once = one.met or first is not None
        due = met_once and faded(cards, found.framework.refresh)
        states[one.competency.id] = Lasting(met_once, first, cards, due)
    return states


def faded(remembered: Remembered | None, refresh: Refresh) -> bool:
    """Whether enough cards show a recall below what the framework asks for. Without enough cards nobody knows."""
    if remembered is None or remembered.cards < refresh.cards:
        return False
    return remembered.recall < refresh.recall_below


class History:
    """A person's evidence as it stood at each earlier moment, by today's rule and what is offered today."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.dated = {
            one.name: [(moment_of(each), each) for each in getattr(evidence, one.name)]
            for one in fields(evidence)
            if isinstance(getattr(evidence, one.name), tuple)
        }
        found = {at for rows in self.dated.values() for at, _ in rows if at is not None}
        self.moments = sorted(found)

    def until(self, moment: datetime) -> Evidence:
        """What was there at a moment; what bears no time was always there."""
        kept: dict[str, Any] = {
            name: tuple(each for at, each in rows if at is None or at <= moment) for name, rows in self.dated.items()
        }
        return replace(self.evidence, **kept)

    def first_met(self, one: CompetencyStanding) -> datetime | None:
        """The first moment at which the whole rule was met at once; None when it never was."""
        lasting_ones = [asked for asked in one.competency.rule if not isinstance(asked, MAY_BE_LOST)]
        others = [asked for asked in one.competency.rule if isinstance(asked, MAY_BE_LOST)]
        if not all_met(lasting_ones, self.evidence):
            return None
        start = bisect_left(self.moments, True, key=lambda at: all_met(lasting_ones, self.until(at)))
        candidates: Iterable[datetime] = self.moments[start:]
        if not others:
            return next(iter(candidates), None)
        return next((at for at in candidates if all_met(others, self.until(at))), None)


def all_met(rule: Iterable[Requirement], evidence: Evidence) -> bool:
    return all(standing(asked, evidence).met for asked in rule)


def moment_of(fact: object) -> datetime | None:
    """When a piece of evidence came to be: the latest time that it bears."""
    if not is_dataclass(fact):
        return None
    times = [value for one in fields(fact) if isinstance(value := getattr(fact, one.name), datetime)]
    return max(times, default=None)
