"""How strongly a patient's findings speak for each segment, beside the answer that was given: what feedback shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from training.anatomy.explanation import Telling, rivals, tellings
from training.anatomy.information import Worth, best_next
from training.anatomy.localization import Localization, localize
from training.anatomy.model import Hypothesis
from training.anatomy.observations import Observation
from training.anatomy.patients.examined import usual
from training.anatomy.segments import POSITION
from training.anatomy.structures import Structure
from training.anatomy.verdicts import Verdict, alarms, verdict
from training.content.documents import Finding
from training.content.localizing import observations_of

TOLD = 6
NEXT = 3
MATTERS = 0.03
TELLS = 1.25
"""Odds; a finding that speaks less strongly hardly tells two segments apart."""


@dataclass(frozen=True)
class Reasoning:
    """What the findings say. Probabilities from 0 to 1.

    segments: of all thirty, the most probable first. nerve: the best nerve and its probability. best, rival: what
    `tellings` compare, the strongest first: after a wrong answer the key and the answer. score: how probable the
    findings make the answered segment beside the best one, 0 to 1; None without an answer, and for refer.
    disputed: structures among the findings on which charts disagree. next: what would tell more, had it been examined.
    alarming: findings that alone make needling wrong.
    """

    segments: tuple[tuple[str, float], ...]
    nerve: tuple[str, float]
    other: float
    side: str
    verdict: Verdict
    best: Hypothesis
    rival: Hypothesis
    tellings: tuple[Telling, ...]
    score: float | None
    disputed: tuple[Structure, ...]
    next: tuple[Worth, ...]
    alarming: tuple[Observation, ...] = ()

    @property
    def decisive(self) -> Telling | None:
        """The finding that speaks most strongly for the best against its rival; None where none does by itself."""
        return next((one for one in self.tellings if one.favours == self.best and one.odds >= TELLS), None)

    @property
    def leading(self) -> tuple[tuple[str, float], ...]:
        """The best segment, up to two more that matter, and the best nerve if it matters."""
        first, *others = self.segments
        also = [one for one in (*others[:2], self.nerve) if one[1] >= MATTERS]
        return (first, *also)

    @property
    def shares(self) -> Mapping[str, float]:
        """The probability of each segment, for drawing the spine."""
        return dict(self.segments)


@lru_cache(maxsize=512)
def reasoning_of(findings: tuple[Finding, ...], keys: tuple[str, ...] = (), chosen: str = "") -> Reasoning:
    """The reasoning behind a case's examination; `keys` are its right answers, `chosen` what was answered."""
    return reason([one for finding in findings for one in observations_of(finding)], keys, chosen)


def reason(observations: Sequence[Observation], keys: tuple[str, ...] = (), chosen: str = "") -> Reasoning:
    """The same for observations that come from elsewhere."""
    found = localize(observations)
    best, rival = _compared(found, [key for key in keys if key in POSITION], chosen)
    examined = {one.structure.id for one in found.observations}
    worths = [one for one in best_next(found, 40, among=usual()) if one.choice.structure.id not in examined]
    return Reasoning(
        segments=found.segments,
        nerve=found.nerves[0],
        other=found.other,
        side=found.side,
        verdict=verdict(found),
        best=best,
        rival=rival,
        tellings=tellings(found, best, rival)[:TOLD],
        score=_score(found, chosen),
        disputed=tuple({one.structure.id: one.structure for one in found.observations if _disputed(one)}.values()),
        next=tuple(worths[:NEXT]),
        alarming=alarms(found.observations),
    )


def _compared(found: Localization, keys: Sequence[str], chosen: str) -> tuple[Hypothesis, Hypothesis]:
    """The two that feedback tells apart: key and answer where they differ, else the best and its rival."""
    its = found.model
    shares = dict(found.segments)
    if keys and chosen in POSITION and chosen not in keys:
        key = max(keys, key=lambda segment: shares[segment])
        return its.hypotheses[its.place[key]], its.hypotheses[its.place[chosen]]
    return rivals(found)


def _score(found: Localization, chosen: str) -> float | None:
    if chosen not in POSITION:
        return None
    return dict(found.segments)[chosen] / found.segments[0][1]


def _disputed(observation: Observation) -> bool:
    return bool(observation.structure.disagreement)
