from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from tests.assessment.makers import PRACTICE, QUIZ, RIGHT, WRONG, nonce, publish
from tests.assessment.test_evidence import store
from tests.makers import NOON, sign_in
from tests.query_counts import counted
from training.accounts.models import Person
from training.assessment import service
from training.assessment.attempts import Purpose
from training.assessment.models import Answer, Attempt
from training.content.documents import Question
from training.db.session import database, transaction
from training.library import service as library
from training.web.access import Role

pytestmark = pytest.mark.usefixtures("small")
JSON = {"Accept": "application/json"}


@pytest.fixture
def trainee(client: FlaskClient, person_in: Callable[..., Person], small: None) -> Person:
    """A trainee who is signed in with the client."""
    person = person_in()
    sign_in(client, person)
    return person


def begin(client: FlaskClient, case_id: str = "case-practice", *stages: int) -> str:
    """Begin a case and open parts of it; the address of the attempt."""
    address = client.post(f"/cases/{case_id}/attempts").location
    for stage in stages or (1, 2):
        assert client.post(f"{address}/stage", data={"stage": stage}).status_code == 303
    return address


def drawn_case(app: Flask, person: Person) -> str:
    """Begin the sign-off case as if it had been drawn; the address of the attempt."""
    with app.app_context(), transaction() as current:
        begun = service.start(current, person.id, "case-sign-off", "case", at=NOON, drawn=True)
    return f"/attempts/{begun.public_id}"


def fields_of(question_id: str, response: dict[str, Any], **more: str) -> dict[str, Any]:
    """What the form of a question sends."""
    question = {one.id: one for one in (*QUIZ.questions, *PRACTICE.questions)}[question_id]
    sent: dict[str, Any] = {"question": question_id, "nonce": nonce(), "kind": question.kind, **more}
    if question.kind == "order":
        sent |= {f"place-{one}": str(place) for place, one in enumerate(response["items"], start=1)}
    else:
        sent |= response
    return sent


def answer(client: FlaskClient, address: str, question_id: str, *, right: bool = True, **more: str) -> TestResponse:
    given = (RIGHT if right else WRONG)[question_id]
    return client.post(f"{address}/answers", data=fields_of(question_id, given, **more))


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        return database.engine


def kept(app: Flask) -> int:
    with app.app_context(), transaction() as current:
        return current.scalar(select(func.count()).select_from(Answer)) or 0


# --- working a case --------------------------------------------------------------------------------------------


def test_parts_open_by_posting_and_stay(client: FlaskClient, trainee: Person) -> None:
    address = client.post("/cases/case-practice/attempts").location
    page = client.get(address).text
    assert "The history of a painter" in page
    assert "brachioradialis" not in page
    client.post(f"{address}/stage", data={"stage": 1})
    page = client.get(address).text
    assert "The history of a painter" in page
    assert "brachioradialis" in page
    assert "Which segment" not in page
    client.post(f"{address}/stage", data={"stage": 2})
    page = client.get(address).text
    assert "Which segment" in page
    assert "Which comes first" not in page
    assert "The explanation says" not in page


def test_a_get_changes_nothing(app: Flask, client: FlaskClient, trainee: Person) -> None:
    address = begin(client)
    with counted(engine_of(app)) as statements:
        for path in ("/cases", "/cases/case-practice", "/attempts", address, f"/quizzes/{QUIZ.id}"):
            assert client.get(path).status_code == 200
    assert statements
    assert [one for one in statements if not one.lstrip().upper().startswith("SELECT")] == []


def test_an_answer_is_followed_by_its_feedback(client: FlaskClient, trainee: Person) -> None:
    address = begin(client)
    before = client.get(address).text
    assert "The thumb decides for C6" not in before
    reply = answer(client, address, "segment", right=False)
    assert reply.status_code == 303
    page = client.get(reply.location).text
    assert "The thumb decides for C6" in page
    assert "C6, right" in page
    assert re.search(
        r"Graded 0\.\d\d of 1</strong> –\s+the findings speak for C7 0\.\d\d times as strongly as for C6", page
    )
    assert "What tells C6 from C7" in page
    assert re.search(r"speaks [\d.]+ : 1 for C6 against C7", page)
    assert "only an exact match" in page
    assert 'name="segment"' not in page  # locked


def test_the_last_part_is_the_explanation(client: FlaskClient, trainee: Person) -> None:
    address = begin(client)
    answer(client, address, "segment")
    client.post(f"{address}/stage", data={"stage": 3})
    answer(client, address, "first", right=False)
    page = client.get(address).text
    assert "Dinosaurs laid them" in page
    assert "Hens came later" in page
    assert "The explanation says" not in page
    client.post(f"{address}/stage", data={"stage": 4})
    page = client.get(address).text
    assert "The explanation says C6" in page
    assert 'id="ref-KEY"' in page
    assert "1 of 2 questions right" in page
    again = client.post("/cases/case-practice/attempts").location
    assert again != address


def test_a_sign_off_case_keeps_its_key(app: Flask, client: FlaskClient, trainee: Person) -> None:
    address = drawn_case(app, trainee)
    for stage in (1, 2):
        client.post(f"{address}/stage", data={"stage": stage})
    answer(client, address, "segment", right=False)
    client.post(f"{address}/stage", data={"stage": 3})
    answer(client, address, "first", right=False)
    for path in (address, "/attempts", "/cases", "/cases/case-sign-off"):
        page = client.get(path).text
        for secret in ("The thumb decides", "C6, right", "Dinosaurs", "Hens came later", "explanation says", "correct"):
            assert secret not in page
        assert "Graded" not in page
    page = client.get(address).text
    assert "C7, right" in page
    assert "Recorded" in page
    assert "× your answer" not in page
    assert client.post(f"{address}/stage", data={"stage": 4}).status_code == 422
    assert client.post("/cases/case-sign-off/attempts").status_code == 403


def test_a_sign_off_case_does_not_say_how_many_questions_it_asks(
    app: Flask, client: FlaskClient, trainee: Person
) -> None:
    """What to do today is asked only where needling is wrong, so the number would be the answer."""
    address = drawn_case(app, trainee)
    for stage in (1, 2):
        client.post(f"{address}/stage", data={"stage": stage})
        for path in (address, "/attempts"):
            page = client.get(path).text
            assert "Question 1" not in page
            assert "Question 2" not in page
            assert "to the questions" not in page
            assert "0/2" not in page
    answer(client, address, "segment", right=True)
    client.post(f"{address}/stage", data={"stage": 3})
    assert "Question 2" in client.get(address).text


def test_a_stage_that_is_not_open_yet_is_refused_in_words(client: FlaskClient, trainee: Person) -> None:
    address = begin(client, "case-practice", 1)
    reply = client.post(f"{address}/stage", data={"stage": 3})
    assert reply.status_code == 409
    assert "one part at a time" in reply.text
    for stage in ("", "x", "-1", "99", "1" * 30):
        assert client.post(f"{address}/stage", data={"stage": stage}).status_code == 422


def test_continue_leads_to_the_attempt_under_way(client: FlaskClient, trainee: Person) -> None:
    address = begin(client)
    assert f'href="{address}"' in client.get("/cases").text
    assert "Continue" in client.get("/cases/case-practice").text
    assert client.post("/cases/case-practice/attempts").location == address


# --- answering -------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_one_answer(app: Flask, client: FlaskClient, trainee: Person) -> None:
    address = begin(client)
    sent = fields_of("segment", RIGHT["segment"])
    first = client.post(f"{address}/answers", data=sent)
    second = client.post(f"{address}/answers", data=sent)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert kept(app) == 1


def test_another_answer_from_a_second_tab_is_a_conflict_that_shows_the_first(
    app: Flask, client: FlaskClient, trainee: Person
) -> None:
    address = begin(client)
    answer(client, address, "segment")
    reply = answer(client, address, "segment", right=False)
    assert reply.status_code == 409
    assert "Your first answer stands" in reply.text
    assert "C6, right" in reply.text
    assert kept(app) == 1


def test_script_is_told_what_became_of_an_answer(client: FlaskClient, trainee: Person) -> None:
    address = begin(client)
    url = f"{address}/answers"
    bad = client.post(url, data=fields_of("segment", {"segment": "C6"}), headers=JSON)
    assert (bad.status_code, bad.json) == (422, {"errors": {"side": "Choose the side as well."}})
    saved = client.post(url, data=fields_of("segment", RIGHT["segment"]), headers=JSON)
    location = f"{address}?question=segment#question-segment"
    assert (saved.status_code, saved.json) == (200, {"state": "saved", "location": location})
    other = client.post(url, data=fields_of("segment", WRONG["segment"]), headers=JSON)
    message = "You have answered this already. Your first answer stands."
    assert (other.status_code, other.json) == (409, {"state": "kept", "message": message, "location": location})


def test_script_is_told_to_sign_in(client: FlaskClient) -> None:
    reply = client.post("/attempts/" + "x" * 22 + "/answers", data={}, headers=JSON)
    assert reply.status_code == 401


def test_a_form_without_its_token_is_refused(app: Flask, client: FlaskClient, trainee: Person) -> None:
    address = begin(client)
    app.config["WTF_CSRF_ENABLED"] = True
    reply = client.post(f"{address}/answers", data=fields_of("segment", RIGHT["segment"]), headers=JSON)
    assert reply.status_code == 400
    assert kept(app) == 0


def test_a_missing_answer_is_an_error_at_its_field_and_keeps_the_rest(client: FlaskClient, trainee: Person) -> None:
    address = begin(client)
    reply = client.post(f"{address}/answers", data=fields_of("segment", {"segment": "T4"}, confidence="sure"))
    assert reply.status_code == 422
    assert "<title>Error: " in reply.text
    assert re.search(r'id="q-segment-side-error"[^>]*>Choose the side as well', reply.text)
    assert re.search(r'value="T4" checked', reply.text)
    assert re.search(r'value="sure" checked', reply.text)


@pytest.mark.parametrize(
    "tampered",
    [
        {"nonce": "short"},
        {"nonce": ""},
        {"question": "steps"},
        {"question": "no\0where"},
        {"kind": "choice", "option": "a"},
        {"kind": ""},
        {"segment": "C9"},
        {"side": "up"},
        {"confidence": "certain"},
    ],
    ids=repr,
)
def test_a_tampered_form_is_refused(app: Flask, client: FlaskClient, trainee: Person, tampered: dict[str, str]) -> None:
    address = begin(client)
    reply = client.post(f"{address}/answers", data={**fields_of("segment", RIGHT["segment"]), **tampered})
    assert reply.status_code == 422
    assert kept(app) == 0


def test_anothers_attempt_is_not_there(
    app: Flask, client: FlaskClient, trainee: Person, person_in: Callable[..., Person]
) -> None:
    address = begin(client)
    sign_in(client, person_in())
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/stage", data={"stage": 3}).status_code == 404
    assert answer(client, address, "segment").status_code == 404
    assert address not in client.get("/attempts").text
    assert kept(app) == 0


@pytest.mark.parametrize(
    "path",
    ["/attempts/nothing", "/attempts/" + "%00" * 22, "/cases/nothing", "/quizzes/case-practice", "/cases/quiz-small"],
)
def test_what_is_not_there_is_404(client: FlaskClient, trainee: Person, path: str) -> None:
    assert client.get(path).status_code == 404


def test_cases_are_for_trainees(client: FlaskClient, person_in: Callable[..., Person]) -> None:
    sign_in(client, person_in(Role.CLINIC))
    assert client.get("/cases").status_code == 403
    sign_in(client, person_in(Role.AUTHOR))
    assert client.post("/cases/case-practice/attempts").status_code == 403
    assert client.get(f"/quizzes/{QUIZ.id}").status_code == 200


# --- a quiz ----------------------------------------------------------------------------------------------------


def test_a_quiz_goes_question_by_question_to_its_result(app: Flask, client: FlaskClient, trainee: Person) -> None:
    address = client.post(f"/quizzes/{QUIZ.id}/attempts").location
    with app.app_context(), transaction() as current:
        asked = current.scalars(select(Attempt)).one().question_ids
    for number, question_id in enumerate(asked, start=1):
        page = client.get(address).text
        assert f"Question {number} of 4" in page
        assert f'name="question" value="{question_id}"' in page
        reply = answer(client, address, question_id, right=number != 1, confidence="sure")
        page = client.get(reply.location).text
        assert ("Not correct" in page) is (number == 1)
        assert ("See the result" in page) is (number == 4)
    page = client.get(address).text
    assert "3 of 4 right" in page
    assert "Passed" in page  # at 75 %, exactly
    assert "Read these again" in page
    assert "/courses/course" in page
    assert "Passed: 3/4" in client.get(f"/quizzes/{QUIZ.id}").text
    assert "Passed: 3/4" in client.get("/attempts").text


def test_a_result_says_the_mean_grade_second_and_only_where_something_was_missed(
    app: Flask, client: FlaskClient, trainee: Person
) -> None:
    with app.app_context(), transaction() as current:
        publish(current, replace(QUIZ, id="quiz-degrees", draw=2, questions=(QUIZ.questions[3], QUIZ.questions[4])))
    results = []
    for right in (False, True):
        address = client.post("/quizzes/quiz-degrees/attempts").location
        for question_id in ("steps", "count"):
            answer(client, address, question_id, right=right)
        results.append(client.get(address).text)
    assert "Graded by degrees, the answers come to 0.58 of 1 on average" in results[0]  # 2/3 and 1/2
    assert results[0].index("0 of 2 right") < results[0].index("Graded by degrees")
    assert "Not passed yet" in results[0]
    assert "Graded" not in results[1]


def test_a_safety_question_asks_how_sure(client: FlaskClient, trainee: Person, app: Flask) -> None:
    with app.app_context(), transaction() as current:
        publish(current, replace(QUIZ, id="quiz-danger", draw=1, questions=(QUIZ.questions[-1],)))
    address = client.post("/quizzes/quiz-danger/attempts").location
    assert "Asked because this is about safety" in client.get(address).text
    reply = answer(client, address, "danger")
    assert reply.status_code == 422
    assert "say how sure you are" in reply.text
    assert answer(client, address, "danger", confidence="guess").status_code == 303


def test_options_stand_in_the_same_order_every_time(app: Flask, client: FlaskClient, trainee: Person) -> None:
    with app.app_context(), transaction() as current:
        publish(current, replace(QUIZ, id="quiz-order", draw=2, questions=QUIZ.questions[2:4]))
    address = client.post("/quizzes/quiz-order/attempts").location
    shown = [re.findall(r'name="(?:place-|options" value=")(\w)', client.get(address).text) for _time in range(3)]
    assert shown[0]
    assert shown[0] == shown[1] == shown[2]


# --- lists -----------------------------------------------------------------------------------------------------


def test_the_list_says_how_one_stands_with_each_case(client: FlaskClient, trainee: Person) -> None:
    assert client.get("/cases").text.count("New") == 2
    address = begin(client)
    assert "Under way" in client.get("/cases").text
    answer(client, address, "segment", right=False)
    answer(client, address, "first")
    assert "Not all right yet" in client.get("/cases").text
    address = begin(client)
    answer(client, address, "segment")
    answer(client, address, "first")
    assert "All right" in client.get("/cases").text


def test_the_list_shows_one_region(client: FlaskClient, trainee: Person, app: Flask) -> None:
    with app.app_context(), transaction() as current:
        publish(current, replace(PRACTICE, id="case-lumbar", title="A low back", region="lumbar"))
    page = client.get("/cases?region=lumbar").text
    assert "A low back" in page
    assert "A painter" not in page
    assert "A painter" in client.get("/cases?region=nonsense").text
    assert "No practice cases here yet" in client.get("/cases?region=sacral").text


def test_a_long_list_is_paged(client: FlaskClient, trainee: Person, app: Flask) -> None:
    with app.app_context(), transaction() as current:
        publish(current, *[replace(PRACTICE, id=f"case-{number}", title=f"Case {number:02}") for number in range(60)])
    first, second = client.get("/cases").text, client.get("/cases?page=2").text
    assert "Case 00" in first
    assert "Case 00" not in second
    assert "Case 59" in second
    assert "A painter" in first + second


def test_the_history_is_empty_first(client: FlaskClient, trainee: Person) -> None:
    assert "Nothing yet" in client.get("/attempts").text
    begin(client)
    assert "A painter with a thumb" in client.get("/attempts").text


# --- budgets ---------------------------------------------------------------------------------------------------


def test_pages_ask_at_most_six_queries_with_ten_and_with_ten_thousand_answers(
    app: Flask, client: FlaskClient, trainee: Person
) -> None:
    case, quiz = begin(client), client.post(f"/quizzes/{QUIZ.id}/attempts").location
    answer(client, case, "segment")
    paths = ("/cases", "/cases/case-practice", case, quiz, f"/quizzes/{QUIZ.id}", "/attempts")
    asked: list[dict[str, int]] = []
    for attempts in (1, 1000):
        with app.app_context(), transaction() as current:
            store(current, trainee.id, attempts)
        found = {}
        for path in paths:
            library._documents.clear()  # a process that has just started
            with counted(engine_of(app)) as statements:
                assert client.get(path).status_code == 200
            found[path] = len(statements)
        asked.append(found)
    assert max(asked[0].values()) <= 6, asked[0]
    assert asked[0] == asked[1]


def test_an_answer_asks_at_most_six_queries(app: Flask, client: FlaskClient, trainee: Person) -> None:
    address = begin(client)
    sent = fields_of("segment", RIGHT["segment"])
    library._documents.clear()
    with counted(engine_of(app)) as statements:
        assert client.post(f"{address}/answers", data=sent).status_code == 303
    assert len(statements) <= 6, statements


# --- what ships ------------------------------------------------------------------------------------------------


def test_every_question_that_ships_can_be_shown_answered_and_read(
    app: Flask, client: FlaskClient, person_in: Callable[..., Person], published: Any
) -> None:
    """Through the pages: each quiz once and each case once, with the key."""
    person = person_in()
    sign_in(client, person)
    with app.app_context(), transaction() as current:
        entries = library.entries(current, ("quiz", "case"))
        documents = library.documents(current, [entry.version_hash for entry in entries])
    for entry in entries:
        questions: dict[str, Question] = {one.id: one for one in documents[entry.version_hash].questions}  # type: ignore[union-attr]
        purpose: Purpose = "quiz" if entry.kind == "quiz" else "case"
        with app.app_context(), transaction() as current:
            begun = service.start(current, person.id, entry.id, purpose, at=NOON, drawn=True)
        address = f"/attempts/{begun.public_id}"
        for stage in range(1, 3):
            client.post(f"{address}/stage", data={"stage": stage})
        for _number in range(len(questions)):
            page = client.get(address).text
            found = re.search(r'name="question" value="([^"]+)"', page)
            if found is None:
                break
            question = questions[found[1]]
            sent = {"question": question.id, "nonce": nonce(), "kind": question.kind, "confidence": "think"}
            reply = client.post(f"{address}/answers", data={**sent, **key_fields(question)})
            assert reply.status_code == 303, (entry.id, question.id)
            assert client.get(reply.location).status_code == 200
            client.post(f"{address}/stage", data={"stage": len(questions) + 2})
            for stage in range(3, len(questions) + 3):
                client.post(f"{address}/stage", data={"stage": stage})
    with app.app_context(), transaction() as current:
        attempts = current.scalars(select(Attempt)).all()
        assert len(attempts) == len(entries)
        assert [one.item_id for one in attempts if one.finished_at is None or one.right != one.asked] == []


def key_fields(question: Question) -> dict[str, Any]:
    """What the form of a question sends when it is answered with its key."""
    match question.kind:
        case "choice":
            return {"option": next(one.id for one in question.options if one.right)}
        case "choices":
            return {"options": [one.id for one in question.options if one.right]}
        case "segment":
            return {"segment": question.segments[0], "side": question.side or ""}
        case "order":
            return {f"place-{one.id}": str(place) for place, one in enumerate(question.items, start=1)}
        case "number":
            return {"number": f"{question.number:g}"}
