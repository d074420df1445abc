from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.makers import NOON, sign_in
from tests.query_counts import counted
from training.accounts import service as people
from training.accounts.models import Person
from training.content.documents import Course, Library, Quiz
from training.db.session import database, transaction
from training.demo.learners import Learner
from training.journal import service as journal
from training.web.access import Role
from training.web.paging import PAGE_SIZE

MakePerson = Callable[..., Person]


def main_of(page: str) -> str:
    """What a page says, without its head and foot."""
    return page[page.index('<main id="main"') : page.index("</main>")]


# --- visitors --------------------------------------------------------------------------------------------------


def test_a_visitor_learns_what_this_is_and_can_check_a_code(client: FlaskClient) -> None:
    page = main_of(client.get("/").text)

    for who in ("Trainees", "Instructors", "Clinics"):
        assert who in page
    assert re.search(r'<form method="get" action="/verify"', page)
    assert 'name="code"' in page
    assert 'href="/sign-in"' in page


def test_the_visitors_page_asks_the_database_for_nothing(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), counted(database.engine) as asked:
        client.get("/")

    assert asked == []


# --- trainees --------------------------------------------------------------------------------------------------


@pytest.fixture
def trainee(client: FlaskClient, person_in: MakePerson, published: Library) -> Person:
    person = person_in(Role.TRAINEE, name="Nora Feld")
    sign_in(client, person)
    return person


def course_of(published: Library) -> Course:
    return next(item.document for item in published.items if isinstance(item.document, Course))


def test_somebody_new_is_shown_where_to_begin(client: FlaskClient, trainee: Person, published: Library) -> None:
    page = main_of(client.get("/").text)

    assert "What comes next" in page
    assert course_of(published).lessons[0].title in page.replace("&#34;", '"')
    assert f"of {len(course_of(published).lessons)}" in page
    assert 'href="/continue"' in page


def test_one_button_names_the_lesson_and_the_heading(
    app: Flask, client: FlaskClient, trainee: Person, published: Library
) -> None:
    lessons = course_of(published).lessons
    with app.app_context(), transaction() as db:
        learner = Learner(db, trainee.id, NOON)
        learner.study_lessons([lesson.id for lesson in lessons[:2]])
        learner.open_lesson("what-the-evidence-says", 1)

    page = main_of(client.get("/").text)
    lesson = next(item.document for item in published.items if item.id == "what-the-evidence-says")

    assert "Where you left off" in page
    assert lesson.title in page  # type: ignore[union-attr]
    assert f"“{lesson.headings[1].text}”" in page  # type: ignore[union-attr]
    assert client.get("/continue").location.endswith(f"#{lesson.headings[1].id}")  # type: ignore[union-attr]
    assert re.search(r'<span class="count number">2 <small>', page)


def test_an_open_case_is_where_one_goes_on(app: Flask, client: FlaskClient, trainee: Person) -> None:
    with app.app_context(), transaction() as db:
        Learner(db, trainee.id, NOON).work_case("shin-hiker", finish=False)

    page = main_of(client.get("/").text)

    assert "Open now" in page
    assert client.get("/continue").location.startswith("/attempts/")


def test_a_closed_safety_gate_is_said_first_thing(
    app: Flask, client: FlaskClient, trainee: Person, published: Library
) -> None:
    quiz = next(item.document for item in published.items if item.id == "quiz-safety")
    assert isinstance(quiz, Quiz)
    with app.app_context(), transaction() as db:
        learner = Learner(db, trainee.id, NOON)
        from training.assessment import service as assessment

        attempt = assessment.start(db, trainee.id, quiz.id, "quiz", at=NOON)
        asked = {question.id: question for question in quiz.questions}
        safety = next(name for name in attempt.question_ids if asked[name].safety)
        learner.answer(attempt.public_id, asked[safety], right=False, confidence="sure")

    assert "Your safety gate is closed" in main_of(client.get("/").text)


def test_without_content_the_page_is_there(client: FlaskClient, person_in: MakePerson) -> None:
    sign_in(client, person_in(Role.TRAINEE))

    assert client.get("/").status_code == 200


def test_the_trainees_page_asks_the_same_however_much_was_done(
    app: Flask, client: FlaskClient, trainee: Person, published: Library
) -> None:
    client.get("/")
    with app.app_context(), counted(database.engine) as before:
        client.get("/")
    with app.app_context(), transaction() as db:
        learner = Learner(db, trainee.id, NOON)
        learner.study_lessons([lesson.id for lesson in course_of(published).lessons])
        for item in published.items:
            if isinstance(item.document, Quiz) and item.document.bank == "practice":
                learner.take_quiz(item.id, wrong=1)
    client.get("/")

    with app.app_context(), counted(database.engine) as after:
        client.get("/")

    assert len(after) <= len(before) + 1
    assert len(after) <= 16


# --- everybody else --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "place"), [(Role.CLINIC, "/clinic"), (Role.ADMIN, "/people")])
def test_whoever_has_one_place_begins_there(client: FlaskClient, person_in: MakePerson, role: Role, place: str) -> None:
    sign_in(client, person_in(role))

    assert client.get("/").location == place


@pytest.mark.parametrize(
    ("roles", "links"),
    [
        ((Role.AUTHOR,), {"/library"}),
        ((Role.ASSESSOR,), {"/trainees", "/sign-offs"}),
        ((Role.DECIDER,), {"/trainees", "/sign-offs"}),
        ((Role.CLINIC, Role.ADMIN), {"/clinic", "/people", "/library"}),
        ((Role.TRAINEE, Role.ASSESSOR), {"/trainees", "/sign-offs", "/continue"}),
    ],
)
def test_each_role_is_led_to_its_work(
    client: FlaskClient, person_in: MakePerson, published: Library, roles: tuple[Role, ...], links: set[str]
) -> None:
    sign_in(client, person_in(*roles))

    page = main_of(client.get("/").text)

    assert {link for link in links if f'href="{link}"' not in page} == set()


def test_somebody_without_a_role_is_told_whom_to_ask(app: Flask, client: FlaskClient, person_in: MakePerson) -> None:
    person = person_in(Role.TRAINEE)
    with app.app_context(), transaction() as db:
        people.take_role(db, person.id, Role.TRAINEE, at=NOON, by_id=None)
    sign_in(client, person)

    assert "administrator" in main_of(client.get("/").text)


# --- the journal -----------------------------------------------------------------------------------------------


def test_the_journal_shows_who_did_what_newest_first_and_where_the_chain_ends(
    app: Flask, client: FlaskClient, person_in: MakePerson
) -> None:
    admin, person = person_in(Role.ADMIN, name="Ada Lindqvist"), person_in(Role.TRAINEE)
    with app.app_context(), transaction() as db:
        people.give_role(db, person.id, Role.AUTHOR, at=datetime.now(UTC), by_id=admin.id)
        head = journal.latest(db, limit=1)[0]
        digest, number = head.hash, head.number
    sign_in(client, admin)

    page = main_of(client.get("/journal").text)

    assert "Role given" in page
    assert "Ada Lindqvist" in page
    assert "the system" in page
    assert f"entry {number}" in page
    assert digest[:16] in page
    assert page.index(f">Entry {number} ·") < page.index(">Entry 1 ·")


def test_the_journal_comes_in_pages_with_few_queries(app: Flask, client: FlaskClient, person_in: MakePerson) -> None:
    admin = person_in(Role.ADMIN)
    with app.app_context(), transaction() as db:
        for number in range(PAGE_SIZE + 3):
            journal.append(db, "role.given", actor_id=admin.id, subject=f"s/{number}", payload={}, at=NOON)
    sign_in(client, admin)

    with app.app_context(), counted(database.engine) as asked:
        first = main_of(client.get("/journal").text)
    second = main_of(client.get("/journal?page=2").text)

    assert len(asked) <= 4
    assert first.count("<code>s/") == PAGE_SIZE
    assert "<code>s/0<" in second
    assert f"entry {PAGE_SIZE + 4}" in second, "the head is the same on every page"
    assert "<code>s/" not in main_of(client.get("/journal?page=9").text)


def test_every_kind_that_is_journaled_has_words(app: Flask) -> None:
    """A kind without words would be shown as it is stored."""
    import ast

    from training.config import ROOT
    from training.web.wording import NAMES

    kinds = set()
    for path in (ROOT / "training").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "journal.append"
                and isinstance(node.args[1], ast.Constant)
            ):
                kinds.add(node.args[1].value)
    assert len(kinds) >= 5
    assert {kind for kind in kinds if kind not in NAMES} == set()
