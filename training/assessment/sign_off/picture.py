"""The path of the evidence as a drawing: numbers only, the template draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from training.measurement.mastery import Evidence

WIDTH, HEIGHT = 320, 120  # units; about pixels on a phone
LEFT, RIGHT, TOP, BOTTOM = 36, 10, 10, 22
_LOWEST, _HIGHEST = 1 / 8, 40.0  # ratios at the lower and upper edge; what lies beyond stands on the edge
_LEAST_ANSWERS = 12  # the axis is at least so long


@dataclass(frozen=True)
class Line:
    """A level of the evidence: how high it lies, and its words."""

    y: float
    label: str
    needed: bool = False


@dataclass(frozen=True)
class EvidencePath:
    """`points` are those of the polyline, the first before any answer; `starts` where later sessions began."""

    points: tuple[tuple[float, float], ...]
    starts: tuple[float, ...]
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, int], ...]

    @property
    def polyline(self) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)

    @property
    def last(self) -> tuple[float, float]:
        return self.points[-1]


def path_of(found: Evidence) -> EvidencePath:
    """M after each answer, by its logarithm."""
    longest = max(_LEAST_ANSWERS, found.answers)

    def x(count: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * count / longest

    levels = ((found.needed, f"{found.needed:.0f} : 1", True), (1.0, "1 : 1", False))
    ratios = (1.0, *found.path)
    return EvidencePath(
        points=tuple((x(count), height(ratio)) for count, ratio in enumerate(ratios)),
        starts=tuple(x(start) for start in found.session_starts[1:]),
        lines=tuple(Line(height(level), label, needed) for level, label, needed in levels),
        ticks=tuple((x(count), count) for count in ticks(longest)),
    )


def height(ratio: float) -> float:
    """Where a ratio stands, in units from the top."""
    low, high = math.log(_LOWEST), math.log(_HIGHEST)
    share = (math.log(min(_HIGHEST, max(_LOWEST, ratio))) - low) / (high - low)
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)


def ticks(longest: int) -> tuple[int, ...]:
    """Round counts of answers along the axis, five at most."""
    step = next(one for one in (4, 5, 10, 20, 25, 50, 100, 1000) if longest / one <= 5)
    found = tuple(range(0, longest + 1, step))
    assert all(one < other for one, other in pairwise(found))
    return found
