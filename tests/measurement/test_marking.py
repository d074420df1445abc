from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.anatomy.segments import SEGMENTS
from training.measurement.marking import (
    REFER,
    mark_choice,
    mark_choices,
    mark_number,
    mark_order,
    mark_segment,
    reaches,
)

SIDES = ("left", "right", "both", "midline")
options = st.sets(st.sampled_from("abcdefgh"))
segments = st.sampled_from(SEGMENTS)
sides = st.sampled_from(SIDES)
numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)


@given(st.sampled_from("abcd"), st.sampled_from("abcd"))
def test_a_choice_is_right_when_it_is_the_key(key: str, chosen: str) -> None:
    assert mark_choice(key, chosen) is (key == chosen)


@given(options, options)
def test_choices_are_right_when_they_are_the_keys_and_no_other(keys: set[str], chosen: set[str]) -> None:
    assert mark_choices(sorted(keys), sorted(chosen, reverse=True)) is (keys == chosen)


@given(st.sets(segments, min_size=1), sides, segments, sides)
def test_segment_and_side_are_marked_apart_and_both_are_needed(
    keys: set[str], key_side: str, segment: str, side: str
) -> None:
    found = mark_segment(keys, key_side, segment, side)
    assert found.segment_right is (segment in keys)
    assert found.side_right is (side == key_side)
    assert found.right is (segment in keys and side == key_side)


@given(st.sampled_from([*SIDES, None]))
def test_to_refer_is_right_without_a_side(side: str | None) -> None:
    found = mark_segment([REFER], None, REFER, side)
    assert (found.segment_right, found.side_right, found.right) == (True, None, True)


@given(segments, st.sampled_from([*SIDES, None]))
def test_a_segment_is_wrong_where_to_refer_is_right(segment: str, side: str | None) -> None:
    found = mark_segment([REFER], None, segment, side)
    assert (found.segment_right, found.side_right, found.right) == (False, None, False)


@given(segments, sides)
def test_to_refer_is_wrong_where_a_segment_is_right(segment: str, side: str) -> None:
    found = mark_segment([segment], side, REFER, None)
    assert (found.segment_right, found.side_right, found.right) == (False, None, False)


def test_a_segment_without_its_side_is_not_right() -> None:
    assert not mark_segment(["C6"], "right", "C6", None).right


@given(st.permutations("abcde"), st.permutations("abcde"))
def test_an_order_is_right_when_every_step_has_its_place(key: list[str], chosen: list[str]) -> None:
    assert mark_order(key, chosen) is (key == chosen)


@given(numbers, st.floats(min_value=0, max_value=1e6))
def test_the_key_and_both_ends_of_the_tolerance_are_right(key: float, tolerance: float) -> None:
    assert mark_number(key, tolerance, key)
    assert mark_number(key, tolerance, key + tolerance)
    assert mark_number(key, tolerance, key - tolerance)


@given(st.integers(-1000, 1000), st.integers(0, 100), st.integers(1, 1000))
def test_a_number_beyond_the_tolerance_is_wrong(key: int, tolerance: int, beyond: int) -> None:
    assert not mark_number(key, tolerance, key + tolerance + beyond / 1000)
    assert not mark_number(key, tolerance, key - tolerance - beyond / 1000)


def test_a_decimal_that_floats_cannot_hold_is_still_right() -> None:
    assert mark_number(0.3, 0.0, 0.1 + 0.2)
    assert mark_number(0.2, 0.1, 0.3)


@pytest.mark.parametrize("given_number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_wrong(given_number: float) -> None:
    assert not mark_number(1.0, 1e300, given_number)


@given(st.integers(1, 50), st.integers(1, 100))
def test_reaching_the_pass_mark_exactly_passes(asked: int, of_hundred: int) -> None:
    least = math.ceil(of_hundred * asked / 100)
    assert reaches(least, asked, of_hundred / 100)
    assert not reaches(least - 1, asked, of_hundred / 100)


def test_nothing_asked_is_nothing_passed() -> None:
    assert not reaches(0, 0, 0.5)
