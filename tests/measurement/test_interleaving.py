from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.anatomy.segments import SEGMENTS, region_of
from training.measurement import interleaving
from training.measurement.interleaving import Answered, Focus, Step, blocks, configured, kept_confusing, plan, standing

RULE = configured()
NECK = Focus(("C5", "C6", "C7", "C8"), (("C5", "C6"), ("C6", "C7")))


def met(key: str, named: str = "", **more: object) -> Answered:
    named = named or key
    return Answered((key,), named, named == key, **more)  # type: ignore[arg-type]


def answer(step: Step, right: bool = True) -> Answered:
    """An answer to a patient of a step."""
    key = step.segments[0]
    named = key if right else "C1" if key != "C1" else "C2"
    return Answered((key,), named, right, step.block, step.pair, step.difficulty)


def test_every_segment_has_its_place_and_no_group_leaves_its_region() -> None:
    assert sorted(segment for group in RULE.groups for segment in group) == sorted(SEGMENTS)
    assert all(len({region_of(segment) for segment in group}) == 1 for group in RULE.groups)


def test_a_file_that_makes_no_rule_is_refused(tmp_path: Path) -> None:
    text = interleaving.CONFIGURED.read_text()
    for wrong in (
        text.replace('["C7"]', '["C6"]'),
        text.replace("recent_steady = 4", "recent_steady = 9"),
        text.replace("foil_share = 0.34", "foil_share = 1"),
    ):
        path = tmp_path / "rule.toml"
        path.write_text(wrong)
        with pytest.raises(ValueError, match=r"interleaving\.toml"):
            interleaving.load(path)


@pytest.mark.parametrize(
    ("marks", "steady"),
    [
        ([True] * 9, False),  # fewer than ten say nothing
        ([True] * 10, True),
        ([False] * 2 + [True] * 8, True),
        ([False] * 3 + [True] * 7, False),
        ([True] * 8 + [False] * 2, False),  # an early run does not hide a late fall
        ([False] * 40 + [True] * 10, True),
    ],
)
def test_a_block_is_steady_at_eight_of_ten_and_four_of_the_last_five(marks: list[bool], steady: bool) -> None:
    assert standing(marks, RULE).steady is steady


def test_it_begins_with_one_segment_at_the_easiest_level_and_grows_harder() -> None:
    step = plan([], NECK, RULE)
    assert (step.stage, step.why, step.block, step.segments, step.difficulty) == ("block", "begin", "C6", ("C6",), 1)
    later = plan([met("C6", block="C6")] * 4, NECK, RULE)
    assert (later.why, later.difficulty, later.standing.right, later.standing.of) == ("unsteady", 2, 4, 4)


def test_naming_the_segment_of_the_block_every_time_makes_nobody_steady() -> None:
    history = [met("C6", block="C6"), met("C6", block="C6"), met("C7", "C6", block="C6")] * 20
    assert plan(history, NECK, RULE).block == "C6"


def test_mixed_follows_blocks_and_then_what_is_confused_most() -> None:
    steady = [met(segment) for segment in NECK.segments for _ in range(10)]
    blocked = [replace(one, block=one.keys[0]) for one in steady]
    assert (plan(blocked, NECK, RULE).stage, plan(blocked, NECK, RULE).why) == ("mixed", "mix")
    mixed = [*blocked, *[met("C5"), met("C6"), met("C7"), met("C8"), met("C6", "C7")] * 2, *[met("C6"), met("C8")] * 9]
    step = plan([*mixed, *[met("C7")] * 9], NECK, RULE)
    assert (step.stage, step.pair) == ("contrast", ("C6", "C7"))


def test_a_block_that_slips_comes_back() -> None:
    history = [met(segment, block=segment) for segment in NECK.segments for _ in range(10)]
    step = plan([*history, *[met("C8", "C7")] * 3], NECK, RULE)
    assert (step.stage, step.why) == ("block", "slipped")
    assert step.block in ("C7", "C8")


def test_one_may_leave_a_block_or_choose_mixed() -> None:
    assert plan([], replace(NECK, skipped=frozenset({"C6"})), RULE).block == "C7"
    assert plan([], replace(NECK, skipped=frozenset({"C5", "C6", "C7", "C8"})), RULE).stage == "mixed"
    assert plan([], replace(NECK, way="mixed"), RULE).why == "chosen"
    assert plan([], replace(NECK, way="contrast"), RULE).pair == ("C5", "C6")
    assert plan([], replace(NECK, difficulty=5), RULE).difficulty == 5


def test_a_focus_without_segments_is_none() -> None:
    with pytest.raises(ValueError, match="segments"):
        plan([], Focus(()), RULE)


def test_a_confusion_is_more_than_a_slip() -> None:
    history = [met("C6", "C7")] * 4 + [met("C6")] * 2 + [met("L5", "S1")] * 2
    (found,) = kept_confusing(history, RULE)
    assert (found.key, found.named, found.count, found.asked) == ("C6", "C7", 4, 6)
    assert kept_confusing([*history, *[met("C6")] * 10], RULE) == []


# --- whatever was answered -------------------------------------------------------------------------------------

segments = st.sampled_from(("C5", "C6", "C7", "C8", "T1", "refer", "nerve"))
answers = st.builds(
    lambda key, named, block, pair, level: Answered((key,), named, key == named, block, pair, level),
    segments,
    segments,
    st.sampled_from(("", "C5", "C6", "C7")),
    st.sampled_from(((), ("C5", "C6"))),
    st.integers(1, 5),
)
histories = st.lists(answers, max_size=60)


@given(histories)
def test_the_same_answers_give_the_same_plan_and_mixing_waits_for_every_block(history: list[Answered]) -> None:
    step = plan(history, NECK, RULE)
    assert step == plan(list(history), NECK, RULE)
    assert set(step.segments) <= set(NECK.segments)
    assert 1 <= step.difficulty <= 5
    if step.stage != "block":
        assert all(one.standing.steady for one in blocks(history, NECK, RULE))


@given(histories, st.lists(st.booleans(), max_size=25))
def test_a_block_is_not_left_while_it_is_not_steady(history: list[Answered], marks: list[bool]) -> None:
    for right in marks:
        step = plan(history, NECK, RULE)
        history = [*history, answer(step, right)]
        if step.stage == "block":
            still = next(one for one in blocks(history, NECK, RULE) if one.name == step.block)
            assert still.standing.steady or plan(history, NECK, RULE).block == step.block


@settings(max_examples=25)
@given(histories)
def test_who_answers_rightly_comes_to_the_end(history: list[Answered]) -> None:
    for _ in range(200):
        step = plan(history, NECK, RULE)
        if step.why == "keep":
            return
        history = [*history, answer(step)]
    pytest.fail(f"after 200 right answers: {step}")


@given(st.lists(segments, max_size=40))
def test_what_lies_too_far_back_does_not_count(keys: list[str]) -> None:
    old = [met(key, "L5") for key in keys]
    new = [met("C6", block="C6")] * RULE.remembered
    assert plan([*old, *new], NECK, RULE) == plan(new, NECK, RULE)
