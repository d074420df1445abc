from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.anatomy.innervation import shared_innervation
from training.anatomy.segments import SEGMENTS

segments = st.sampled_from(SEGMENTS)


def test_neighbours_share_more_than_distant_segments() -> None:
    near, far = shared_innervation("C6", "C7"), shared_innervation("C6", "C8")
    assert near.share > far.share > shared_innervation("C6", "L4").share == 0


def test_examples_are_muscles_of_both() -> None:
    found = shared_innervation("C5", "C6")
    assert "biceps brachii" in found.examples
    assert 0 < len(found.examples) <= 4


@given(segments, segments)
def test_the_share_is_symmetric_and_a_share(first: str, second: str) -> None:
    there, back = shared_innervation(first, second), shared_innervation(second, first)
    assert (there.both, there.either, there.share) == (back.both, back.either, back.share)
    assert 0 <= there.share <= 1
    assert there.both <= there.either


@given(segments)
def test_a_segment_shares_all_its_muscles_with_itself(segment: str) -> None:
    found = shared_innervation(segment, segment)
    assert found.both == found.either
    assert found.share in (0.0, 1.0)


def test_what_is_no_segment_is_refused() -> None:
    with pytest.raises(KeyError):
        shared_innervation("C9", "C6")
