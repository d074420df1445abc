from __future__ import annotations

import pytest

from training.anatomy.segments import (
    REGIONS,
    SEGMENTS,
    describe,
    neighbours,
    parse_segment,
    region_of,
    segments_of,
    span,
)


def test_there_are_thirty_segments_in_four_regions() -> None:
    assert len(SEGMENTS) == 30
    assert (SEGMENTS[0], SEGMENTS[7], SEGMENTS[8], SEGMENTS[-1]) == ("C1", "C8", "T1", "S5")
    assert [len(segments_of(region)) for region in REGIONS] == [8, 12, 5, 5]
    assert all(segment in segments_of(region_of(segment)) for segment in SEGMENTS)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("C6", "C6"), ("c6", "C6"), (" C 6 ", "C6"), ("C-6", "C6"), ("Th4", "T4"), ("d12", "T12"), ("l05", "L5")],
)
def test_segments_are_read_tolerantly(written: str, meant: str) -> None:
    assert parse_segment(written) == meant


@pytest.mark.parametrize("written", ["", "C", "C0", "C9", "T13", "L6", "S6", "X1", "C6-C7", "6", "C６６", "C" * 999])
def test_what_is_no_segment_is_none(written: str) -> None:
    assert parse_segment(written) is None


def test_neighbours_end_at_the_ends_of_the_spine() -> None:
    assert neighbours("C1") == ("C2",)
    assert neighbours("C8") == ("C7", "T1")
    assert neighbours("S5") == ("S4",)


def test_a_span_holds_both_ends_and_is_empty_upwards() -> None:
    assert span("C7", "T1") == ("C7", "C8", "T1")
    assert span("T1", "C7") == ()


def test_runs_of_segments_are_joined_for_people() -> None:
    assert describe(("T1", "C5", "C6")) == "C5–C6, T1"
