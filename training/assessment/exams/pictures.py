"""The scores of an exam as a drawing; the others are those of the analysis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup, escape

from training.assessment.analysis.pictures import WIDTH, scatter, whisker

__all__ = ["histogram", "scatter", "whisker"]

HEIGHT, BASE, TOP = 150, 120.0, 22.0


def histogram(scores: Sequence[int], items: int, cut: int, *, text: str, across: str, standard: str) -> Markup:
    """How many people had how many right, from 0 to `items`; a line where the standard is reached."""
    counts = Counter(scores)
    most = max(counts.values(), default=1)
    step = (WIDTH - 2.0) / (items + 1)

    def x(score: float) -> float:
        return 1 + step * score

    parts = [f'<path class="plane-axis" d="M0 {BASE}H{WIDTH}"/>']
    for score, count in sorted(counts.items()):
        high = (BASE - TOP) * count / most
        kind = "score" if score >= cut else "score score-below"
        parts.append(
            f'<g class="{kind}"><title>{score}: {count}</title>'
            f'<rect x="{x(score) + 0.5:.1f}" y="{BASE - high:.1f}" width="{max(1.0, step - 1):.1f}" '
            f'height="{high:.1f}"/></g>'
        )
    for score in sorted({0, cut, items}):
        parts.append(f'<text class="plane-tick" x="{x(score + 0.5):.1f}" y="{BASE + 14}">{score}</text>')
    parts.append(f'<path class="plane-limit" d="M{x(cut):.1f} {TOP - 8}V{BASE}"/>')
    anchor = "plane-name" if cut > items / 2 else "plane-name plane-name-up"
    parts.append(f'<text class="{anchor}" x="{x(cut):.1f}" y="11">{escape(standard)}</text>')
    parts.append(f'<text class="plane-name" x="{WIDTH}" y="{BASE + 28}">{escape(across)}</text>')
    return Markup(
        f'<svg class="plane scores" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(text)}">'
        + "".join(parts)
        + "</svg>"
    )
