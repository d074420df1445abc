from __future__ import annotations

import json

import pytest
from sqlalchemy.orm import Session

from tests.assessment.room.makers import finish, meet_generated
from tests.makers import NOON
from training.anatomy.segments import POSITION, REGIONS, region_of
from training.assessment.room import encounters, practice, rooms
from training.assessment.room.practice import Wish

RUN = "R" * 22


def test_the_same_place_of_the_same_run_is_the_same_patient() -> None:
    wish = Wish("", 3, "")
    assert practice.pinned(wish, RUN, 4) == practice.pinned(wish, RUN, 4)
    assert practice.pinned(wish, RUN, 4) != practice.pinned(wish, RUN, 5)
    assert practice.pinned(wish, "S" * 22, 4) != practice.pinned(wish, RUN, 4)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("difficulty", [1, 5])
def test_a_patient_is_pinned_whole(region: str, difficulty: int) -> None:
    for number in range(1, 6):
        patient = practice.pinned(Wish(region, difficulty, ""), RUN, number)
        assert json.loads(json.dumps(patient)) == patient
        met = encounters.met_generated(patient)
        assert met.region == region
        assert met.difficulty == difficulty
        assert met.rows
        assert patient["history"]
        assert patient["explanation"]
        assert not any(mark in json.dumps(patient["explanation"]) for mark in ("{{", "**"))
        assert patient["lesion_side"] in ("left", "right", "both")
        key = met.keys[0]
        assert key == "refer" or region_of(key) == region
        assert (met.side is None) == (key == "refer")


@pytest.mark.parametrize("pair", practice.pairs())
def test_a_pair_comes_as_twins_with_one_story(pair: str) -> None:
    first, second = (practice.pinned(Wish("", 2, pair), RUN, number) for number in (1, 2))
    assert first["history"] == second["history"]
    assert first["findings"] != second["findings"]
    ends = {first["keys"][0], second["keys"][0]}
    if pair == practice.ROOT_OR_NERVE:
        assert "nerve" in ends
        assert ends & set(POSITION)
    else:
        assert ends == set(pair.split("/"))


def test_the_wanted_pairs_are_there() -> None:
    assert {"C5/C6", "C6/C7", "C8/T1", "L4/L5", "L5/S1", practice.ROOT_OR_NERVE} <= set(practice.pairs())


def test_a_run_is_counted_and_goes_on(session: Session, trainee_id: int) -> None:
    public_id = meet_generated(session, trainee_id, run=RUN)
    for number in range(1, 4):
        meeting = practice.meeting(session, public_id, trainee_id)
        assert (meeting.encounter.number, meeting.tally.answered) == (number, number - 1)
        key = meeting.met.keys[0] if number != 2 else "S5" if meeting.met.keys[0] != "S5" else "C1"
        finish(session, public_id, trainee_id, {"segment": key, "side": meeting.met.side or "left"}, mode="given")
        following = practice.following(session, trainee_id, public_id, None)
        public_id = practice.meet(session, trainee_id, following, at=NOON)
    tally = encounters.tally(session, trainee_id, RUN)
    assert (tally.answered, tally.right) == (3, 2)
    assert tally.score is not None
    assert 2 / 3 <= tally.score < 1


def test_who_was_met_is_listed_with_the_title_they_had(session: Session, trainee_id: int, met: str) -> None:
    given = meet_generated(session, trainee_id)
    lines = {line.public_id: line for line in rooms.met_before(session, trainee_id, limit=10, offset=0)}
    assert set(lines) == {met, given}
    assert lines[met].title == "A climber with an elbow"
    assert lines[given].right is None
    assert [line.public_id for line in rooms.generated_under_way(session, trainee_id)] == [given]
    assert {line.public_id for line in rooms.waiting(session, trainee_id).under_way} == {met, given}
    finish(session, met, trainee_id)
    assert [line.public_id for line in rooms.waiting(session, trainee_id).under_way] == [given]
    cases = {line.id: line for _region, lines in rooms.waiting(session, trainee_id).cases for line in lines}
    assert (cases["case-room"].seen, cases["case-room"].right, cases["case-room"].open_public_id) == (1, True, None)


def test_a_claim_stands_apart_from_the_words() -> None:
    assert practice.pieces("So **C6**. {{ claim: contested, A, B }} Next.") == [
        {"text": "So C6."},
        {"claim": "contested", "sources": "A, B"},
        {"text": " Next."},
    ]
    assert practice.pieces("Plain.") == [{"text": "Plain."}]
    assert practice.pieces("Last. {{ claim: model, X }}")[-1] == {"claim": "model", "sources": "X"}
