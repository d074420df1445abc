"""What a question's difficulty rests on, and what asking for it costs."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.assessment.makers import CHOICE, PRACTICE, QUIZ, publish, published_item
from tests.makers import NOON, make_person
from tests.query_counts import counted
from training.assessment.panel import service
from training.assessment.panel.models import PanelRating, QuestionCalibration
from training.assessment.service import Rated, difficulties
from training.db.errors import NotFound
from training.measurement.item_calibration import AUTHOR_ERROR, PANEL_ERROR, author_rating, rating
from training.web.access import Role


def rate(session: Session, version: str, item_id: str, question_id: str, *shares: int) -> None:
    for share in shares:
        rater = make_person(session, Role.REVIEWER)
        session.flush()
        row = {"item_id": item_id, "version_hash": version, "question_id": question_id, "number": 1}
        session.add(PanelRating(rater_id=rater.id, share=share, rated_at=NOON, **row))
    session.flush()


def calibrated(session: Session, version: str, answers: int, difficulty: float = 1.5) -> None:
    session.add(
        QuestionCalibration(
            version_hash=version,
            question_id="segment",
            difficulty=difficulty,
            standard_error=0.3,
            answers=answers,
            panel_error=0.9,
            computed_at=NOON,
        )
    )
    session.flush()


def one(session: Session, version: str, question_id: str = "segment") -> Rated:
    return difficulties(session, [(version, question_id)])[version, question_id]


def test_with_no_rating_it_is_the_authors_estimate(session: Session) -> None:
    (version,) = publish(session, PRACTICE)

    segment, choice = one(session, version), one(session, version, CHOICE.id)

    assert segment.difficulty == pytest.approx(author_rating(PRACTICE.difficulty))
    assert choice.difficulty == pytest.approx(author_rating(CHOICE.difficulty))
    assert (segment.raters, segment.answers, segment.provisional) == (0, 0, True)
    assert segment.low < segment.share < segment.high


@pytest.mark.parametrize(("shares", "provisional"), [((50,), True), ((50, 60), True), ((50, 60, 70), False)])
def test_the_panels_mean_counts_from_three_on(session: Session, shares: tuple[int, ...], provisional: bool) -> None:
    (version,) = publish(session, PRACTICE)
    rate(session, version, PRACTICE.id, "segment", *shares)

    found = one(session, version)

    assert found.difficulty == pytest.approx(rating([one / 100 for one in shares]))
    assert found.share == pytest.approx(sum(shares) / len(shares) / 100)
    assert (found.raters, found.provisional) == (len(shares), provisional)
    error = AUTHOR_ERROR if provisional else PANEL_ERROR
    assert math.log(found.high / (1 - found.high)) == pytest.approx(-found.difficulty + 1.959964 * error)


def test_of_a_corrected_rating_the_last_counts(session: Session) -> None:
    (version,) = publish(session, PRACTICE)
    rater = make_person(session, Role.REVIEWER)
    session.flush()
    for number, share in ((1, 20), (2, 70)):
        row = {"item_id": PRACTICE.id, "version_hash": version, "question_id": "segment", "number": number}
        session.add(PanelRating(rater_id=rater.id, share=share, rated_at=NOON, **row))
    session.flush()

    assert one(session, version).share == pytest.approx(0.7)
    assert one(session, version).raters == 1


@pytest.mark.parametrize(("answers", "moved"), [(29, False), (30, True)])
def test_answers_count_from_thirty_on(session: Session, answers: int, moved: bool) -> None:
    (version,) = publish(session, PRACTICE)
    rate(session, version, PRACTICE.id, "segment", 60, 60, 60)
    calibrated(session, version, answers)

    found = one(session, version)

    assert found.difficulty == pytest.approx(1.5 if moved else rating([0.6]))
    assert found.answers == (answers if moved else 0)
    assert not found.provisional


def test_answers_alone_are_provisional_still(session: Session) -> None:
    (version,) = publish(session, PRACTICE)
    calibrated(session, version, 200)

    assert one(session, version).provisional


def test_what_was_changed_has_no_rating(session: Session) -> None:
    (before,) = publish(session, PRACTICE)
    rate(session, before, PRACTICE.id, "segment", 60, 60, 60)
    (after,) = publish(session, replace(PRACTICE, explanation_html="<p>Another.</p>"))

    assert one(session, before).raters == 3
    assert one(session, after).raters == 0


def test_what_there_is_not_is_not_found(session: Session) -> None:
    (version,) = publish(session, PRACTICE)

    with pytest.raises(NotFound):
        difficulties(session, [(version, "other")])
    with pytest.raises(NotFound):
        difficulties(session, [("0" * 64, "segment")])
    assert difficulties(session, []) == {}


def test_it_takes_two_queries_however_many(session: Session) -> None:
    cases = [replace(PRACTICE, id=f"case-{number}") for number in range(60)]
    publish(session, *cases, QUIZ)
    keys = [(published_item(one).hash, question.id) for one in (*cases, QUIZ) for question in one.questions]
    for number in (0, 1, 2):
        rate(session, published_item(cases[number]).hash, cases[number].id, "segment", 40, 50, 60)
    difficulties(session, keys)
    engine = session.get_bind()
    assert isinstance(engine, Engine)

    with counted(engine) as asked:
        found = difficulties(session, keys)

    assert len(found) == len(keys) > 120
    assert len(asked) == 2


@given(st.lists(st.integers(1, 99), max_size=9), st.sampled_from([None, 0, 30, 500]), st.floats(-5, 5))
def test_the_share_and_the_difficulty_always_agree(shares: list[int], answers: int | None, moved: float) -> None:
    row = None
    if answers:
        row = QuestionCalibration(difficulty=moved, standard_error=0.4, answers=answers, panel_error=0.7)

    found = service.rated(PRACTICE, ("v", "segment"), shares, row)

    assert 0 < found.low < found.share < found.high < 1
    assert found.difficulty == pytest.approx(-math.log(found.share / (1 - found.share)), abs=1e-9)
    assert found.provisional is (len(shares) < 3)
    assert found.in_band is (0.3 <= found.share <= 0.8)


@pytest.mark.parametrize("change", ["UPDATE panel_rating SET share = 1", "DELETE FROM panel_rating"])
def test_a_rating_stays_as_it_was_given(session: Session, change: str) -> None:
    (version,) = publish(session, PRACTICE)
    rate(session, version, PRACTICE.id, "segment", 60)
    session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(change))
    session.rollback()
