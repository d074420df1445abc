"""The learning curve as SVG, made here so that no script is needed. Colours are classes of css/learning-curve.css."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from training.measurement.cusum import CusumRule, Point

WIDTH, HEIGHT = 340, 210  # units; about pixels on a phone
LEFT, RIGHT, TOP, BOTTOM = 10.0, 330.0, 26.0, 184.0
MOST_POINTS = 120  # of a long record the latest; the table has every one


@dataclass(frozen=True)
class Labels:
    """The words of the picture, in the reader's language."""

    upper: str
    lower: str
    signed: str
    first: str
    last: str
    text: str


def curve_picture(points: Sequence[Point], rule: CusumRule, monitored_from: int | None, labels: Labels) -> Markup:
    """The score after each result, between its limits; the sign-off is an upright line."""
    skipped = max(0, len(points) - MOST_POINTS)
    shown = points[skipped:]
    step = (RIGHT - LEFT) / max(len(shown), 12)

    def x(place: int) -> float:
        return LEFT + step * (place + 1)

    def y(score: float) -> float:
        high, low = rule.upper + 1, rule.lower - 1  # a result goes beyond a limit by less than a step
        return TOP + (BOTTOM - TOP) * (high - score) / (high - low)

    parts = [
        f'<path class="curve-axis" d="M{LEFT} {y(0):.1f}H{RIGHT}"/>',
        f'<path class="curve-limit curve-upper" d="M{LEFT} {y(rule.upper):.1f}H{RIGHT}"/>',
        f'<path class="curve-limit curve-lower" d="M{LEFT} {y(rule.lower):.1f}H{RIGHT}"/>',
        f'<text class="curve-word" x="{LEFT}" y="{y(rule.upper) - 5:.1f}">{escape(labels.upper)}</text>',
        f'<text class="curve-word" x="{LEFT}" y="{y(rule.lower) + 14:.1f}">{escape(labels.lower)}</text>',
        f'<text class="curve-tick" x="{LEFT}" y="{HEIGHT - 6}">{escape(labels.first)}</text>',
        f'<text class="curve-tick curve-end" x="{RIGHT}" y="{HEIGHT - 6}">{escape(labels.last)}</text>',
    ]
    if monitored_from is not None and monitored_from >= skipped:
        at = LEFT + step * (monitored_from - skipped + 0.5)
        parts.append(f'<path class="curve-signed" d="M{at:.1f} {TOP - 12}V{BOTTOM}"/>')
        anchor = " curve-end" if at > WIDTH / 2 else ""
        away = -4 if anchor else 4
        parts.append(
            f'<text class="curve-tick{anchor}" x="{at + away:.1f}" y="{TOP - 8}">{escape(labels.signed)}</text>'
        )
    parts.append(f'<path class="curve-line" d="{line(points, skipped, x, y, monitored_from)}"/>')
    parts += [mark(one, x(place), y(one.score)) for place, one in enumerate(shown)]
    return Markup(
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(labels.text)}">'
        f"{''.join(parts)}</svg>"
    )


def line(
    points: Sequence[Point],
    skipped: int,
    x: Callable[[int], float],
    y: Callable[[float], float],
    monitored_from: int | None,
) -> str:
    """The way of the score; it is lifted where the score began again at 0."""
    drawn = []
    for place in range(skipped, len(points)):
        fresh = place == 0 or points[place - 1].signal or place == monitored_from
        start = 0.0 if fresh else points[place - 1].score
        if fresh or place == skipped:
            drawn.append(f"M{x(place - skipped - 1):.1f} {y(start):.1f}")
        drawn.append(f"L{x(place - skipped):.1f} {y(points[place].score):.1f}")
    return "".join(drawn)


def mark(one: Point, x: float, y: float) -> str:
    """A dot for a success, a cross for a failure, a ring around what reached a limit: told apart by form."""
    ring = f'<circle class="curve-ring" cx="{x:.1f}" cy="{y:.1f}" r="6.5"/>' if one.signal else ""
    if one.success:
        return f'{ring}<circle class="curve-success" cx="{x:.1f}" cy="{y:.1f}" r="2.2"/>'
    return f'{ring}<path class="curve-failure" d="M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6"/>'
