"""Assessors beside the group as SVG: a dot with its interval each. Colours are classes of css/stringency.css.

Labels come from the caller, in the reader's language; the page has its table behind the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from training.measurement.intervals import Interval

WIDTH, ROW, HEAD, FOOT = 340, 42, 26, 22
LEFT, RIGHT = 12.0, 328.0
MOST = 2.0  # levels either way; what lies beyond stands at the edge, and the table has it


@dataclass(frozen=True)
class Line:
    """A row of the picture: a name, its dots, and the interval of a single one."""

    name: str
    dots: Sequence[float]
    interval: Interval | None = None
    grey: bool = False


@dataclass(frozen=True)
class Labels:
    stricter: str
    lenient: str
    text: str


def across(levels: float) -> float:
    """Where a difference in levels stands from left to right."""
    inside = min(MOST, max(-MOST, levels))
    return LEFT + (RIGHT - LEFT) * (inside + MOST) / (2 * MOST)


def beside_the_group(lines: Sequence[Line], labels: Labels) -> Markup:
    """Empty without lines."""
    if not lines:
        return Markup("")
    height = HEAD + ROW * len(lines) + FOOT
    bottom = height - FOOT
    parts = [
        f'<text class="st-word" x="{LEFT}" y="14">← {escape(labels.stricter)}</text>',
        f'<text class="st-word st-end" x="{RIGHT}" y="14">{escape(labels.lenient)} →</text>',
    ]
    for levels in (-2, -1, 0, 1, 2):
        x = across(levels)
        kind = "st-group" if levels == 0 else "st-grid"
        sign = "−" if levels < 0 else "+" if levels > 0 else ""
        parts.append(f'<path class="{kind}" d="M{x:.1f} {HEAD}V{bottom}"/>')
        parts.append(f'<text class="st-tick" x="{x:.1f}" y="{height - 6}">{sign}{abs(levels)}</text>')
    for number, line in enumerate(lines):
        parts.append(_row(line, HEAD + ROW * number))
    return Markup(
        f'<svg class="stringency" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(labels.text)}">'
        f"{''.join(parts)}</svg>"
    )


def _row(line: Line, top: float) -> str:
    y = top + ROW * 0.68
    parts = [f'<text class="st-name" x="{LEFT}" y="{top + 13:.1f}">{escape(line.name)}</text>']
    if line.interval is not None:
        low, high = across(line.interval.low), across(line.interval.high)
        parts.append(f'<path class="st-interval" d="M{low:.1f} {y:.1f}H{high:.1f}"/>')
    parts += [f'<circle class="st-dot" cx="{across(one):.1f}" cy="{y:.1f}" r="5"/>' for one in line.dots]
    return f'<g class="{"st-grey" if line.grey else "st-line"}">{"".join(parts)}</g>'
