from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.assessment.makers import QUIZ, SIGN_OFF, publish, published_item
from tests.assessment.room.makers import EASY, ROOM_CASE, examine, finish, meet_generated
from tests.assessment.test_answers import at_once
from tests.makers import NOON, make_person
from training.accounts.models import Person
from training.assessment.room import encounters, practice, rooms, service, view
from training.assessment.room.models import Encounter
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.db.session import transaction
from training.library import service as library

RUN = "R" * 22


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Encounter)) or 0


def test_meeting_again_resumes_and_after_the_answer_begins_anew(session: Session, trainee_id: int, met: str) -> None:
    assert service.start_case(session, trainee_id, ROOM_CASE.id, at=NOON + timedelta(hours=1)) == met
    finish(session, met, trainee_id)
    assert service.start_case(session, trainee_id, ROOM_CASE.id, at=NOON) != met
    assert stored(session) == 2


def test_two_clicks_at_once_are_one_meeting(app: Flask, waiting: None, person_in: Callable[..., Person]) -> None:
    person = person_in()
    results = at_once(app, *[lambda current: service.start_case(current, person.id, ROOM_CASE.id, at=NOON)] * 4)
    assert len(set(results)) == 1
    with app.app_context(), transaction() as current:
        assert stored(current) == 1


def test_two_people_have_their_own(session: Session, met: str) -> None:
    other = make_person(session)
    session.flush()
    assert service.start_case(session, other.id, ROOM_CASE.id, at=NOON) != met


def test_a_sign_off_case_is_never_met_in_the_room(session: Session, trainee_id: int) -> None:
    with pytest.raises(Refused, match="practice cases only"):
        service.start_case(session, trainee_id, SIGN_OFF.id, at=NOON)
    assert stored(session) == 0
    assert SIGN_OFF.id not in [line.id for _region, lines in rooms.waiting(session, trainee_id).cases for line in lines]


def test_no_shipped_sign_off_case_is_met_in_the_room(session: Session, shipped: object) -> None:
    items = shipped.items  # type: ignore[attr-defined]
    library.publish(session, items, at=NOON)
    person = make_person(session)
    session.flush()
    banks = {item.id: item.document.bank for item in items if item.kind == "case"}
    assert "sign-off" in banks.values()
    for case_id in (name for name, bank in banks.items() if bank == "sign-off"):
        with pytest.raises(Refused):
            service.start_case(session, person.id, case_id, at=NOON)


def test_a_case_that_became_sign_off_is_not_begun_any_more(session: Session, trainee_id: int, met: str) -> None:
    publish(session, replace(ROOM_CASE, bank="sign-off"))
    assert service.start_case(session, trainee_id, ROOM_CASE.id, at=NOON) == met  # pinned as it was, and under way
    assert view.visit(session, met, trainee_id).met.case == ROOM_CASE
    finish(session, met, trainee_id)
    with pytest.raises(Refused):
        service.start_case(session, trainee_id, ROOM_CASE.id, at=NOON)


@pytest.mark.parametrize("case_id", ["nothing", QUIZ.id])
def test_what_is_no_case_cannot_be_met(session: Session, trainee_id: int, case_id: str) -> None:
    with pytest.raises(NotFound):
        service.start_case(session, trainee_id, case_id, at=NOON)


def test_a_retired_case_can_be_finished_and_not_begun(session: Session, trainee_id: int, met: str) -> None:
    library.publish(session, [published_item(QUIZ)], at=NOON)
    examine(session, met, trainee_id, ("deltoid", "strength"))
    finish(session, met, trainee_id)
    with pytest.raises(NotFound):
        service.start_case(session, trainee_id, ROOM_CASE.id, at=NOON)


def test_another_persons_patient_is_not_there(session: Session, met: str) -> None:
    other = make_person(session)
    session.flush()
    given = meet_generated(session, other.id)
    with pytest.raises(NotFound):
        view.visit(session, met, other.id)
    with pytest.raises(NotFound):
        examine(session, met, other.id, ("deltoid", "strength"))
    with pytest.raises(NotFound):
        finish(session, met, other.id)
    with pytest.raises(NotFound):
        practice.following(session, other.id, met, None)
    with pytest.raises(NotFound):
        view.visit(session, given, other.id)  # its findings are given: it is no patient of the room


@pytest.mark.parametrize("public_id", ["", "x", "A" * 22, "A" * 23, "\0" * 22, "ä" * 22])
def test_an_id_that_is_none_finds_nothing(session: Session, trainee_id: int, public_id: str) -> None:
    with pytest.raises(NotFound):
        encounters.encounter_of(session, public_id, trainee_id, "room")


# --- generated patients ----------------------------------------------------------------------------------------


def test_the_same_place_of_a_run_is_the_same_meeting(session: Session, trainee_id: int) -> None:
    first = meet_generated(session, trainee_id, run=RUN)
    assert meet_generated(session, trainee_id, run=RUN) == first
    follows = practice.following(session, trainee_id, first, None)
    second = practice.meet(session, trainee_id, follows, at=NOON)
    assert practice.meet(session, trainee_id, practice.following(session, trainee_id, first, None), at=NOON) == second
    assert second != first
    assert (follows.number, follows.mode) == (2, "given")
    assert stored(session) == 2


def test_one_patient_can_be_given_and_examined(session: Session, trainee_id: int) -> None:
    given = meet_generated(session, trainee_id)
    same = practice.meet(session, trainee_id, practice.the_same(session, trainee_id, given), at=NOON)
    assert same != given
    here, there = (view.visit(session, same, trainee_id).met, practice.meeting(session, given, trainee_id).met)
    assert here == there


@pytest.mark.parametrize("run", ["", "short", "ü" * 22, "R" * 21 + " "])
def test_a_run_that_is_none_of_ours_is_refused(session: Session, trainee_id: int, run: str) -> None:
    with pytest.raises(Invalid):
        meet_generated(session, trainee_id, run=run)


def test_a_run_belongs_to_a_person(session: Session, trainee_id: int) -> None:
    other = make_person(session)
    session.flush()
    assert meet_generated(session, trainee_id, run=RUN) != meet_generated(session, other.id, run=RUN)
    assert encounters.tally(session, trainee_id, RUN).answered == 0


def test_two_clicks_at_once_are_one_generated_patient(app: Flask, person_in: Callable[..., Person]) -> None:
    person = person_in()
    one = practice.first(EASY, RUN, "given")
    results = at_once(app, *[lambda current: practice.meet(current, person.id, one, at=NOON)] * 4)
    assert len(set(results)) == 1
    assert not any(isinstance(result, Conflict) for result in results)
