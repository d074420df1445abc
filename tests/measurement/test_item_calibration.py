from __future__ import annotations

import math

import numpy as np
import pytest

from tests.measurement.simulated import answers
from training.measurement.item_calibration import (
    AUTHOR_ERROR,
    PANEL_ERROR,
    Calibration,
    Prior,
    answer_table,
    author_rating,
    calibrate,
    drift,
    expected_right,
    first_attempts,
    panel_error,
    rating,
    shrunk,
)
from training.measurement.marks import Floats

CASES = 60


def world(seed: int, people: int, panel: float = 0.7) -> tuple[Floats, Floats, list[float]]:
    """True difficulties, answers of everybody to every case, and what a panel with that error thinks."""
    chance = np.random.default_rng(seed)
    true = chance.normal(0, 1, CASES)
    return true, answers(people, true, seed=seed), (true + chance.normal(0, panel, CASES)).tolist()


def off(found: Calibration, true: Floats) -> Floats:
    found_at = found.difficulties
    return np.asarray(found_at - found_at.mean() - (true - true.mean()))


def test_a_rating_is_the_logit_of_the_panels_mean() -> None:
    assert rating([0.5, 0.6, 0.7]) == pytest.approx(-math.log(0.6 / 0.4))
    assert rating([1.0]) == pytest.approx(-math.log(49))  # nobody rates so surely
    with pytest.raises(ValueError):
        rating([])
    with pytest.raises(ValueError):
        rating([1.2])


def test_ratings_shrink_towards_their_mean_by_what_the_panel_is_worth() -> None:
    prior = shrunk([-1.0, 0.0, 1.0], error=0.7, spread=1.0)
    k = 1 / 1.49

    assert prior.means == pytest.approx([-k, 0, k])
    assert prior.sds == pytest.approx([0.7 * math.sqrt(k)] * 3)


def test_the_spread_of_true_difficulties_is_learnt_from_ten_ratings_on() -> None:
    ratings = np.linspace(-2, 2, 12)
    spread = math.sqrt(float(ratings.var(ddof=1)) - 0.49)

    assert shrunk(ratings.tolist()).sds == pytest.approx(shrunk(ratings.tolist(), spread=spread).sds)
    assert shrunk(ratings[:9].tolist()).sds == pytest.approx(shrunk(ratings[:9].tolist(), spread=1.0).sds)


def test_an_author_alone_counts_for_less_than_a_panel() -> None:
    levels = [author_rating(estimate) for estimate in (1, 2, 3, 4, 5)]
    table = answers(30, np.array([-1.0, 1.0]))

    prior = shrunk([1.0, 1.0], [PANEL_ERROR, AUTHOR_ERROR], spread=1.0)
    panel, author = calibrate(table[:, [1, 1]], prior).items

    assert levels == sorted(levels)
    assert prior.sds[0] < prior.sds[1]
    assert panel.standard_error < author.standard_error


def test_without_answers_the_panel_speaks() -> None:
    prior = shrunk([-1.0, 0.5, 2.0])

    for table in (np.empty((0, 3)), np.full((4, 3), np.nan)):
        found = calibrate(table, prior)
        assert found.difficulties == pytest.approx(prior.means)
        assert [one.standard_error for one in found.items] == pytest.approx(prior.sds)
        assert [one.answers for one in found.items] == [0] * 3


@pytest.mark.parametrize(("people", "at_most"), [(10, 0.52), (30, 0.40), (100, 0.27), (300, 0.18)])
def test_errors_are_no_larger_than_in_the_simulation_it_comes_from(people: int, at_most: float) -> None:
    """docs/measurement.md, "Difficulty from a panel and few answers": 0.49, 0.38, 0.26, 0.17; intervals hold 95 %."""
    errors, covered = [], []
    for seed in range(15):
        true, table, ratings = world(seed, people)
        found = calibrate(table, shrunk(ratings))
        assert found.settled
        errors.append(off(found, true))
        covered.append(np.abs(off(found, true)) < [1.96 * one.standard_error for one in found.items])
    assert np.sqrt(np.mean(np.square(errors))) <= at_most
    assert 0.92 <= np.mean(covered) <= 0.98


def test_a_case_everybody_got_right_keeps_a_sane_difficulty() -> None:
    table = np.column_stack([np.ones(10), np.zeros(10), answers(10, np.zeros(6))])

    found = calibrate(table, shrunk([0.0] * 8, spread=1.0))

    first, second = found.items[0], found.items[1]
    assert -2.5 < first.difficulty < -0.3
    assert 0.3 < second.difficulty < 2.5
    assert first.interval.low < first.difficulty < first.interval.high
    assert first.chance == pytest.approx(1 / (1 + math.exp(first.difficulty)))


def test_answers_move_no_level_only_differences() -> None:
    """People may be weak or cases hard; only the panel can tell."""
    prior = shrunk(np.linspace(-1, 1, 20).tolist())
    table = answers(50, np.linspace(1, 3, 20))

    found = calibrate(table, prior)

    assert found.difficulties.mean() == pytest.approx(prior.means.mean(), abs=1e-6)
    assert found.ability_mean < -1


def test_calibrated_is_said_from_thirty_answers_on() -> None:
    table = answers(30, np.zeros(2))
    table[0, 1] = np.nan

    assert [one.calibrated for one in calibrate(table, shrunk([0.0, 0.0])).items] == [True, False]


def test_only_the_first_attempt_counts() -> None:
    tries = [("ann", "c1", False), ("ben", "c1", True), ("ann", "c1", True), ("ann", "c2", True)]

    first = first_attempts(tries)

    assert first == {("ann", "c1"): False, ("ben", "c1"): True, ("ann", "c2"): True}
    table = answer_table(first, ["ann", "ben"], ["c1", "c2"])
    assert table == pytest.approx(np.array([[0, 1], [1, np.nan]]), nan_ok=True)


@pytest.mark.parametrize("panel", [0.4, 0.7, 1.4])
def test_the_panels_error_is_learnt_from_answers(panel: float) -> None:
    found = [panel_error(table, ratings) for _, table, ratings in (world(seed, 60, panel) for seed in range(5))]

    assert np.mean([one for one in found if one is not None]) == pytest.approx(panel, rel=0.2)


def test_the_panels_error_is_not_guessed_from_few_answers() -> None:
    _, table, ratings = world(1, 29)

    assert panel_error(table, ratings) is None


def test_drift_stays_small_where_nothing_changed_and_shows_a_leak() -> None:
    true, table, ratings = world(2, 200)
    leaked = table.copy()
    hard = int(np.argmax(true))
    leaked[-30:, hard] = 1

    def of(answered: Floats, case: int) -> float:
        expected = expected_right(answered, calibrate(table, shrunk(ratings)), case)
        z = drift(expected.tolist(), (answered[:, case] == 1).tolist())
        assert z is not None
        return z

    assert np.std([of(table, case) for case in range(0, CASES, 3)]) < 1.3
    assert of(leaked, hard) > 3


def test_drift_waits_for_thirty_answers() -> None:
    assert drift([0.5] * 29, [True] * 29) is None
    assert drift([0.5] * 30, [True] * 30) == pytest.approx(15 / math.sqrt(7.5))
    with pytest.raises(ValueError):
        drift([0.5], [])


def test_expected_right_leaves_the_answer_itself_out_and_gaps_stay_gaps() -> None:
    _, table, ratings = world(3, 40)
    table[0, 0] = np.nan
    other = table.copy()
    other[1:, 0] = 1 - other[1:, 0]
    found = calibrate(table, shrunk(ratings))

    expected = expected_right(table, found, 0)

    assert np.isnan(expected[0])
    assert expected[1:] == pytest.approx(expected_right(other, found, 0)[1:])


@pytest.mark.parametrize(
    ("table", "prior"),
    [
        (np.zeros((2, 2)), Prior(np.zeros(3), np.ones(3))),
        (np.zeros((2, 2)), Prior(np.zeros(2), np.zeros(2))),
        (np.full((2, 2), 0.5), Prior(np.zeros(2), np.ones(2))),
    ],
)
def test_what_does_not_fit_is_refused(table: Floats, prior: Prior) -> None:
    with pytest.raises(ValueError):
        calibrate(table, prior)
