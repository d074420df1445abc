"""Where somebody left off, and what comes next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.kept import Fill
from tests.makers import NOON, make_person
from training.assessment import service as assessment
from training.content.documents import Course, Lesson, Library, Quiz
from training.db.errors import NotFound
from training.demo.learners import Learner
from training.library import service as library
from training.study import service
from training.study.models import LessonProgress

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def reader(session: Session, publish_shipped: Fill) -> int:
    """A trainee of a school that publishes what ships."""
    publish_shipped(session)
    return make_person(session).id


def course(session: Session) -> Course:
    return library.current(session, "foundations", Course)[1]


def heading(session: Session, lesson_id: str, number: int) -> str:
    return library.current(session, lesson_id, Lesson)[1].headings[number].id


def test_a_new_person_begins_with_the_first_lesson(session: Session, reader: int) -> None:
    place = service.continue_at(session, reader)

    assert (place.kind, place.id, place.begun) == ("lesson", course(session).lessons[0].id, False)


def test_continue_lands_at_the_heading_that_was_in_view(session: Session, reader: int) -> None:
    wanted = heading(session, "reading-the-signs", 2)
    service.mark_place(session, reader, "reading-the-signs", wanted, at=NOON)

    place = service.continue_at(session, reader)

    assert (place.kind, place.id, place.heading_id, place.begun) == ("lesson", "reading-the-signs", wanted, True)


def test_an_unknown_heading_stands_for_the_beginning(session: Session, reader: int) -> None:
    service.mark_place(session, reader, "reading-the-signs", "no-such-heading", at=NOON)

    assert service.continue_at(session, reader).heading_id == ""


def test_the_place_of_an_unknown_lesson_is_refused(session: Session, reader: int) -> None:
    with pytest.raises(NotFound):
        service.mark_place(session, reader, "no-such-lesson", "", at=NOON)


def test_after_a_finished_lesson_comes_the_next_one(session: Session, reader: int) -> None:
    first, second = (lesson.id for lesson in course(session).lessons[:2])
    service.finish(session, reader, first, at=NOON)

    assert service.continue_at(session, reader).id == second


def test_after_a_modules_last_lesson_comes_its_quiz_until_it_is_passed(session: Session, reader: int) -> None:
    module = course(session).modules[0]
    learner = Learner(session, reader, NOON)
    learner.study_lessons(module.lesson_ids)

    before = service.continue_at(session, reader)
    learner.take_quiz(str(module.quiz_id), wrong=8)
    failed = service.continue_at(session, reader)
    learner.take_quiz(str(module.quiz_id))
    passed = service.continue_at(session, reader)

    assert (before.kind, before.id) == ("quiz", module.quiz_id)
    assert (failed.kind, failed.id) == ("quiz", module.quiz_id)
    assert (passed.kind, passed.id) == ("lesson", course(session).modules[1].lesson_ids[0])


def test_an_attempt_touched_last_goes_before_an_older_lesson(session: Session, reader: int) -> None:
    service.mark_place(session, reader, "reading-the-signs", "", at=NOON)
    attempt = assessment.start(session, reader, "heel-usher", "case", LATER)

    place = service.continue_at(session, reader)

    assert (place.kind, place.id) == ("attempt", attempt.public_id)


def test_a_lesson_touched_last_goes_before_an_older_attempt(session: Session, reader: int) -> None:
    assessment.start(session, reader, "heel-usher", "case", NOON)
    service.mark_place(session, reader, "reading-the-signs", "", at=LATER)

    assert service.continue_at(session, reader).id == "reading-the-signs"


def test_when_all_is_read_and_passed_continue_says_so(session: Session, reader: int) -> None:
    learner = Learner(session, reader, NOON)
    learner.study_lessons([lesson.id for lesson in course(session).lessons])
    for module in course(session).modules:
        learner.take_quiz(str(module.quiz_id))

    assert service.continue_at(session, reader).kind == "done"
    assert service.courses_progress(session, reader)[0].complete


def test_finishing_again_keeps_the_first_time(session: Session, reader: int) -> None:
    service.finish(session, reader, "reading-the-signs", at=NOON)
    service.finish(session, reader, "reading-the-signs", at=LATER)

    assert service.finished_lessons(session, reader) == {"reading-the-signs": NOON}
    assert session.scalar(select(func.count()).select_from(LessonProgress)) == 1


def test_reading_a_finished_lesson_again_does_not_open_it(session: Session, reader: int) -> None:
    service.finish(session, reader, "reading-the-signs", at=NOON)
    service.mark_place(session, reader, "reading-the-signs", heading(session, "reading-the-signs", 1), at=LATER)

    assert "reading-the-signs" in service.finished_lessons(session, reader)


def test_one_persons_progress_is_not_anothers(session: Session, reader: int) -> None:
    other = make_person(session).id
    service.finish(session, reader, "reading-the-signs", at=NOON)

    assert service.finished_lessons(session, other) == {}
    assert service.continue_at(session, other).begun is False


def test_a_retired_lesson_is_no_place_to_go_on(session: Session, reader: int, shipped: Library) -> None:
    service.mark_place(session, reader, "reading-the-signs", "", at=NOON)
    kept = [item for item in shipped.items if item.id not in ("reading-the-signs", "foundations")]
    library.publish(session, kept, at=LATER)

    assert service.continue_at(session, reader).kind == "done"


def test_every_step_of_a_course_follows_the_one_before(session: Session, reader: int) -> None:
    progress = service.course_progress(session, reader, "foundations")
    steps = list(progress.steps())

    assert [service.following(progress, step.id) for step in steps] == [*steps[1:], None]
    at_ends = [module.quiz_id for module in progress.course.modules if module.quiz_id]
    assert [step.id for step in steps if step.kind == "quiz"] == at_ends


def test_minutes_left_count_only_what_is_not_read(session: Session, reader: int) -> None:
    before = service.course_progress(session, reader, "foundations").minutes_left
    lesson = course(session).lessons[3]
    service.finish(session, reader, lesson.id, at=NOON)

    assert service.course_progress(session, reader, "foundations").minutes_left == before - lesson.minutes


def test_a_quiz_shows_its_best_attempt(session: Session, reader: int) -> None:
    learner = Learner(session, reader, NOON)
    learner.take_quiz("quiz-supersensitivity", wrong=1)
    learner.take_quiz("quiz-supersensitivity", wrong=4)
    quiz = library.current(session, "quiz-supersensitivity", Quiz)[1]

    state = service.course_progress(session, reader, "foundations").quizzes["quiz-supersensitivity"]

    assert state.best == pytest.approx((quiz.draw - 1) / quiz.draw)
    assert state.passed
