"""Difficulties from answers: what is stored is what the pure function says, with the panel as prior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.assessment.analysis.makers import answer_everything, big_quiz, cases, make_cohort
from tests.assessment.makers import PRACTICE, SEGMENT, publish, published_item
from tests.makers import NOON, make_person
from training.assessment.models import Answer
from training.assessment.panel import bank, calibration
from training.assessment.panel.models import QuestionCalibration
from training.assessment.panel.rating import Rater, Wish, save
from training.assessment.panel.service import difficulties
from training.content.documents import Case
from training.db.errors import Refused
from training.journal import service as journal
from training.measurement.item_calibration import (
    AUTHOR_ERROR,
    PANEL_ERROR,
    USUAL_SPREAD,
    answer_table,
    author_rating,
    calibrate,
    first_attempts,
    rating,
    shrunk,
)
from training.web.access import Role


def a_panel(session: Session, rated: dict[Case, tuple[int, ...]]) -> None:
    most = max(len(shares) for shares in rated.values())
    people = [make_person(session, Role.REVIEWER) for _ in range(most)]
    session.flush()
    for case, shares in rated.items():
        for person, share in zip(people, shares, strict=False):
            wish = Wish(case.id, published_item(case).hash, "segment", share)
            save(session, Rater(person.id, sits=False, at=NOON), [wish], NOON)


def stored(session: Session) -> dict[tuple[str, str], QuestionCalibration]:
    return {(row.version_hash, row.question_id): row for row in session.scalars(select(QuestionCalibration))}


def test_it_is_what_the_pure_function_says(session: Session) -> None:
    practice = [one for one in cases() if one.bank == "practice"]
    publish(session, *practice)
    a_panel(session, {practice[0]: (30, 40, 50), practice[1]: (80,)})
    _cohort, ids = make_cohort(session, "Autumn", 40)
    answer_everything(session, practice, ids, every=0.7)

    found = calibration.compute(session)
    calibration.keep(session, found, at=NOON, by_id=None)

    # the same by hand, from the rows
    rows = session.execute(select(Answer.person_id, Answer.item_id, Answer.right).order_by(Answer.id)).all()
    first = first_attempts((person, item, right) for person, item, right in rows)
    items = [one.id for one in practice]
    table = answer_table(first, sorted({person for person, _ in first}), items)
    ratings = [rating([0.4]), rating([0.8]), *(author_rating(one.difficulty) for one in practice[2:])]
    errors = [PANEL_ERROR, *[AUTHOR_ERROR] * (len(practice) - 1)]
    by_hand = calibrate(table, shrunk(ratings, errors, USUAL_SPREAD))
    kept = stored(session)
    assert len(kept) == len(practice)
    for case, one in zip(practice, by_hand.items, strict=True):
        row = kept[published_item(case).hash, "segment"]
        assert row.difficulty == pytest.approx(one.difficulty, abs=1e-4)
        assert row.standard_error == pytest.approx(one.standard_error, abs=1e-4)
        assert row.answers == one.answers == int((~np.isnan(table[:, items.index(case.id)])).sum())
        assert row.panel_error == PANEL_ERROR


def test_every_bank_and_quiz_is_a_test_of_its_own(session: Session) -> None:
    _cohort, ids = make_cohort(session, "Autumn", 35)
    answer_everything(session, [big_quiz(4), *cases()], ids)

    found = {one.name: one for one in calibration.compute(session)}

    assert set(found) == {"quiz-big", "cases/practice", "cases/sign-off"}
    assert {name: (one.people, one.calibrated) for name, one in found.items()} == {
        "quiz-big": (35, 4),
        "cases/practice": (35, 5),
        "cases/sign-off": (35, 2),
    }


def test_from_thirty_answers_on_it_is_used(session: Session) -> None:
    (case,) = [one for one in cases() if one.id == "case-c6"]
    publish(session, case)
    a_panel(session, {case: (50, 50, 50)})
    key = (published_item(case).hash, "segment")
    _cohort, ids = make_cohort(session, "Autumn", 31)

    for number, used in ((29, 0), (31, 31)):
        answer_everything(session, [case], ids[:29] if number == 29 else ids[29:])
        calibration.keep(session, calibration.compute(session), at=NOON, by_id=None)
        found = difficulties(session, [key])[key]
        row = stored(session)[key]
        assert (row.answers, found.answers, found.provisional) == (number, used, False)
        assert found.difficulty == (pytest.approx(row.difficulty) if used else 0)


def test_only_trainees_count_and_a_new_computation_writes_over_the_last(session: Session) -> None:
    publish(session, PRACTICE)
    author = make_person(session, Role.AUTHOR)
    session.flush()
    _cohort, ids = make_cohort(session, "Autumn", 12)
    answer_everything(session, [PRACTICE], [*ids, author.id])

    for _ in range(2):
        calibration.keep(session, calibration.compute(session), at=NOON, by_id=author.id)

    assert [row.answers for row in stored(session).values()] == [12, 12]
    found = calibration.latest(session)
    assert found is not None
    assert (found.at, found.questions, found.calibrated) == (NOON, 2, 0)
    entry = journal.latest(session, limit=1)[0]
    assert (entry.kind, entry.actor_id, entry.payload) == (
        "bank.calibrated",
        author.id,
        {"cases/practice": [2, 24, 0.7]},
    )


def test_with_no_answer_there_is_nothing_and_that_is_kept(session: Session) -> None:
    publish(session, PRACTICE)
    assert calibration.latest(session) is None
    assert calibration.keep(session, calibration.compute(session), at=NOON, by_id=None) == 0
    assert stored(session) == {}


def test_what_did_not_settle_is_left_out_and_the_ratings_stand(session: Session) -> None:
    publish(session, PRACTICE)
    _cohort, ids = make_cohort(session, "Autumn", 31)
    answer_everything(session, [PRACTICE], ids)
    (found,) = calibration.compute(session)
    assert found.settled

    assert calibration.keep(session, [replace(found, settled=False)], at=NOON, by_id=None) == 0
    assert stored(session) == {}
    assert calibration.keep(session, [found], at=NOON, by_id=None) == 2


def test_the_error_of_a_panel_is_learnt_from_ten_rated_questions(session: Session) -> None:
    every = [replace(PRACTICE, id=f"case-{number}", questions=(SEGMENT,)) for number in range(12)]
    publish(session, *every)
    a_panel(session, {case: (20 + 5 * number,) * 3 for number, case in enumerate(every)})
    _cohort, ids = make_cohort(session, "Autumn", 40)
    answer_everything(session, every, ids)

    (found,) = calibration.compute(session)

    assert found.learnt
    assert 0.2 <= found.error <= 3
    assert found.error != PANEL_ERROR


def test_a_page_does_not_wait_for_very_many(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(session, PRACTICE)
    _cohort, ids = make_cohort(session, "Autumn", 3)
    answer_everything(session, [PRACTICE], ids)
    calibration.refuse_if_long(session)

    monkeypatch.setattr(calibration, "MOST_ON_A_PAGE", 5)
    with pytest.raises(Refused, match="flask measure calibrate"):
        calibration.refuse_if_long(session)


def test_the_command_says_what_it_found_and_writes_it(app: Flask) -> None:
    from training.db.session import session as current
    from training.db.session import transaction

    with app.app_context(), transaction() as db:
        publish(db, PRACTICE)
        _cohort, ids = make_cohort(db, "Autumn", 31)
        answer_everything(db, [PRACTICE], ids)
    runner = app.test_cli_runner()

    tried = runner.invoke(args=["measure", "calibrate", "--dry-run"])
    assert tried.exit_code == 0, tried.output
    assert "cases/practice: 31 people, 62 answers, 2 questions, 2 with 30 answers or more" in tried.output
    with app.app_context():
        assert stored(current()) == {}

    done = runner.invoke(args=["measure", "calibrate"])
    assert "Difficulties of 2 questions written" in done.output
    with app.app_context():
        assert len(stored(current())) == 2


# --- banks -----------------------------------------------------------------------------------------------------


def test_the_bank_counts_stories_and_what_is_in_band(session: Session) -> None:
    base = replace(PRACTICE, bank="sign-off", questions=(SEGMENT,), difficulty=3)
    twins = [replace(base, id=f"case-twin-{number}", template="story") for number in range(3)]
    alone, easy = replace(base, id="case-alone"), replace(base, id="case-easy")
    publish(session, *twins, alone, easy, PRACTICE)
    a_panel(session, {twins[0]: (50, 60, 70), alone: (30, 30), easy: (90, 95, 85)})

    found = bank.banks(session)

    assert set(found) == {"sign-off", "practice"}
    cervical, *others = found["sign-off"]
    assert (cervical.region, cervical.cases, cervical.templates) == ("cervical", 5, 3)
    assert (cervical.in_band, cervical.with_panel, cervical.in_band_provisional) == (1, 2, 3)
    assert [line.cases for line in others] == [0, 0, 0]
    assert len(cervical.sure) == 2
    assert len(cervical.provisional) == 3
