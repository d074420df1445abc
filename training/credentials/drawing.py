"""A certificate's scope drawn as the spine it speaks of: each region filled as far as the holder may needle there.

There are fifteen different marks and every check shows five, so each is drawn once.
"""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from training.anatomy.segments import REGIONS, segments_of

# How wide the vertebrae are, from the neck down; for the eye, not to scale.
WIDTHS = {
    "cervical": (16, 16, 17, 17, 18, 18, 19, 20),
    "thoracic": (20, 20, 21, 21, 22, 22, 23, 23, 24, 25, 26, 27),
    "lumbar": (28, 29, 30, 31, 32),
    "sacral": (30, 26, 21, 16, 11),
}
WIDTH, STEP, BONE = 40, 9, 7
RIBS = (5, 14, 23)


@lru_cache
def mark(region: str, level: str) -> Markup:
    """A region, or the ribs for the chest wall. The words stand beside it, so it is hidden from screen readers."""
    if region in WIDTHS:
        height = len(WIDTHS[region]) * STEP
        inside = "".join(bone(width, place, level) for place, width in enumerate(WIDTHS[region]))
    else:
        height = 36
        inside = "".join(rib(y, level) for y in RIBS)
    return Markup(
        f'<svg class="scope-mark scope-{level}" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
        f' aria-hidden="true" focusable="false">{inside}</svg>'
    )


def bone(width: int, place: int, level: str) -> str:
    at = f'x="{(WIDTH - width) / 2:g}" y="{place * STEP + 1}" height="{BONE}" rx="2.5"'
    half = f'<rect class="half" {at} width="{width / 2:g}"/>' if level == "supervised" else ""
    return f'<rect class="bone" {at} width="{width}"/>{half}'


def rib(y: int, level: str) -> str:
    off = " rib-off" if level == "supervised" else ""
    left = f'<path class="rib" d="M18 {y}C7 {y} 3 {y + 4} 5 {y + 9}"/>'
    return f'{left}<path class="rib{off}" d="M22 {y}C33 {y} 37 {y + 4} 35 {y + 9}"/>'


@lru_cache
def segments_of_region(region: str) -> str:
    """ "C1–C8"; empty for what is no region of the spine."""
    for known in REGIONS:
        if known == region:
            segments = segments_of(known)
            return f"{segments[0]}–{segments[-1]}"
    return ""
