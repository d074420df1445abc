from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, QUIZ, RIGHT, SIGN_OFF, nonce, publish, published_item
from tests.assessment.test_answers import at_once, begin_case, send
from tests.makers import NOON, make_person
from training.accounts.models import Person
from training.assessment import service
from training.assessment.models import Attempt
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.db.session import transaction
from training.library import service as library


def finish(session: Session, attempt: service.AttemptView) -> None:
    for question_id in attempt.question_ids:
        send(session, attempt, question_id, confidence="think")


def test_beginning_again_resumes(session: Session, trainee_id: int) -> None:
    first = service.start(session, trainee_id, "case-practice", "case", at=NOON)
    assert service.start(session, trainee_id, "case-practice", "case", at=NOON + timedelta(hours=1)) == first
    finish(session, begin_case(session, trainee_id))
    second = service.start(session, trainee_id, "case-practice", "case", at=NOON)
    assert (first.number, second.number) == (1, 2)
    assert second.public_id != first.public_id


def test_a_quiz_draws_its_questions_and_keeps_their_order(session: Session, trainee_id: int) -> None:
    attempt = service.start(session, trainee_id, QUIZ.id, "quiz", at=NOON)
    assert len(set(attempt.question_ids)) == QUIZ.draw == attempt.asked
    assert service.drawn(QUIZ, attempt.public_id) == attempt.question_ids
    draws = {tuple(service.drawn(QUIZ, f"seed {number}")) for number in range(20)}
    assert len(draws) > 5
    assert {question for draw in draws for question in draw} == {question.id for question in QUIZ.questions}


def test_a_quiz_that_draws_more_than_it_has_asks_all() -> None:
    assert len(service.drawn(replace(QUIZ, draw=99), "seed")) == len(QUIZ.questions)


def test_a_sign_off_case_is_met_once(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id, "case-sign-off")
    again = service.start(session, trainee_id, "case-sign-off", "case", at=NOON, drawn=True)
    assert again.public_id == attempt.public_id
    finish(session, attempt)
    with pytest.raises(Refused, match="met once"):
        service.start(session, trainee_id, "case-sign-off", "case", at=NOON, drawn=True)
    publish(session, replace(SIGN_OFF, title="Newer"))
    with pytest.raises(Refused, match="met once"):
        service.start(session, trainee_id, "case-sign-off", "case", at=NOON, drawn=True)


def test_the_bank_is_that_of_the_beginning(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id)
    publish(session, replace(PRACTICE, bank="sign-off"))
    assert service.attempt_of(session, attempt.public_id, trainee_id).bank == "practice"
    finish(session, attempt)
    assert service.start(session, trainee_id, "case-practice", "case", at=NOON, drawn=True).bank == "sign-off"


@pytest.mark.parametrize(("item_id", "purpose"), [("nothing", "case"), (QUIZ.id, "case"), ("case-practice", "quiz")])
def test_what_is_not_offered_cannot_be_begun(session: Session, trainee_id: int, item_id: str, purpose: str) -> None:
    with pytest.raises(NotFound):
        service.start(session, trainee_id, item_id, purpose, at=NOON)  # type: ignore[arg-type]


def test_a_retired_item_cannot_be_begun_but_can_be_finished(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id)
    library.publish(session, [published_item(QUIZ)], at=NOON)
    assert begin_case(session, trainee_id).public_id == attempt.public_id
    finish(session, attempt)
    with pytest.raises(NotFound):
        service.start(session, trainee_id, "case-practice", "case", at=NOON)


def test_two_clicks_at_once_begin_one_attempt(app: Flask, small: None, person_in: Callable[..., Person]) -> None:
    person = person_in()
    for item_id, purpose in (("case-practice", "case"), (QUIZ.id, "quiz")):
        results = at_once(
            app,
            *[lambda current, i=item_id, p=purpose: service.start(current, person.id, i, p, at=NOON)] * 4,  # type: ignore[misc]
        )
        assert len({result.public_id for result in results}) == 1  # type: ignore[attr-defined]
    with app.app_context(), transaction() as current:
        assert current.scalar(select(func.count()).select_from(Attempt)) == 2


# --- the parts of a case ---------------------------------------------------------------------------------------


def test_parts_open_one_at_a_time_and_never_close(session: Session, trainee_id: int) -> None:
    attempt = service.start(session, trainee_id, "case-practice", "case", at=NOON)

    def go(stage: int) -> int:
        return service.advance(session, attempt.public_id, trainee_id, stage, at=NOON)

    with pytest.raises(Conflict, match="one part at a time"):
        go(2)
    assert [go(1), go(1), go(2), go(0)] == [1, 1, 2, 2]
    with pytest.raises(Conflict, match="Answer the question first"):
        go(3)
    send(session, attempt, "segment")
    assert go(3) == 3
    with pytest.raises(Conflict, match="Answer the question first"):
        go(4)
    send(session, attempt, "first")
    assert go(4) == 4


def test_an_answer_opens_its_own_part(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id)
    send(session, attempt, "segment")
    send(session, attempt, "first")
    assert service.attempt_of(session, attempt.public_id, trainee_id).stage == 3


@pytest.mark.parametrize("stage", [-1, 5, 10_000])
def test_a_part_that_there_is_not_is_refused(session: Session, trainee_id: int, stage: int) -> None:
    attempt = begin_case(session, trainee_id)
    with pytest.raises(Invalid):
        service.advance(session, attempt.public_id, trainee_id, stage, at=NOON)


def test_a_sign_off_case_has_no_explanation_to_open(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id, "case-sign-off")
    finish(session, attempt)
    with pytest.raises(Invalid):
        service.advance(session, attempt.public_id, trainee_id, 4, at=NOON)


def test_a_quiz_has_no_parts(session: Session, trainee_id: int) -> None:
    attempt = service.start(session, trainee_id, QUIZ.id, "quiz", at=NOON)
    with pytest.raises(Invalid):
        service.advance(session, attempt.public_id, trainee_id, 0, at=NOON)


# --- lists -----------------------------------------------------------------------------------------------------


def test_open_attempts_come_newest_first_and_end_when_finished(session: Session, trainee_id: int) -> None:
    case = begin_case(session, trainee_id)
    quiz = service.start(session, trainee_id, QUIZ.id, "quiz", at=NOON + timedelta(minutes=1))
    assert [one.public_id for one in service.open_attempts(session, trainee_id)] == [quiz.public_id, case.public_id]
    later = NOON + timedelta(minutes=2)
    service.answer(session, case.public_id, trainee_id, "segment", RIGHT["segment"], None, nonce(), at=later)
    found = service.latest_open(session, trainee_id)
    assert found == service.OpenAttempt(case.public_id, "case-practice", "case", later)
    send(session, case, "first")
    assert service.latest_open(session, trainee_id) == service.OpenAttempt(
        quiz.public_id, QUIZ.id, "quiz", quiz.touched_at
    )
    other = make_person(session)
    session.flush()
    assert service.latest_open(session, other.id) is None


def test_case_states_say_what_is_open_done_and_right(session: Session, trainee_id: int) -> None:
    first = begin_case(session, trainee_id)
    send(session, first, "segment", {"segment": "T1", "side": "left"})
    send(session, first, "first")
    state = service.case_states(session, trainee_id)["case-practice"]
    assert state == service.CaseState(1, None, finished=True, all_right=False)
    finish(session, begin_case(session, trainee_id))
    third = begin_case(session, trainee_id)
    state = service.case_states(session, trainee_id)["case-practice"]
    assert state == service.CaseState(3, third.public_id, finished=True, all_right=True)


def test_the_history_is_paged_and_holds_only_ones_own(session: Session, trainee_id: int) -> None:
    quiz = service.start(session, trainee_id, QUIZ.id, "quiz", at=NOON)
    case = service.start(session, trainee_id, "case-refer", "case", at=NOON + timedelta(minutes=1))
    other = make_person(session)
    session.flush()
    service.start(session, other.id, QUIZ.id, "quiz", at=NOON)
    assert [one.public_id for one in service.history(session, trainee_id, limit=1)] == [case.public_id]
    assert [one.public_id for one in service.history(session, trainee_id, limit=5, offset=1)] == [quiz.public_id]


def test_nobody_chooses_a_sign_off_case(session: Session, trainee_id: int) -> None:
    with pytest.raises(Refused, match="drawn for you"):
        service.start(session, trainee_id, "case-sign-off", "case", at=NOON)
    assert service.case_states(session, trainee_id) == {}
