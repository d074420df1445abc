"""Mark an answer against its key. Exact: what is near earns feedback, never points."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

REFER = "refer"
_ROUNDING = 1e-9  # of the numbers compared; 0.1 + 0.2 must lie within 0 of 0.3


@dataclass(frozen=True)
class SegmentMark:
    """Segment and side apart; `right` needs both. `side_right` is None where there is no side to judge."""

    segment_right: bool
    side_right: bool | None
    right: bool


def mark_choice(key: str, chosen: str) -> bool:
    """One option, and it is the key."""
    return chosen == key


def mark_choices(keys: Collection[str], chosen: Collection[str]) -> bool:
    """All of the key's options and no other, in any order; the key may be empty."""
    return set(chosen) == set(keys)


def mark_segment(keys: Collection[str], key_side: str | None, segment: str, side: str | None) -> SegmentMark:
    """Any one of the key's segments, on the key's side.

    "Do not needle: refer" has no side. The side is judged only where the key and the answer both have one.
    """
    segment_right = segment in keys
    if REFER in (*keys, segment) or key_side is None:
        return SegmentMark(segment_right, None, segment_right)
    side_right = side == key_side
    return SegmentMark(segment_right, side_right, segment_right and side_right)


def mark_order(key: Sequence[str], given: Sequence[str]) -> bool:
    """Every step at its place."""
    return list(given) == list(key)


def mark_number(key: float, tolerance: float, given: float) -> bool:
    """Within the tolerance (not negative) on either side, ends included. What is not finite is never right."""
    if not math.isfinite(given):
        return False
    return abs(given - key) <= tolerance + _ROUNDING * max(abs(key), abs(given), 1.0)


def reaches(right: int, asked: int, pass_mark: float) -> bool:
    """Whether so many right of those asked reach the pass mark, a share; reaching it exactly passes."""
    return asked > 0 and right >= pass_mark * asked - _ROUNDING
