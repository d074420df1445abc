"""The pages, from the list to the result, and for those who run it. No key before its time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.assessment.exams.makers import AT_ONCE, EXAM, answer_to, bank_quiz, make_sitting, publish_exam
from tests.assessment.makers import nonce
from tests.makers import sign_in
from tests.query_counts import counted
from training.accounts.models import Person
from training.assessment.exams.models import ExamAnswer, ExamAttempt, ExamQuestionRow, ExamSitting
from training.content.documents import Exam
from training.db.session import database, transaction
from training.web.access import Role

JSON = {"Accept": "application/json"}
HOUR = timedelta(hours=1)
PersonIn = Callable[..., Person]


class Site:
    """A published exam, open now, with a candidate who is signed in and an instructor."""

    def __init__(self, app: Flask, client: FlaskClient, person_in: PersonIn, exam: Exam = EXAM) -> None:
        self.app, self.client = app, client
        self.instructor = person_in(Role.ASSESSOR, name="Ida Instructor")
        self.ann = person_in(Role.TRAINEE, name="Ann Able")
        now = datetime.now(UTC)
        with app.app_context(), transaction() as db:
            publish_exam(db, exam)
            self.sitting = make_sitting(db, self.instructor, opens=now - HOUR, closes=now + 8 * HOUR)
        sign_in(client, self.ann)

    def start(self) -> str:
        reply = self.client.post(f"/exams/{self.sitting}/attempts")
        assert reply.status_code == 303, reply.text
        return reply.headers["Location"].rsplit("/", 1)[1]

    def fields(self, attempt: str, number: int, *, right: bool = True, based_on: int = 0) -> dict[str, str]:
        question = self.question(attempt, number)
        answer = {key: str(value) for key, value in answer_to(question, right=right).items()}
        kind = "segment" if question == "segment" else "choice"
        hidden = {"question": str(number), "nonce": nonce(), "kind": kind, "based_on": str(based_on)}
        return {**hidden, **answer, "confidence": "think"}

    def question(self, attempt: str, number: int) -> str:
        with self.app.app_context():
            query = (
                select(ExamQuestionRow.question_id)
                .join(ExamAttempt, ExamAttempt.id == ExamQuestionRow.attempt_id)
                .where(ExamAttempt.public_id == attempt, ExamQuestionRow.number == number)
            )
            return str(database.session.scalar(query))

    def answer(self, attempt: str, fields: dict[str, str], **how: object) -> object:
        return self.client.post(f"/exams/attempts/{attempt}/answers", data=fields, **how)

    def shift(self, *, deadline: timedelta | None = None, closes: timedelta | None = None) -> None:
        """Move the end of every attempt or sitting, from now."""
        now = datetime.now(UTC)
        with self.app.app_context(), transaction() as db:
            if deadline is not None:
                db.execute(update(ExamAttempt).values(deadline_at=now + deadline))
            if closes is not None:
                db.execute(update(ExamSitting).values(closes_at=now + closes))

    def as_instructor(self) -> None:
        sign_in(self.client, self.instructor)

    def as_ann(self) -> None:
        sign_in(self.client, self.ann)


@pytest.fixture
def site(app: Flask, client: FlaskClient, person_in: PersonIn) -> Site:
    return Site(app, client, person_in)


# --- a candidate ---


def test_the_way_from_the_list_to_a_result_that_is_not_released(site: Site) -> None:
    listed = site.client.get("/exams").text
    assert "A small exam" in listed
    assert f"/exams/{site.sitting}" in listed
    before = site.client.get(f"/exams/{site.sitting}").text
    assert "The clock starts when you start" in before
    assert "provisional, set by the authors" in before
    attempt = site.start()
    page = site.client.get(f"/exams/attempts/{attempt}").text
    assert "Question 1 of 6" in page
    assert "29 minutes left" in page
    for number in range(1, 7):
        reply = site.answer(attempt, {**site.fields(attempt, number), "go": "next"})
        wanted = f"question={number + 1}" if number < 6 else "hand-in"
        assert wanted in reply.headers["Location"]  # type: ignore[attr-defined]
    assert "Every question is answered" in site.client.get(f"/exams/attempts/{attempt}/hand-in").text
    assert site.client.post(f"/exams/attempts/{attempt}/hand-in").status_code == 303
    result = site.client.get(f"/exams/attempts/{attempt}/result").text
    assert "6 of 6 answers are saved" in result
    assert "Nobody sees one before" in result
    assert "Not yet" not in result
    assert "Result not released yet" in site.client.get("/exams").text


def test_no_page_of_an_exam_under_way_holds_a_key_or_its_reason(site: Site) -> None:
    attempt = site.start()
    for number in range(1, 7):
        site.answer(attempt, site.fields(attempt, number, right=number % 2 == 0))
        page = site.client.get(f"/exams/attempts/{attempt}?question={number}").text
        assert "Secret reason" not in page
        assert "secret patient" not in page  # the title of a case may tell
        assert "The thumb decides" not in page
        assert "The explanation says" not in page
        assert "✓" not in page
    for address in ("/attempts", "/cases", "/review", "/progress", "/"):
        assert "exam-bank" not in site.client.get(address).text
        assert "secret patient" not in site.client.get(address).text


def test_a_script_is_told_what_was_saved_and_how_much_time_is_left(site: Site) -> None:
    attempt = site.start()
    reply = site.answer(attempt, site.fields(attempt, 2), headers=JSON)
    told = reply.json  # type: ignore[attr-defined]

    assert (told["state"], told["save"], told["answered"], told["over"]) == ("saved", 1, 1, False)
    assert re.fullmatch(r"Saved \d\d:\d\d:\d\d; 1 of 6 answered", told["words"])
    assert 29 * 60 - 5 < told["left"] <= 30 * 60
    here = site.client.post(f"/exams/attempts/{attempt}/here", headers=JSON).json
    assert here is not None
    assert here["answered"] == 1


def test_a_stale_answer_shows_both(site: Site) -> None:
    attempt = site.start()
    site.answer(attempt, site.fields(attempt, 1, right=True))
    stale = site.fields(attempt, 1, right=False)
    asked = site.answer(attempt, stale, headers=JSON)
    assert (asked.status_code, asked.json["state"], asked.json["save"]) == (409, "stale", 1)  # type: ignore[attr-defined]
    page = site.answer(attempt, stale)
    assert page.status_code == 409  # type: ignore[attr-defined]
    text = page.text  # type: ignore[attr-defined]
    assert "Saved meanwhile" in text
    assert 'name="based_on" value="1"' in text
    chosen = stale.get("option") or stale["segment"]
    assert re.search(rf'value="{chosen}" checked', text)


def test_a_late_answer_is_told_so_and_what_was_saved_stands(site: Site) -> None:
    attempt = site.start()
    site.answer(attempt, site.fields(attempt, 1))
    late = site.fields(attempt, 2)
    site.shift(deadline=timedelta(seconds=-1))
    reply = site.answer(attempt, late, headers=JSON)
    assert (reply.status_code, reply.json["state"]) == (409, "over")  # type: ignore[attr-defined]
    assert "was not saved" in reply.json["message"]  # type: ignore[attr-defined]
    shown = site.answer(attempt, late, follow_redirects=True).text  # type: ignore[attr-defined]
    assert "was not saved" in shown
    assert "1 of 6 answers are saved" in shown


def test_a_page_of_an_exam_that_is_over_leads_to_its_end_without_writing(site: Site) -> None:
    attempt = site.start()
    site.shift(deadline=timedelta(seconds=-1))
    for page in ("", "/hand-in"):
        assert site.client.get(f"/exams/attempts/{attempt}{page}").headers["Location"].endswith("/result")
    assert "The time is over" in site.client.get(f"/exams/attempts/{attempt}/result").text
    with site.app.app_context():
        assert database.session.scalar(select(ExamAttempt.finished_at)) is None


def test_what_cannot_be_read_is_shown_again_with_its_error(site: Site) -> None:
    attempt = site.start()
    number = next(one for one in range(1, 7) if site.question(attempt, one) != "segment")
    fields = {**site.fields(attempt, number), "option": ""}
    page = site.answer(attempt, fields)

    assert page.status_code == 422  # type: ignore[attr-defined]
    assert "Choose one of the answers." in page.text  # type: ignore[attr-defined]
    assert "Error: Question" in page.text  # type: ignore[attr-defined]
    told = site.answer(attempt, fields, headers=JSON)
    assert told.json == {"errors": {"response": "Choose one of the answers."}}  # type: ignore[attr-defined]


def test_a_second_start_and_a_second_hand_in_change_nothing(site: Site) -> None:
    attempt = site.start()
    assert site.start() == attempt
    for _ in range(2):
        assert site.client.post(f"/exams/attempts/{attempt}/hand-in").status_code == 303
    refused = site.client.post(f"/exams/{site.sitting}/attempts")
    assert refused.status_code == 403
    assert "not released yet" in refused.text


def test_anothers_exam_is_a_404_on_every_address(site: Site, person_in: PersonIn) -> None:
    attempt = site.start()
    fields = site.fields(attempt, 1)
    sign_in(site.client, person_in(Role.TRAINEE))
    for address in ("", "/hand-in", "/result"):
        assert site.client.get(f"/exams/attempts/{attempt}{address}").status_code == 404
    for address, data in (("answers", fields), ("flags", fields), ("here", {}), ("hand-in", {})):
        assert site.client.post(f"/exams/attempts/{attempt}/{address}", data=data).status_code == 404


def test_a_flag_is_set_and_taken_away(site: Site) -> None:
    attempt = site.start()
    flags = f"/exams/attempts/{attempt}/flags"
    site.client.post(flags, data={"question": "2", "flagged": "yes"})
    assert "exam-place-flagged" in site.client.get(f"/exams/attempts/{attempt}").text
    site.client.post(flags, data={"question": "2", "flagged": "no"})
    assert "exam-place-flagged" not in site.client.get(f"/exams/attempts/{attempt}").text
    assert site.client.post(flags, data={"question": "99", "flagged": "yes"}).status_code == 422


def test_an_instructor_does_not_sit(site: Site, person_in: PersonIn) -> None:
    sign_in(site.client, person_in(Role.TRAINEE, Role.ASSESSOR))
    assert "would prove nothing" in site.client.get("/exams").text
    assert site.client.post(f"/exams/{site.sitting}/attempts").status_code == 403


def test_saving_takes_at_most_six_queries_and_one_transaction(site: Site) -> None:
    attempt = site.start()
    site.answer(attempt, site.fields(attempt, 1))
    fields = site.fields(attempt, 2)
    with site.app.app_context(), counted(database.engine) as asked:
        assert site.answer(attempt, fields, headers=JSON).status_code == 200  # type: ignore[attr-defined]
    assert len(asked) <= 6, asked


def test_a_question_takes_at_most_six_queries_however_many_there_are(site: Site) -> None:
    attempt = site.start()
    site.client.get(f"/exams/attempts/{attempt}?question=1")
    with site.app.app_context(), counted(database.engine) as asked:
        site.client.get(f"/exams/attempts/{attempt}?question=1")
    assert len(asked) <= 6, asked


def test_looking_never_writes(site: Site) -> None:
    attempt = site.start()
    writes = ("INSERT", "UPDATE", "DELETE")
    pages = ["/exams", f"/exams/{site.sitting}", f"/exams/attempts/{attempt}", f"/exams/attempts/{attempt}/hand-in"]
    with site.app.app_context(), counted(database.engine) as mine:
        for page in pages:
            site.client.get(page)
    site.as_instructor()
    with site.app.app_context(), counted(database.engine) as theirs:
        for page in ("", "/figures", "/results", "/edit"):
            assert site.client.get(f"/exams/sittings/{site.sitting}{page}").status_code == 200
    assert [one for one in (*mine, *theirs) if one.lstrip().upper().startswith(writes)] == []


# --- an instructor ---


def test_an_instructor_looks_strikes_and_releases_and_the_candidate_sees_it(site: Site) -> None:
    attempt = site.start()
    for number in range(1, 7):
        site.answer(attempt, site.fields(attempt, number, right=number <= 4))
    site.client.post(f"/exams/attempts/{attempt}/hand-in")
    site.as_instructor()
    board = site.client.get(f"/exams/sittings/{site.sitting}").text
    assert "Ann Able" in board
    assert "6/6" in board
    assert "Nothing is released yet" in site.client.get(f"/exams/sittings/{site.sitting}/results").text
    early = site.client.post(f"/exams/sittings/{site.sitting}/release")
    assert early.status_code == 409
    assert "has not closed" in early.text
    site.shift(closes=timedelta(seconds=-1))
    figures = site.client.get(f"/exams/sittings/{site.sitting}/figures").text
    assert "Release the results" in figures
    ref = re.findall(r'name="question" value="([^"]+)"', figures)[0]
    assert site.client.post(f"/exams/sittings/{site.sitting}/strikes", data={"question": ref}).status_code == 422
    struck = site.client.post(f"/exams/sittings/{site.sitting}/strikes", data={"question": ref, "reason": "unclear"})
    assert struck.status_code == 303
    assert "unclear" in site.client.get(f"/exams/sittings/{site.sitting}/figures").text
    released = site.client.post(f"/exams/sittings/{site.sitting}/release", follow_redirects=True).text
    assert "Released to 1 candidate." in released
    assert "Ann Able" in released
    file = site.client.get(f"/exams/sittings/{site.sitting}/results.csv")
    assert file.mimetype == "text/csv"
    assert "Ann Able" in file.text
    site.as_ann()
    result = site.client.get(f"/exams/attempts/{attempt}/result").text
    assert "of 5 right" in result
    assert "provisional, set by the authors" in result
    assert "1 question was struck" in result
    assert "Secret reason" in result


def test_below_the_standard_is_not_yet_and_never_failed(app: Flask, client: FlaskClient, person_in: PersonIn) -> None:
    site = Site(app, client, person_in, AT_ONCE)
    attempt = site.start()
    site.client.post(f"/exams/attempts/{attempt}/hand-in")
    result = site.client.get(f"/exams/attempts/{attempt}/result").text

    assert "Not yet" in result
    assert "fail" not in result.lower()
    listed = site.client.get("/exams").text
    assert "There is a waiting time between attempts" in listed


def test_an_exam_that_shows_the_result_only_shows_no_answers(
    app: Flask, client: FlaskClient, person_in: PersonIn
) -> None:
    site = Site(app, client, person_in, replace(AT_ONCE, feedback="result"))
    attempt = site.start()
    site.answer(attempt, site.fields(attempt, 1))
    site.client.post(f"/exams/attempts/{attempt}/hand-in")

    assert "Secret reason" not in site.client.get(f"/exams/attempts/{attempt}/result").text


def test_a_sitting_is_made_tried_announced_and_changed(site: Site) -> None:
    site.as_instructor()
    assert "A small exam" in site.client.get("/exams/sittings/new").text
    data = {"exam": EXAM.id, "opens_at": "2099-01-01T09:00", "closes_at": "2099-01-01T17:00", "whom": "everybody"}
    wrong = site.client.post("/exams/sittings", data={**data, "closes_at": "2099-01-01T08:00"})
    assert wrong.status_code == 422
    assert "closes before it opens" in wrong.text
    assert site.client.post("/exams/sittings", data={**data, "exam": "none"}).status_code == 422
    assert site.client.post("/exams/sittings", data={**data, "whom": "cohorts"}).status_code == 422
    made = site.client.post("/exams/sittings", data=data).headers["Location"]
    page = site.client.get(made).text
    assert "every row can be filled" in page
    assert "09:00" in page
    assert site.client.post(f"{made}/announce").status_code == 303
    assert site.client.post(made, data={**data, "closes_at": "2099-01-01T18:00"}).status_code == 303
    assert "18:00" in site.client.get(made).text
    site.as_ann()
    assert "Opens 1 Jan 2099" in site.client.get("/exams").text


def test_what_cannot_be_filled_names_the_row_and_is_not_announced(site: Site) -> None:
    with site.app.app_context(), transaction() as db:
        publish_exam(db, EXAM, bank_quiz(2, 4))
    site.as_instructor()
    data = {"exam": EXAM.id, "opens_at": "2099-01-01T09:00", "closes_at": "2099-01-01T17:00", "whom": "everybody"}
    made = site.client.post("/exams/sittings", data=data).headers["Location"]
    assert "Ann Able: knowledge – 2 of 3" in site.client.get(made).text
    assert site.client.post(f"{made}/announce").status_code == 409


def test_ending_it_earlier_asks_when_somebody_writes(site: Site) -> None:
    site.start()
    site.as_instructor()
    asked = site.client.post(f"/exams/sittings/{site.sitting}", data={"closes_at": "2020-01-01T10:00"})
    assert asked.status_code == 422
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat(timespec="minutes")
    asked = site.client.post(f"/exams/sittings/{site.sitting}", data={"closes_at": soon})
    assert asked.status_code == 422
    assert "Ann Able" in asked.text
    sure = site.client.post(f"/exams/sittings/{site.sitting}", data={"closes_at": soon, "confirmed": "yes"})
    assert sure.status_code == 303


def test_extra_time_is_given_while_somebody_writes(site: Site) -> None:
    attempt = site.start()
    site.as_instructor()
    address = f"/exams/sittings/{site.sitting}/extra-time"
    data = {"person": site.ann.public_id, "minutes": "20", "reason": "reads slowly"}
    assert site.client.post(address, data={**data, "minutes": "many"}).status_code == 422
    assert site.client.post(address, data={**data, "person": "nobody"}).status_code == 404
    assert site.client.post(address, data=data).status_code == 303
    assert "reads slowly" in site.client.get(f"/exams/sittings/{site.sitting}").text
    site.as_ann()
    assert "49 minutes left" in site.client.get(f"/exams/attempts/{attempt}").text


def test_figures_and_coverage_of_an_exam(site: Site) -> None:
    site.as_instructor()
    page = site.client.get(f"/exams/figures/{EXAM.id}").text

    assert "What the bank has for the blueprint" in page
    assert "dx-cervical, cervical, segment" in page
    assert site.client.get("/exams/figures/none").status_code == 404


def test_answers_of_exams_stay_out_of_the_analysis(site: Site) -> None:
    attempt = site.start()
    for number in range(1, 7):
        site.answer(attempt, site.fields(attempt, number))
    site.client.post(f"/exams/attempts/{attempt}/hand-in")
    site.as_instructor()

    assert "No answers yet" in site.client.get("/analysis").text
    with site.app.app_context():
        assert len(database.session.scalars(select(ExamAnswer.id)).all()) == 6


def test_figures_of_very_few_are_not_for_who_may_not_read_about_persons(
    app: Flask, client: FlaskClient, person_in: PersonIn
) -> None:
    site = Site(app, client, person_in, AT_ONCE)
    attempt = site.start()
    site.client.post(f"/exams/attempts/{attempt}/hand-in")
    sign_in(client, person_in(Role.AUTHOR))
    page = client.get(f"/exams/figures/{EXAM.id}").text

    assert "would be about persons" in page
    assert "1 person has finished" not in page


def test_what_ran_out_of_time_says_so_and_is_handed_in_by_the_next_start(
    app: Flask, client: FlaskClient, person_in: PersonIn
) -> None:
    site = Site(app, client, person_in, AT_ONCE)
    attempt = site.start()
    site.shift(deadline=timedelta(seconds=-1))
    assert "Your last attempt ran out of time" in client.get("/exams").text
    assert "Show the result" in client.get(f"/exams/attempts/{attempt}/result").text
    refused = client.post(f"/exams/{site.sitting}/attempts")
    assert refused.status_code == 403
    assert "waiting time" in refused.text
    assert "0 of 6 right" in client.get(f"/exams/attempts/{attempt}/result").text


def test_the_first_page_tells_of_an_exam_until_it_is_sat(site: Site) -> None:
    assert "A small exam" in site.client.get("/").text
    attempt = site.start()
    assert "A small exam" in site.client.get("/").text
    site.client.post(f"/exams/attempts/{attempt}/hand-in")
    assert "A small exam" not in site.client.get("/").text


def test_the_command_hands_in_what_ran_out_of_time(site: Site) -> None:
    site.start()
    site.shift(deadline=timedelta(seconds=-1))
    run = site.app.test_cli_runner()

    assert run.invoke(args=["exams", "close"]).output == "1 handed in\n"
    assert run.invoke(args=["exams", "close"]).output == "0 handed in\n"
