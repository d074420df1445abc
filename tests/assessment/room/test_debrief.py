from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.assessment.makers import REFER_CASE
from tests.assessment.room.makers import BRACHIORADIALIS, TRICEPS, examine, finish, meet_generated
from tests.makers import NOON
from training.anatomy.information import entropy
from training.assessment.room import debrief, service, view
from training.assessment.room.debrief import Debrief
from training.assessment.room.knowing import known


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    debrief._made.clear()


def after(session: Session, trainee_id: int, met: str, *choices: tuple[str, str]) -> Debrief:
    examine(session, met, trainee_id, *choices)
    finish(session, met, trainee_id)
    return debrief.debrief(view.visit(session, met, trainee_id))


WAY = (BRACHIORADIALIS, ("pronator-teres", "palpate"), TRICEPS, ("thumb-skin", "roll"), ("achilles-reflex", "tap"))


def test_each_step_is_worth_what_it_was_expected_to_tell_and_told(session: Session, trainee_id: int, met: str) -> None:
    made = after(session, trainee_id, met, *WAY)
    steps = made.path.steps
    assert [step.number for step in steps] == [1, 2, 3, 4, 5]
    assert all(0 <= step.expected <= 1 and step.told >= 0 for step in steps)
    assert steps[0].told > 0.3
    assert made.path.seconds == 75
    assert made.path.left < entropy(known((), "cervical"))


def test_a_step_that_was_settled_already_is_redundant(session: Session, trainee_id: int, met: str) -> None:
    made = after(session, trainee_id, met, *WAY)
    assert "Achilles reflex" in [step.name for step in made.redundant]
    assert not any(step.redundant for step in made.path.steps[:2])


def test_the_better_way_is_as_long_and_looks_twice_at_nothing(session: Session, trainee_id: int, met: str) -> None:
    made = after(session, trainee_id, met, *WAY)
    assert made.better is not None
    assert len(made.better.steps) == len(WAY)
    assert len({step.key for step in made.better.steps}) == len(WAY)
    first = made.better.steps[0]
    assert first.expected >= max(step.expected for step in made.path.steps[:1])


def test_what_was_left_out_told_something_and_was_not_done(session: Session, trainee_id: int, met: str) -> None:
    made = after(session, trainee_id, met, ("achilles-reflex", "tap"), ("patellar-reflex", "tap"), *WAY[:1])
    for step in made.missed:
        assert step.told >= debrief.TELLING
        assert step.key not in {one.key for one in made.path.steps}


def test_what_the_author_wrote_and_nobody_found_is_named(session: Session, trainee_id: int, met: str) -> None:
    made = after(session, trainee_id, met, BRACHIORADIALIS, ("pronator-teres", "strength"))
    assert [one.name for one in made.hidden] == ["pronator teres", "thumb", "multifidus C5-C6"]
    assert made.hidden[0].signs == (("shortened", "", "right"), ("tender", "very", "right"))


def test_the_full_examination_speaks_for_the_key(session: Session, trainee_id: int, met: str) -> None:
    made = after(session, trainee_id, met, TRICEPS)
    assert made.full.segments[0][0] == "C6"
    assert made.mine.segments != made.full.segments
    assert made.full.tellings


def test_whoever_examined_nothing_has_no_way_to_compare(session: Session, trainee_id: int, met: str) -> None:
    made = after(session, trainee_id, met)
    assert (made.path.steps, made.better, made.missed, made.redundant) == ((), None, (), ())
    assert len(made.hidden) == 4


def test_where_to_refer_is_right_bits_are_not_the_point(session: Session, trainee_id: int) -> None:
    met = service.start_case(session, trainee_id, REFER_CASE.id, at=NOON)
    examine(session, met, trainee_id, TRICEPS)
    finish(session, met, trainee_id, {"segment": "refer"})
    made = debrief.debrief(view.visit(session, met, trainee_id))
    assert made.better is None
    assert made.plan == "refer"


def test_a_generated_patient_is_debriefed_too(session: Session, trainee_id: int) -> None:
    public_id = meet_generated(session, trainee_id, mode="room")
    made = after(session, trainee_id, public_id, TRICEPS, BRACHIORADIALIS)
    assert made.better is not None
    assert all(step.by in ("author", "model") for step in made.better.steps)


def test_it_is_reckoned_once(session: Session, trainee_id: int, met: str) -> None:
    made = after(session, trainee_id, met, TRICEPS)
    assert debrief.debrief(view.visit(session, met, trainee_id)) is made


@pytest.mark.parametrize("region", ["cervical", "thoracic", "lumbar", "sacral", ""])
def test_what_the_history_says_adds_up(region: str) -> None:
    prior = known((), region)
    assert prior.probabilities.sum() == pytest.approx(1)
    if region:
        inside = sum(share for segment, share in prior.segments if segment[0] == region[0].upper())
        assert inside > sum(share for _segment, share in prior.segments) / 2
