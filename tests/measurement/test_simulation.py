"""The simulation: the same rule as the decision, the worlds it says it builds, the command."""

from __future__ import annotations

import json
import math
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner

from training.cli.measure import measure_group
from training.measurement import mastery, targets
from training.measurement.mastery import Difficulty, Rule, decide, evidence
from training.measurement.simulation import percent_rule, sit, typical
from training.measurement.simulation_plots import pictures
from training.measurement.worlds import World, ability_of, centre, deal, domain_score

RULE = Rule()
WORLDS = [targets.ONE, targets.MIX, targets.LEARNING, targets.RANDOM, *targets.DISTURBED.values()]


# --- the rule --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("score", [0.70, 0.85])
def test_people_in_arrays_are_decided_as_one_by_one(score: float) -> None:
    ability = np.full(25, ability_of(score, targets.MIX))
    run = sit(RULE, targets.MIX, ability, ability, np.random.default_rng(7))
    assert run.passed.any() == (score > 0.8)
    for person in range(len(ability)):
        answers = [
            (Difficulty(run.deck.believed[person, at], area=int(run.deck.group[person, at])), bool(right))
            for at, right in enumerate(run.right[person, : run.answers[person]])
        ]
        shown = evidence(answers)
        assert shown.path == pytest.approx(run.path[person, : len(answers)])
        assert shown.sessions == run.sessions[person]
        for count in range(1, len(answers) + 1):
            last = count == len(answers) and run.passed[person]
            expected = "pass" if last else "fail" if run.held[person, count - 1] else "continue"
            assert decide(answers[:count]) == expected


def test_the_mean_evidence_at_the_standard_stays_at_most_1() -> None:
    standard = np.zeros(4000)
    run = sit(RULE, World(bank=120, choice="random", sessions=3), standard, standard, np.random.default_rng(3))
    for place in (0, 7, 15, 30):
        path = run.path[:, place]
        assert path.mean() <= 1 + 4 * path.std() / len(path) ** 0.5


def test_looking_for_ever_signs_off_at_most_one_in_twenty() -> None:
    """Without margin, clip or any hold, at the standard, cases rated exactly: the bound itself."""
    never_held = Rule(margin=1e-9, clip=0.999999, hold_at=1e-300, session_cap=400, kept_back=1e-9)
    standard = np.zeros(2000)
    run = sit(never_held, World(bank=400), standard, standard, np.random.default_rng(4))
    assert 0.02 < run.passed.mean() < 0.05 + 4 * math.sqrt(0.05 * 0.95 / 2000)


def test_who_stopped_answers_no_more() -> None:
    ability = np.full(200, ability_of(0.95, targets.ONE))
    run = sit(RULE, targets.ONE, ability, ability, np.random.default_rng(5))
    assert run.answers.max() <= 40
    assert run.answers.min() >= 8
    assert run.sessions.max() == 1


def test_learners_improve_and_practice_counts_as_time() -> None:
    start, end = np.full(300, -1.5), np.full(300, 1.5)
    run = sit(RULE, targets.LEARNING, start, end, np.random.default_rng(6))
    assert (run.ability >= -1.5).all()
    assert (run.ability < 1.5).all()
    assert run.ability[run.passed].mean() > 1
    no_practice = World(bank=240, known=0.1, rating_sd=0.6, slope_sd=0.4, sessions=6, practice=0)
    assert sit(RULE, no_practice, start, end, np.random.default_rng(6)).answers.mean() > run.answers.mean()


def test_twenty_answers_at_80_per_cent_pass_most_people_at_the_standard() -> None:
    """docs/measurement.md, "Why no percentage": 64 %; after five tries 99 %."""
    standard = np.zeros(2000)
    assert percent_rule(targets.RANDOM, standard, np.random.default_rng(1)).mean() == pytest.approx(0.64, abs=0.04)
    assert percent_rule(targets.RANDOM, standard, np.random.default_rng(1), tries=5).mean() > 0.98


def test_a_typical_person_has_the_commoner_outcome() -> None:
    ability = np.full(101, ability_of(0.7, targets.MIX))
    run = sit(RULE, targets.MIX, ability, ability, np.random.default_rng(2))
    trace = typical(run)
    assert not trace.passed
    assert len(trace.path) == np.median(run.answers)
    assert trace.holds[-1] == len(trace.path) - 1


# --- the worlds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("world", WORLDS)
def test_the_standard_is_80_per_cent_of_all_cases(world: World) -> None:
    assert domain_score(0.0, world) == pytest.approx(0.80, abs=1e-9)
    assert domain_score(ability_of(0.9, world), world) == pytest.approx(0.9, abs=1e-9)


def test_people_answer_as_often_rightly_as_their_domain_score_says() -> None:
    ability = np.full(500, ability_of(0.9, targets.RANDOM))
    deck = deal(targets.RANDOM, 500, np.random.default_rng(8))
    assert np.mean([deck.chance(at, ability).mean() for at in range(120)]) == pytest.approx(0.9, abs=0.005)


@pytest.mark.parametrize("world", WORLDS)
def test_ratings_are_the_chances_at_the_standard_unless_they_err(world: World) -> None:
    deck = deal(world, 400, np.random.default_rng(9))
    chances = np.stack([deck.chance(at, np.zeros(400)) for at in range(world.bank)], axis=1)
    rated = 1 / (1 + np.exp(deck.believed))
    if not (world.known or world.rating_sd or world.luck_sd):
        assert np.allclose(chances, rated)
    if not world.known:
        assert chances.mean() == pytest.approx(0.8, abs=0.01)


def test_shrunk_ratings_are_right_on_average_even_among_chosen_cases() -> None:
    """The point of shrinking: raw ratings would be too low among those that look hard."""
    world = World(bank=240, rating_sd=0.6)
    deck = deal(world, 400, np.random.default_rng(10))
    believed = deck.believed[:, :40]
    true = -np.log(1 / np.stack([deck.chance(at, np.zeros(400)) for at in range(40)], axis=1) - 1)
    assert (true + believed).mean() == pytest.approx(0, abs=0.05)


def test_the_bank_of_one_session_has_a_hundred_cases_in_the_band() -> None:
    deck = deal(targets.ONE, 500, np.random.default_rng(11))
    rated = 1 / (1 + np.exp(deck.believed))
    inside = (rated >= 0.3) & (rated <= 0.8)
    assert inside.sum(axis=1).mean() == pytest.approx(100, abs=1)
    assert inside[:, :40].all(axis=1).mean() > 0.99


def test_groups_take_turns_and_a_story_stays_together() -> None:
    deck = deal(targets.ONE, 5, np.random.default_rng(12))
    assert (np.sort(deck.group[:, :8], axis=1) == [0, 0, 1, 1, 2, 2, 3, 3]).all()
    stories = deal(World(bank=84, choice="targeted", story=3, luck_sd=0.8), 5, np.random.default_rng(12))
    assert (stories.group[:, 0::3] == stories.group[:, 1::3]).all()
    assert (stories.group[:, 0:12:3] == [0, 1, 2, 3]).all()


def test_every_case_is_met_once() -> None:
    deck = deal(targets.MIX, 5, np.random.default_rng(13))
    assert all(len(set(row)) == targets.MIX.bank for row in deck.believed.tolist())


def test_targeted_cases_are_the_telling_ones() -> None:
    deck = deal(World(bank=80, choice="targeted"), 100, np.random.default_rng(14))
    rated = 1 / (1 + np.exp(deck.believed))
    assert rated[:, :8].mean() == pytest.approx(0.55, abs=0.1)
    assert rated[:, -8:].mean() > 0.9


def test_a_bank_divides_into_its_groups() -> None:
    with pytest.raises(ValueError, match="does not divide"):
        World(bank=81)


def test_fewer_options_make_harder_cases_for_the_same_score() -> None:
    assert centre(World(options=4)) > centre(World(options=30))


# --- targets and drawings --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def played() -> dict[str, targets.Outcome]:
    cells = (*targets.CELLS, *targets.CURVE_CELLS)
    return {cell.name: targets.play(cell, RULE, 200, 1) for cell in cells}


def test_the_table_has_every_target_of_the_document(played: dict[str, targets.Outcome]) -> None:
    table = targets.judge(played)
    assert len(table) == 22
    assert {target.unit for target in table} == {"%", "answers", "share"}
    at_standard = [target for target in table if "at the standard" in target.goal]
    assert len(at_standard) == 7
    assert all(target.value < 10 for target in at_standard)
    assert all(math.isfinite(target.value) for target in table)


def test_a_target_reached_exactly_is_met() -> None:
    def target(value: float, bound: str) -> targets.Target:
        return targets.Target("", "", "%", bound, 5.0, value, 0.0, 100, 5.0)  # type: ignore[arg-type]

    assert target(5.0, "at most").met
    assert not target(5.0001, "at most").met
    assert target(5.0, "at least").met
    assert not target(4.9999, "at least").met


def test_the_same_seed_gives_the_same_people_and_more_of_them_the_same_first() -> None:
    cell = targets.CELLS[0]
    one, other = targets.play(cell, RULE, 2100, 1), targets.play(cell, RULE, 2100, 1)
    assert (one.answers == other.answers).all()
    assert (targets.play(cell, RULE, 2000, 1).answers == one.answers[:2000]).all()
    assert (targets.play(cell, RULE, 2100, 2).answers != one.answers).any()


def test_competence_pays(played: dict[str, targets.Outcome]) -> None:
    points = targets.curve(played)
    assert points[0].one_session == points[0].five_sessions == 0
    assert points[-1].five_sessions > points[-1].one_session > 90
    assert all(point.percent_rule_five_tries >= point.percent_rule for point in points)


def test_kappa_by_hand() -> None:
    """Two who judge four alike and one apart of five: observed 0.8, expected 0.6 * 0.4 + 0.4 * 0.6 = 0.48."""
    first = np.array([True, True, True, False, False])
    second = np.array([True, True, False, False, False])
    assert targets.kappa(first, second) == pytest.approx((0.8 - 0.48) / 0.52)
    assert targets.kappa(np.ones(3, bool), np.ones(3, bool)) == 0


def test_the_drawings_are_whole_and_fetch_nothing(played: dict[str, targets.Outcome]) -> None:
    drawn = pictures(targets.curve(played), targets.traces(RULE, 1), RULE)
    assert set(drawn) == {"operating-characteristic.svg", "answers-needed.svg", "evidence-paths.svg"}
    for picture in drawn.values():
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert "prefers-color-scheme: dark" in picture
        assert picture.count("http") == 1  # the namespace
        assert "nan" not in picture
        assert len(picture) < 20_000


# --- the command -----------------------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.cli.measure_simulation.CURVE_PEOPLE", 20)


@pytest.mark.usefixtures("few")
def test_the_command_prints_json_and_draws(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "plots"
    arguments = ["simulate", "--people", "100", "--seed", "3", "--format", "json", "--plots", str(folder)]

    done = CliRunner().invoke(measure_group, arguments)

    printed = json.loads(done.stdout)
    assert done.exit_code == (0 if printed["all_met"] else 1)
    assert printed["people"] == 100
    assert printed["rule"]["alpha"] == 0.05
    assert len(printed["targets"]) == 22
    assert all(target["met"] in (True, False) for target in printed["targets"])
    assert len(printed["curve"]) == len(targets.CURVE)
    assert len(list(folder.glob("*.svg"))) == 3
    assert "targets met" in done.stderr


@pytest.mark.usefixtures("few")
def test_a_missed_target_is_named_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastery, "configured_rule", lambda: Rule(alpha=0.5))

    done = CliRunner().invoke(measure_group, ["simulate", "--people", "100"])

    assert done.exit_code == 1
    assert "MISSED signed off exactly at the standard" in done.stdout


@pytest.mark.usefixtures("few")
def test_a_rule_that_passes_nobody_still_prints_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastery, "configured_rule", lambda: Rule(alpha=1e-12))

    done = CliRunner().invoke(measure_group, ["simulate", "--people", "100", "--format", "json"])

    assert done.exit_code == 1
    learners = [one for one in json.loads(done.stdout)["targets"] if one["goal"].startswith("answers of the learners")]
    assert learners[0]["value"] is None
    assert learners[0]["met"] is False


def test_a_folder_that_cannot_be_made_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    done = CliRunner().invoke(measure_group, ["simulate", "--plots", str(tmp_path / "file")])

    assert done.exit_code == 2
    assert "nothing was simulated" in done.stderr


@pytest.mark.parametrize("arguments", [["--people", "0"], ["--people", "many"], ["--seed", "-1"], ["--format", "xml"]])
def test_options_that_make_no_sense_are_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(measure_group, ["simulate", *arguments]).exit_code == 2
