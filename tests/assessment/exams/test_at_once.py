"""Two browsers at the same moment, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.assessment.exams.makers import answer_to, make_sitting, publish_exam
from tests.assessment.makers import nonce
from training.accounts.models import Person
from training.assessment.exams import taking
from training.assessment.exams.models import ExamAnswer, ExamAttempt, ExamQuestionRow
from training.assessment.exams.taking import Stale
from training.db.session import database, transaction
from training.web.access import Role

HOUR = timedelta(hours=1)
TOGETHER = 4


@pytest.fixture
def ann(person_in: Callable[..., Person]) -> Person:
    return person_in(Role.TRAINEE, name="Ann")


@pytest.fixture
def sitting(app: Flask, ann: Person, person_in: Callable[..., Person]) -> str:
    instructor, now = person_in(Role.ASSESSOR), datetime.now(UTC)
    with app.app_context(), transaction() as db:
        publish_exam(db)
        return make_sitting(db, instructor, opens=now - HOUR, closes=now + HOUR)


def at_once(app: Flask, act: Callable[[int], object]) -> list[object]:
    """Let several act at the same moment, each in a transaction; a refusal is among the answers."""
    barrier = Barrier(TOGETHER)

    def one(number: int) -> object:
        with app.app_context():
            barrier.wait(20)
            try:
                return act(number)
            except Stale as error:
                return error

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(one, range(TOGETHER)))


def test_starting_at_once_begins_one_attempt(app: Flask, ann: Person, sitting: str) -> None:
    def start(number: int) -> object:
        with transaction() as db:
            return taking.start(db, sitting, ann.id, f"device-{number}", datetime.now(UTC))

    begun = at_once(app, start)

    assert len(set(begun)) == 1
    with app.app_context():
        assert database.session.scalar(select(func.count(ExamAttempt.id))) == 1
        assert database.session.scalar(select(func.count(ExamQuestionRow.id))) == 6


def test_of_saves_upon_the_same_one_the_first_is_kept_and_the_others_are_told(
    app: Flask, ann: Person, sitting: str
) -> None:
    with app.app_context(), transaction() as db:
        attempt = taking.start(db, sitting, ann.id, "one", datetime.now(UTC))
        number, question = db.execute(
            select(ExamQuestionRow.number, ExamQuestionRow.question_id).where(ExamQuestionRow.question_id != "segment")
        ).first() or (0, "")

    def save(order: int) -> object:
        sent = {"option": "abc"[order % 3]}
        with transaction() as db:
            return taking.save(
                db,
                attempt,
                ann.id,
                number,
                sent,
                "sure" if order == 3 else "think",
                nonce=nonce(),
                based_on=0,
                device="one",
                at=datetime.now(UTC),
            )

    assert answer_to(question, right=True) == {"option": "a"}
    replies = at_once(app, save)

    assert sum(isinstance(one, Stale) for one in replies) == TOGETHER - 1
    with app.app_context():
        assert database.session.scalar(select(func.count(ExamAnswer.id))) == 1
        assert database.session.scalar(select(ExamAttempt.answered)) == 1
