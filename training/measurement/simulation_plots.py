"""The simulation's plots as SVG text: light and dark by the reader's setting, legible without colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

from training.measurement.mastery import Rule
from training.measurement.simulation import Trace
from training.measurement.targets import Point
from training.measurement.worlds import STANDARD_SCORE

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 72, 24, 112, 56  # margins around the plot; title and legend stand in the upper one
LEGEND_COLUMN = 312
STYLE = """
.sim-plot { --ink: #1b2124; --soft: #525c60; --line: #dedad1; --paper: #ffffff;
  --one: #0b6e69; --two: #8a4b08; --three: #a32a22; --four: #4a4fa3; }
@media (prefers-color-scheme: dark) { .sim-plot { --ink: #e9e7e2; --soft: #a9b1b2; --line: #333b3e; --paper: #1c2123;
  --one: #63cfc5; --two: #eec06b; --three: #f39a92; --four: #aab0f5; } }
.sim-plot text { font: 14px system-ui, "Segoe UI", Roboto, sans-serif; fill: var(--soft); }
.sim-plot .title { font-size: 17px; font-weight: 600; fill: var(--ink); }
.sim-plot .paper { fill: var(--paper); }
.sim-plot .grid { stroke: var(--line); }
.sim-plot .mark { stroke: var(--ink); stroke-dasharray: 2 4; }
.sim-plot .curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.sim-plot .hold { fill: var(--paper); stroke-width: 2; }
.sim-plot .s0 { stroke: var(--one); } .sim-plot .s1 { stroke: var(--two); stroke-dasharray: 9 4; }
.sim-plot .s2 { stroke: var(--three); stroke-dasharray: 2 4; }
.sim-plot .s3 { stroke: var(--four); stroke-dasharray: 12 4 2 4; }
.sim-plot .end { stroke: none; }
.sim-plot .end.s0 { fill: var(--one); } .sim-plot .end.s1 { fill: var(--two); }
.sim-plot .end.s2 { fill: var(--three); } .sim-plot .end.s3 { fill: var(--four); }
.sim-plot .hold { stroke-dasharray: none; }
"""


@dataclass(frozen=True)
class Axis:
    """One direction of a plot: its words, where its ends lie, and what is written at which value."""

    label: str
    low: float
    high: float
    ticks: Mapping[float, str]
    scale: Callable[[float], float] = float

    def share(self, value: float) -> float:
        """How far along, 0..1; what lies beyond an end is drawn at it."""
        low, high = self.scale(self.low), self.scale(self.high)
        return (self.scale(min(max(value, self.low), self.high)) - low) / (high - low)


@dataclass(frozen=True)
class Line:
    """A curve with its words. holds: indices of points to ring; end: whether the last point is a filled dot."""

    label: str
    points: Sequence[tuple[float, float]]
    holds: Sequence[int] = ()
    end: bool = False


def pictures(points: Sequence[Point], traces: Mapping[float, Trace], rule: Rule) -> dict[str, str]:
    """All plots by file name. traces: a typical person by domain score."""
    return {
        "operating-characteristic.svg": operating_characteristic(points),
        "answers-needed.svg": answers_needed(points),
        "evidence-paths.svg": evidence_paths(traces, rule),
    }


def operating_characteristic(points: Sequence[Point]) -> str:
    """How many are signed off at each competence."""
    lines = (
        Line("one session", [(p.domain_score, p.one_session) for p in points]),
        Line("up to 5 sessions, realistic mix", [(p.domain_score, p.five_sessions) for p in points]),
        Line("20 random answers, 80 %, one try", [(p.domain_score, p.percent_rule) for p in points]),
        Line("20 random answers, 80 %, five tries", [(p.domain_score, p.percent_rule_five_tries) for p in points]),
    )
    up = Axis("signed off", 0, 100, {value: f"{value} %" for value in range(0, 101, 20)})
    return plot("Who is signed off", _competence(points), up, lines, upright=STANDARD_SCORE)


def answers_needed(points: Sequence[Point]) -> str:
    """How many answers a decision takes at each competence."""
    lines = (
        Line("one session", [(p.domain_score, p.one_session_answers) for p in points]),
        Line("up to 5 sessions, realistic mix", [(p.domain_score, p.five_sessions_answers) for p in points]),
    )
    most = max(value for line in lines for _, value in line.points)
    step = next(step for step in (5, 10, 20, 50, 100, 1000) if most <= 8 * step)
    ticks = {float(value): str(value) for value in range(0, int(most) + step + 1, step)}
    up = Axis("mean answers until signed off or held", 0, max(ticks), ticks)
    return plot("Answers used", _competence(points), up, lines, upright=STANDARD_SCORE)


def evidence_paths(traces: Mapping[float, Trace], rule: Rule) -> str:
    """How the evidence of a few people moves, answer by answer."""
    lines = [
        Line(
            f"score {100 * score:.0f} %: "
            + (f"signed off after {len(trace.path)}" if trace.passed else f"not yet, {len(trace.holds)} sessions"),
            list(enumerate((1.0, *trace.path))),
            holds=[index + 1 for index in trace.holds],
            end=trace.passed,
        )
        for score, trace in traces.items()
    ]
    longest = max(len(trace.path) for trace in traces.values())
    step = next(step for step in (5, 10, 20, 50, 100, 1000) if longest <= 10 * step)
    along = Axis("answers", 0, longest, {value: str(value) for value in range(0, longest + 1, step)})
    ratios = (0.02, 0.1, 0.5, 1.0, 5.0)
    ticks = {**{ratio: f"{ratio:g} : 1" for ratio in ratios}, rule.needed: f"{rule.needed:g} : 1"}
    up = Axis("evidence, logarithmic; ring: a session ended", 0.02, 2 * rule.needed, ticks, log10)
    return plot("Evidence of typical people, by domain score", along, up, lines, level=rule.needed)


def _competence(points: Sequence[Point]) -> Axis:
    scores = [point.domain_score for point in points]
    ticks = {tenth / 20: f"{5 * tenth} %" for tenth in range(21) if min(scores) <= tenth / 20 <= max(scores)}
    return Axis("domain score: expected score over all cases; dotted: the standard", min(scores), max(scores), ticks)


def plot(
    title: str,
    along: Axis,
    up: Axis,
    lines: Sequence[Line],
    *,
    upright: float | None = None,
    level: float | None = None,
) -> str:
    """An SVG document. upright, level: a dotted line at a value of the axis along, or up. At most four lines."""

    def x(value: float) -> str:
        return f"{LEFT + along.share(value) * (WIDTH - LEFT - RIGHT):.1f}"

    def y(value: float) -> str:
        return f"{HEIGHT - BOTTOM - up.share(value) * (HEIGHT - TOP - BOTTOM):.1f}"

    foot = HEIGHT - BOTTOM
    drawn = [
        f'<text class="title" x="16" y="30">{escape(title)}</text>',
        f'<text x="{LEFT}" y="{TOP - 12}">{escape(up.label)}</text>',
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 12}" text-anchor="end">{escape(along.label)}</text>',
    ]
    for value, words in up.ticks.items():
        drawn.append(f'<path class="grid" d="M{LEFT} {y(value)}H{WIDTH - RIGHT}"/>')
        drawn.append(f'<text x="{LEFT - 8}" y="{float(y(value)) + 5:.1f}" text-anchor="end">{escape(words)}</text>')
    for value, words in along.ticks.items():
        drawn.append(f'<text x="{x(value)}" y="{foot + 20}" text-anchor="middle">{escape(words)}</text>')
    if upright is not None:
        drawn.append(f'<path class="mark" d="M{x(upright)} {TOP}V{foot}"/>')
    if level is not None:
        drawn.append(f'<path class="mark" d="M{LEFT} {y(level)}H{WIDTH - RIGHT}"/>')
    for number, line in enumerate(lines):
        at = [(x(across), y(high)) for across, high in line.points]
        drawn.append(f'<path class="curve s{number}" d="M{"L".join(f"{a} {b}" for a, b in at)}"/>')
        rings = (at[index] for index in line.holds)
        drawn += [f'<circle class="hold s{number}" cx="{a}" cy="{b}" r="4"/>' for a, b in rings]
        if line.end:
            drawn.append(f'<circle class="end s{number}" cx="{at[-1][0]}" cy="{at[-1][1]}" r="5.5"/>')
        left, top = LEFT + number % 2 * LEGEND_COLUMN, 52 + number // 2 * 20
        drawn.append(f'<path class="curve s{number}" d="M{left} {top - 5}h36"/>')
        drawn.append(f'<text x="{left + 44}" y="{top}">{escape(line.label)}</text>')
    described = "; ".join(line.label for line in lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sim-plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(f"{title}: {described}")}"><style>{STYLE}</style>'
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>{"".join(drawn)}</svg>\n'
    )
