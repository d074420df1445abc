from __future__ import annotations

import pytest

from tests.assessment.judgement.makers import given
from training.assessment.judgement.figures import judgement_of
from training.measurement.judgement import Calibration


def test_nothing_answered_is_nothing_judged() -> None:
    found = judgement_of([])
    assert (found.answers, found.patients, found.tempos, found.regions) == (0, 0, (), {})
    assert found.decision.sensitivity is None
    assert found.calibration is Calibration.UNKNOWN
    assert found.change.difference is None


def test_missed_and_needless_referrals_are_told_apart() -> None:
    refer = [given("refer", ("refer",)) for _ in range(8)] + [given("C6", ("refer",)) for _ in range(4)]
    needle = [given("C6") for _ in range(17)] + [given("refer") for _ in range(3)]
    found = judgement_of([*refer, *needle]).decision
    assert (found.missed.count, found.missed.n) == (4, 12)
    assert (found.needless.count, found.needless.n) == (3, 20)
    assert (found.over_needling.count, found.over_needling.n) == (4, 21)
    assert found.sensitivity
    assert found.sensitivity[1].low < found.sensitivity[0] < found.sensitivity[1].high


def test_under_ten_of_a_kind_there_is_no_sensitivity() -> None:
    found = judgement_of([*(given("refer", ("refer",)) for _ in range(9)), *(given() for _ in range(40))])
    assert found.decision.sensitivity is None
    assert found.decision.missed.hidden


def test_a_nerve_is_no_referral_and_can_be_confused() -> None:
    found = judgement_of([given("nerve", ("C6",)), given("nerve", ("nerve",)), given("refer", ("nerve",))])
    assert (found.decision.needless.count, found.decision.needless.n) == (1, 3)
    assert [(one.upper, one.lower) for one in found.confusion.pairs] == [("C6", "nerve")]


def test_confidence_counts_every_answer_that_says_it() -> None:
    quiz = [given(keys=(), segment="", right=True, confidence="sure", setting="quiz") for _ in range(8)]
    wrong = [given("C7", confidence="sure", number=number) for number in range(8)]
    found = judgement_of([*quiz, *wrong, given(confidence=None)])
    assert (found.confidence["sure"].count, found.confidence["sure"].n) == (8, 16)
    assert found.calibration is Calibration.OVER
    assert [one.item_id for one in found.sure_and_wrong] == [f"case-{number}" for number in range(7, -1, -1)]
    assert found.patients == 9


def test_times_are_kept_apart_by_setting_and_by_right_and_wrong() -> None:
    found = judgement_of(
        [
            given(seconds=20),
            given("C7", seconds=60),
            given(seconds=9000),
            given(setting="room", seconds=300),
            given(keys=(), segment="", right=True, setting="case", seconds=5),  # another question of the case
            given(keys=(), segment="", right=True, setting="lesson", seconds=None),
        ]
    )
    assert [one.setting for one in found.tempos] == ["case", "room"]
    case = found.tempos[0]
    assert (case.all.n, case.all.left_out, case.right.median, case.wrong.median) == (2, 1, 20, 60)


def test_regions_are_those_of_the_patients() -> None:
    found = judgement_of([given(region="lumbar"), given("C7"), given()])
    assert {region: (one.count, one.n) for region, one in found.regions.items()} == {
        "cervical": (1, 2),
        "lumbar": (1, 1),
    }


def test_the_last_thirty_are_held_against_the_thirty_before() -> None:
    early = [given("C7") for _ in range(25)]
    before = [given("C6" if number < 12 else "C7") for number in range(30)]
    lately = [given("C6" if number < 24 else "C7") for number in range(30)]
    change = judgement_of([*early, *before, *lately]).change
    assert ((change.recent.count, change.recent.n), (change.before.count, change.before.n)) == ((24, 30), (12, 30))
    assert change.difference
    assert change.difference[0] == pytest.approx(0.4)
    assert change.difference[1].low > 0


def test_a_difference_needs_ten_of_each() -> None:
    assert judgement_of([given() for _ in range(39)]).change.difference is None
    assert judgement_of([given() for _ in range(40)]).change.difference is not None
