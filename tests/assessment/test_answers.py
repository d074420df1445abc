from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, QUIZ, RIGHT, SAFETY, WRONG, nonce, publish
from tests.makers import NOON, make_person
from tests.query_counts import counted
from training.accounts.models import Person
from training.assessment import service
from training.assessment.models import Answer, Attempt
from training.db.errors import Conflict, Invalid, NotFound
from training.db.session import database, transaction
from training.library import service as library


def begin_case(session: Session, person_id: int, case_id: str = "case-practice") -> service.AttemptView:
    attempt = service.start(session, person_id, case_id, "case", at=NOON, drawn=True)
    service.advance(session, attempt.public_id, person_id, 1, at=NOON)
    service.advance(session, attempt.public_id, person_id, 2, at=NOON)
    return attempt


def send(
    session: Session,
    attempt: service.AttemptView,
    question_id: str,
    response: dict[str, Any] | None = None,
    *,
    person_id: int | None = None,
    confidence: str | None = None,
    form: str = "",
) -> service.Saved:
    """Answer rightly unless told otherwise, with a form of its own unless told."""
    response = RIGHT[question_id] if response is None else response
    owner = attempt.person_id if person_id is None else person_id
    return service.answer(
        session, attempt.public_id, owner, question_id, response, confidence, form or nonce(), at=NOON
    )


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Answer)) or 0


def test_an_answer_is_kept_with_its_version_and_mark(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id)
    saved = send(session, attempt, "segment", {"segment": "C6", "side": "left"}, confidence="sure")
    row = session.scalars(select(Answer)).one()
    assert not saved.right
    assert not saved.finished
    assert (row.item_id, row.question_id, row.version_hash) == ("case-practice", "segment", attempt.version_hash)
    assert row.response == {"segment": "C6", "side": "left"}
    assert (row.right, row.segment_right, row.side_right) == (False, True, False)
    assert (row.confidence, row.safety, row.answered_at) == ("sure", False, NOON)


@pytest.mark.parametrize("same_form", [True, False], ids=["same form", "another form"])
def test_the_same_answer_again_gets_the_same_reply(session: Session, trainee_id: int, same_form: bool) -> None:
    attempt = begin_case(session, trainee_id)
    form = nonce()
    first = send(session, attempt, "segment", form=form)
    second = send(session, attempt, "segment", form=form if same_form else nonce())
    assert (first.right, first.finished, first.again) == (True, False, False)
    assert second == replace(first, again=True)
    assert stored(session) == 1
    assert service.attempt_of(session, attempt.public_id, trainee_id).answered == 1


def test_ticks_in_another_order_are_the_same_answer(session: Session, trainee_id: int) -> None:
    attempt = quiz_with(session, trainee_id, "many")
    send(session, attempt, "many", {"options": ["a", "c"]})
    assert send(session, attempt, "many", {"options": ["c", "a"]}).again


@pytest.mark.parametrize(
    ("response", "confidence"),
    [({"segment": "C7", "side": "right"}, None), ({"segment": "refer"}, None), (RIGHT["segment"], "sure")],
    ids=["another segment", "refer", "another confidence"],
)
def test_another_answer_is_refused_and_the_first_stands(
    session: Session, trainee_id: int, response: dict[str, Any], confidence: str | None
) -> None:
    attempt = begin_case(session, trainee_id)
    send(session, attempt, "segment")
    with pytest.raises(Conflict, match="first answer stands"):
        send(session, attempt, "segment", response, confidence=confidence)
    assert session.scalars(select(Answer)).one().response == RIGHT["segment"]


def test_the_last_answer_finishes_the_attempt(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id)
    send(session, attempt, "segment", WRONG["segment"])
    later = NOON + timedelta(minutes=3)
    saved = service.answer(session, attempt.public_id, trainee_id, "first", RIGHT["first"], None, nonce(), at=later)
    found = service.attempt_of(session, attempt.public_id, trainee_id)
    assert saved.finished
    assert (found.asked, found.answered, found.right) == (2, 2, 1)
    assert found.finished_at == found.touched_at == later
    assert not found.all_right


def test_a_finished_attempt_takes_the_same_answer_and_no_other(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id)
    send(session, attempt, "segment")
    send(session, attempt, "first")
    again = send(session, attempt, "first")
    assert again.again
    assert again.finished
    with pytest.raises(Conflict):
        send(session, attempt, "first", WRONG["first"])


def test_anothers_attempt_is_not_found(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id)
    other = make_person(session)
    session.flush()
    with pytest.raises(NotFound):
        send(session, attempt, "segment", person_id=other.id)
    with pytest.raises(NotFound):
        service.attempt_of(session, attempt.public_id, other.id)
    with pytest.raises(NotFound):
        service.advance(session, attempt.public_id, other.id, 3, at=NOON)
    assert stored(session) == 0


@pytest.mark.parametrize("public_id", ["", "short", "x" * 23, "\0" * 22, "é" * 22], ids=repr)
def test_what_is_no_attempt_is_not_found(session: Session, trainee_id: int, public_id: str) -> None:
    with pytest.raises(NotFound):
        service.attempt_of(session, public_id, trainee_id)


def test_a_question_waits_for_the_one_before(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id)
    with pytest.raises(Conflict, match="before this one"):
        send(session, attempt, "first")


def test_a_question_waits_for_the_examination(session: Session, trainee_id: int) -> None:
    attempt = service.start(session, trainee_id, "case-practice", "case", at=NOON)
    with pytest.raises(Conflict, match="examination"):
        send(session, attempt, "segment")


@pytest.mark.parametrize("question_id", ["steps", "", "nothing", "\0"])
def test_a_question_of_another_attempt_is_refused(session: Session, trainee_id: int, question_id: str) -> None:
    attempt = begin_case(session, trainee_id)
    with pytest.raises(Invalid, match="does not belong"):
        send(session, attempt, question_id, {"option": "a"})


def test_a_quiz_question_that_was_not_drawn_is_refused(session: Session, trainee_id: int) -> None:
    attempt = service.start(session, trainee_id, QUIZ.id, "quiz", at=NOON)
    left_out = next(one.id for one in QUIZ.questions if one.id not in attempt.question_ids)
    with pytest.raises(Invalid, match="does not belong"):
        send(session, attempt, left_out)


@pytest.mark.parametrize(
    ("question_id", "response", "field"),
    [
        ("segment", {}, "segment"),
        ("segment", {"segment": "C9", "side": "left"}, "segment"),
        ("segment", {"segment": ["C6"], "side": "left"}, "segment"),
        ("segment", {"segment": "C6"}, "side"),
        ("segment", {"segment": "C6", "side": "up"}, "side"),
        ("segment", {"option": "a"}, "segment"),
        ("first", {}, "response"),
        ("first", {"option": "z"}, "response"),
        ("first", {"option": ""}, "response"),
        ("many", {}, "response"),
        ("many", {"options": ["a", "z"]}, "response"),
        ("many", {"options": "ac"}, "response"),
        ("steps", {"items": ["a", "b"]}, "response"),
        ("steps", {"items": ["a", "b", "b"]}, "response"),
        ("steps", {"places": {"a": "1", "b": "1", "c": "2"}}, "response"),
        ("steps", {"places": {"a": "1", "b": "2"}}, "response"),
        ("steps", {"places": {"a": "1", "b": "2", "c": "3", "d": "4"}}, "response"),
        ("count", {"number": ""}, "response"),
        ("count", {"number": "many"}, "response"),
        ("count", {"number": "nan"}, "response"),
        ("count", {"number": "1e999"}, "response"),
        ("count", {"number": True}, "response"),
        ("count", {"number": "1" * 400}, "response"),
    ],
)
def test_what_is_no_answer_to_the_question_names_the_field(
    session: Session, trainee_id: int, question_id: str, response: dict[str, Any], field: str
) -> None:
    attempt = quiz_with(session, trainee_id, question_id)
    with pytest.raises(service.InvalidAnswer) as caught:
        send(session, attempt, question_id, response)
    assert caught.value.field == field
    assert stored(session) == 0


@pytest.mark.parametrize("form", ["", "short", "x" * 23, "\0" * 22, "é" * 22], ids=repr)
def test_a_form_without_a_nonce_of_ours_is_refused(session: Session, trainee_id: int, form: str) -> None:
    attempt = begin_case(session, trainee_id)
    with pytest.raises(Invalid, match="not one of ours"):
        service.answer(session, attempt.public_id, trainee_id, "segment", RIGHT["segment"], None, form, at=NOON)


def test_the_nonce_of_another_form_is_refused(session: Session, trainee_id: int) -> None:
    attempt, form = begin_case(session, trainee_id), nonce()
    send(session, attempt, "segment", form=form)
    with pytest.raises(Invalid, match="another question"):
        send(session, attempt, "first", form=form)
    elsewhere = begin_case(session, trainee_id, "case-sign-off")
    with pytest.raises(Invalid, match="another question"):
        send(session, elsewhere, "segment", form=form)
    assert stored(session) == 1


@pytest.mark.parametrize("confidence", [None, "certain"])
def test_a_safety_question_asks_how_sure(session: Session, trainee_id: int, confidence: str | None) -> None:
    attempt = quiz_with(session, trainee_id, SAFETY.id)
    with pytest.raises(service.InvalidAnswer) as caught:
        send(session, attempt, SAFETY.id, confidence=confidence)
    assert caught.value.field == "confidence"
    assert send(session, attempt, SAFETY.id, confidence="guess").right


def test_first_sight_goes_by_question_whatever_the_version(session: Session, trainee_id: int) -> None:
    first = begin_case(session, trainee_id)
    send(session, first, "segment")
    send(session, first, "first")
    corrected = replace(PRACTICE, history_html="<p>Corrected.</p>", questions=(PRACTICE.questions[0], SAFETY))
    publish(session, corrected)
    second = begin_case(session, trainee_id)
    send(session, second, "segment")
    send(session, second, SAFETY.id, confidence="sure")
    rows = session.execute(select(Answer.question_id, Answer.first_sight, Answer.version_hash).order_by(Answer.id))
    assert [(row.question_id, row.first_sight) for row in rows] == [
        ("segment", True),
        ("first", True),
        ("segment", False),
        ("danger", True),
    ]
    assert first.version_hash != second.version_hash


def test_somebody_elses_answer_leaves_the_first_sight(session: Session, trainee_id: int) -> None:
    other = make_person(session)
    session.flush()
    send(session, begin_case(session, other.id), "segment")
    send(session, begin_case(session, trainee_id), "segment")
    assert all(session.scalars(select(Answer.first_sight)))


def test_an_attempt_goes_on_with_the_version_it_began(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id)
    publish(session, replace(PRACTICE, questions=(replace(PRACTICE.questions[0], segments=("C7",)),)))
    assert send(session, attempt, "segment").right
    assert send(session, attempt, "first").finished


def quiz_with(session: Session, person_id: int, question_id: str) -> service.AttemptView:
    """An attempt at a quiz that asks all of the small quiz's questions and the case's segment."""
    publish(session, replace(QUIZ, id="quiz-all", draw=7, questions=(*QUIZ.questions, PRACTICE.questions[0])))
    attempt = service.start(session, person_id, "quiz-all", "quiz", at=NOON)
    assert question_id in attempt.question_ids
    return attempt


# --- questions set into lessons --------------------------------------------------------------------------------


def check(
    session: Session,
    person_id: int,
    question_id: str = "first",
    *,
    lesson: str = "lesson",
    version: str = "",
    form: str = "",
    wrong: bool = False,
) -> service.Saved:
    response = (WRONG if wrong else RIGHT)[question_id]
    return service.answer_check(
        session, person_id, lesson, QUIZ.id, question_id, version, response, None, form or nonce(), at=NOON
    )


def test_a_check_is_kept_by_lesson_and_question(session: Session, trainee_id: int) -> None:
    check(session, trainee_id)
    check(session, trainee_id, "count", wrong=True)
    check(session, trainee_id, lesson="another")
    found = service.check_answers(session, trainee_id, "lesson")
    assert {key: answer.right for key, answer in found.items()} == {(QUIZ.id, "first"): True, (QUIZ.id, "count"): False}
    assert found[(QUIZ.id, "first")].response == {"option": "a"}
    assert service.check_answers(session, trainee_id + 1, "lesson") == {}


def test_a_check_again_is_the_same_and_another_answer_is_refused(session: Session, trainee_id: int) -> None:
    form = nonce()
    first = check(session, trainee_id, form=form)
    assert check(session, trainee_id, form=form) == replace(first, again=True)
    assert check(session, trainee_id) == replace(first, again=True)
    with pytest.raises(Conflict, match="first answer stands"):
        check(session, trainee_id, wrong=True)
    with pytest.raises(Invalid, match="another question"):
        check(session, trainee_id, "count", form=form)
    assert stored(session) == 1


def test_a_check_keeps_the_version_that_was_shown(session: Session, trainee_id: int) -> None:
    shown = library.current(session, QUIZ.id, type(QUIZ))[0]
    publish(session, replace(QUIZ, title="Newer"))
    check(session, trainee_id, version=shown)
    assert session.scalars(select(Answer.version_hash)).one() == shown


@pytest.mark.parametrize("version", ["", "0" * 64, "\0" * 64, "case"], ids=["none", "unknown", "NUL", "of a case"])
def test_a_check_of_no_version_is_answered_as_the_current_one(session: Session, trainee_id: int, version: str) -> None:
    case_version = library.current(session, PRACTICE.id, type(PRACTICE))[0]
    check(session, trainee_id, version=case_version if version == "case" else version)
    assert session.scalars(select(Answer.version_hash)).one() == library.current(session, QUIZ.id, type(QUIZ))[0]


def test_a_check_of_a_question_that_is_gone_is_refused(session: Session, trainee_id: int) -> None:
    with pytest.raises(Invalid, match="not part of the quiz"):
        service.answer_check(session, trainee_id, "lesson", QUIZ.id, "gone", "", {}, None, nonce(), at=NOON)
    with pytest.raises(NotFound):
        service.answer_check(session, trainee_id, "lesson", "no-quiz", "first", "", {}, None, nonce(), at=NOON)


def test_a_check_counts_for_no_quiz_and_is_no_open_attempt(session: Session, trainee_id: int) -> None:
    check(session, trainee_id)
    assert service.quiz_results(session, trainee_id) == []
    assert service.latest_open(session, trainee_id) is None
    assert service.history(session, trainee_id, limit=5) == []
    attempt = session.scalars(select(Attempt)).one()
    with pytest.raises(NotFound):
        service.attempt_of(session, attempt.public_id, trainee_id)
    assert service.start(session, trainee_id, QUIZ.id, "quiz", at=NOON).number == 1


# --- two at once, and how much the database is asked -----------------------------------------------------------


def at_once(app: Flask, *calls: Callable[[Session], Any]) -> list[Any]:
    """Run each in a transaction of its own, all at the same moment; results, or the errors they ended with."""
    gate, results = threading.Barrier(len(calls)), list[Any]([None] * len(calls))

    def run(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction() as current:
                    results[number] = calls[number](current)
            except Exception as error:  # what the test is about
                results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return list(results)


@pytest.fixture
def begun(app: Flask, small: None, person_in: Callable[..., Person]) -> service.AttemptView:
    person = person_in()
    with app.app_context(), transaction() as current:
        return begin_case(current, person.id)


def kept(app: Flask) -> list[Answer]:
    with app.app_context(), transaction() as current:
        rows = list(current.scalars(select(Answer)))
        current.expunge_all()
        return rows


def test_the_same_answer_from_two_tabs_at_once_is_one_answer(app: Flask, begun: service.AttemptView) -> None:
    results = at_once(app, *[lambda current: send(current, begun, "segment")] * 4)
    assert sorted(result.again for result in results) == [False, True, True, True]  # type: ignore[attr-defined]
    assert len(kept(app)) == 1


def test_of_two_answers_at_once_the_first_stands(app: Flask, begun: service.AttemptView) -> None:
    results = at_once(
        app,
        lambda current: send(current, begun, "segment", RIGHT["segment"]),
        lambda current: send(current, begun, "segment", WRONG["segment"]),
    )
    saved = [result for result in results if isinstance(result, service.Saved)]
    assert len(saved) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert [row.right for row in kept(app)] == [saved[0].right]


def test_the_same_check_from_two_tabs_at_once_is_one_answer(
    app: Flask, small: None, person_in: Callable[..., Person]
) -> None:
    person = person_in()
    results = at_once(app, *[lambda current: check(current, person.id)] * 4)
    assert sorted(result.again for result in results) == [False, True, True, True]  # type: ignore[attr-defined]
    assert len(kept(app)) == 1


def test_two_checks_of_a_lesson_at_once_are_both_kept(
    app: Flask, small: None, person_in: Callable[..., Person]
) -> None:
    person = person_in()
    results = at_once(app, *[lambda current, name=name: check(current, person.id, name) for name in ("first", "count")])
    assert all(isinstance(result, service.Saved) for result in results)
    assert {row.question_id for row in kept(app)} == {"first", "count"}


def test_one_nonce_in_two_attempts_at_once_is_spent_once(app: Flask, begun: service.AttemptView, small: None) -> None:
    with app.app_context(), transaction() as current:
        other = begin_case(current, begun.person_id, "case-sign-off")
    form = nonce()
    results = at_once(
        app,
        lambda current: send(current, begun, "segment", form=form),
        lambda current: send(current, other, "segment", form=form),
    )
    assert sum(isinstance(result, service.Saved) for result in results) == 1
    assert len(kept(app)) == 1


def test_an_answer_asks_the_database_at_most_five_times(app: Flask, begun: service.AttemptView) -> None:
    """One more loads the person: six in all."""
    with app.app_context():
        for library_is_cold in (True, False):
            if library_is_cold:
                library._documents.clear()
            question_id = "segment" if library_is_cold else "first"
            with counted(database.engine) as statements, transaction() as current:
                send(current, begun, question_id)
            assert len(statements) <= 5, statements


def test_a_check_asks_the_database_at_most_three_times(
    app: Flask, small: None, person_in: Callable[..., Person]
) -> None:
    person = person_in()
    with app.app_context():
        with transaction() as current:
            version = library.current(current, QUIZ.id, type(QUIZ))[0]
        for question_id in ("first", "count"):
            with counted(database.engine) as statements, transaction() as current:
                check(current, person.id, question_id, version=version)
            assert len(statements) <= 3, statements
