from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.measurement.ratios import as_ratio


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (1.0, "1 : 1"),
        (7.04, "7 : 1"),
        (2.49, "2.4 : 1"),
        (19.99, "19 : 1"),
        (20.0, "20 : 1"),
        (0.5, "1 : 2"),
        (0.1, "1 : 10"),
        (0.0, "1 : 1000"),
    ],
)
def test_a_ratio_as_people_read_it(ratio: float, said: str) -> None:
    assert as_ratio(ratio) == said


@given(st.floats(1e-3, 1e6))
def test_it_never_claims_more_than_there_is(ratio: float) -> None:
    left, right = (float(part) for part in as_ratio(ratio).split(" : "))
    assert min(left, right) == 1
    assert (left / right <= ratio * (1 + 1e-9)) if ratio >= 1 else (left / right >= ratio * (1 - 1e-9))
