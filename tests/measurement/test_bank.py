"""Drawing sign-off cases: by chance within what is asked for, and nothing that tells the person what comes."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.anatomy.segments import REGIONS, segments_of
from training.measurement.bank import BankRule, Candidate, configured_bank, draw, fresh

RULE = configured_bank()
CASES = [Candidate(f"{area}-{number}", "cervical", area, "") for area in ("low", "high") for number in range(20)]


def drawn(cases: list[Candidate], seed: int = 1, **given: object) -> Candidate | None:
    values: dict[str, object] = {"asked": {}, "people": {}, "rule": RULE, "random": Random(seed), **given}
    return draw(cases, **values)  # type: ignore[arg-type]


def test_nothing_to_draw_draws_nothing() -> None:
    assert drawn([]) is None


@given(st.integers(), st.lists(st.sampled_from(CASES), min_size=1, unique=True), st.integers(0, 50))
def test_what_is_drawn_was_a_candidate_whatever_was_asked_before(seed: int, cases: list[Candidate], asked: int) -> None:
    assert drawn(cases, seed, asked={"low": asked}, people={"cervical": asked}) in cases


def test_the_same_dice_draw_the_same_whatever_order_the_cases_come_in() -> None:
    assert {drawn(CASES, seed) == drawn(CASES[::-1], seed) for seed in range(50)} == {True}


def test_an_area_that_was_asked_less_comes_more_often_but_never_for_certain() -> None:
    counts = Counter(one.area for seed in range(400) if (one := drawn(CASES, seed, asked={"low": 2})))
    assert 20 < counts["low"] < 80  # nine to one
    even = Counter(one.area for seed in range(400) if (one := drawn(CASES, seed)))
    assert 150 < even["low"] < 250


def test_regions_come_mixed_however_many_cases_each_has() -> None:
    cases = [*CASES, Candidate("one", "lumbar", "L4–L5", "")]
    counts = Counter(one.region for seed in range(400) if (one := drawn(cases, seed)))
    assert 150 < counts["lumbar"] < 250


def test_a_case_that_too_many_met_is_left_out_once_there_are_enough_people() -> None:
    cases = [Candidate("worn", "cervical", "a", "", seen_by=3), Candidate("new", "cervical", "a", "", seen_by=1)]
    few = {one.item_id for seed in range(50) if (one := drawn(cases, seed, people={"cervical": 9}))}
    many = {one.item_id for seed in range(50) if (one := drawn(cases, seed, people={"cervical": 10}))}
    assert (few, many) == ({"worn", "new"}, {"new"})


def test_where_every_case_is_worn_the_least_worn_come() -> None:
    cases = [Candidate("a", "cervical", "a", "", seen_by=9), Candidate("b", "cervical", "a", "", seen_by=8)]
    assert [one.item_id for one in fresh(cases, 10, RULE)] == ["b"]


def test_nobody_meets_a_case_beyond_the_cap_while_others_are_left() -> None:
    """Sixty people draw twelve cases each from a hundred: no case reaches more than 30 % of them."""
    seen: Counter[str] = Counter()
    for person in range(60):
        mine: set[str] = set()
        for place in range(12):
            left = [
                Candidate(str(one), "cervical", "a", "", seen[str(one)]) for one in range(100) if str(one) not in mine
            ]
            got = drawn(left, person * 100 + place, people={"cervical": person + 1})
            assert got is not None
            mine.add(got.item_id)
            seen[got.item_id] += 1
    assert max(seen.values()) <= 0.30 * 60 + 1


@pytest.mark.parametrize("region", REGIONS)
def test_every_answer_of_a_region_and_refer_belong_to_one_area(region: str) -> None:
    assert RULE.area_of(region, ["refer"]) == "refer"
    held = [answer for answers in RULE.areas[region].values() for answer in answers]
    assert sorted(held) == sorted([*segments_of(region), "refer"])


def test_a_key_of_another_region_has_no_area() -> None:
    assert RULE.area_of("cervical", ["L5"]) == ""
    assert RULE.area_of("nowhere", ["L5"]) == ""


def test_the_ends_of_the_band_belong_to_it() -> None:
    assert [RULE.in_band(share) for share in (0.29, 0.30, 0.55, 0.80, 0.81)] == [False, True, True, True, False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"band": (0.8, 0.3)},
        {"band": (0.0, 0.8)},
        {"exposure_cap": 0},
        {"raters": 0},
        {"practice_between": -1},
        {"weights": {"refer": 0}},
    ],
)
def test_values_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        BankRule(**wrong)  # type: ignore[arg-type]
