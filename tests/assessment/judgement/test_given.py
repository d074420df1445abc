"""Which answers count, on both databases."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from tests.assessment.judgement.makers import answer, many_patients
from tests.assessment.makers import CHOICE, PRACTICE, QUIZ, REFER_CASE, RIGHT, SEGMENT, SIGN_OFF, WRONG
from tests.assessment.room import makers as room
from tests.makers import NOON, make_person
from training.assessment.judgement.given import answers_given
from training.assessment.room import service as rooms


def test_first_answers_of_practice_count_oldest_first(session: Session, trainee_id: int) -> None:
    quiz = answer(session, trainee_id, QUIZ, CHOICE, WRONG["first"], minute=9, seconds=12)
    case = answer(session, trainee_id, PRACTICE, SEGMENT, RIGHT["segment"], minute=3, seconds=45)
    answer(session, trainee_id, QUIZ, CHOICE, RIGHT["first"], minute=20, first_sight=False, number=2)

    first, second = answers_given(session, trainee_id)

    assert (first.public_id, first.setting, first.keys, first.segment, first.region) == (
        case, "case", ("C6",), "C6", "cervical",
    )  # fmt: skip
    assert (first.right, first.seconds, first.confidence) == (True, 45, "sure")
    assert (second.public_id, second.setting, second.keys, second.right, second.seconds) == (
        quiz, "quiz", (), False, 12,
    )  # fmt: skip


def test_sign_off_cases_exams_and_others_stay_out(session: Session, trainee_id: int) -> None:
    other = make_person(session)
    session.flush()
    exam = replace(QUIZ, id="quiz-exam", bank="exam")
    answer(session, trainee_id, SIGN_OFF, SEGMENT, WRONG["segment"])
    answer(session, trainee_id, exam, CHOICE, WRONG["first"])
    answer(session, other.id, PRACTICE, SEGMENT, WRONG["segment"])

    assert answers_given(session, trainee_id) == []


def test_a_question_in_a_lesson_has_its_place_and_no_time(session: Session, trainee_id: int) -> None:
    answer(session, trainee_id, QUIZ, CHOICE, RIGHT["first"], purpose="check")
    (one,) = answers_given(session, trainee_id)
    assert (one.setting, one.place, one.seconds) == ("lesson", "lesson", None)


def test_generated_patients_and_the_room_count(session: Session, trainee_id: int, met: str) -> None:
    room.finish(session, met, trainee_id, {"segment": "C7", "side": "right"}, confidence="sure")
    given = room.meet_generated(session, trainee_id)
    room.finish(session, given, trainee_id, {"segment": "refer"}, mode="given")

    found = {one.setting: one for one in answers_given(session, trainee_id)}

    assert set(found) == {"room", "generated"}
    assert (found["room"].keys, found["room"].segment, found["room"].right) == (("C6",), "C7", False)
    assert found["room"].item_id == room.ROOM_CASE.id
    assert (found["generated"].segment, found["generated"].region) == ("refer", "cervical")
    assert found["generated"].keys
    assert found["generated"].title


def test_of_a_patient_met_twice_the_first_meeting_counts(session: Session, trainee_id: int, met: str) -> None:
    room.finish(session, met, trainee_id, {"segment": "C7", "side": "right"})
    answer(session, trainee_id, room.ROOM_CASE, SEGMENT, RIGHT["segment"], minute=30)
    again = rooms.start_case(session, trainee_id, room.ROOM_CASE.id, at=NOON)
    room.finish(session, again, trainee_id)

    assert [(one.setting, one.right) for one in answers_given(session, trainee_id)] == [("room", False)]


def test_a_patient_under_way_is_no_answer(session: Session, trainee_id: int, met: str) -> None:
    assert met
    assert answers_given(session, trainee_id) == []


def test_a_referral_has_its_key(session: Session, trainee_id: int) -> None:
    answer(session, trainee_id, REFER_CASE, REFER_CASE.questions[0], {"segment": "L5", "side": "left"})
    (one,) = answers_given(session, trainee_id)
    assert (one.keys, one.segment, one.right) == (("refer",), "L5", False)


def test_all_are_found(session: Session, trainee_id: int) -> None:
    many_patients(session, trainee_id, 50)
    assert len(answers_given(session, trainee_id)) == 50
