"""Cases made from stories: the same from the same seed, spread evenly, each with one clearly best answer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stories import DANGEROUS, SOUND, STORIES
from training.anatomy.patients.case_writing import GeneratedCase
from training.anatomy.patients.generation import CannotGenerate
from training.anatomy.patients.histories import load_phrases
from training.anatomy.patients.referrals import referrals
from training.anatomy.patients.rows import Row
from training.anatomy.patients.searching import standing
from training.anatomy.patients.stories import Story, told
from training.anatomy.patients.variants import likeness, spread, variants
from training.anatomy.segments import SEGMENTS, region_of, segments_of
from training.anatomy.signs import Observed
from training.anatomy.vocabulary import vocabulary
from training.content.checking import read_case_text, shipped_references
from training.content.documents import Case

ROOT = Path(__file__).parents[3]
few_stories, seeds = st.sampled_from(STORIES), st.integers(-(2**40), 2**40)


@lru_cache(maxsize=1)
def made() -> tuple[tuple[Story, tuple[GeneratedCase, ...]], ...]:
    return tuple((story, variants(story, 7)) for story in STORIES)


def every() -> list[tuple[Story, GeneratedCase]]:
    return [(story, one) for story, cases in made() for one in cases]


def read(case: GeneratedCase) -> Case:
    found, problems = read_case_text(case.markdown(), shipped_references(), f"{case.id}.md")
    assert problems == (), "\n".join(map(str, problems))
    assert found is not None
    return found


# --- the same again --------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(few_stories, seeds)
def test_the_same_story_and_seed_give_the_same_cases(story: Story, seed: int) -> None:
    assert [one.markdown() for one in variants(story, seed)] == [one.markdown() for one in variants(story, seed)]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland"])
def test_they_are_the_same_in_any_process_and_time_zone(zone: str) -> None:
    script = (
        "import sys\nfrom tests.stories import SOUND, DANGEROUS\n"
        "from training.anatomy.patients.variants import variants\n"
        "for story in (SOUND[3], DANGEROUS[0]):\n    for one in variants(story, 7): sys.stdout.write(one.markdown())\n"
    )
    env = {**os.environ, "TZ": zone, "PYTHONHASHSEED": str(len(zone)), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, check=True, timeout=60
    )

    here = "".join(one.markdown() for story in (SOUND[3], DANGEROUS[0]) for one in variants(story, 7))
    assert done.stdout.decode() == here


def test_another_seed_gives_other_ids_and_other_examinations() -> None:
    for story, cases in made():
        others = variants(story, 8)
        assert not {one.id for one in cases} & {one.id for one in others}
        assert not {likeness(one.rows, one.patient.side) for one in cases} & {
            likeness(one.rows, one.patient.side) for one in others
        }


# --- how they are spread ---------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SOUND), seeds, st.integers(1, 9))
def test_answers_and_difficulties_are_spread_evenly(story: Story, seed: int, count: int) -> None:
    cases = variants(replace(story, variants=count), seed)

    answers = Counter(one.answer for one in cases)
    assert len(cases) == count
    assert set(answers) <= set(story.answers)
    assert len(answers) == min(count, len(story.answers))
    assert max(answers.values()) - min(answers.values()) <= 1
    assert all(story.difficulty[0] <= one.difficulty <= story.difficulty[1] for one in cases)


@given(st.integers(2, 5), st.integers(0, 3), st.integers(1, 9))
def test_levels_run_from_the_lowest_to_the_highest_in_even_steps(lowest: int, more: int, count: int) -> None:
    highest = min(lowest + more, 5)
    levels = spread((lowest, highest), count)

    assert len(levels) == count
    assert levels == sorted(levels)
    if count > 1:
        assert (levels[0], levels[-1]) == (lowest, highest)
        steps = [after - before for before, after in pairwise(levels)]
        assert max(steps) - min(steps) <= 1


def test_over_many_seeds_every_answer_and_both_sides_have_their_share() -> None:
    story = SOUND[1]
    cases = [one for seed in range(60) for one in variants(replace(story, variants=1), seed)]

    answers, sides = Counter(one.answer for one in cases), Counter(one.side for one in cases)
    assert set(answers) == set(story.answers)
    assert min(answers.values()) >= 5  # of 15 expected
    assert min(sides["left"], sides["right"]) >= 15  # of 30


def test_a_segment_that_is_hardly_ever_plain_gets_another_difficulty_of_its_story() -> None:
    story = replace(SOUND[-1], answers=("S5",), difficulty=(2, 4), variants=6)

    assert {one.answer for one in variants(story, 1)} == {"S5"}


# --- what each one is ------------------------------------------------------------------------------------------


def test_every_variant_passes_the_check_and_says_where_it_comes_from() -> None:
    for story, one in every():
        case = read(one)
        assert (case.template, case.bank, case.region) == (story.id, story.bank, story.region)
        assert (case.title, case.origin, case.key_note) == (story.title, "invented", "")
        assert re.fullmatch(rf"{story.id}-[0-9a-f]{{4}}", case.id)
        assert 60 <= len(re.sub("<[^>]+>", " ", case.history_html).split()) <= 150
        assert case.history_html.count("<p>") == 2


def test_only_the_segment_is_asked_and_with_a_danger_what_to_do() -> None:
    for story, one in every():
        case = read(one)
        if not story.referral:
            assert [question.id for question in case.questions] == ["segment"]
            assert case.competencies == (f"dx-{story.region}",)
            continue
        segment, now = case.questions
        assert (segment.segments, segment.side) == (("refer",), None)
        assert now.safety
        assert now.competencies == ("safety", "planning")
        assert sum(option.right for option in now.options) == 1
        assert case.competencies == (f"dx-{story.region}", "safety")
        assert "{" not in one.markdown().replace("{#", "").replace("{{ claim", "")


def test_the_best_segment_is_at_least_twice_as_probable_as_anything_else() -> None:
    for story, one in every():
        if not story.referral:
            (best, probability), (_next, second) = standing(one.localization)[:2]
            assert best == one.answer
            assert second <= probability / 2


def test_no_two_variants_have_the_same_examination_even_mirrored() -> None:
    seen = Counter(likeness(one.rows, one.patient.side) for _story, one in every())
    assert max(seen.values()) == 1
    ids = Counter(one.id for _story, one in every())
    assert max(ids.values()) == 1


def test_ids_within_a_story_never_meet() -> None:
    for seed in range(40):
        cases = variants(replace(SOUND[4], variants=9), seed)
        assert len({one.id for one in cases}) == 9


def test_mirrored_and_shuffled_rows_are_alike_and_other_findings_are_not() -> None:
    known = vocabulary().structures
    muscle, reflex = known["deltoid"], known["triceps-reflex"]
    rows = [Row(muscle, (Observed("weak"),), "left"), Row(reflex, (Observed("normal"),), "both")]
    mirrored = [rows[1], replace(rows[0], side="right")]

    assert likeness(rows, "left") == likeness(mirrored, "right")
    assert likeness(rows, "left") != likeness(mirrored, "left")
    assert likeness(rows, "left") != likeness([replace(rows[0], signs=(Observed("tender"),)), rows[1]], "left")


def test_a_danger_lies_over_segments_that_it_may_suggest() -> None:
    known = {one.id: one for one in referrals()}
    for story, one in every():
        if story.referral:
            behind = one.truth.segments[0]
            allowed = known[story.referral].segments or segments_of(story.region)
            assert behind in allowed
            assert region_of(behind) == story.region
            assert one.red_flags == known[story.referral].flags


def test_an_unknown_referral_is_refused_and_an_impossible_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="there is no referral 'no-such'"):
        variants(replace(DANGEROUS[0], referral="no-such"), 1)
    monkeypatch.setattr("training.anatomy.patients.variants._MOST_PATIENTS", 0)
    with pytest.raises(CannotGenerate, match=rf"{SOUND[0].id}: no examination speaks for C\d at difficulty 2 to 4"):
        variants(SOUND[0], 1)


# --- the words -------------------------------------------------------------------------------------------------

places = st.sampled_from(sorted({phrase for of in load_phrases().places.values() for phrase in of}))
vague = st.sampled_from(sorted({phrase for of in load_phrases().by_zone["vague"].values() for phrase in of}))


@given(st.one_of(places, vague), st.integers(16, 95), st.sampled_from(["left", "right"]))
def test_every_mark_is_filled_and_every_sentence_stays_whole(place: str, age: int, side: str) -> None:
    text = told(f"{SOUND[0].text} Pain {{place}}, as said. It is {{place}}.", age, place, side)

    assert not re.search(r"[{}]", text)
    assert not re.search(r",\s*[,.]", text)
    assert text.count(place.replace("{side}", side)) == 3
    article = "An" if str(age).startswith("8") or age in (11, 18) else "A"
    assert text.startswith(f"{article} {age}-year-old carpenter")
    assert f"the {'left' if side == 'right' else 'right'} side" in " ".join(text.split())


def test_a_place_with_a_comma_gets_one_behind_it_where_the_sentence_goes_on() -> None:
    assert told("has pain {place} for weeks.", 30, "at the tip, to the {side}", "left") == (
        "has pain at the tip, to the left, for weeks."
    )
    assert (
        told("has pain {place}; then {place}.", 30, "here, there", "left") == "has pain here, there; then here, there."
    )


def test_an_unknown_mark_is_an_error() -> None:
    with pytest.raises(KeyError):
        told("{pain}", 30, "here", "left")


def test_the_place_is_one_of_the_segment_or_a_vague_one_and_hard_cases_have_those_more_often() -> None:
    phrases = load_phrases()
    vaguely: Counter[bool] = Counter()
    for difficulty in (2, 5):
        cases = [
            one
            for seed in range(40)
            for one in variants(replace(SOUND[1], difficulty=(difficulty,) * 2, variants=1), seed)
        ]
        for one in cases:
            side = one.side or ""
            own = [phrase.replace("{side}", side) for phrase in phrases.places[one.answer]]
            loose = [phrase.replace("{side}", side) for phrase in phrases.by_zone["vague"][phrases.zone_of[one.answer]]]
            told_own, told_loosely = (any(phrase in one.history.text for phrase in those) for those in (own, loose))
            assert told_own != told_loosely
            vaguely[difficulty == 5] += told_loosely
    assert vaguely[True] > 25 > 20 > vaguely[False]


def test_history_names_neither_a_segment_nor_the_answer() -> None:
    labels = re.compile(rf"\b({'|'.join(SEGMENTS)})\b")
    assert not [one.id for _story, one in every() if labels.search(one.history.text) or labels.search(one.id)]
