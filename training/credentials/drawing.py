"""A certificate's scope as marks of the spine: each region filled as far as the holder may needle there.

The vertebrae are those of templates/spine.html, small. There are fifteen different marks and every check shows five, so
each is drawn once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markupsafe import Markup

from training.anatomy.segments import REGIONS, segments_of

ROW = 26  # units of a vertebra in templates/spine.html, of which columns 12 to 102 show
LEFT, WIDTH = 12, 90
SCALE = 0.39
RIBS = (5, 14, 23)


@lru_cache
def mark(spine: Any, region: str, level: str) -> Markup:
    """A region, or the ribs for the chest wall. The words stand beside it, so it is hidden from screen readers.

    `spine` is what templates/spine.html sets: its `regions` and `vertebrae`.
    """
    if region not in REGIONS:
        return ribs(level)
    segments = dict(spine.regions)[region]
    height = len(segments) * ROW
    bones = "".join(bone(spine.vertebrae[segment], place, level) for place, segment in enumerate(segments))
    return Markup(
        f'<svg class="scope-mark scope-{level}" width="{WIDTH * SCALE:.0f}" height="{height * SCALE:.0f}" '
        f'viewBox="{LEFT} 0 {WIDTH} {height}" aria-hidden="true" focusable="false">{bones}</svg>'
    )


def bone(drawn: tuple[str, ...], place: int, level: str) -> str:
    """One vertebra; under supervision it is hollow around a dot, so that not the colours alone differ."""
    middle, tilt, body, process = drawn[:4]
    inside = f'<path class="process" d="{process}"/>' if process else ""
    inside += f'<path class="bone" d="{body}"/>'
    if level == "supervised":
        inside += '<circle class="dot" r="4.5"/>'
    return f'<g transform="translate({middle} {place * ROW + ROW // 2})rotate({tilt})">{inside}</g>'


def ribs(level: str) -> Markup:
    left = "".join(f'<path class="rib" d="M18 {y}C7 {y} 3 {y + 4} 5 {y + 9}"/>' for y in RIBS)
    right = "".join(f'<path class="rib rib-right" d="M22 {y}C33 {y} 37 {y + 4} 35 {y + 9}"/>' for y in RIBS)
    return Markup(
        f'<svg class="scope-mark scope-{level}" width="40" height="36" viewBox="0 0 40 36" '
        f'aria-hidden="true" focusable="false">{left}{right}</svg>'
    )


@lru_cache
def segments_of_region(region: str) -> str:
    """ "C1–C8"; empty for what is no region of the spine."""
    for known in REGIONS:
        if known == region:
            segments = segments_of(known)
            return f"{segments[0]}–{segments[-1]}"
    return ""
