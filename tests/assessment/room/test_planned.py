"""Practice by the plan: what follows from one's answers, and that clicks, tabs and people do not mix."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.assessment.makers import nonce
from tests.assessment.room.makers import finish
from tests.makers import NOON, make_person
from training.assessment.room import answered, hub, mistakes, planning, practice
from training.assessment.room.models import Encounter
from training.assessment.room.planning import Wish
from training.assessment.room.practice import Change
from training.db.base import new_public_id
from training.db.errors import Invalid, NotFound
from training.measurement.interleaving import Answered

RUN = "P" * 22
NECK = Wish("", 0, "", focus="segments:C6,C7")


def begin(session: Session, person_id: int, wish: Wish = NECK, run: str = RUN, mode: practice.Mode = "given") -> str:
    return practice.meet(session, person_id, practice.begun(session, person_id, wish, run, mode), at=NOON)


def go_on(session: Session, person_id: int, public_id: str, change: Change = practice.AS_BEFORE) -> str:
    return practice.meet(session, person_id, practice.following(session, person_id, public_id, None, change), at=NOON)


def answer(session: Session, person_id: int, public_id: str, *, right: bool = True) -> None:
    met = practice.meeting(session, public_id, person_id).met
    segment = met.keys[0] if right else "S5"
    finish(session, public_id, person_id, {"segment": segment, "side": met.side or "left"}, mode="given")
    session.flush()


def put(session: Session, person_id: int, key: str, named: str, count: int = 1) -> None:
    """Answers that were given long ago, before there was a plan: their wish holds three values."""
    for _ in range(count):
        number = next(_clock)
        session.execute(
            insert(Encounter).values(
                public_id=new_public_id(), person_id=person_id, mode="given", source="generated", run=nonce(), number=1,
                patient={
                    "wish": {"region": "", "difficulty": 2, "pair": ""}, "keys": [key], "difficulty": 2, "side": "left",
                    "title": "x", "region": "cervical", "findings": [], "truth": key,
                },
                response={"segment": named, "side": "left", "confidence": None}, nonce=nonce(), right=key == named,
                segment_right=key == named, side_right=True, score=1.0, started_at=NOON,
                key=key, difficulty=2, pair="",
                touched_at=NOON - timedelta(days=9) + timedelta(minutes=number),
                finished_at=NOON - timedelta(days=9) + timedelta(minutes=number),
            )
        )  # fmt: skip


_clock = iter(range(10**6))


def test_the_plan_begins_with_a_block_and_says_so(session: Session, trainee_id: int) -> None:
    meeting = practice.meeting(session, begin(session, trainee_id), trainee_id)
    assert meeting.plan is not None
    assert (meeting.plan["stage"], meeting.plan["block"], meeting.plan["why"]) == ("block", "C6", "begin")
    assert meeting.met.difficulty == 1
    assert json.loads(json.dumps(meeting.encounter.patient)) == meeting.encounter.patient


def test_a_block_brings_its_segment_and_its_neighbours(session: Session, trainee_id: int) -> None:
    step = planning.next_step(NECK, [])
    keys = {practice.pinned_for(NECK, planning.planned(step), step, RUN, number)["truth"] for number in range(1, 40)}
    assert keys == {"C5", "C6", "C7"}


def test_the_same_place_is_the_same_patient_whatever_was_answered_meanwhile(session: Session, trainee_id: int) -> None:
    first = begin(session, trainee_id)
    assert begin(session, trainee_id) == first
    second = go_on(session, trainee_id, first)
    patient = practice.meeting(session, second, trainee_id).encounter.patient
    put(session, trainee_id, "C6", "C6", 20)
    assert go_on(session, trainee_id, first, Change(leave="C6")) == second
    other = practice.following(session, trainee_id, first, "room")
    assert other.patient == patient
    assert (
        practice.begun(session, trainee_id, NECK, RUN, "room").patient["id"]
        == (practice.meeting(session, first, trainee_id).encounter.patient["id"])
    )


def test_old_answers_count_and_the_plan_resumes_anywhere(session: Session, trainee_id: int) -> None:
    put(session, trainee_id, "C6", "C6", 10)
    meeting = practice.meeting(session, begin(session, trainee_id), trainee_id)
    assert meeting.plan is not None
    assert meeting.plan["block"] == "C7"
    put(session, trainee_id, "C7", "C7", 10)
    meeting = practice.meeting(session, begin(session, trainee_id, run="Q" * 22), trainee_id)
    assert meeting.plan is not None
    assert meeting.plan["stage"] == "contrast"  # the old ones came mixed, so both stages are behind


def test_after_an_answer_the_page_knows_what_comes_next(session: Session, trainee_id: int) -> None:
    public_id = begin(session, trainee_id)
    assert practice.meeting(session, public_id, trainee_id).upcoming is None
    answer(session, trainee_id, public_id, right=False)
    upcoming = practice.meeting(session, public_id, trainee_id).upcoming
    assert upcoming is not None
    assert upcoming.block == "C6"


def test_one_may_leave_a_block_and_choose_mixed_and_go_back(session: Session, trainee_id: int) -> None:
    public_id = go_on(session, trainee_id, begin(session, trainee_id), Change(leave="C6"))
    plan = practice.meeting(session, public_id, trainee_id).plan
    assert plan is not None
    assert plan["block"] == "C7"
    public_id = go_on(session, trainee_id, public_id, Change(way="mixed"))
    plan = practice.meeting(session, public_id, trainee_id).plan
    assert plan is not None
    assert (plan["stage"], plan["why"]) == ("mixed", "chosen")
    public_id = go_on(session, trainee_id, public_id, Change(way="plan"))
    plan = practice.meeting(session, public_id, trainee_id).plan
    assert plan is not None
    assert plan["block"] == "C7"  # C6 stays left out in this run


def test_twins_come_one_after_the_other(session: Session, trainee_id: int) -> None:
    wish = Wish("", 0, "", focus="segments:C6,C7", way="contrast")
    first = begin(session, trainee_id, wish)
    second = go_on(session, trainee_id, first, Change(way="plan"))
    one, other = (practice.meeting(session, one, trainee_id).encounter.patient for one in (first, second))
    assert (one["plan"]["twin"], other["plan"]["twin"]) == (1, 2)
    assert one["history"] == other["history"]
    assert {one["keys"][0], other["keys"][0]} <= {"C6", "C7", "nerve"}
    assert one["keys"] != other["keys"]


def test_a_patient_met_twice_counts_once(session: Session, trainee_id: int) -> None:
    public_id = begin(session, trainee_id)
    answer(session, trainee_id, public_id)
    again = practice.meet(session, trainee_id, practice.the_same(session, trainee_id, public_id), at=NOON)
    finish(session, again, trainee_id, {"segment": "S5", "side": "left"})
    (only,) = answered.answered(session, trainee_id)
    assert only.right


def test_answers_and_runs_of_others_are_theirs(session: Session, trainee_id: int) -> None:
    other = make_person(session)
    session.flush()
    put(session, other.id, "C6", "C7", 5)
    assert answered.answered(session, trainee_id) == []
    theirs = begin(session, other.id)
    with pytest.raises(NotFound):
        practice.following(session, trainee_id, theirs, None)
    assert begin(session, trainee_id) != theirs


@pytest.mark.parametrize("run", ["", "short", "x\x00" * 11, "ü" * 22])
def test_a_run_that_is_none_of_ours_is_refused(session: Session, trainee_id: int, run: str) -> None:
    with pytest.raises(Invalid):
        practice.begun(session, trainee_id, NECK, run, "given")


def test_what_is_kept_confusing_is_advised_first(session: Session, trainee_id: int) -> None:
    assert hub.hub(session, trainee_id).advice.step.block == "C6"
    put(session, trainee_id, "C6", "C7", 4)
    put(session, trainee_id, "C6", "C6", 2)
    advice = hub.hub(session, trainee_id).advice
    assert advice.confused is not None
    assert (advice.confused.count, advice.confused.asked, advice.wish.pair) == (4, 6, "C6/C7")


def test_weakness_is_practised_in_the_pairs_that_are_confused() -> None:
    history = [Answered(("T6",), "T7", False)] * 4
    step = planning.next_step(Wish("", 0, "", focus="weakness"), history)
    assert (step.stage, step.pair) == ("contrast", ("T6", "T7"))
    assert hub.apart("T7", "T6") == Wish("", 0, "", focus="segments:T6,T7", way="mixed")
    assert planning.next_step(Wish("", 0, "", focus="weakness"), []).stage == "block"


def test_the_picture_counts_keys_and_names_by_region() -> None:
    history = [
        *[Answered(("C6",), "C7", False)] * 3, Answered(("C6",), "C6", True), Answered(("L5",), "S1", False),
        Answered(("refer",), "L5", False), Answered(("nerve",), "C8", False), Answered(("C6", "C7"), "C7", True),
    ]  # fmt: skip
    found = mistakes.read(history)
    assert found.n == 7
    assert [name for name, _ in found.regions] == ["cervical", "lumbar", "refer"]
    assert found.regions[0][1].counts == {("C6", "C7"): 3, ("C6", "C6"): 1, ("C7", "C7"): 1}
    assert (found.pairs[0].pair.upper, found.pairs[0].pair.lower, found.pairs[0].wish.pair) == ("C6", "C7", "C6/C7")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("all", "all"), ("weakness", "weakness"), ("region:cervical", "region:cervical"), ("region:tail", ""),
        ("competency:dx-lumbar", "competency:dx-lumbar"), ("competency:lumbar", ""), ("competency:dx-", ""),
        ("segments:C7,C6,X9", "segments:C6,C7"), ("segments:", ""), ("", ""), ("region:", ""),
    ],
)  # fmt: skip
def test_a_focus_is_one_of_ours(text: str, read: str) -> None:
    assert planning.focus_words(text) == read
    if read:
        assert planning.segments_in(read)
