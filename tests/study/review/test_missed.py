"""Questions that were missed once come back as cards; answered here they are practice, never evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, QUIZ, RIGHT, WRONG, publish
from tests.makers import NOON
from tests.study.review.makers import DAY, ZONE, answer, miss, next_of, showing_of
from training.accounts.models import Person
from training.assessment import service as assessment
from training.assessment.models import Answer
from training.library import service as library
from training.study.review import service
from training.study.review.faces import InvalidAnswer, read
from training.study.review.missed import missed
from training.study.review.models import Review, ReviewCard

# What a form sends, where it is not what is stored.
SENT: dict[str, dict[str, Any]] = {
    "steps": {"places": {"a": "1", "b": "2", "c": "3"}},
    "count": {"number": "30"},
}


def keys(session: Session, person: Person) -> list[str]:
    return [one.key for one in missed(session, person.id)]


def test_a_wrong_answer_in_a_quiz_comes_first_and_drills_follow(session: Session, trainee: Person) -> None:
    attempt = miss(session, trainee.id, QUIZ.id)
    asked = assessment.attempt_of(session, attempt, trainee.id).question_ids
    day = service.day_of(session, trainee.id, NOON, ZONE)
    assert {one.key for one in day.new if not isinstance(one, str)} == {f"{QUIZ.id}#{name}" for name in asked}
    assert len(day.new) == 8
    assert isinstance(day.new[-1], str)


@pytest.mark.parametrize("question", QUIZ.questions, ids=lambda one: one.id)
def test_every_kind_of_question_is_asked_and_marked(session: Session, trainee: Person, question: Any) -> None:
    publish(session, replace(QUIZ, id="quiz-one", draw=1, questions=(question,)))
    miss(session, trainee.id, "quiz-one", question.id)
    card = next_of(session, trainee, NOON)
    assert card.face.question == question
    saved = answer(session, trainee, showing_of(card, NOON), SENT.get(question.id, RIGHT[question.id]))
    assert saved.right
    look = service.look(session, saved.public_id, trainee.id)
    assert look.answer is not None
    assert look.answer.response == assessment_form(RIGHT[question.id])
    again = next_of(session, trainee, NOON + timedelta(minutes=30))
    assert again.face.key == card.face.key
    assert again.number == 2


def assessment_form(response: dict[str, Any]) -> dict[str, Any]:
    """Options are stored in the written order."""
    return {name: sorted(value) if name == "options" else value for name, value in response.items()}


def test_a_case_missed_in_practice_is_due_again(session: Session, trainee: Person) -> None:
    miss(session, trainee.id, PRACTICE.id, "segment", purpose="case")
    card = next_of(session, trainee, NOON)
    assert card.face.case == PRACTICE
    saved = answer(session, trainee, showing_of(card, NOON), {"segment": "C6", "side": "left"})
    assert not saved.right
    look = service.look(session, saved.public_id, trainee.id)
    assert look.answer is not None
    assert (look.answer.segment_right, look.answer.side_right) == (True, False)
    assert service.overview(session, trainee.id, NOON + DAY, ZONE).recall[0].cards == 1


def test_sign_off_cases_never_come_here(session: Session, trainee: Person) -> None:
    miss(session, trainee.id, "case-sign-off", purpose="case")
    assert keys(session, trainee) == []
    assert service.left_today(session, trainee.id, NOON, ZONE).new == 8


def test_a_case_that_moves_to_the_sign_off_bank_is_not_shown_again(session: Session, trainee: Person) -> None:
    miss(session, trainee.id, PRACTICE.id, "segment", purpose="case")
    card = next_of(session, trainee, NOON)
    answer(session, trainee, showing_of(card, NOON), WRONG["segment"])
    publish(session, replace(PRACTICE, bank="sign-off"))
    day = service.day_of(session, trainee.id, NOON + DAY, ZONE)
    assert (day.left.due, len(day.cards)) == (0, 1)
    assert service.left_today(session, trainee.id, NOON + DAY, ZONE) == day.left


def test_others_mistakes_and_right_answers_are_no_cards(session: Session, trainee: Person) -> None:
    attempt = assessment.start(session, trainee.id, QUIZ.id, "quiz", at=NOON)
    name = next(one for one in attempt.question_ids if one != "danger")
    assessment.answer(session, attempt.public_id, trainee.id, name, RIGHT[name], None, "A" * 22, at=NOON)
    assert keys(session, trainee) == []


def test_a_question_is_one_card_however_often_it_was_missed(session: Session, trainee: Person) -> None:
    publish(session, replace(QUIZ, id="quiz-one", draw=1, questions=QUIZ.questions[:1]))
    miss(session, trainee.id, "quiz-one", "first")
    card = next_of(session, trainee, NOON)
    answer(session, trainee, showing_of(card, NOON), RIGHT["first"])
    miss(session, trainee.id, "quiz-one", "first")
    assert keys(session, trainee) == []


def test_retired_and_rewritten_items_are_left_out(session: Session, trainee: Person) -> None:
    publish(session, replace(QUIZ, id="quiz-one", draw=1, questions=QUIZ.questions[:1]))
    miss(session, trainee.id, "quiz-one", "first")
    publish(session, replace(QUIZ, id="quiz-one", draw=1, questions=QUIZ.questions[1:2]))
    assert isinstance(service.day_of(session, trainee.id, NOON, ZONE).new[0], str), "asks it no more"
    library.publish(session, [], at=NOON)
    assert keys(session, trainee) == []
    assert next_of(session, trainee, NOON).face.drill is not None


def test_a_review_is_no_evidence(session: Session, trainee: Person) -> None:
    """Not the quiz, not the case, not the safety gate, and no first sight: nothing that certifies changes."""
    miss(session, trainee.id, QUIZ.id)
    miss(session, trainee.id, PRACTICE.id, purpose="case")
    miss(session, trainee.id, "case-refer", purpose="case")

    def evidence() -> tuple[object, ...]:
        return (
            assessment.quiz_results(session, trainee.id),
            assessment.passed_cases(session, trainee.id, [PRACTICE.id, "case-refer"]),
            assessment.wrong_safety_answers(session, trainee.id),
            assessment.sign_off_answers(session, trainee.id),
            session.scalar(select(func.count()).select_from(Answer)),
        )

    before = evidence()
    at, answered = NOON, 0
    while (card := next_of(session, trainee, at)) is not None and card.face.question is not None:
        name = card.face.question.id
        sent = {"segment": "refer"} if card.face.key == "case-refer#segment" else SENT.get(name, RIGHT[name])
        answer(session, trainee, showing_of(card, at), sent)
        at, answered = at + timedelta(minutes=1), answered + 1
        if answered == 7:
            break
    assert answered == 7
    assert session.scalar(select(func.count()).select_from(Review)) == 7
    assert session.scalar(select(func.count()).select_from(ReviewCard)) >= 5
    assert evidence() == before


@pytest.mark.parametrize(
    ("question", "sent"),
    [
        ("first", {}),
        ("first", {"option": "z"}),
        ("many", {"options": ["z"]}),
        ("steps", {}),
        ("steps", {"places": {"a": "1", "b": "1", "c": "2"}}),
        ("count", {"number": ""}),
        ("count", {"number": "many"}),
        ("count", {"number": "1e5"}),
        ("count", {"number": "nan"}),
        ("count", {"number": "9" * 400}),
        ("segment", {}),
        ("segment", {"segment": "C6"}),
        ("segment", {"segment": "C6", "side": "up"}),
        ("segment", {"segment": "Q1", "side": "left"}),
    ],
)
def test_what_cannot_be_read_is_asked_again(
    session: Session, trainee: Person, question: str, sent: dict[str, Any]
) -> None:
    questions = {one.id: one for one in (*QUIZ.questions, *PRACTICE.questions)}
    publish(session, replace(QUIZ, id="quiz-one", draw=1, questions=(questions[question],)))
    miss(session, trainee.id, "quiz-one", question)
    card = next_of(session, trainee, NOON)
    with pytest.raises(InvalidAnswer):
        read(card.face, sent)
