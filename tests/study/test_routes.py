"""Reading as a person does it: pages, questions set into the text, and Continue."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from tests.makers import NOON, sign_in
from tests.query_counts import counted
from training.accounts.models import Person
from training.assessment.models import Answer, Attempt
from training.content.documents import Check, Lesson, Library, Question, Quiz
from training.db.base import new_public_id
from training.db.session import database, session, transaction
from training.demo.learners import Learner
from training.library import service as library
from training.study import service
from training.web.access import Role

LESSON = "/courses/foundations/reading-the-signs"
MakePerson = Callable[..., Person]


@pytest.fixture
def reader(client: FlaskClient, person_in: MakePerson, published: Library) -> Person:
    person = person_in()
    sign_in(client, person)
    return person


def first_check(published: Library) -> tuple[Check, Quiz]:
    items = {item.id: item.document for item in published.items}
    lesson = items["reading-the-signs"]
    assert isinstance(lesson, Lesson)
    check = next(
        part
        for part in lesson.parts
        if isinstance(part, Check) and question_of(items[part.quiz_id], part.question_id).kind == "choice"
    )
    quiz = items[check.quiz_id]
    assert isinstance(quiz, Quiz)
    return check, quiz


def question_of(quiz: object, question_id: str) -> Question:
    assert isinstance(quiz, Quiz)
    return next(one for one in quiz.questions if one.id == question_id)


def test_a_lesson_shows_its_text_sources_and_contents(client: FlaskClient, reader: Person) -> None:
    page = client.get(LESSON).text

    assert "<h1>Reading the signs</h1>" in page
    assert 'id="ref-TSAO2003"' in page
    assert 'aria-current="page"' in page
    assert "data-answer" in page


def test_every_lesson_can_be_read(client: FlaskClient, reader: Person, published: Library) -> None:
    for item in published.items:
        if isinstance(item.document, Lesson):
            assert client.get(f"/courses/{item.document.course_id}/{item.id}").status_code == 200, item.id


def test_a_lesson_of_another_course_or_none_is_not_found(client: FlaskClient, reader: Person) -> None:
    assert client.get("/courses/foundations/no-such-lesson").status_code == 404
    assert client.get("/courses/no-such-course/reading-the-signs").status_code == 404
    assert client.get("/courses/no-such-course").status_code == 404


def test_reading_writes_nothing(client: FlaskClient, reader: Person, app: Flask) -> None:
    client.get(LESSON)

    with app.app_context():
        assert service.continue_at(session(), reader.id).begun is False


def test_the_place_that_script_sends_is_where_continue_lands(
    client: FlaskClient, reader: Person, published: Library
) -> None:
    lesson = next(item.document for item in published.items if item.id == "reading-the-signs")
    assert isinstance(lesson, Lesson)
    heading = lesson.headings[2].id

    assert client.post(f"{LESSON}/place", data={"heading": heading}).status_code == 204

    assert client.get("/continue").location == f"{LESSON}#{heading}"


def test_done_marks_the_lesson_read_and_goes_on(client: FlaskClient, reader: Person) -> None:
    answer = client.post(f"{LESSON}/finished")

    assert answer.status_code == 303
    assert answer.location == "/courses/foundations/when-charts-disagree"
    assert "read" in client.get("/courses/foundations").text


def test_a_question_in_the_text_is_answered_once_and_explained(
    client: FlaskClient, reader: Person, published: Library
) -> None:
    check, quiz = first_check(published)
    question = question_of(quiz, check.question_id)
    right = next(option for option in question.options if option.right)
    address = f"{LESSON}/checks/{check.quiz_id}/{check.question_id}"
    form = {
        "question": question.id,
        "kind": "choice",
        "option": right.id,
        "nonce": new_public_id(),
        "confidence": "think",
    }

    first = client.post(address, data=form)
    again = client.post(address, data={**form, "nonce": new_public_id()})
    other = client.post(
        address, data={**form, "option": next(option.id for option in question.options if not option.right)}
    )

    assert first.status_code == again.status_code == 303
    assert first.location == f"{LESSON}#check-{question.id}"
    assert other.status_code == 409
    assert right.reason_html in client.get(LESSON).text


def test_an_empty_answer_is_shown_again_with_what_is_wrong(
    client: FlaskClient, reader: Person, published: Library
) -> None:
    check, _ = first_check(published)
    form = {"question": check.question_id, "kind": "choice", "nonce": new_public_id()}

    answer = client.post(f"{LESSON}/checks/{check.quiz_id}/{check.question_id}", data=form)

    assert answer.status_code == 422
    assert "Choose one of the answers." in answer.text


def test_script_is_told_what_became_of_an_answer(client: FlaskClient, reader: Person, published: Library) -> None:
    check, quiz = first_check(published)
    question = question_of(quiz, check.question_id)
    address = f"{LESSON}/checks/{check.quiz_id}/{check.question_id}"
    json = {"Accept": "application/json"}
    form = {"question": question.id, "kind": "choice", "nonce": new_public_id(), "confidence": "sure"}

    empty = client.post(address, data=form, headers=json)
    saved = client.post(address, data={**form, "option": question.options[0].id}, headers=json)
    other = client.post(
        address, data={**form, "nonce": new_public_id(), "option": question.options[1].id}, headers=json
    )

    assert (empty.status_code, "response" in empty.get_json()["errors"]) == (422, True)
    assert (saved.status_code, saved.get_json()["state"]) == (200, "saved")
    assert (other.status_code, other.get_json()["state"]) == (409, "kept")


def test_a_question_that_the_lesson_does_not_ask_is_refused(client: FlaskClient, reader: Person) -> None:
    form = {"question": "matchstick", "kind": "choice", "option": "a", "nonce": new_public_id()}

    assert client.post(f"{LESSON}/checks/quiz-supersensitivity/matchstick", data=form).status_code == 404


def test_someone_with_no_course_role_cannot_read(
    client: FlaskClient, person_in: MakePerson, published: Library
) -> None:
    sign_in(client, person_in(Role.CLINIC))

    assert client.get(LESSON).status_code == 403


@pytest.mark.parametrize("answers", [10, 10_000])
def test_a_lesson_asks_at_most_six_queries_however_much_was_answered(
    client: FlaskClient, reader: Person, app: Flask, answers: int
) -> None:
    store_answers(app, reader, answers)
    client.get(LESSON)
    with app.app_context():
        engine = database.engine

    with counted(engine) as statements:
        assert client.get(LESSON).status_code == 200

    assert len(statements) <= 6, statements


def store_answers(app: Flask, person: Person, number: int) -> None:
    """So many answers of one person, in as many finished attempts."""
    with app.app_context(), transaction() as current:
        version, _ = library.current(current, "quiz-supersensitivity", Quiz)
        common = {"person_id": person.id, "item_id": "quiz-supersensitivity", "version_hash": version}
        attempts = [
            {
                **common,
                "public_id": new_public_id(),
                "purpose": "quiz",
                "place": "",
                "number": count + 1,
                "question_ids": ["q"],
                "asked": 1,
                "answered": 1,
                "right": 1,
                "started_at": NOON,
                "touched_at": NOON,
                "finished_at": NOON,
            }
            for count in range(number)
        ]
        current.execute(insert(Attempt), attempts)
        first = current.scalar(select(func.min(Attempt.id)))
        assert first is not None
        current.execute(
            insert(Answer),
            [
                {
                    **common,
                    "attempt_id": first + count,
                    "question_id": "q",
                    "nonce": new_public_id(),
                    "response": {"option": "a"},
                    "right": True,
                    "safety": False,
                    "first_sight": not count,
                    "answered_at": NOON + timedelta(seconds=count),
                }
                for count in range(number)
            ],
        )


def test_courses_show_progress(client: FlaskClient, reader: Person, app: Flask) -> None:
    with app.app_context(), transaction() as current:
        Learner(current, reader.id, NOON).study_lessons(["what-neuropathic-pain-means", "signs-of-neuropathy"])

    page = client.get("/courses").text

    assert re.search(r"2 of \d+ lessons read", page)


def test_without_content_the_courses_page_says_so(client: FlaskClient, person_in: MakePerson) -> None:
    sign_in(client, person_in())

    assert "No course is published yet" in client.get("/courses").text
