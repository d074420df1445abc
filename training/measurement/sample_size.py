"""From how many people on a figure may be shown, and trusted.

Source: simulated tests of 20 items; docs/measurement.md, "From how many people on".
"""

from __future__ import annotations

from enum import StrEnum

COUNTS_ONLY = 10  # below, a count says more than any share
KEY_IN_DOUBT = 20  # a good item shows a negative discrimination in 9 % of samples of 20, a wrong key in 93 %
TRUSTED = 30  # below, discrimination and alpha are mostly chance; also answers before a difficulty counts as calibrated
WEAK_ITEMS = 100  # a good item shows a discrimination under 0.15 in 6 % of samples of 100, a dead one in 93 %

WEAK_DISCRIMINATION = 0.15
HARD_KEY = 0.30
RARE_OPTION = 0.05


class Standing(StrEnum):
    """How a page shows a figure. The command always prints it."""

    SHOWN = "shown"
    GREY = "grey"
    HIDDEN = "hidden"


def standing(figure: str, people: int) -> Standing:
    """Below 10 people counts only; from 10 the facility with its interval, all else grey; from 30 everything."""
    if figure == "n" or people >= TRUSTED:
        return Standing.SHOWN
    if people < COUNTS_ONLY:
        return Standing.HIDDEN
    return Standing.SHOWN if figure == "facility" else Standing.GREY
