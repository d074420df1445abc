"""Which findings tell the best hypothesis from its rival, and how strongly."""

from __future__ import annotations

import math
from dataclasses import dataclass

from training.anatomy.localization import Localization
from training.anatomy.model import Hypothesis
from training.anatomy.observations import Observation


@dataclass(frozen=True)
class Telling:
    """What one finding says between the two best hypotheses.

    favours, against: the two. odds: how many times more probable the finding makes `favours` beside `against`, >= 1.
    """

    observation: Observation
    favours: Hypothesis
    against: Hypothesis
    odds: float


def rivals(localization: Localization) -> tuple[Hypothesis, Hypothesis]:
    """The best hypothesis, and the next one that would name something else.

    C6-C7 is no rival to C6, since it would not make C6 wrong; and neither is the same nerve hurt at another place.
    """
    ranked = [hypothesis for hypothesis, _probability in localization.ranked]
    best = ranked[0]
    for other in ranked[1:]:
        shared = set(best.segments) & set(other.segments)
        if not shared and other.name != best.name:
            return best, other
    return best, ranked[1]


def tellings(
    localization: Localization, best: Hypothesis | None = None, rival: Hypothesis | None = None
) -> tuple[Telling, ...]:
    """What each finding that says anything adds between two hypotheses, the strongest first.

    Without hypotheses: between the best and its rival.
    """
    first, second = rivals(localization)
    best, rival = best or first, rival or second
    places = localization.model.place
    differences = localization.contributions[:, places[best.id]] - localization.contributions[:, places[rival.id]]
    found = [
        Telling(
            localization.observations[place],
            best if difference >= 0 else rival,
            rival if difference >= 0 else best,
            math.exp(abs(difference)),
        )
        for place, difference in zip(localization.used, differences.tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -one.odds))
