"""Drawings of ratings as SVG; colours are classes of static/css/panel.css. Labels come from the caller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup, escape

from training.assessment.panel.service import BAND

LEFT, RIGHT = 18.0, 318.0
BINS = 10


def across(share: float) -> float:
    """Where a share, 0 to 1, stands from left to right."""
    return LEFT + (RIGHT - LEFT) * share


def dots(shares: Sequence[int], mine: int | None, text: str, mean: float) -> Markup:
    """Each rating as a dot between 0 and 100 per cent, one's own filled, with the mean as a line."""
    stacked: Counter[int] = Counter()
    high = 11.0 * max(Counter(_near(one) for one in shares).values())
    ground = 12 + high
    parts = [_band(6, ground), f'<path class="dots-mean" d="M{across(mean / 100):.1f} 4V{ground + 5:.1f}"/>']
    own = mine
    for share in shares:
        place = _near(share)
        kind = "dot"
        if share == own:
            kind, own = "dot dot-mine", None
        y = ground - 7 - 11 * stacked[place]
        stacked[place] += 1
        place_of_dot = f'cx="{across(share / 100):.1f}" cy="{y:.1f}" r="5"'
        parts.append(f'<circle class="{kind}" {place_of_dot}><title>{share} %</title></circle>')
    return _picture("dots", ground, text, parts)


def histogram(sure: Sequence[float], provisional: Sequence[float], text: str) -> Markup:
    """How many questions stand in each tenth, those with a panel below and filled, provisional ones hollow above."""
    solid, hollow = (_tenths(shares) for shares in (sure, provisional))
    highest = max([1, *(below + above for below, above in zip(solid, hollow, strict=True))])
    ground = 84.0
    unit, wide = 70.0 / highest, (RIGHT - LEFT) / BINS
    parts = [_band(8, ground)]
    for place, (below, above) in enumerate(zip(solid, hollow, strict=True)):
        x, top = LEFT + wide * place + 1.5, ground - unit * below
        if below:
            parts.append(_bar("bar-sure", x, top, wide - 3, unit * below))
        if above:
            parts.append(_bar("bar-provisional", x, top - unit * above, wide - 3, unit * above))
        if below + above:
            y = top - unit * above - 3
            parts.append(f'<text class="bar-count" x="{x + wide / 2 - 1.5:.1f}" y="{y:.1f}">{below + above}</text>')
    return _picture("shares", ground, text, parts)


def _near(share: int) -> int:
    """Ratings that would cover each other are stacked."""
    return round(share / 3)


def _tenths(shares: Sequence[float]) -> list[int]:
    counts = Counter(min(BINS - 1, int(share * BINS)) for share in shares)
    return [counts[place] for place in range(BINS)]


def _bar(kind: str, x: float, y: float, wide: float, high: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'


def _band(top: float, ground: float) -> str:
    low, high = (across(end) for end in BAND)
    return f'<rect class="dots-band" x="{low:.1f}" y="{top}" width="{high - low:.1f}" height="{ground - top:.1f}"/>'


def _picture(kind: str, ground: float, text: str, parts: Sequence[str]) -> Markup:
    ticks = "".join(
        f'<text class="dots-tick" x="{across(share / 100):.1f}" y="{ground + 17:.1f}">{share} %</text>'
        for share in (0, 25, 50, 75, 100)
    )
    axis = f'<path class="dots-axis" d="M{LEFT} {ground:.1f}H{RIGHT}"/>'
    opened = f'<svg class="{kind}" viewBox="0 0 340 {ground + 22:.1f}" role="img" aria-label="{escape(text)}">'
    return Markup(opened + parts[0] + axis + "".join(parts[1:]) + ticks + "</svg>")
