"""What a person may sit, and why not now: windows, attempts, waiting, modules to repeat, unseen questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.assessment.exams.makers import (
    AT_ONCE,
    CLOSES,
    DAY,
    EXAM,
    MINUTE,
    REPEATING,
    SOON,
    Hall,
    bank_quiz,
    make_sitting,
    publish_exam,
)
from tests.makers import NOON, make_person
from training.accounts import service as people
from training.assessment.exams import release, standing, taking
from training.assessment.exams.standing import NotNow
from training.content.documents import Exam
from training.db.errors import NotFound


def why(hall: Hall, at: datetime, sitting: str = "") -> str:
    with pytest.raises(NotNow) as caught:
        hall.start(at=at, sitting=sitting)
    return caught.value.hindrance.why


def sit(hall: Hall, at: datetime, *, right: int) -> str:
    attempt = hall.start(at=at)
    hall.answer_all(attempt, right=right, at=at)
    hall.hand_in(attempt, at=at)
    return attempt


def long_hall(session: Session, exam: Exam) -> Hall:
    """A sitting open for weeks, with a bank that lasts."""
    hall = Hall(session, exam, closes=NOON + 60 * DAY)
    publish_exam(session, exam, bank_quiz(40, 20))
    return hall


def test_outside_the_window_nobody_starts(hall: Hall) -> None:
    assert why(hall, NOON - MINUTE) == "not-open-yet"
    assert why(hall, CLOSES) == "closed"


def test_a_sitting_of_a_cohort_is_not_there_for_others(session: Session) -> None:
    hall = Hall(session)
    cohort = people.add_cohort(session, "Autumn", NOON.date())
    people.join_cohort(session, cohort.id, hall.ben.id)
    session.flush()
    for_them = make_sitting(session, hall.instructor, cohorts=[cohort.public_id])

    with pytest.raises(NotFound):
        hall.start(hall.ann, sitting=for_them)
    assert hall.start(hall.ben, sitting=for_them)


def test_who_may_know_the_keys_does_not_sit(hall: Hall) -> None:
    with pytest.raises(NotNow) as caught:
        taking.start(hall.session, hall.sitting, hall.ann.id, "one", SOON, knows_keys=True)
    assert caught.value.hindrance.why == "knows-keys"


def test_before_the_release_there_is_no_second_attempt(hall: Hall) -> None:
    sit(hall, SOON, right=0)

    assert why(hall, SOON + MINUTE) == "awaits-release"


def test_between_attempts_lies_the_waiting_time(session: Session) -> None:
    hall = long_hall(session, AT_ONCE)
    sit(hall, SOON, right=1)

    assert why(hall, SOON + DAY - MINUTE) == "wait"
    assert hall.start(at=SOON + DAY)


def test_who_reached_the_standard_has_done_with_it(session: Session) -> None:
    hall = long_hall(session, AT_ONCE)
    sit(hall, SOON, right=6)

    assert why(hall, SOON + 5 * DAY) == "passed"


def test_attempts_are_counted(session: Session) -> None:
    hall = long_hall(session, AT_ONCE)
    for number in range(3):
        sit(hall, SOON + number * 2 * DAY, right=0)

    assert why(hall, SOON + 10 * DAY) == "spent"


def test_after_two_below_the_standard_the_module_is_repeated(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    repeated = {"yet": False}

    def module_repeated_since(_session: Session, person_id: int, module: str, after: datetime) -> bool:
        asked.append((person_id, module, after))
        return repeated["yet"]

    monkeypatch.setattr(standing, "module_repeated_since", module_repeated_since)
    hall = long_hall(session, REPEATING)
    sit(hall, SOON, right=0)
    sit(hall, SOON + 2 * DAY, right=0)

    assert why(hall, SOON + 4 * DAY) == "repeat"
    assert asked == [(hall.ann.id, "course", SOON + 2 * DAY)]
    repeated["yet"] = True
    sit(hall, SOON + 4 * DAY, right=0)
    repeated["yet"] = False
    assert hall.session.is_active
    assert why(hall, SOON + 6 * DAY) == "repeat"  # the rule still stands on the second one


def test_no_question_is_asked_twice(session: Session) -> None:
    hall = long_hall(session, AT_ONCE)
    first = {(one.item_id, one.question_id) for one in hall.form(sit(hall, SOON, right=0))}
    second = {(one.item_id, one.question_id) for one in hall.form(sit(hall, SOON + 2 * DAY, right=0))}

    assert first.isdisjoint(second)
    assert {item for item, _ in first if item.startswith("case")}.isdisjoint(item for item, _ in second)


def test_when_the_bank_runs_out_the_start_is_refused(session: Session) -> None:
    hall = Hall(session, AT_ONCE, closes=NOON + 60 * DAY)
    publish_exam(session, AT_ONCE, bank_quiz(5, 4))
    sit(hall, SOON, right=0)

    assert why(hall, SOON + 2 * DAY) == "no-questions"


def test_a_lapsed_attempt_is_over_for_the_next_start(session: Session) -> None:
    hall = long_hall(session, AT_ONCE)
    attempt = hall.start()

    assert why(hall, SOON + timedelta(hours=2)) == "wait"
    # A refused start is rolled back whole by its caller; whoever reads next hands it in again.
    assert hall.row(attempt).finished_how == "time"


def test_the_list_says_what_is_open_coming_and_done(session: Session) -> None:
    hall = Hall(session)
    later = make_sitting(session, hall.instructor, opens=NOON + DAY, closes=NOON + 2 * DAY)
    found = standing.mine(session, hall.ann.id, SOON)

    assert [(one.sitting.public_id, one.can_start, one.upcoming) for one in found.lines] == [
        (hall.sitting, True, False),
        (later, False, True),
    ]
    assert found.calls
    attempt = hall.start()
    running = standing.mine(session, hall.ann.id, SOON).lines[0].running
    assert running is not None
    assert running.public_id == attempt
    hall.hand_in(attempt)
    done = standing.mine(session, hall.ann.id, SOON + MINUTE)
    assert [one.attempt.public_id for one in done.sat] == [attempt]
    assert done.sat[0].attempt.passed is None
    why_not = done.lines[0].hindrance
    assert why_not is not None
    assert why_not.why == "awaits-release"


def test_a_sitting_that_is_not_announced_is_nobodys(session: Session) -> None:
    publish_exam(session)
    instructor, ann = make_person(session), make_person(session)
    session.flush()
    from training.assessment.exams import sittings

    made = sittings.make(session, EXAM.id, NOON, CLOSES, (), by_id=instructor.id, at=NOON)

    assert standing.mine(session, ann.id, SOON).lines == ()
    with pytest.raises(NotFound):
        taking.start(session, made, ann.id, "one", SOON)


def test_the_released_result_opens_the_next_attempt(session: Session) -> None:
    exam = replace(EXAM, wait_days=0)
    hall = Hall(session, exam)
    publish_exam(session, exam, bank_quiz(40, 20))
    second = make_sitting(session, hall.instructor, opens=CLOSES, closes=CLOSES + DAY)
    sit(hall, SOON, right=0)
    assert why(hall, CLOSES + MINUTE, second) == "awaits-release"
    release.release(session, hall.sitting, by_id=hall.instructor.id, at=CLOSES + MINUTE)

    assert hall.start(at=CLOSES + 2 * MINUTE, sitting=second)
