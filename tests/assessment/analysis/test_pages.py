from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.assessment.analysis.conftest import QUESTIONS, Answered
from tests.assessment.analysis.makers import answer_everything, big_quiz, cases, make_cohort, store
from tests.assessment.makers import CHOICE, PRACTICE, QUIZ, SIGN_OFF, publish
from tests.makers import make_person
from tests.query_counts import counted
from training.assessment.analysis.export import Table, as_csv
from training.assessment.analysis.service import Viewer
from training.db.session import database, transaction
from training.web.access import Role

AsRole = Callable[..., FlaskClient]
WHOLE = Viewer(sign_off=True, persons=True)
MOST_QUERIES = 9
PAGES = (
    "/analysis",
    "/analysis/quizzes/quiz-big",
    "/analysis/questions/quiz-big/q1",
    "/analysis/questions/case-c6/segment",
    "/analysis/questions/case-refer/segment",
    "/analysis/cohorts/everybody",
)
FILES = (
    "/analysis/items.csv",
    "/analysis/quizzes/quiz-big/items.csv",
    "/analysis/quizzes/quiz-big/test.csv",
    "/analysis/questions/case-c6/segment/options.csv",
    "/analysis/questions/case-c6/segment/segments.csv",
    "/analysis/questions/case-c6/segment/confidence.csv",
    "/analysis/questions/case-c6/segment/versions.csv",
    "/analysis/cohorts/everybody/confusion.csv",
    "/analysis/cohorts/everybody/pairs.csv",
    "/analysis/cohorts/everybody/decision.csv",
    "/analysis/cohorts/everybody/confidence.csv",
    "/analysis/cohorts/everybody/regions.csv",
)


def rows_of(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    got = browser.get(address)
    assert got.status_code == 200, address
    return list(csv.DictReader(io.StringIO(got.text.removeprefix("\ufeff"))))


# --- who ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.CLINIC, Role.ADMIN])
def test_it_is_closed_to_whoever_does_not_teach(answered: Answered, as_role: AsRole, role: Role) -> None:
    browser = as_role(role)
    assert {browser.get(address).status_code for address in (*PAGES, *FILES)} == {403}


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REVIEWER, Role.ASSESSOR, Role.DECIDER])
def test_it_is_open_to_whoever_teaches(answered: Answered, as_role: AsRole, role: Role) -> None:
    browser = as_role(role)
    assert {address: browser.get(address).status_code for address in (*PAGES, *FILES)} == dict.fromkeys(
        (*PAGES, *FILES), 200
    )


def test_the_sign_off_bank_is_for_who_may_read_the_library(answered: Answered, as_role: AsRole) -> None:
    author, assessor = as_role(Role.AUTHOR), as_role(Role.ASSESSOR)
    page = f"/analysis/questions/{SIGN_OFF.id}/segment"

    assert author.get(page).status_code == 200
    assert [assessor.get(one).status_code for one in (page, f"{page}/options.csv")] == [404, 404]
    assert SIGN_OFF.title in author.get("/analysis").text
    assert SIGN_OFF.title not in assessor.get("/analysis").text
    assert "sign-off and exam banks are left out" in assessor.get("/analysis/cohorts/everybody").text
    assert SIGN_OFF.id not in assessor.get("/analysis/items.csv").text
    whole, part = (rows_of(one, "/analysis/cohorts/everybody/regions.csv")[0]["of"] for one in (author, assessor))
    assert int(whole) == int(part) + 44


def test_a_tiny_cohort_is_for_who_may_read_about_persons(answered: Answered, as_role: AsRole) -> None:
    address = f"/analysis/cohorts/{answered.spring}"
    assert as_role(Role.AUTHOR).get(address).status_code == 403
    assert as_role(Role.AUTHOR).get(f"/analysis?cohort={answered.spring}").status_code == 403
    assert as_role(Role.ASSESSOR).get(address).status_code == 200


# --- what counts ----------------------------------------------------------------------------------------------


def test_only_the_first_sight_of_a_trainee_counts(app: Flask, answered: Answered, as_role: AsRole) -> None:
    with app.app_context(), transaction() as current:
        quiz = big_quiz(QUESTIONS)
        version = publish(current, quiz)[0]
        author = make_person(current, Role.AUTHOR)
        current.flush()
        again = [(person, quiz.questions[0], {"option": "b"}, False) for person in answered.autumn_ids]
        store(current, quiz, version, again, first_sight=False, number=2)
        store(current, quiz, version, [(author.id, quiz.questions[0], {"option": "b"}, False)], number=3)

    rows = rows_of(as_role(Role.AUTHOR), "/analysis/items.csv?kind=quiz")

    assert {row["First answers"] for row in rows} == {"44"}


def test_a_cohort_is_analysed_by_itself(answered: Answered, as_role: AsRole) -> None:
    rows = rows_of(as_role(Role.AUTHOR), f"/analysis/items.csv?cohort={answered.autumn}")
    assert {row["First answers"] for row in rows} == {"40"}
    assert as_role(Role.AUTHOR).get("/analysis?cohort=unknown").status_code == 404


def test_answers_to_another_wording_are_listed_and_do_not_count(
    app: Flask, answered: Answered, as_role: AsRole
) -> None:
    with app.app_context(), transaction() as current:
        quiz = big_quiz(QUESTIONS)
        first = replace(quiz.questions[0], stem_html="<p>Rewritten?</p>")
        publish(current, replace(quiz, questions=(first, *quiz.questions[1:])))
    browser = as_role(Role.AUTHOR)

    rewritten = browser.get("/analysis/questions/quiz-big/q0").text
    kept = browser.get("/analysis/questions/quiz-big/q1").text

    assert "Nobody has answered this question as it stands now" in rewritten
    assert "44 answers were to other wordings" in rewritten
    assert "Versions answered" in rewritten
    assert "to other wordings" not in kept
    assert "+ 44 to other wordings" in browser.get("/analysis").text


# --- small numbers --------------------------------------------------------------------------------------------


def test_without_any_answer_every_page_says_so(app: Flask, as_role: AsRole) -> None:
    browser = as_role(Role.AUTHOR)
    assert "No answers yet" in browser.get("/analysis").text
    assert "No answers yet" in browser.get("/analysis/cohorts/everybody").text
    assert rows_of(browser, "/analysis/items.csv") == []
    assert browser.get("/analysis/cohorts/everybody/confusion.csv").status_code == 404
    with app.app_context(), transaction() as current:
        publish(current, QUIZ, PRACTICE)
    assert "Nobody has answered this quiz yet" in browser.get(f"/analysis/quizzes/{QUIZ.id}").text
    assert "Nobody has answered" in browser.get(f"/analysis/questions/{PRACTICE.id}/segment").text


def test_one_person_is_counted_and_not_analysed(app: Flask, as_role: AsRole) -> None:
    with app.app_context(), transaction() as current:
        cohort, ids = make_cohort(current, "Alone", 1)
        answer_everything(current, [big_quiz(3), *cases()], ids)
    browser = as_role(Role.ASSESSOR)

    for address in (*PAGES, f"/analysis/cohorts/{cohort}"):
        page = browser.get(address)
        assert page.status_code == 200, address
        assert "whisker-dot" not in page.text.replace(legend(page.text), ""), address
    assert {row["Facility"] for row in rows_of(browser, "/analysis/items.csv")} == {""}
    assert "from 10 answers on" in browser.get("/analysis").text


def legend(page: str) -> str:
    """The sample in the legend, and the difficulty that stands on the author's estimate: neither is a share."""
    found = re.search(r'<p class="small soft legend">.*?</p>|<dt>Difficulty.*?</dd>', page, re.DOTALL)
    return found[0] if found else "\x00"


def test_below_thirty_people_discrimination_is_grey_with_the_reason(app: Flask, as_role: AsRole) -> None:
    with app.app_context(), transaction() as current:
        _cohort, ids = make_cohort(current, "Some", 20)
        answer_everything(current, [big_quiz(4)], ids)

    page = as_role(Role.AUTHOR).get("/analysis/quizzes/quiz-big").text

    assert "20 people: mostly chance" in page
    assert "whisker-grey" in page
    assert "point-hollow" in page


# --- the pages ------------------------------------------------------------------------------------------------


def test_a_wrong_key_is_among_the_first_of_the_queue(app: Flask, answered: Answered, as_role: AsRole) -> None:
    """Who does well elsewhere takes b, which the key calls wrong."""
    quiz = replace(QUIZ, id="quiz-wrong", title="Wrongly keyed", draw=5)
    quiz = replace(quiz, questions=tuple(replace(CHOICE, id=f"w{number}") for number in range(5)))
    with app.app_context(), transaction() as current:
        version = publish(current, quiz)[0]
        rows = [
            (person, question, {"option": "a" if right else "b"}, right)
            for place, person in enumerate(answered.autumn_ids)
            for number, question in enumerate(quiz.questions)
            for right in [(place % 4 > number % 3) != (number == 4)]
        ]
        store(current, quiz, version, rows)
    page = as_role(Role.AUTHOR).get("/analysis").text

    queue = page[page.index('id="queue"') : page.index('id="quizzes"')]
    assert "/analysis/questions/quiz-wrong/w4" in queue
    assert "Check the key" in queue


def test_the_list_is_filtered_sorted_and_paged(app: Flask, answered: Answered, as_role: AsRole) -> None:
    with app.app_context(), transaction() as current:
        answer_everything(current, [replace(big_quiz(35), id="quiz-long", title="Long")], answered.autumn_ids)
    browser = as_role(Role.AUTHOR)

    def facilities(address: str) -> list[float]:
        return [float(row["Facility"]) for row in rows_of(browser, address)]

    up, down = facilities("/analysis/items.csv?sort=facility"), facilities("/analysis/items.csv?sort=-facility")
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    assert {row["Region"] for row in rows_of(browser, "/analysis/items.csv?region=lumbar")} == {"Lumbar"}
    assert {row["Bank"] for row in rows_of(browser, "/analysis/items.csv?bank=sign-off")} == {"Sign-off"}
    assert {row["Kind"] for row in rows_of(browser, "/analysis/items.csv?kind=quiz")} == {"Quiz"}
    assert all(row["Flags"] for row in rows_of(browser, "/analysis/items.csv?flagged=1"))
    first, second = (browser.get(f"/analysis?kind=quiz&page={page}").text for page in (1, 2))
    assert first.count("<tr role") == 31
    assert second.count("<tr role") == 35 + QUESTIONS - 30 + 1
    assert "kind=quiz" in first[first.index('class="pager"') :]
    assert 'aria-sort="descending"' in browser.get("/analysis?sort=-n").text
    assert browser.get("/analysis?sort=nonsense&region=x&kind=y&bank=z&page=-4").status_code == 200


def test_the_cohort_page_names_the_pair_that_is_confused(answered: Answered, as_role: AsRole) -> None:
    browser = as_role(Role.AUTHOR)
    pairs = rows_of(browser, "/analysis/cohorts/everybody/pairs.csv")
    page = browser.get("/analysis/cohorts/everybody").text

    upper, lower = pairs[0]["Segments"].split(" – ")
    assert f"Confused most: {upper} and {lower}." in page
    assert 'class="heat-map"' in page
    assert "Sensitivity (d′)" in page
    asked = sum(int(row["Answers"]) for row in rows_of(browser, "/analysis/cohorts/everybody/confusion.csv"))
    assert asked == 44 * 6


def test_every_picture_has_a_text_and_a_table(answered: Answered, as_role: AsRole) -> None:
    browser = as_role(Role.AUTHOR)
    for address in PAGES[1:]:
        page = browser.get(address).text
        images = re.findall(r'<svg class="(?:plane|stack|heat-map)"[^>]*>', page)
        assert images, address
        assert all('role="img"' in one and re.search(r'aria-label="[^"]{10,}"', one) for one in images)
        assert page.count('<details class="behind"') >= len(images)
        assert " style=" not in page
        assert "<script" not in page


def test_what_is_not_there_is_not_found(answered: Answered, as_role: AsRole) -> None:
    browser = as_role(Role.AUTHOR)
    for address in (
        "/analysis/quizzes/nothing",
        "/analysis/quizzes/case-c6",
        "/analysis/quizzes/quiz-big/nothing.csv",
        "/analysis/questions/quiz-big/nothing",
        "/analysis/questions/nothing/segment",
        "/analysis/cohorts/nobody",
        "/analysis/cohorts/everybody/nothing.csv",
    ):
        assert browser.get(address).status_code == 404, address


# --- files ----------------------------------------------------------------------------------------------------


def test_a_cell_that_a_spreadsheet_would_run_becomes_text() -> None:
    rows = [(one, -0.25) for one in ("=1+1", "+1", "-1", "@x", "\tx", "fine")]
    text = as_csv(Table("t", "T", (("=head", "text"), ("Value", "figure")), list(rows)))
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row[0] for row in lines] == ["'=head", "'=1+1", "'+1", "'-1", "'@x", "'\tx", "fine"]
    assert {row[1] for row in lines[1:]} == {"-0.25"}


def test_every_file_is_an_attachment_named_after_what_it_holds(answered: Answered, as_role: AsRole) -> None:
    got = as_role(Role.AUTHOR).get("/analysis/quizzes/quiz-big/items.csv")
    assert got.headers["Content-Disposition"] == 'attachment; filename="quiz-big-items.csv"'
    assert got.mimetype == "text/csv"
    assert len(rows_of(as_role(Role.AUTHOR), "/analysis/quizzes/quiz-big/items.csv")) == QUESTIONS


def test_titles_that_look_like_formulas_are_guarded(app: Flask, answered: Answered, as_role: AsRole) -> None:
    with app.app_context(), transaction() as current:
        publish(current, replace(big_quiz(QUESTIONS), title="=HYPERLINK(1)"))
    rows = rows_of(as_role(Role.AUTHOR), "/analysis/items.csv?kind=quiz")
    assert {row["Title"] for row in rows} == {"'=HYPERLINK(1)"}


# --- cost -----------------------------------------------------------------------------------------------------


def test_every_page_asks_at_most_nine_queries(app: Flask, answered: Answered, as_role: AsRole) -> None:
    browser = as_role(Role.AUTHOR)
    for address in (*PAGES, f"/analysis?cohort={answered.autumn}", f"/analysis/cohorts/{answered.autumn}", *FILES):
        with app.app_context(), counted(database.engine) as asked:
            assert browser.get(address).status_code == 200
        assert len(asked) <= MOST_QUERIES, (address, asked)
