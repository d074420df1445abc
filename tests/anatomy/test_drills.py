"""Drills: what is asked follows from the data, one of the choices is right, and contested facts take either answer."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from training.anatomy.drills import (
    DRILL_KINDS,
    OPTIONS,
    Drill,
    choices,
    drills,
    is_right,
    main_segments,
    nerves,
    words_for,
)
from training.anatomy.segments import POSITION, REGIONS
from training.anatomy.structures import load_muscles
from training.anatomy.tables import DATA, DataError

ALL = drills()
WITH_CHOICES = [drill for drill in ALL.values() if not drill.on_spine]


def test_there_are_drills_of_every_kind_and_region() -> None:
    assert {drill.kind for drill in ALL.values()} == set(DRILL_KINDS)
    assert {drill.region for drill in ALL.values()} == set(REGIONS)
    assert len(ALL) > 250


def test_what_is_learnt_first_comes_first_and_mixes_kinds() -> None:
    levels = [drill.level for drill in ALL.values()]
    assert levels == sorted(levels)
    assert len({drill.kind for drill in list(ALL.values())[:40]}) == len(DRILL_KINDS)


def test_every_drill_names_its_sources_and_knows_its_answer() -> None:
    for drill in ALL.values():
        assert drill.sources, drill.id
        assert drill.right, drill.id
        if drill.on_spine:
            assert set(drill.right) <= set(POSITION), drill.id
            assert 1 <= len(drill.right) <= 3, drill.id


def test_a_right_segment_supplies_what_is_asked() -> None:
    for drill in ALL.values():
        if drill.kind in ("muscle-segment", "reflex-segment"):
            assert set(drill.right) <= set(drill.segments), drill.id


def test_no_question_tells_its_answer() -> None:
    for drill in ALL.values():
        if drill.on_spine:
            assert not re.search(r"\b[CTLS]\d", drill.subject), drill.id


@pytest.mark.parametrize(
    ("drill", "right", "wrong"),
    [
        ("muscle-segment:deltoid", ["C5"], ["C6", "C7"]),
        ("muscle-segment:fibularis-longus", ["L5", "S1"], ["L4", "S2"]),
        ("muscle-segment:extensor-carpi-radialis-brevis", ["C6", "C7"], ["C5"]),
        ("reflex-segment:patellar-reflex", ["L3", "L4"], ["L2", "S1"]),
        ("skin-segment:index-finger-skin", ["C6", "C7"], ["C8"]),
        ("point-segment:s4", ["S4", "S5"], ["S3"]),
        ("muscle-nerve:soleus", ["tibial nerve"], ["deep fibular nerve"]),
        ("segment-muscle:c5", ["deltoid"], ["triceps-brachii"]),
    ],
)
def test_contested_facts_take_either_answer_and_no_other(drill: str, right: list[str], wrong: list[str]) -> None:
    assert [one for one in right if not is_right(ALL[drill], one)] == []
    assert [one for one in wrong if is_right(ALL[drill], one)] == []


def test_where_more_than_the_principal_segment_counts_the_disagreement_is_said() -> None:
    silent = [
        drill.id for drill in ALL.values() if drill.extra and drill.right != ("S4", "S5") and not drill.disagreement
    ]
    assert silent == []


def test_what_nobody_agrees_on_is_not_asked() -> None:
    assert "muscle-segment:extensor-digitorum-brevis" not in ALL
    assert "muscle-nerve:extensor-digitorum-brevis" in ALL
    assert "muscle-segment:intercostals" not in ALL  # no main segment to ask for


@pytest.mark.parametrize("drill", WITH_CHOICES, ids=lambda drill: drill.id)
def test_exactly_one_of_many_choices_is_right(drill: Drill) -> None:
    for seed in ("a", "b", "c"):
        shown = choices(drill, seed)
        assert len(shown) == OPTIONS
        assert len({one.text for one in shown}) == OPTIONS
        assert sum(is_right(drill, one.id) for one in shown) == 1
        assert shown == choices(drill, seed)


def test_choices_differ_from_time_to_time() -> None:
    drill = ALL["segment-muscle:c7"]
    keys = {next(one.id for one in choices(drill, str(seed)) if is_right(drill, one.id)) for seed in range(20)}
    assert len(keys) > 3, "the segment is to be known, not one muscle"


def test_wrong_muscles_are_not_supplied_by_the_segment_at_all() -> None:
    muscles = load_muscles()
    for drill in WITH_CHOICES:
        if drill.kind == "segment-muscle":
            for one in choices(drill, "x"):
                if not is_right(drill, one.id):
                    assert drill.subject not in muscles[one.id].segments, (drill.id, one.id)
                    assert drill.subject not in main_segments(one.id)


def test_a_nerve_never_stands_beside_what_it_comes_from() -> None:
    from_ = {nerve.name: nerve.part_of for nerve in nerves()}
    for drill in WITH_CHOICES:
        if drill.kind == "muscle-nerve":
            right = drill.right[0]
            for seed in map(str, range(5)):
                beside = {one.id for one in choices(drill, seed)} - {right}
                assert from_[right] not in beside, drill.id
                assert right not in {from_[one] for one in beside}, drill.id


def test_answers_have_words() -> None:
    assert words_for(ALL["segment-muscle:c5"], "teres-minor") == "teres minor"
    assert words_for(ALL["muscle-nerve:soleus"], "tibial nerve") == "tibial nerve"
    assert main_segments("no-such-muscle") == ()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("muscle,no-such-muscle,1,,,MEM", "there is no muscle 'no-such-muscle'"),
        ("point,X9,1,,,MEM", "there is no point 'X9'"),
        ("muscle,deltoid,4,,,MEM", "level: '4' is none of 1, 2, 3, 9"),
        ("muscle,deltoid,1,C9,,MEM", "accept: there is no segment 'C9'"),
        ("muscle,deltoid,1,,,", "the row names no source"),
        ("segment,T6,1,,,MEM", "T6 is no muscle's main segment"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path: Path, row: str, fault: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    (folder / "drills.csv").write_text(f"kind,subject,level,accept,prompt,sources\n{row}\n")
    with pytest.raises(DataError, match=re.escape(f"drills.csv:2: {fault}")):
        drills(folder)
