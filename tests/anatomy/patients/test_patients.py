from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.anatomy.information import Choice, choices, manners
from training.anatomy.localization import localize
from training.anatomy.model import model
from training.anatomy.observations import Observation
from training.anatomy.parameters import PROFILES
from training.anatomy.patients.examined import around, examined
from training.anatomy.patients.patient import EQUIVOCAL, Patient, carrier_of, shown
from training.anatomy.patients.rows import record
from training.anatomy.patients.simulation import simulate
from training.anatomy.segments import SEGMENTS
from training.anatomy.signs import is_alarm, sign_fits, sign_vocabulary
from training.anatomy.vocabulary import vocabulary
from training.measurement.calibration import expected_calibration_error

truths = st.sampled_from([hypothesis.id for hypothesis in model().hypotheses])
patients = st.builds(
    Patient, truths, st.sampled_from(["left", "right"]), st.sampled_from(PROFILES), st.integers(0, 2**48)
)
some_choices = st.lists(st.sampled_from(choices()), min_size=1, max_size=12)


def choice(structure: str, manner: str) -> Choice:
    return Choice(vocabulary().structures[structure], manners()[manner])


def is_normal(observation: Observation) -> bool:
    return sign_vocabulary().signs[observation.sign].finding_class == "normal"


@given(patients, some_choices, st.randoms())
def test_the_order_of_the_examination_changes_nothing(patient: Patient, wanted: list[Choice], random: Random) -> None:
    first = {one.key: patient.examine(one) for one in wanted}
    shuffled = wanted[:]
    random.shuffle(shuffled)
    again = Patient(patient.truth, patient.side, patient.profile, patient.seed)
    assert {one.key: again.examine(one) for one in shuffled} == first


@given(patients, some_choices)
def test_findings_fit_their_structure_and_lie_on_the_patients_side(patient: Patient, wanted: list[Choice]) -> None:
    for one in wanted:
        found = patient.examine(one)
        assert found
        for observation in found:
            assert observation.structure is one.structure
            assert sign_fits(observation.sign, one.structure.kind)
            assert observation.side == ("both" if is_normal(observation) else patient.side)


@given(patients, some_choices)
def test_a_structure_is_never_normal_and_abnormal_in_what_normal_denies(patient: Patient, wanted: list[Choice]) -> None:
    for one in wanted:
        every = [manner for manner in manners().values() if one.structure.kind in manner.kinds]
        found = [each for manner in every for each in patient.examine(Choice(one.structure, manner))]
        if any(is_normal(each) for each in found):
            assert not any(each.sign in ("weak", "numb", "reduced sensation", "reduced", "absent") for each in found)


@given(patients)
def test_a_movement_is_as_strong_as_the_muscle_that_carries_it(patient: Patient) -> None:
    every = vocabulary().structures.values()
    carried = [one for one in every if one.kind == "movement" and one.parts and not one.alarm]
    for movement in carried:
        muscle = vocabulary().structures[carrier_of(movement)]
        strengths = {
            patient.examine(Choice(each, manners()["strength"]))[0].sign == "weak" for each in (movement, muscle)
        }
        assert len(strengths) == 1


def test_who_has_no_lesion_shows_chance_findings_only() -> None:
    seen = [
        patient.examine(one)[0]
        for patient in (Patient("none", "left", "mixed", seed) for seed in range(20))
        for one in choices()[:150]
    ]
    abnormal = [one for one in seen if not is_normal(one) and one.sign != EQUIVOCAL]
    assert 0 < len(abnormal) < 0.25 * len(seen)


@pytest.mark.parametrize(("truth", "structure", "manner"), [
    ("C7", "triceps-brachii", "strength"), ("S1", "achilles-reflex", "tap"), ("C6", "thumb-skin", "stroke"),
    ("ulnar", "little-finger-skin", "stroke"),
])  # fmt: skip
def test_a_lesion_shows_about_as_often_as_the_model_says(truth: str, structure: str, manner: str) -> None:
    one = choice(structure, manner)
    chance, _background = model().chance(one.structure, one.classes)
    expected = float(chance[0, model().place[truth]])
    shows = sum(not is_normal(Patient(truth, "left", "mixed", seed).examine(one)[0]) for seed in range(1_000))
    assert abs(shows / 1_000 - expected) < 0.05


@given(patients, some_choices)
def test_chance_never_raises_an_alarm(patient: Patient, wanted: list[Choice]) -> None:
    place = model().place[patient.truth]
    for one in wanted:
        for observation in patient.examine(one):
            if is_alarm(observation.structure, observation.sign):
                assert model().supply(one.structure)[place] > 0 or patient.truth == "cord"


@given(st.sampled_from(SEGMENTS), st.integers(0, 1_000))
def test_what_is_written_down_is_normal_on_both_sides_or_abnormal_on_one(truth: str, seed: int) -> None:
    patient = Patient(truth, "right", "mixed", seed)
    for one in examined()[seed % 7 :: 7]:
        row = record(patient, one)
        if row is not None:
            assert row.side == ("right" if row.abnormal else "both")
            assert len({sign_vocabulary().signs[each.sign].finding_class for each in row.signs}) == len(row.signs)


def test_what_a_patient_shows_speaks_for_the_truth() -> None:
    right = 0
    for number, truth in enumerate(("C5", "C6", "C7", "C8", "L3", "L4", "L5", "S1") * 5):
        patient = Patient(truth, "left", "mixed", number)
        near = (*around(truth).inner.members, *around(truth).outer.members)
        rows = [row for one in near if (row := record(patient, one)) is not None]
        best, _probability = localize([one for row in rows for one in row.observations]).segments[0]
        right += best == truth
    assert right >= 36


def test_an_unknown_truth_or_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="no hypothesis"):
        Patient("C9", "left", "mixed", 1)
    with pytest.raises(ValueError, match="profile"):
        Patient("C6", "left", "grumpy", 1)


def test_every_manner_has_a_sign_to_show() -> None:
    for one in examined():
        for way in one.choices:
            assert all((name, one.structure.kind) in shown() for name in way.classes), way.key


def test_the_model_is_honest_about_patients_of_its_own() -> None:
    said, came = [], []
    for truth, found in simulate(600, seed=3):
        best, probability = found.ranked[0]
        said.append(probability)
        came.append(best.id == truth)
    assert expected_calibration_error(said, came) < 0.08  # 600 patients; the bench holds 2,000 to 0.05
    assert [one.truth for one in simulate(5, seed=3)] == [one.truth for one in simulate(5, seed=3)]
