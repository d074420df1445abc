"""The panel in requests: who may see what, and every way a form can go wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.assessment.analysis.makers import answer_everything, make_cohort
from tests.assessment.makers import PRACTICE, QUIZ, SEGMENT, SIGN_OFF, publish, published_item
from tests.makers import NOON
from tests.query_counts import counted
from training.accounts import service as people
from training.assessment.panel.models import ItemReview, PanelRating
from training.content.documents import Case
from training.db.session import database, session, transaction
from training.web.access import Role

AsRole = Callable[..., FlaskClient]
QUESTION = "/panel/questions/case-practice/segment"
SECRET = "/panel/questions/case-sign-off/segment"
FOR_RATERS = ("/panel", QUESTION, SECRET, "/panel/import")
FOR_TEACHERS = ("/panel/bank", "/panel/ratings.csv", "/analysis/queue")
CALIBRATE = "/panel/bank/calibrate"


@pytest.fixture(autouse=True)
def _content(small: None) -> None:
    """One quiz, two practice cases and one sign-off case."""


def rate(browser: FlaskClient, share: str, case: Case = PRACTICE, **fields: str) -> TestResponse:
    version = published_item(case).hash
    data = {"share": share, "version": version, "seen": "0", "then": "next", **fields}
    return browser.post(f"/panel/questions/{case.id}/segment", data=data)


def shares(app: Flask) -> list[int]:
    with app.app_context():
        return sorted(session().scalars(select(PanelRating.share)))


# --- who -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "rates", "teaches", "calibrates"),
    [
        (Role.TRAINEE, False, False, False),
        (Role.AUTHOR, True, True, False),
        (Role.REVIEWER, True, True, True),
        (Role.ASSESSOR, True, True, False),
        (Role.DECIDER, False, True, True),
        (Role.CLINIC, False, False, False),
        (Role.ADMIN, False, False, False),
    ],
)
def test_each_role_meets_its_pages(as_role: AsRole, role: Role, rates: bool, teaches: bool, calibrates: bool) -> None:
    browser = as_role(role)

    assert {browser.get(page).status_code for page in FOR_RATERS} == {200 if rates else 403}
    assert {browser.get(page).status_code for page in FOR_TEACHERS} == {200 if teaches else 403}
    assert browser.post(CALIBRATE).status_code == (303 if calibrates else 403)
    assert rate(browser, "50").status_code == (303 if rates else 403)
    if teaches:
        assert ("Compute now" in browser.get("/panel/bank").text) is calibrates


def test_who_sees_the_keys_cannot_sit_the_case_and_who_sits_it_cannot_see_them(as_role: AsRole) -> None:
    both = as_role(Role.TRAINEE, Role.ASSESSOR)
    assert both.get(SECRET).status_code == 200
    assert both.post("/cases/case-sign-off/attempts").status_code == 403
    assert both.post("/cases/case-practice/attempts").status_code == 303


def test_a_former_panel_member_cannot_sit_what_they_rated(app: Flask, as_role: AsRole) -> None:
    browser = as_role(Role.TRAINEE, Role.ASSESSOR, name="Once on the panel")
    rate(browser, "50", SIGN_OFF)
    with app.app_context(), transaction() as db:
        rater_id = db.scalars(select(PanelRating.rater_id)).one()
        people.take_role(db, rater_id, Role.ASSESSOR, at=NOON, by_id=None)

    assert browser.get(SECRET).status_code == 403
    assert browser.post("/cases/case-sign-off/attempts").status_code == 403


# --- a rating --------------------------------------------------------------------------------------------------


def test_a_rating_leads_to_the_next_question_with_what_the_others_said(app: Flask, as_role: AsRole) -> None:
    rate(as_role(Role.REVIEWER), "40", SIGN_OFF)
    me = as_role(Role.ASSESSOR)
    before = me.get(SECRET).text
    assert "40" not in re.findall(r">(\d+) %</title>", before)
    assert 'class="dots"' not in before

    saved = rate(me, "60", SIGN_OFF)

    assert saved.status_code == 303
    assert saved.headers["Location"].startswith("/panel/questions/case-sign-off/first?after=case-sign-off")
    page = me.get(saved.headers["Location"]).text
    assert "You said 60. 2 panel members, mean 50.0, from 40 to 60 (standard deviation 14.1)." in page
    assert re.findall(r"<title>(\d+) %</title>", page) == ["40", "60"]
    assert shares(app) == [40, 60]


def test_the_filters_go_along_and_the_end_is_the_list(as_role: AsRole) -> None:
    me = as_role(Role.REVIEWER)
    first = rate(me, "60", SIGN_OFF, bank="sign-off", region="cervical")
    assert "bank=sign-off" in first.headers["Location"]
    assert "region=cervical" in first.headers["Location"]

    version = published_item(SIGN_OFF).hash
    data = {"share": "30", "version": version, "seen": "0", "then": "next", "bank": "sign-off"}
    last = me.post("/panel/questions/case-sign-off/first", data=data)

    assert last.headers["Location"].startswith("/panel?after=case-sign-off")
    assert "Nothing here waits for you" in me.get(last.headers["Location"]).text


@pytest.mark.parametrize("share", ["", "0", "100", "-1", "50.5", "abc", "1e2", "٦٠", "9" * 400, "5\x000"])
def test_a_share_that_is_none_is_told_and_kept(app: Flask, as_role: AsRole, share: str) -> None:
    got = rate(as_role(Role.REVIEWER), share, note="my note")

    assert got.status_code == 422
    assert "Give a whole number from 1 to 99" in got.text
    assert "<title>Error" in got.text
    assert "my note" in got.text
    assert shares(app) == []


def test_a_note_that_is_too_long_is_told(app: Flask, as_role: AsRole) -> None:
    got = rate(as_role(Role.REVIEWER), "50", note="x" * 501)
    assert got.status_code == 422
    assert "At most 500 characters; these are 501." in got.text
    assert shares(app) == []


def test_a_correction_stays_on_the_page_and_shows_what_was_said_before(as_role: AsRole) -> None:
    me = as_role(Role.REVIEWER)
    assert rate(me, "40", then="stay").headers["Location"] == f"{QUESTION}#rate"
    rate(me, "45", seen="1", then="stay")

    page = me.get(QUESTION).text

    assert "What you said before" in page
    assert "<li>40 " in page
    assert 'value="45"' in page


def test_the_second_window_is_told_and_shows_what_was_typed(app: Flask, as_role: AsRole) -> None:
    me = as_role(Role.REVIEWER)
    rate(me, "40")

    got = rate(me, "70", seen="0")

    assert got.status_code == 409
    assert "another window" in got.text
    assert 'value="70"' in got.text
    assert shares(app) == [40]
    assert rate(me, "40", seen="0").status_code == 303  # the same click again


def test_a_question_that_was_changed_meanwhile_is_shown_anew(app: Flask, as_role: AsRole) -> None:
    me = as_role(Role.REVIEWER)
    with app.app_context(), transaction() as db:
        publish(db, replace(PRACTICE, questions=(replace(SEGMENT, stem_html="<p>New words</p>"),)))

    got = rate(me, "50")

    assert got.status_code == 409
    assert "changed or withdrawn" in got.text
    assert "New words" in got.text
    assert shares(app) == []


@pytest.mark.parametrize("item", ["nothing/segment", "case-practice/nothing", "course/x"])
def test_what_there_is_not_is_not_found(as_role: AsRole, item: str) -> None:
    me = as_role(Role.REVIEWER)
    assert me.get(f"/panel/questions/{item}").status_code == 404
    assert me.post(f"/panel/questions/{item}", data={"share": "50"}).status_code == 404


def test_a_made_up_question_rated_before_shows_nothing(as_role: AsRole) -> None:
    me = as_role(Role.REVIEWER)
    for after in ("", "x", "case-practice#segment", "case-practice#x", "#", "a#b#c", "\x00#y", "x" * 900):
        got = me.get(QUESTION, query_string={"after": after})
        assert got.status_code == 200
        assert "just-rated" not in got.text


def test_every_kind_of_question_shows_its_key_with_its_reason(as_role: AsRole) -> None:
    me = as_role(Role.REVIEWER)
    for question in QUIZ.questions:
        page = me.get(f"/panel/questions/{QUIZ.id}/{question.id}").text
        for option in question.options:
            assert option.reason_html in page
        assert question.reason_html in page
    assert "C6, right" in me.get(QUESTION).text
    assert "The thumb decides for C6." in me.get(QUESTION).text
    assert "Do not needle: refer" in me.get("/panel/questions/case-refer/segment").text


# --- files -----------------------------------------------------------------------------------------------------


def test_a_file_is_looked_at_first_and_then_saved(app: Flask, as_role: AsRole) -> None:
    me = as_role(Role.REVIEWER)
    text = "item,question,share\ncase-practice,segment,60\ncase-practice,segment,61\nnothing,segment,5\n"

    looked = me.post("/panel/import/check", data={"file": (io.BytesIO(text.encode()), "r.csv")})
    assert looked.status_code == 200
    assert "1 row would be saved." in looked.text
    assert "A row above rates the same question" in looked.text
    assert "There is no quiz or case with this id" in looked.text
    assert shares(app) == []

    saved = me.post("/panel/import", data={"rows": text})
    assert saved.status_code == 303
    assert "1 rating saved." in me.get("/panel").text
    assert shares(app) == [60]


@pytest.mark.parametrize("data", [{}, {"rows": ""}, {"rows": "a,b\n1,2"}, {"rows": "item,question,share"}])
def test_what_is_no_table_is_told(as_role: AsRole, data: dict[str, str]) -> None:
    me = as_role(Role.REVIEWER)
    for address in ("/panel/import/check", "/panel/import"):
        got = me.post(address, data=data)
        assert got.status_code == 422
        assert 'role="alert"' in got.text
    bad = me.post("/panel/import/check", data={"file": (io.BytesIO(b"\xff\xfe\x00"), "r.csv")})
    assert (bad.status_code, "UTF-8" in bad.text) == (422, True)


def test_the_file_of_all_ratings_keeps_others_until_one_has_rated(as_role: AsRole) -> None:
    one, two = as_role(Role.REVIEWER, name="=One"), as_role(Role.AUTHOR, name="Two")
    decider = as_role(Role.DECIDER)
    rate(one, "40", note="=SUM(1)")
    rate(one, "45", seen="1")
    rate(one, "20", SIGN_OFF)

    def rows(browser: FlaskClient) -> list[tuple[str, str, str, str]]:
        text = browser.get("/panel/ratings.csv").text.removeprefix("\ufeff")
        return [(row["item"], row["rater"], row["share"], row["counts"]) for row in csv.DictReader(io.StringIO(text))]

    practice = [("case-practice", "'=One", "40", "no"), ("case-practice", "'=One", "45", "yes")]
    assert rows(one) == [*practice, ("case-sign-off", "'=One", "20", "yes")]
    assert rows(two) == []
    assert rows(decider) == practice

    rate(two, "50")
    assert rows(two) == [*practice, ("case-practice", "Two", "50", "yes")]


# --- banks, queue, analysis ------------------------------------------------------------------------------------


def test_difficulties_are_computed_from_the_page(app: Flask, as_role: AsRole) -> None:
    with app.app_context(), transaction() as db:
        _cohort, ids = make_cohort(db, "Autumn", 31)
        answer_everything(db, [PRACTICE], ids)
    reviewer = as_role(Role.REVIEWER)
    assert "Not computed yet" in reviewer.get("/panel/bank").text

    assert reviewer.post(CALIBRATE).status_code == 303

    page = reviewer.get("/panel/bank").text
    assert "The difficulties of 2 questions were computed." in page
    assert "2 have 30 or more, and stand as computed." in page
    rate(reviewer, "60")
    beside = reviewer.get("/analysis/questions/case-practice/segment").text
    assert "1 panel member: 60.0 of 100 would be right." in beside
    assert "The rating moved by 31 answers" in beside


@pytest.mark.parametrize(("number", "drawn"), [(9, False), (10, True)])
def test_a_region_is_drawn_from_ten_cases_on(app: Flask, as_role: AsRole, number: int, drawn: bool) -> None:
    with app.app_context(), transaction() as db:
        publish(db, *[replace(SIGN_OFF, id=f"case-{one}") for one in range(number - 1)])

    page = as_role(Role.REVIEWER).get("/panel/bank").text

    assert ('class="shares"' in page) is drawn
    assert '<b class="number">0</b> of 100 needed' in page
    assert f"and {number} provisional" in page


def test_the_analysis_keeps_the_panels_figures_from_who_has_yet_to_rate(as_role: AsRole) -> None:
    rate(as_role(Role.REVIEWER), "60")
    address = "/analysis/questions/case-practice/segment"

    assert "Rate it, then you see what they said" in as_role(Role.AUTHOR).get(address).text
    assert "1 panel member: 60.0 of 100" in as_role(Role.DECIDER).get(address).text


def test_looking_at_a_question_takes_it_out_of_the_queue(app: Flask, as_role: AsRole) -> None:
    for share in ("10", "90"):
        rate(as_role(Role.REVIEWER), share)
    me = as_role(Role.AUTHOR, name="Marit")
    address = "/analysis/queue/case-practice/segment"
    fields = {"version": published_item(PRACTICE).hash, "reason": "raters-apart", "note": "Two schools of thought."}
    page = me.get("/analysis/queue").text
    assert "Raters far apart" in page
    assert "2 panel members" in page

    empty = me.post(address, data={**fields, "note": " "})
    assert (empty.status_code, "Say in a few words" in empty.text) == (422, True)
    assert me.post(address, data={**fields, "version": "0" * 64}).status_code == 409
    assert me.post("/analysis/queue/nothing/segment", data=fields).status_code == 404
    assert as_role(Role.ASSESSOR).post("/analysis/queue/case-sign-off/segment", data=fields).status_code == 404

    for _ in range(2):
        assert me.post(address, data=fields).status_code == 303
    page = me.get("/analysis/queue").text
    assert "Nothing waits" in page
    assert "Two schools of thought." in page
    with app.app_context():
        assert len(session().scalars(select(ItemReview)).all()) == 1


# --- cost ------------------------------------------------------------------------------------------------------


def test_pages_ask_as_little_for_many_questions_as_for_few(app: Flask, as_role: AsRole) -> None:
    me = as_role(Role.TRAINEE, Role.AUTHOR)
    pages = {"/panel": 6, QUESTION: 7, "/panel/bank": 5, "/analysis/queue": 12}
    for number in (0, 60):
        with app.app_context(), transaction() as db:
            publish(db, *[replace(SIGN_OFF, id=f"case-{one}") for one in range(number)])
        for page, most in pages.items():
            me.get(page)  # versions into memory
            with app.app_context(), counted(database.engine) as asked:
                assert me.get(page).status_code == 200
            assert len(asked) <= most, (page, asked)
