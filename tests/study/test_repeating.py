"""Whether a module was gone through again, for an exam that asks for it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.assessment.makers import QUIZ, RIGHT, WRONG, nonce, publish
from tests.makers import NOON, make_person
from training.assessment import service as assessment
from training.content.documents import Course, Item, Lesson, LessonEntry, Module
from training.library import service as library
from training.study import service
from training.study.repeating import module_repeated_since

HOUR = timedelta(hours=1)
LESSONS = tuple(Lesson(f"lesson-{n}", "course", f"Lesson {n}", 5, (), (), (), ()) for n in (1, 2, 3))
COURSE = Course(
    "course",
    "The course",
    1,
    (),
    (
        Module("first", "First", ("lesson-1", "lesson-2"), "quiz-small"),
        Module("second", "Second", ("lesson-3",)),
    ),
    tuple(LessonEntry(one.id, one.title, 5) for one in LESSONS),
    "",
)


def digest(document: Course | Lesson) -> str:
    """As of a version: no other document of the run has it, for a process keeps documents by their hash."""
    return hashlib.sha256(repr(document).encode()).hexdigest()


@pytest.fixture
def person_id(session: Session) -> int:
    publish(session, replace(QUIZ, draw=6))
    items = [Item(COURSE.id, "course", "c.md", COURSE.title, digest(COURSE), "", COURSE)]
    items += [Item(one.id, "lesson", "l.md", one.title, digest(one), "", one) for one in LESSONS]
    library.publish(session, items, at=NOON, retire_missing=False)
    person = make_person(session)
    session.flush()
    return person.id


def read(session: Session, person_id: int, *lessons: str, hours: int) -> None:
    for one in lessons:
        service.finish(session, person_id, one, at=NOON + hours * HOUR)


def take_quiz(session: Session, person_id: int, answers: dict[str, dict[str, object]], *, hours: int) -> None:
    at = NOON + hours * HOUR
    attempt = assessment.start(session, person_id, "quiz-small", "quiz", at=at)
    for question in attempt.question_ids:
        assessment.answer(session, attempt.public_id, person_id, question, answers[question], "think", nonce(), at=at)


def test_reading_before_is_not_repeating(session: Session, person_id: int) -> None:
    read(session, person_id, "lesson-1", "lesson-2", "lesson-3", hours=0)
    take_quiz(session, person_id, RIGHT, hours=0)

    assert not module_repeated_since(session, person_id, "first", NOON + HOUR)
    assert not module_repeated_since(session, person_id, "second", NOON + HOUR)


def test_every_lesson_and_the_quiz_again_is(session: Session, person_id: int) -> None:
    read(session, person_id, "lesson-1", "lesson-2", hours=2)
    assert not module_repeated_since(session, person_id, "first", NOON + HOUR)
    take_quiz(session, person_id, WRONG, hours=2)
    assert not module_repeated_since(session, person_id, "first", NOON + HOUR)
    take_quiz(session, person_id, RIGHT, hours=3)

    assert module_repeated_since(session, person_id, "first", NOON + HOUR)
    assert not module_repeated_since(session, person_id, "first", NOON + 4 * HOUR)


def test_a_course_means_all_of_it(session: Session, person_id: int) -> None:
    read(session, person_id, "lesson-1", "lesson-2", hours=2)
    take_quiz(session, person_id, RIGHT, hours=2)
    assert not module_repeated_since(session, person_id, "course", NOON + HOUR)
    read(session, person_id, "lesson-3", hours=2)

    assert module_repeated_since(session, person_id, "course", NOON + HOUR)


def test_what_is_withdrawn_bars_nobody(session: Session, person_id: int) -> None:
    assert module_repeated_since(session, person_id, "none", NOON)
