"""The scores of a station over its global ratings, with line and cut, as SVG. Colours are classes of css/stations.css.

Labels come from the caller, in the reader's language; the page has its table behind the picture.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup, escape

from training.competency.stations.standard import StationStandard
from training.measurement.standards import BORDERLINE, RATINGS, BorderlineCut

WIDTH, HEIGHT = 340, 250
LEFT, RIGHT, TOP, BOTTOM = 40.0, 330.0, 24.0, 200.0


def across(rating: float) -> float:
    """Where a rating stands from left to right, with half a step beside the first and the last."""
    return LEFT + (RIGHT - LEFT) * (rating - 0.5) / len(RATINGS)


def up(share: float) -> float:
    """Where a share, 0 to 1, stands; beyond it the edge."""
    return BOTTOM - (BOTTOM - TOP) * min(1.0, max(0.0, share))


def scores_over_ratings(found: StationStandard, *, text: str, axis: str, cut: str, ratings: Sequence[str]) -> Markup:
    """A dot for each score, equal ones side by side; line and dots are grey where the cut is mostly chance."""
    parts = []
    if found.low is not None and found.high is not None:
        low, high = up(found.low), up(found.high)
        parts.append(
            f'<rect class="sr-interval" x="{LEFT}" y="{high:.1f}" width="{RIGHT - LEFT}" height="{low - high:.1f}"/>'
        )
    parts.append(f'<path class="sr-axis" d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"/>')
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(
            f'<text class="sr-tick sr-tick-up" x="{LEFT - 5}" y="{up(share) + 4:.1f}">{round(100 * share)}</text>'
        )
        parts.append(f'<path class="sr-grid" d="M{LEFT} {up(share):.1f}H{RIGHT}"/>')
    for rating, name in zip(RATINGS, ratings, strict=True):
        at = f"{across(rating):.1f}"
        said = f'<tspan x="{at}">{rating}</tspan><tspan x="{at}" dy="13">{escape(name)}</tspan>'
        parts.append(f'<text class="sr-tick" y="{BOTTOM + 16}">{said}</text>')
    parts.append(f'<path class="sr-borderline" d="M{across(BORDERLINE):.1f} {TOP}V{BOTTOM}"/>')
    kind = " sr-grey" if found.grey else ""
    if found.line is not None:
        first, last = RATINGS[0], RATINGS[-1]
        parts.append(f'<path class="sr-line" d="{_inside(found.line, first, last)}"/>')
    seen: Counter[tuple[int, int]] = Counter()
    for one in found.scored:
        place = (one.rating, round(one.share * 25))
        # Left and right of the rating by turns: 0, +1, −1, +2 ...
        step = (seen[place] + 1) // 2 * (1 if seen[place] % 2 else -1)
        seen[place] += 1
        x = across(one.rating) + max(-24.0, min(24.0, 7.0 * step))
        parts.append(f'<circle class="sr-dot" cx="{x:.1f}" cy="{up(one.share):.1f}" r="4"/>')
    parts.append(f'<path class="sr-cut" d="M{LEFT} {up(found.cut):.1f}H{RIGHT}"/>')
    parts.append(f'<text class="sr-cut-name" x="{RIGHT}" y="{up(found.cut) - 5:.1f}">{escape(cut)}</text>')
    parts.append(f'<text class="sr-name" x="4" y="11">{escape(axis)}</text>')
    opened = f'<svg class="scores-ratings{kind}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(text)}">'
    return Markup(opened + "".join(parts) + "</svg>")


def _inside(line: BorderlineCut, first: int, last: int) -> str:
    """The line from the first to the last rating, as far as it stays between nothing and everything."""
    steps = [first + (last - first) * number / 80 for number in range(81)]
    inside = [one for one in steps if 0 <= line.at(one) <= 1]
    if not inside:
        return ""
    start, end = inside[0], inside[-1]
    return f"M{across(start):.1f} {up(line.at(start)):.1f}L{across(end):.1f} {up(line.at(end)):.1f}"
