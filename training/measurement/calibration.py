"""Whether stated probabilities come true as often as they say."""

from __future__ import annotations

from collections.abc import Sequence


def expected_calibration_error(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """The mean gap between what was said and what came true, over bins of equal width, weighted by their size.

    probabilities: from 0 to 1, one for each statement, at least one; right: whether it came true. Returns 0 to 1.
    Raises ValueError for lists of different length, none at all, or a probability outside 0 to 1.
    Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, Proc. AAAI 29 (2015) 2901-2907.
    """
    if len(probabilities) != len(right) or not probabilities:
        raise ValueError("one statement or more, and as many outcomes as statements")
    if any(not 0 <= one <= 1 for one in probabilities):
        raise ValueError("a probability lies from 0 to 1")
    said = [0.0] * bins
    came = [0] * bins
    for probability, true in zip(probabilities, right, strict=True):
        place = min(int(probability * bins), bins - 1)
        said[place] += probability
        came[place] += true
    return sum(abs(total - true) for total, true in zip(said, came, strict=True)) / len(probabilities)
