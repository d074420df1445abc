from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.assessment.makers import publish
from tests.assessment.room.makers import BRACHIORADIALIS, ROOM_CASE, TRICEPS, examine, finish, meet_generated
from tests.assessment.test_answers import at_once
from tests.makers import NOON
from tests.query_counts import counted
from training.accounts.models import Person
from training.anatomy.information import choices
from training.anatomy.observations import Observation, read_observations
from training.anatomy.patients.patient import Patient
from training.anatomy.vocabulary import vocabulary
from training.assessment.room import examining, service, view
from training.assessment.room.encounters import met_case
from training.assessment.room.found import Shown
from training.assessment.room.models import EncounterStep
from training.db.errors import Conflict, Invalid, Refused
from training.db.session import database, transaction

ROWS = met_case(ROOM_CASE).rows
PATIENT = Patient("C6", "right", "mixed", 1)


def shown(structure: str, manner: str, rows: tuple[Observation, ...] = ROWS) -> Shown:
    choice = examining.choice_of(structure, manner)
    assert choice is not None
    return examining.examine(rows, PATIENT, choice)


def said(structure: str, manner: str) -> list[tuple[str, str, str]]:
    """What the author's rows say; empty when they are silent."""
    found = shown(structure, manner)
    return [(one.sign, one.grade, one.side) for one in found.observations] if found.by == "author" else []


def test_the_authors_rows_answer_in_the_manner_that_finds_their_signs() -> None:
    assert said("pronator-teres", "palpate") == [("shortened", "", "right"), ("tender", "very", "right")]
    assert said("pronator-teres", "strength") == []
    assert said(*BRACHIORADIALIS) == [("reduced", "", "right")]
    assert said("thumb-skin", "roll") == [("trophoedema", "", "right")]
    assert said("thumb-skin", "stroke") == said("thumb-skin", "look") == []


def test_what_the_author_calls_normal_is_normal_in_every_manner() -> None:
    assert said("deltoid", "palpate") == said("deltoid", "strength") == [("normal", "", "both")]


def test_a_row_over_levels_answers_for_each_of_them() -> None:
    assert said("multifidus-c5", "palpate") == said("multifidus-c6", "palpate") == [("shortened", "", "right")]
    assert said("multifidus-c7", "palpate") == []
    assert said("erector-spinae-c6", "palpate") == said("paraspinal-skin-c6", "roll") == []


def test_a_row_about_many_answers_for_each_of_them() -> None:
    rows = read_observations("all lower limb reflexes", "normal", "both").observations
    assert rows
    assert shown("patellar-reflex", "tap", rows).by == "author"
    assert shown("biceps-reflex", "tap", rows).by == "model"


def test_the_strength_of_a_movement_is_that_of_the_muscle_that_carries_it() -> None:
    carrier = vocabulary().structures[max(vocabulary().structures["wrist-extension"].parts, key=lambda one: one[1])[0]]
    weak = read_observations("wrist extension (movement)", "4/5 weak", "right").observations
    assert shown("wrist-extension", "strength", weak).by == "author"
    muscle = shown(carrier.id, "strength", weak)
    assert (muscle.by, muscle.observations) == ("author", (Observation(carrier, "weak", "right", "4/5"),))
    assert shown(carrier.id, "palpate", weak).by == "model"
    normal = read_observations(carrier.name, "normal", "both").observations
    assert shown("wrist-extension", "strength", normal).by == "author"


def test_a_cause_that_the_model_lost_shows_what_chance_shows() -> None:
    pinned = {"truth": "gone", "lesion_side": "left", "profile": "mixed", "seed": 1}
    assert service.patient_in(pinned).truth == "none"


@pytest.mark.parametrize(
    ("structure", "sign", "manner"),
    [
        ("thumb-skin", "hair loss", "look"),
        ("thumb-skin", "cool", "look"),
        ("thumb-skin", "rash", "look"),
        ("thumb-skin", "numb", "stroke"),
        ("thumb-skin", "allodynia", "stroke"),
        ("thumb-skin", "thickened", "roll"),
        ("deltoid", "4/5 weak", "strength"),
        ("deltoid", "wasted", "palpate"),
        ("deltoid", "taut band", "palpate"),
        ("wrist-extension", "weak", "strength"),
        ("spurling-test", "positive", "perform"),
    ],
)
def test_each_sign_is_found_in_one_manner(structure: str, sign: str, manner: str) -> None:
    name = vocabulary().structures[structure].label
    rows = read_observations(name, sign, "right").observations
    assert rows
    answering = [
        choice.manner.id
        for choice in choices()
        if choice.structure.id == structure and examining.examine(rows, PATIENT, choice).by == "author"
    ]
    assert answering == [manner]


def test_everything_that_can_be_examined_is_answered_and_always_the_same() -> None:
    for choice in choices():
        first = examining.examine(ROWS, PATIENT, choice)
        assert first.observations
        assert first == examining.examine(ROWS, PATIENT, choice)


# --- steps -----------------------------------------------------------------------------------------------------


def test_a_step_costs_its_time_and_keeps_what_it_showed(session: Session, trainee_id: int, met: str) -> None:
    assert [one.number for one in examine(session, met, trainee_id, BRACHIORADIALIS, TRICEPS)] == [1, 2]
    visit = view.visit(session, met, trainee_id)
    assert visit.seconds == 30
    assert [step.name for step in visit.steps] == ["brachioradialis reflex", "triceps reflex"]
    assert [step.signs for step in visit.steps] == [(("reduced", "", "right"),), (("normal", "", "both"),)]
    assert [step.normal for step in visit.steps] == [False, True]
    assert [step.by for step in visit.steps] == ["author", "author"]
    assert visit.areas == {"forearm", "upper-arm"}


def test_a_step_taken_twice_is_one_step(session: Session, trainee_id: int, met: str) -> None:
    first, second = examine(session, met, trainee_id, TRICEPS, TRICEPS)
    assert (first.again, second.again, second.number) == (False, True, 1)
    assert view.visit(session, met, trainee_id).seconds == 15


def test_a_step_taken_from_two_tabs_at_once_is_one_step(
    app: Flask, waiting: None, person_in: Callable[..., Person]
) -> None:
    person = person_in()
    with app.app_context(), transaction() as current:
        met = service.start_case(current, person.id, ROOM_CASE.id, at=NOON)
    results = at_once(app, *[lambda current: service.examine(current, met, person.id, *TRICEPS, at=NOON)] * 3)
    assert sorted(one.again for one in results) == [False, True, True]
    different = at_once(
        app,
        *[
            lambda current, key=key: service.examine(current, met, person.id, *key, at=NOON)
            for key in (BRACHIORADIALIS, ("deltoid", "strength"), ("thumb-skin", "stroke"))
        ],
    )
    assert sorted(one.number for one in different) == [2, 3, 4]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "key", [("", ""), ("triceps-reflex", "palpate"), ("nothing", "tap"), ("triceps-reflex", ""), ("x" * 5000, "tap")]
)
def test_what_nobody_can_examine_is_refused(session: Session, trainee_id: int, met: str, key: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        examine(session, met, trainee_id, key)
    assert session.scalar(select(func.count()).select_from(EncounterStep)) == 0


def test_after_the_answer_nothing_more_is_examined(session: Session, trainee_id: int, met: str) -> None:
    examine(session, met, trainee_id, TRICEPS)
    finish(session, met, trainee_id)
    with pytest.raises(Conflict):
        examine(session, met, trainee_id, BRACHIORADIALIS)
    assert examine(session, met, trainee_id, TRICEPS)[0].again


def test_an_examination_ends_some_time(session: Session, trainee_id: int, met: str) -> None:
    keys = [choice.key for choice in choices()]
    examine(session, met, trainee_id, *keys[: service.MOST_STEPS])
    with pytest.raises(Refused, match="Decide now"):
        examine(session, met, trainee_id, keys[service.MOST_STEPS])


def test_what_was_found_stays_when_the_model_or_the_case_changes(
    session: Session, trainee_id: int, met: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine(session, met, trainee_id, ("pronator-teres", "strength"), BRACHIORADIALIS)
    before = view.visit(session, met, trainee_id).steps
    publish(session, ROOM_CASE.__class__(**{**ROOM_CASE.__dict__, "findings": (), "title": "Another title"}))
    monkeypatch.setattr(Patient, "examine", lambda *_: ())
    after = view.visit(session, met, trainee_id)
    assert after.steps == before
    assert after.met.title == ROOM_CASE.title


def test_a_structure_that_the_vocabulary_lost_is_still_shown(session: Session, trainee_id: int, met: str) -> None:
    examine(session, met, trainee_id, TRICEPS)
    row = session.scalars(select(EncounterStep)).one()
    row.structure_id, row.observations = "gone", {**row.observations, "signs": [*row.observations["signs"], GONE]}
    session.flush()
    visit = view.visit(session, met, trainee_id)
    assert visit.steps[0].name == "triceps reflex"
    assert visit.observations == ()
    assert len(visit.marks) == 1


GONE = {"sign": "a sign that was", "grade": "", "side": "left"}


def test_a_generated_patient_shows_the_findings_of_its_paper_in_the_room(session: Session, trainee_id: int) -> None:
    public_id = meet_generated(session, trainee_id, mode="room")
    visit = view.visit(session, public_id, trainee_id)
    for row in visit.met.rows:
        keys = [choice.key for choice in choices() if choice.structure.id == row.structure.id]
        examine(session, public_id, trainee_id, *keys)
    found = set(view.visit(session, public_id, trainee_id).observations)
    assert {(row.structure.id, row.sign, row.side) for row in visit.met.rows} <= {
        (one.structure.id, one.sign, one.side) for one in found
    }


def test_the_ranking_moves_with_the_findings(session: Session, trainee_id: int, met: str) -> None:
    examine(session, met, trainee_id, BRACHIORADIALIS, ("pronator-teres", "palpate"), ("thumb-skin", "roll"))
    ranking = view.visit(session, met, trainee_id).ranking
    assert ranking.best[0][0] == "C6"
    assert sum(ranking.shares.values()) <= 1


def test_a_step_asks_the_database_at_most_five_times(
    app: Flask, waiting: None, person_in: Callable[..., Person]
) -> None:
    """One more loads the person: six in all."""
    person = person_in()
    with app.app_context():
        with transaction() as current:
            met = service.start_case(current, person.id, ROOM_CASE.id, at=NOON)
        with counted(database.engine) as statements, transaction() as current:
            service.examine(current, met, person.id, *TRICEPS, at=NOON)
        assert len(statements) <= 5, statements
