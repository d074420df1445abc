"""Who knows a key is not examined on it, and whoever is examined does not read keys in the panel."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.assessment.exams.makers import CASES, CLOSES, DAY, EXAM, SOON, Hall, bank_case, make_sitting, publish_exam
from tests.assessment.makers import CHOICE, SEGMENT
from tests.makers import NOON, make_person, sign_in
from training.accounts.models import Person
from training.assessment.exams import bank, sittings, taking
from training.assessment.exams.standing import NotNow
from training.assessment.panel import rating, waiting
from training.assessment.panel.forms import Asked
from training.assessment.panel.rating import Rater, Wish, closed_banks
from training.content.documents import BlueprintRow
from training.db.errors import Refused
from training.db.session import transaction
from training.library import service as library
from training.web.access import Role


def rate(session: Session, person: Person, *item_ids: str) -> None:
    entries = library.offered(session, item_ids)
    wishes = [Wish(one, entries[one].version_hash, "segment", 50) for one in item_ids]
    rating.save(session, Rater(person.id, sits=False, at=NOON), wishes, NOON - DAY)


# --- who rated -------------------------------------------------------------------------------------------------


def test_what_somebody_rated_is_not_asked_of_them_and_of_others_it_is(hall: Hall) -> None:
    rated = [one.id for one in CASES[:4]]
    rate(hall.session, hall.ann, *rated)
    asked = {one.item_id for one in hall.form(hall.start())}
    assert asked.isdisjoint(rated)
    assert {one.id for one in CASES[4:]} <= asked
    now = bank.current_bank(hall.session)
    assert {one.item_id for one in now.left_for(bank.NOTHING)} >= set(rated)


def test_a_form_of_a_rater_can_be_drawn_again(hall: Hall) -> None:
    rate(hall.session, hall.ann, CASES[0].id)
    attempt = hall.start()
    row = hall.row(attempt)
    sitting = sittings.sitting(hall.session, hall.sitting)
    again = bank.form_again(
        hall.session, EXAM, row.drawn_from, taking.seed_of(sitting.seed, hall.ann.public_id, row.number)
    )
    assert [one.question.ref for one in again.placed] == [(one.item_id, one.question_id) for one in hall.form(attempt)]


def test_who_rated_too_much_is_named_before_and_refused(hall: Hall) -> None:
    rate(hall.session, hall.ann, *(one.id for one in CASES[:5]))
    lacking = sittings.lacking(hall.session, sittings.sitting(hall.session, hall.sitting))
    assert [(one.name, one.filled, one.count) for one in lacking] == [("Ann", 1, 2)]
    with pytest.raises(NotNow) as refused:
        hall.start()
    assert refused.value.hindrance.why == "no-questions"
    assert hall.start(hall.ben)


# --- who is examined -------------------------------------------------------------------------------------------


def sees_exams(hall: Hall, person: Person, at: datetime, *, sits: bool = True) -> bool:
    who = Rater(person.id, sits=sits, at=at)
    lines = waiting.waiting(hall.session, who, Asked()).lines
    assert bool(closed_banks(hall.session, who)) == (not any(one.bank == "exam" for one in lines))
    return any(one.bank == "exam" for one in lines)


def test_who_is_about_to_sit_an_exam_sees_none_of_its_keys(hall: Hall) -> None:
    assert not sees_exams(hall, hall.ben, NOON - DAY)
    assert sees_exams(hall, hall.ben, CLOSES)  # it is over, and they did not sit it
    assert sees_exams(hall, hall.instructor, NOON, sits=False)
    with pytest.raises(Refused, match="or exams"):
        waiting.sheet(hall.session, Rater(hall.ben.id, sits=True, at=NOON), CASES[0].id, "segment")


def test_who_ever_sat_an_exam_sees_none_of_its_keys_afterwards(hall: Hall) -> None:
    hall.hand_in(hall.start())
    assert not sees_exams(hall, hall.ann, SOON)
    assert not sees_exams(hall, hall.ann, CLOSES + 400 * DAY)


def test_an_exam_for_another_cohort_closes_nothing(session: Session) -> None:
    publish_exam(session)
    other = make_person(session)
    session.flush()
    assert closed_banks(session, Rater(other.id, sits=True, at=NOON)) == ()


# --- what a case would tell ------------------------------------------------------------------------------------


def test_a_page_does_not_tell_how_many_questions_a_case_has(
    app: Flask, client: FlaskClient, person_in: Callable[..., Person]
) -> None:
    refer, needle = (looks(app, client, person_in, refer=one) for one in (True, False))
    assert "Story of ." in refer[1]
    assert refer == needle


def looks(app: Flask, client: FlaskClient, person_in: Callable[..., Person], *, refer: bool) -> list[str]:
    """The pages of an attempt at the only case of a bank, without what differs at every load."""
    key = replace(SEGMENT, segments=("refer",), side=None) if refer else SEGMENT
    rest = () if refer else (replace(CHOICE, id="which"), replace(CHOICE, id="what-else"))
    name = f"case-only-{refer}".lower()
    case = replace(bank_case(0, history=f"<p>Story of {name}.</p>"), id=name, title="The same", questions=(key, *rest))
    blueprint = (BlueprintRow("dx-cervical", 1, kind="segment", refer=refer),)
    exam = replace(EXAM, id=f"exam-{name}", title="The same exam", blueprint=blueprint)
    now = datetime.now(UTC)
    sign_in(client, person_in(Role.TRAINEE, name="Ann"))
    with app.app_context(), transaction() as db:
        publish_exam(db, exam, cases=(case,))
        by = make_person(db, Role.ASSESSOR)
        db.flush()
        sitting = make_sitting(db, by, opens=now - DAY, closes=now + DAY, exam_id=exam.id)
    before = client.get(f"/exams/{sitting}").text
    address = client.post(f"/exams/{sitting}/attempts").location
    pages = [
        one.replace(name, "") for one in (before, client.get(address).text, client.get(f"{address}?question=1").text)
    ]
    return [
        re.sub(r'"[^"]*"|\d+(:\d\d)+|\d+ min left', "", re.sub(r"<dl.*?</dl>", "", one, flags=re.DOTALL))
        for one in pages
    ]
