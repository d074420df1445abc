from __future__ import annotations

from pathlib import Path

import pytest

from training.anatomy.chart import areas
from training.anatomy.chart.areas import AREAS, WHOLE, area_of
from training.anatomy.information import choices
from training.anatomy.tables import DATA, DataError
from training.anatomy.vocabulary import vocabulary
from training.assessment.room import examining, offers


def found(query: str) -> list[str]:
    result = offers.search(query, {})
    assert result is not None
    return [structure.id for structure, _offers in result.structures]


# --- areas -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("structure", "area"),
    [
        ("pronator-teres", "forearm"),
        ("triceps-reflex", "upper-arm"),
        ("deltoid", "shoulder"),
        ("infraspinatus", "shoulder"),
        ("upper-trapezius", "shoulder"),
        ("sternocleidomastoid", "head-neck"),
        ("multifidus-c6", "head-neck"),
        ("multifidus-t6", "back"),
        ("multifidus-l4", "low-back"),
        ("facet-l4-l5", "low-back"),
        ("thumb-skin", "hand"),
        ("wrist-extension", "hand"),
        ("nipple-line-skin", "chest"),
        ("rectus-abdominis", "abdomen"),
        ("psoas-major", "abdomen"),
        ("groin-skin", "groin"),
        ("gluteus-maximus", "buttock"),
        ("sacrum-skin", "buttock"),
        ("knee-extension", "thigh"),
        ("femoral-stretch", "thigh"),
        ("patellar-reflex", "leg"),
        ("tibialis-anterior", "leg"),
        ("achilles-reflex", "foot"),
        ("great-toe-skin", "foot"),
        ("walking", "whole"),
    ],
)
def test_a_structure_lies_where_one_looks_for_it(structure: str, area: str) -> None:
    assert area_of(vocabulary().structures[structure]) == area


def test_every_area_has_something_to_examine_and_nothing_has_no_area() -> None:
    assert set(offers.areas()) >= set(AREAS) - {WHOLE}
    nowhere = {choice.structure.id for choice in offers.offered() if area_of(choice.structure) == WHOLE}
    assert len(nowhere) < 15, nowhere


def test_every_structure_that_is_placed_by_name_is_known() -> None:
    assert [name for name in areas.areas().named if name not in vocabulary().structures] == []


@pytest.mark.parametrize(
    "row",
    [
        "elbow,front,0,10,4,20,,DRAWN",
        "hand,side,0,10,4,20,,DRAWN",
        "hand,front,10,0,4,20,,DRAWN",
        "hand,front,0,10,20,4,,DRAWN",
        "hand,front,a,10,4,20,,DRAWN",
        "hand,front,0,1000,4,20,,DRAWN",
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, row: str) -> None:
    head = (DATA / "areas.csv").read_text().splitlines()[0]
    (tmp_path / "areas.csv").write_text(f"{head}\nhand,front,0,10,4,20,,DRAWN\n{row}\n")
    with pytest.raises(DataError, match=r"areas\.csv:3"):
        areas.load(tmp_path)


def test_a_structure_placed_twice_is_a_fault(tmp_path: Path) -> None:
    head = (DATA / "areas.csv").read_text().splitlines()[0]
    (tmp_path / "areas.csv").write_text(f"{head}\nhand,,,,,,deltoid,DRAWN\nfoot,,,,,,deltoid,DRAWN\n")
    with pytest.raises(DataError, match=r"areas\.csv:3.*deltoid"):
        areas.load(tmp_path)


# --- lists -----------------------------------------------------------------------------------------------------


def test_every_offer_can_be_examined_and_is_listed_once() -> None:
    listed = [
        offer.choice.key
        for area in offers.areas()
        for manner in offers.manners_in(area)
        for group in offers.in_area(area, manner.id, {})
        for offer in (*group.offers, *group.more)
    ]
    assert sorted(listed) == sorted(choice.key for choice in offers.offered())
    assert all(examining.choice_of(*key) is not None for key in listed)


def test_the_strength_of_a_single_level_is_not_offered() -> None:
    keys = {choice.key for choice in offers.offered()}
    assert ("multifidus-c6", "palpate") in keys
    assert ("multifidus-c6", "strength") not in keys
    assert ("deltoid", "strength") in keys


def test_levels_stand_in_a_row_from_the_top_down() -> None:
    groups = {group.name: group for group in offers.in_area("low-back", "palpate", {})}
    assert [offer.label for offer in groups["multifidus"].offers] == ["L1", "L2", "L3", "L4", "L5", "S1"]


def test_reflexes_are_listed_for_the_whole_body_and_muscles_area_by_area() -> None:
    assert {area for area, _groups in offers.everywhere("tap", {})} >= {"upper-arm", "leg", "foot"}
    assert offers.everywhere("palpate", {}) == ()
    assert "forearm" in offers.areas_of("palpate")


def test_what_one_examines_most_comes_first() -> None:
    groups = offers.in_area("forearm", "palpate", {})
    assert "pronator teres" in [offer.label for offer in groups[0].offers]
    assert len(groups[0].offers) < len(groups[0].more) + len(groups[0].offers) <= len(choices())


# --- searching -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("triceps reflex", "triceps-reflex"),
        ("knee jerk", "patellar-reflex"),
        ("ECRL", "extensor-carpi-radialis-longus"),
        ("multifidus C6", "multifidus-c6"),
        ("  Thumb (skin) ", "thumb-skin"),
        ("SLR", "straight-leg-raise"),
    ],
)
def test_a_name_as_clinicians_write_it_is_found(query: str, first: str) -> None:
    assert found(query)[0] == first


def test_the_beginning_of_a_name_finds_all_that_begin_so() -> None:
    assert {"extensor-carpi-ulnaris", "extensor-carpi-radialis-longus"} <= set(found("extensor carpi"))
    assert "triceps-reflex" in found("tricep")


def test_an_unknown_name_gets_the_nearest_and_they_can_be_found() -> None:
    result = offers.search("brachioradalis", {})
    assert result is not None
    assert result.structures == ()
    assert result.nearest
    assert all(found(name) for name in result.nearest)


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_nothing_asked_is_nothing_found(query: str) -> None:
    assert offers.search(query, {}) is None


@pytest.mark.parametrize("query", ["zzzzqqq", "x" * 5000, "<script>", "%", "((((", "\0", "C6", "🦵" * 50, "normal"])
def test_anything_may_be_asked(query: str) -> None:
    result = offers.search(query, {})
    assert result is not None
    assert len(result.structures) <= offers.FOUND_AT_MOST
