from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from hypothesis import given, settings
from hypothesis import strategies as st

from training.anatomy.localization import localize
from training.anatomy.patients.case_writing import GeneratedCase
from training.anatomy.patients.examined import examined
from training.anatomy.patients.explaining import contested
from training.anatomy.patients.generation import DIFFICULTIES, generate
from training.anatomy.patients.histories import load_phrases
from training.anatomy.patients.patient import carrier_of
from training.anatomy.patients.referrals import referrals
from training.anatomy.patients.rows import written
from training.anatomy.patients.searching import demands, standing
from training.anatomy.segments import REGIONS, SEGMENTS, region_of
from training.anatomy.signs import resolve_signs
from training.anatomy.verdicts import alarms, verdict
from training.anatomy.vocabulary import Structure, resolve_structure
from training.cli.cases import SEPARATOR, cases_group
from training.content.checking import problems_of_case

ROOT = Path(__file__).parents[3]
regions, difficulties = st.sampled_from(REGIONS), st.sampled_from(DIFFICULTIES)
seeds = st.integers(0, 2**32)
cases = st.builds(generate, regions, difficulties, seeds)


@lru_cache(maxsize=1)
def many() -> tuple[GeneratedCase, ...]:
    """Cases of every region and difficulty, made once."""
    return tuple(
        generate(region, difficulty, seed) for region in REGIONS for difficulty in DIFFICULTIES for seed in range(8)
    )


@settings(deadline=None, max_examples=60)
@given(cases)
def test_every_case_passes_the_checker(case: GeneratedCase) -> None:
    assert problems_of_case(case.markdown(), f"{case.id}.md") == ()


@settings(deadline=None, max_examples=40)
@given(regions, difficulties, seeds)
def test_the_same_seed_gives_the_same_case(region: str, difficulty: int, seed: int) -> None:
    assert generate(region, difficulty, seed).markdown() == generate(region, difficulty, seed).markdown()


def test_the_same_seed_gives_the_same_case_in_another_process() -> None:
    program = (
        "from training.anatomy.patients.generation import generate\n"
        "for seed in range(3):\n"
        "    for region in ('sacral', 'cervical'): print(generate(region, 1 + seed, seed).markdown())\n"
    )
    ran = [
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": hash_seed},
                       check=True, capture_output=True, text=True, timeout=120).stdout
        for hash_seed in ("1", "2")
    ]  # fmt: skip
    assert ran[0] == ran[1]
    assert ran[0] == "".join(
        f"{generate(region, 1 + seed, seed).markdown()}\n" for seed in range(3) for region in ("sacral", "cervical")
    )


@settings(deadline=None, max_examples=60)
@given(cases)
def test_the_answer_is_the_one_best_explanation(case: GeneratedCase) -> None:
    if case.answer == "refer":
        assert case.side is None
        assert verdict(localize(case.observations), case.red_flags) == "refer"
        return
    found = localize(case.observations)
    (best, probability), (_other, second) = standing(found)[:2]
    demand = demands()[case.difficulty]
    assert best == case.answer == case.truth.name
    assert region_of(best) == case.region
    assert demand.least <= probability <= demand.most
    assert second <= min(demand.second, probability / 2)
    assert found.side in (case.side, "both")
    assert verdict(found, case.red_flags) == "segment"
    assert not alarms(case.observations)


@settings(deadline=None, max_examples=60)
@given(cases)
def test_every_row_reads_back_as_what_was_found(case: GeneratedCase) -> None:
    assert 6 <= len(case.rows) <= 12
    assert len({row.structure.id for row in case.rows}) == len(case.rows)
    for row in case.rows:
        structure = resolve_structure(written(row.structure))
        assert isinstance(structure, Structure)
        assert structure.id == row.structure.id
        assert resolve_signs(row.finding).observed == row.signs
        assert row.side == "both" or row.abnormal


def test_no_two_rows_rest_on_one_muscle() -> None:
    for case in many():
        carriers = Counter(carrier_of(row.structure) for row in case.rows)
        assert max(carriers.values()) <= 2  # a chance finding elsewhere may lie in a muscle of a movement tested
        assert any(row.abnormal for row in case.rows)
        assert any(not row.abnormal for row in case.rows)


def test_harder_cases_are_less_certain() -> None:
    shares: dict[int, list[float]] = {difficulty: [] for difficulty in DIFFICULTIES}
    for case in many():
        if case.answer != "refer":
            shares[case.difficulty].append(dict(case.localization.segments)[case.answer])
    means = [sum(shares[difficulty]) / len(shares[difficulty]) for difficulty in DIFFICULTIES]
    assert all(easier > harder for easier, harder in pairwise(means))
    for lower, higher in pairwise(DIFFICULTIES):
        assert demands()[higher].most <= demands()[lower].most
        assert demands()[higher].least < demands()[lower].least


def test_many_segments_get_their_cases() -> None:
    seen = {case.truth.name for case in many()}
    assert seen <= set(SEGMENTS)
    assert len(seen) >= 24


def test_histories_read_as_english() -> None:
    for case in many():
        text = case.history.text
        assert len(text) > 200
        assert not re.search(r"[{}]|\bNone\b|  |\.\.|^\W| ,", text)
        assert re.match(r"(An? \d\d-year-old|For [a-z ]+ an? \d\d-year-old) ", text)
        assert not re.search(r"\bA (?:8|11|18)|\ban? (?:[aeio]\w+-)?\b(?=[aeio]\w* )(?<=\ba )", text)
        assert not re.search(r"\b(?:she|he) (?:have|are|were)\b|\bthey (?:has|is|was)\b", text, re.IGNORECASE)
        assert case.history.title.startswith(("A ", "An "))


def test_hundreds_of_distinct_histories() -> None:
    texts = [generate(region, 3, seed).history.text for region in REGIONS for seed in range(100)]
    assert len(set(texts)) == len(texts)


def test_neither_id_nor_title_tells_the_answer() -> None:
    for case in many():
        assert re.fullmatch(rf"gen-{case.region}-[0-9a-f]{{8}}", case.id)
        assert not re.search(r"\b[CTLS]\d", case.history.title + case.history.text)
    assert len({case.id for case in many()}) == len(many())


def test_a_share_of_the_cases_must_be_referred() -> None:
    referred = [generate("lumbar", 2, seed, refer_share=0.5).answer == "refer" for seed in range(60)]
    assert 15 < sum(referred) < 45
    assert not any(generate("lumbar", 2, seed, refer_share=0).answer == "refer" for seed in range(20))
    every = [generate("thoracic", 1, seed, refer_share=1) for seed in range(12)]
    assert all(case.answer == "refer" and case.red_flags for case in every)
    assert all("safety: yes" in case.markdown() for case in every)


def test_every_danger_is_met_in_every_region_it_belongs_to() -> None:
    for referral in referrals():
        for region in referral.regions:
            found = (generate(region, 1, seed, refer_share=1) for seed in range(120))
            case = next(case for case in found if case.referral == referral)
            assert problems_of_case(case.markdown(), f"{case.id}.md") == ()


def test_distractors_are_the_next_segments_and_a_nerve() -> None:
    case = generate("cervical", 4, 5, refer_share=0)
    segments = [one for one, _share in case.localization.segments if one != case.answer]
    assert [one.hypothesis.name for one in case.distractors[:3]] == segments[:3]
    assert case.distractors[3].hypothesis.kind == "nerve"
    assert all(one.reason.endswith(".") for one in case.distractors)


def test_the_explanation_weighs_and_says_what_comes_next() -> None:
    for case in many():
        if case.answer != "refer":
            assert f"**{case.answer}**" in case.explanation[0]
            assert " : 1 " in case.explanation[0]
            assert "examine next" in case.explanation[-1]


def test_the_patient_behind_a_case_is_the_one_of_its_rows() -> None:
    case = generate("lumbar", 1, 3, refer_share=0)
    assert (case.patient.truth, case.patient.side) == (case.answer, case.side)
    ways = {one.structure.id: one.choices for one in examined()}
    for row in case.rows:
        shown = {each for way in ways[row.structure.id] for each in case.patient.examine(way)}
        assert shown & set(row.observations)


def test_a_pair_asks_for_the_rival() -> None:
    case = generate("cervical", 3, 1, pair=("C6", "C7"))
    assert [name for name, _share in standing(case.localization)[:2]] == ["C6", "C7"]


@pytest.mark.parametrize(("wrong", "told"), [
    ({"region": "tail"}, "no region"), ({"difficulty": 0}, "difficulty 0"), ({"refer_share": 2}, "share 2"),
    ({"pair": ("L4", "L5")}, "no pair"), ({"pair": ("C6", "C99")}, "no pair"),
])  # fmt: skip
def test_what_cannot_be_made_is_refused(wrong: dict[str, Any], told: str) -> None:
    given: dict[str, Any] = {"region": "cervical", "difficulty": 1, "seed": 1, **wrong}
    with pytest.raises(ValueError, match=told):
        generate(**given)


def test_contested_charts_are_told_without_source_keys() -> None:
    for one in examined():
        assert not re.search(r"[A-Z]{3,}_|memory", contested(one.structure).replace("ISNCSCI", ""))


def test_people_fit_their_age_and_region() -> None:
    for person in load_phrases().people:
        assert set(person.regions) <= set(REGIONS)
        assert 16 <= person.ages[0] < person.ages[1] <= 90
        assert person.onset
        assert person.worse


# --- the command ---------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cases_group, ["generate", *arguments], obj=ScriptInfo())
    return done.exit_code, done.stdout, done.stderr


def test_the_command_prints_cases_that_a_pipe_can_split() -> None:
    status, out, _err = run("--region", "lumbar", "--count", "3", "--seed", "1")
    assert status == 0
    texts = out.split(f"{SEPARATOR}\n")
    assert len(texts) == 3
    assert all(problems_of_case(text) == () for text in texts)
    assert run("--region", "lumbar", "--count", "3", "--seed", "1")[1] == out


def test_the_command_writes_files_and_never_over_others(tmp_path: Path) -> None:
    out = tmp_path / "new"
    status, printed, told = run("--region", "sacral", "--count", "4", "--seed", "1", "--out", str(out))
    assert (status, printed) == (0, "")
    assert "4 cases written" in told
    files = sorted(out.iterdir())
    assert len(files) == 4
    before = [file.read_bytes() for file in files]
    status, _printed, told = run("--region", "sacral", "--count", "4", "--seed", "1", "--out", str(out))
    assert status == 2
    assert "is there already" in told
    assert [file.read_bytes() for file in files] == before


@pytest.mark.parametrize("arguments", [
    ("--region", "tail", "--count", "1", "--seed", "1"), ("--region", "lumbar", "--count", "0", "--seed", "1"),
    ("--region", "lumbar", "--count", "1", "--seed", "one"), ("--region", "lumbar", "--count", "1"),
    ("--region", "lumbar", "--count", "1", "--seed", "1", "--difficulty", "6"),
    ("--region", "lumbar", "--count", "1", "--seed", "1", "--format", "json", "--out", "somewhere"),
    ("--region", "lumbar", "--count", "1", "--seed", "1", "--out", __file__),
])  # fmt: skip
def test_the_command_refuses_unusable_input(arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([one for one in SEGMENTS if one != "S5"]), difficulties, seeds)
def test_the_answer_can_be_kept_to_some_segments(segment: str, difficulty: int, seed: int) -> None:
    case = generate(region_of(segment), difficulty, seed, segments=(segment,))
    assert case.truth.id == segment
    assert case.answer in (segment, "refer")


def test_segments_that_are_none_of_the_region_are_refused() -> None:
    for wrong in (("L5",), ("C6", "C9")):
        with pytest.raises(ValueError, match="no segment of the cervical region"):
            generate("cervical", 2, 1, segments=wrong)
    with pytest.raises(ValueError, match="pair"):
        generate("cervical", 2, 1, pair=("C6", "C7"), segments=("C6",))
