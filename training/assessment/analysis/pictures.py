"""Drawings as SVG, made here so that pages need no script. Colours are classes of static/css/analysis.css.

Labels come from the caller, in the reader's language. A small picture beside its number is hidden from screen readers;
a large one is an image with its text, and the page has its table behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from training.measurement.intervals import Interval

WIDTH = 340  # units; about pixels on a phone, more at a desk
NUMBERED_AT_MOST = 40
CELL, HEAD, SIDE = 27, 24, 46
AXIS_NAME = 90  # room for the name of the axis above a single column


def whisker(
    value: float | None,
    interval: Interval | None,
    low: float = 0.0,
    high: float = 1.0,
    *,
    grey: bool = False,
    marks: Sequence[float] = (),
) -> Markup:
    """A dot with its interval on an axis from low to high; `marks` are short upright lines on it."""

    def x(at: float) -> str:
        return f"{6 + 108 * (min(high, max(low, at)) - low) / (high - low):.1f}"

    ticks = "".join(f'<path class="whisker-mark" d="M{x(one)} 3V13"/>' for one in marks)
    line = f'<path class="whisker-line" d="M{x(interval.low)} 8H{x(interval.high)}"/>' if interval else ""
    dot = f'<circle class="whisker-dot" cx="{x(value)}" cy="8" r="4"/>' if value is not None else ""
    kind = "whisker whisker-grey" if grey else "whisker"
    return Markup(
        f'<svg class="{kind}" viewBox="0 0 120 16" aria-hidden="true" focusable="false">'
        f'<path class="whisker-axis" d="M6 8H114"/>{ticks}{line}{dot}</svg>'
    )


@dataclass(frozen=True)
class Point:
    """An item in the plane. `label` stands in it, `title` says what it is; `hollow`: from few people."""

    x: float
    y: float
    label: str
    title: str
    hollow: bool = False
    odd: bool = False


def scatter(points: Sequence[Point], *, text: str, across: str, up: str, limits: tuple[float, float]) -> Markup:
    """Facility across, from 0 to 1, discrimination upwards; `limits` are the facility and discrimination below which
    an item deserves a look."""
    lowest = min([-0.2, *(point.y for point in points)])
    highest = max([0.6, *(point.y for point in points)])
    left, right, top, bottom = 40.0, 322.0, 24.0, 216.0

    def x(at: float) -> float:
        return left + (right - left) * at

    def y(at: float) -> float:
        return bottom - (bottom - top) * (at - lowest) / (highest - lowest)

    parts = [
        f'<rect class="plane-odd" x="{left}" y="{y(0):.1f}" width="{right - left}" height="{bottom - y(0):.1f}"/>',
        f'<path class="plane-axis" d="M{left} {top}V{bottom}H{right}"/>',
        f'<path class="plane-zero" d="M{left} {y(0):.1f}H{right}"/>',
        f'<path class="plane-limit" d="M{left} {y(limits[1]):.1f}H{right}M{x(limits[0]):.1f} {top}V{bottom}"/>',
    ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<text class="plane-tick" x="{x(share):.1f}" y="{bottom + 14}">{round(100 * share)} %</text>')
    for tick in (at / 10 for at in range(-10, 11, 2)):
        if lowest <= tick <= highest:
            said = f"{tick:.1f}".replace("-", "−")
            parts.append(f'<text class="plane-tick plane-tick-up" x="{left - 5}" y="{y(tick) + 4:.1f}">{said}</text>')
    numbered = len(points) <= NUMBERED_AT_MOST
    for point in points:
        kind = "point" + (" point-hollow" if point.hollow else "") + (" point-odd" if point.odd else "")
        inside = (
            f'<text x="{x(point.x):.1f}" y="{y(point.y) + 3.4:.1f}">{escape(point.label)}</text>' if numbered else ""
        )
        parts.append(
            f'<g class="{kind}"><title>{escape(point.title)}</title>'
            f'<circle cx="{x(point.x):.1f}" cy="{y(point.y):.1f}" r="{9 if numbered else 3.5}"/>{inside}</g>'
        )
    parts.append(f'<text class="plane-name" x="{right}" y="{bottom + 30}">{escape(across)}</text>')
    parts.append(f'<text class="plane-name plane-name-up" x="4" y="11">{escape(up)}</text>')
    return _image("plane", WIDTH, 250, text, parts)


@dataclass(frozen=True)
class Bar:
    """A group with how many took each option, in the order of the options."""

    label: str
    counts: Sequence[int]


def stacked(bars: Sequence[Bar], kinds: Sequence[str], letters: Sequence[str], *, text: str) -> Markup:
    """Each group as one bar of full width, parted by option. `kinds` are the options' classes, `letters` what stands in
    a part that is wide enough."""
    parts = []
    for row, bar in enumerate(bars):
        top, total = row * 46, sum(bar.counts)
        parts.append(f'<text class="stack-name" x="0" y="{top + 12}">{escape(bar.label)}</text>')
        if not total:
            parts.append(f'<rect class="stack-empty" x="0.5" y="{top + 18.5}" width="{WIDTH - 1}" height="20"/>')
        at = 0.0
        for count, kind, letter in zip(bar.counts, kinds, letters, strict=True):
            if not count:
                continue
            wide = WIDTH * count / total
            parts.append(
                f'<g class="part {kind}"><title>{escape(letter)}: {count}</title>'
                f'<rect x="{at + 0.5:.1f}" y="{top + 18}" width="{max(0.5, wide - 1):.1f}" height="21"/>'
            )
            if wide > 9 + 7 * len(letter):
                parts.append(f'<text x="{at + wide / 2:.1f}" y="{top + 33}">{escape(letter)}</text>')
            parts.append("</g>")
            at += wide
    return _image("stack", WIDTH, len(bars) * 46, text, parts)


@dataclass(frozen=True)
class Column:
    """A share with its interval; both None where too few answers stand behind it. `below` stands under the label."""

    label: str
    below: str
    value: float | None
    interval: Interval | None


def columns(found: Sequence[Column], *, text: str, up: str) -> Markup:
    """Shares side by side, from 0 to 1 upwards, each a dot with its interval; `up` names what is shared."""
    left, right, top, bottom = 40.0, 336.0, 24.0, 176.0

    def y(at: float) -> float:
        return bottom - (bottom - top) * at

    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<path class="column-line" d="M{left} {y(share):.1f}H{right}"/>')
        tick = f"{round(100 * share)} %"
        parts.append(f'<text class="plane-tick plane-tick-up" x="{left - 5}" y="{y(share) + 4:.1f}">{tick}</text>')
    for place, one in enumerate(found):
        x = left + (right - left) * (place + 0.5) / len(found)
        if one.interval:
            parts.append(
                f'<path class="column-interval" d="M{x:.1f} {y(one.interval.low):.1f}V{y(one.interval.high):.1f}"/>'
            )
        if one.value is not None:
            parts.append(f'<circle class="whisker-dot" cx="{x:.1f}" cy="{y(one.value):.1f}" r="6"/>')
        parts.append(f'<text class="column-name" x="{x:.1f}" y="{bottom + 18}">{escape(one.label)}</text>')
        parts.append(f'<text class="plane-tick" x="{x:.1f}" y="{bottom + 33}">{escape(one.below)}</text>')
    parts.append(f'<text class="plane-name plane-name-up" x="4" y="11">{escape(up)}</text>')
    return _image("plane", WIDTH, 216, text, parts)


def heat_map(
    keys: Sequence[str],
    answers: Sequence[str],
    counts: Mapping[tuple[str, str], int],
    names: Mapping[str, str],
    *,
    text: str,
    across: str,
    down: str,
) -> Markup:
    """Right segment by row, answered segment by column; a cell's strength is its share of the row."""
    wide, high = SIDE + max(CELL * len(answers), AXIS_NAME) + 2, HEAD * 2 + CELL * len(keys) + 2
    parts = [
        f'<text class="heat-axis" x="{SIDE}" y="14">{escape(across)} →</text>',
        f'<text class="heat-axis" x="0" y="{HEAD * 2 - 8}">{escape(down)} ↓</text>',
    ]
    for column, answer in enumerate(answers):
        name, middle = escape(names.get(answer, answer)), SIDE + CELL * (column + 0.5)
        parts.append(f'<text class="heat-name heat-name-top" x="{middle}" y="{HEAD * 2 - 8}">{name}</text>')
    for row, key in enumerate(keys):
        top = HEAD * 2 + CELL * row
        total = sum(counts.get((key, answer), 0) for answer in answers)
        name = escape(names.get(key, key))
        parts.append(f'<text class="heat-name" x="{SIDE - 6}" y="{top + 18}">{name}</text>')
        parts.append(f'<path class="heat-row" d="M{SIDE} {top + 1}h{CELL * len(answers)}v{CELL - 2}H{SIDE}z"/>')
        for column, answer in enumerate(answers):
            if count := counts.get((key, answer), 0):
                kind = f"heat {'r' if key == answer else 'w'}{1 + min(4, int(5 * count / total))}"
                left, size = SIDE + CELL * column, CELL - 2
                cell = f'<path d="M{left + 1} {top + 1}h{size}v{size}h-{size}z"/>'
                parts.append(f'<g class="{kind}">{cell}<text x="{left + CELL / 2}" y="{top + 18}">{count}</text></g>')
    return _image("heat-map", wide, high, text, parts, sized=True)


def _image(kind: str, wide: float, high: float, text: str, parts: Sequence[str], *, sized: bool = False) -> Markup:
    size = f' width="{wide}" height="{high}"' if sized else ""
    opened = f'<svg class="{kind}" viewBox="0 0 {wide} {high}"{size} role="img" aria-label="{escape(text)}">'
    return Markup(opened + "".join(parts) + "</svg>")
