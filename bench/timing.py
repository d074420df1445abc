"""How long a call takes in this process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def median_seconds(act: Callable[[], object], times: int) -> float:
    """The median over `times` calls."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
