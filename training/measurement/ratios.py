"""Odds and evidence ratios as people read them."""

from __future__ import annotations

import math


def as_ratio(ratio: float) -> str:
    """7 : 1, 2.4 : 1 or 1 : 3, for a ratio of 0 or more; never beyond 1 : 1000.

    Rounded towards even odds, and never more exact than it is worth.
    """
    if ratio < 1:
        large, small = as_ratio(1 / max(ratio, 1e-3)).split(" : ")
        return f"{small} : {large}"
    rounded = math.floor(ratio) if ratio >= 10 else math.floor(ratio * 10) / 10
    return f"{rounded:g} : 1"
