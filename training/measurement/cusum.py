"""The learning curve of a skill: a cumulative sum (CUSUM) of successes and failures, and the limits at which it speaks.

Each failure moves the score up by 1 - s, each success down by s, with

    P = ln(p1 / p0)    Q = ln((1 - p0) / (1 - p1))    s = Q / (P + Q)
    h0 = ln((1 - alpha) / beta) / (P + Q)             h1 = ln((1 - beta) / alpha) / (P + Q)

where p0 is the acceptable and p1 the unacceptable failure rate: the step is the logarithm of how much better the result
fits p1 than p0, divided by P + Q.

Two phases, as in the learning-curve CUSUM: while *learning* the score never rises above 0, and the skill is shown when
it reaches -h0; from then on, while *monitored*, it never falls below 0, and it has drifted when it reaches h1, after
which it starts again at 0. So an early run of failures cannot be a debt, nor an early run of successes a credit.

alpha and beta set the limits; they are not the chance of a signal in a long series, which grows with its length and
which `chance_of_drift` and `chance_of_shown` compute. That the two are confused is the commonest mistake with this
method (Biau and others, Qual Saf Health Care 2007;16(3):203-207, abstract seen).

Sources: the formulas after Bolsin and Colson, Int J Qual Health Care 2000;12(5):433-438 (not seen itself; as others
print and compute them); the two phases after Biau and Porcher, Stat Med 2010, doi 10.1002/sim.3947 (abstract seen).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Phase = Literal["learning", "monitored"]

CONFIGURED = Path(__file__).parent / "data" / "cusum.toml"
_SAME = 9  # decimals to which two scores are one: far below a step, far above the error of a thousand sums
_SLACK = 10.0**-_SAME


@dataclass(frozen=True, kw_only=True)
class CusumRule:
    """What can be set; the values stand in data/cusum.toml.

    acceptable (p0), unacceptable (p1): shares of failures, 0 < p0 < p1 < 1. alpha, beta: 0..0.5, see above.
    Raises ValueError for values outside these ranges.
    """

    acceptable: float = 0.20
    unacceptable: float = 0.35
    alpha: float = 0.10
    beta: float = 0.10

    def __post_init__(self) -> None:
        if not 0 < self.acceptable < self.unacceptable < 1:
            raise ValueError(f"0 < acceptable {self.acceptable!r} < unacceptable {self.unacceptable!r} < 1 must hold")
        if not (0 < self.alpha < 0.5 and 0 < self.beta < 0.5):
            raise ValueError(f"alpha {self.alpha!r} and beta {self.beta!r} lie between 0 and 0.5")

    @property
    def width(self) -> float:
        """P + Q."""
        p0, p1 = self.acceptable, self.unacceptable
        return math.log(p1 / p0) + math.log((1 - p0) / (1 - p1))

    @property
    def step_down(self) -> float:
        """s: what a success takes off the score, between p0 and p1."""
        return math.log((1 - self.acceptable) / (1 - self.unacceptable)) / self.width

    @property
    def step_up(self) -> float:
        """What a failure adds to the score: 1 - s."""
        return 1 - self.step_down

    @property
    def lower(self) -> float:
        """-h0, below 0: where the skill is shown."""
        return -math.log((1 - self.alpha) / self.beta) / self.width

    @property
    def upper(self) -> float:
        """h1, above 0: where a drift asks for a look."""
        return math.log((1 - self.beta) / self.alpha) / self.width

    @property
    def least_successes(self) -> int:
        """How many successes without a failure show the skill."""
        return math.ceil(-self.lower / self.step_down - _SLACK)


@dataclass(frozen=True)
class Point:
    """The score after one result, the phase that the result fell into, and whether a limit was reached by it.

    A limit reached while learning means that the skill is shown, while monitored that it has drifted.
    """

    success: bool
    score: float
    phase: Phase
    signal: bool


@cache
def configured_rule() -> CusumRule:
    """The rule of data/cusum.toml, read once."""
    return CusumRule(**tomllib.loads(CONFIGURED.read_text(encoding="utf-8")))


def curve(results: Iterable[bool], rule: CusumRule, *, monitored_from: int | None = None) -> tuple[Point, ...]:
    """The score after each result, oldest first; True is a success.

    monitored_from: how many results came before somebody decided that the skill is there (a sign-off). Whatever the
    score was, monitoring starts at 0 with the next one. None: only the lower limit ends the learning.
    """
    points: list[Point] = []
    score: float = 0.0
    phase: Phase = "learning"
    for number, success in enumerate(results):
        if number == monitored_from:
            score, phase = 0.0, "monitored"
        score = _after(score, success, phase, rule)
        signal = _reached(score, phase, rule)
        points.append(Point(success, score, phase, signal))
        if signal:
            score, phase = 0.0, "monitored"
    return tuple(points)


def _after(score: float, success: bool, phase: Phase, rule: CusumRule) -> float:
    moved = score - rule.step_down if success else score + rule.step_up
    return min(0.0, moved) if phase == "learning" else max(0.0, moved)


def _reached(score: float, phase: Phase, rule: CusumRule) -> bool:
    """Reaching a limit is enough; sums of steps are off by a little, and that must not decide."""
    return score <= rule.lower + _SLACK if phase == "learning" else score >= rule.upper - _SLACK


def shown_at(points: Sequence[Point]) -> int | None:
    """The place of the result that showed the skill; None while it did not."""
    return next((place for place, one in enumerate(points) if one.phase == "learning" and one.signal), None)


def chance_of_drift(failure_rate: float, results: int, rule: CusumRule) -> float:
    """The chance, 0..1, that monitoring signals at least once within so many results, each failing at this rate."""
    return _chance_of_signal(failure_rate, results, "monitored", rule)


def chance_of_shown(failure_rate: float, results: int, rule: CusumRule) -> float:
    """The chance, 0..1, that the skill counts as shown within so many results, each failing at this rate."""
    return _chance_of_signal(failure_rate, results, "learning", rule)


def _chance_of_signal(failure_rate: float, results: int, phase: Phase, rule: CusumRule) -> float:
    """Exact, over every score that can be reached; ValueError for what is no share."""
    if not 0 <= failure_rate <= 1:
        raise ValueError(f"a failure rate is a share from 0 to 1, not {failure_rate!r}")
    spread, signalled = {0.0: 1.0}, 0.0
    for _ in range(results):
        following: dict[float, float] = {}
        for score, chance in spread.items():
            for success, share in ((True, 1 - failure_rate), (False, failure_rate)):
                after = round(_after(score, success, phase, rule), _SAME)
                if _reached(after, phase, rule):
                    signalled += chance * share
                else:
                    following[after] = following.get(after, 0.0) + chance * share
        spread = following
    return signalled
