"""Sittings: tried before anybody starts, changed with care once somebody writes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.assessment.exams.makers import CLOSES, DAY, EXAM, MINUTE, OPENS, SOON, Hall, bank_quiz, publish_exam
from tests.assessment.makers import publish
from tests.makers import NOON, make_person
from training.accounts import service as people
from training.accounts.models import Person
from training.assessment.exams import bank, release, sittings
from training.assessment.exams.sittings import TouchesPeople
from training.content.documents import BlueprintRow
from training.db.errors import Invalid, NotFound, Refused
from training.web.access import Role

TOO_MUCH = replace(EXAM, blueprint=(BlueprintRow("knowledge", 3), BlueprintRow("consent", 2)))


@pytest.fixture
def instructor(session: Session) -> Person:
    made = make_person(session, Role.ASSESSOR)
    session.flush()
    return made


def test_what_cannot_be_filled_is_said_before_anyone_starts(session: Session, instructor: Person) -> None:
    publish_exam(session, TOO_MUCH)
    make_person(session, name="Ann")
    session.flush()
    made = sittings.make(session, EXAM.id, OPENS, CLOSES, (), by_id=instructor.id, at=NOON - MINUTE)
    found = sittings.lacking(session, sittings.sitting(session, made))

    assert [(one.name, one.row, one.filled, one.count) for one in found] == [("Ann", "consent", 0, 2)]
    with pytest.raises(Refused, match="cannot be filled"):
        sittings.announce(session, made, by_id=instructor.id, at=NOON - MINUTE)


def test_it_is_tried_with_what_each_candidate_has_not_seen(session: Session) -> None:
    hall = Hall(session)
    publish_exam(session, EXAM, bank_quiz(5, 4))
    hall.start()
    made = sittings.make(session, EXAM.id, CLOSES, CLOSES + DAY, (), by_id=hall.instructor.id, at=SOON)

    assert {one.name for one in sittings.lacking(session, sittings.sitting(session, made))} == {"Ann"}


def test_a_sitting_for_nobody_is_not_announced(session: Session, instructor: Person) -> None:
    publish_exam(session)
    cohort = people.add_cohort(session, "Empty", NOON.date())
    session.flush()
    made = sittings.make(session, EXAM.id, OPENS, CLOSES, [cohort.public_id], by_id=instructor.id, at=NOON - MINUTE)
    with pytest.raises(Refused, match="Nobody"):
        sittings.announce(session, made, by_id=instructor.id, at=NOON - MINUTE)


def test_a_window_that_is_none_is_refused(session: Session, instructor: Person) -> None:
    publish_exam(session)
    for opens, closes in ((CLOSES, OPENS), (OPENS, OPENS), (OPENS - 2 * DAY, OPENS - DAY)):
        with pytest.raises(Invalid):
            sittings.make(session, EXAM.id, opens, closes, (), by_id=instructor.id, at=NOON)
    with pytest.raises(NotFound):
        sittings.make(session, "none", OPENS, CLOSES, (), by_id=instructor.id, at=NOON - MINUTE)
    with pytest.raises(NotFound):
        sittings.make(session, EXAM.id, OPENS, CLOSES, ["x"], by_id=instructor.id, at=NOON - MINUTE)


def change(hall: Hall, closes: object, *, confirmed: bool = False, at: object = SOON) -> None:
    sittings.change(
        hall.session,
        hall.sitting,
        OPENS,
        closes,  # type: ignore[arg-type]
        (),
        confirmed=confirmed,
        by_id=hall.instructor.id,
        at=at,  # type: ignore[arg-type]
    )


def test_extending_gives_time_to_who_writes(hall: Hall) -> None:
    attempt = hall.start(at=CLOSES - 10 * MINUTE)
    change(hall, CLOSES + DAY, at=CLOSES - 5 * MINUTE)

    assert hall.row(attempt).deadline_at == CLOSES + 20 * MINUTE


def test_shortening_says_whom_it_touches_and_is_done_when_confirmed(hall: Hall) -> None:
    attempt = hall.start()
    with pytest.raises(TouchesPeople, match="Ann"):
        change(hall, SOON + 10 * MINUTE)
    assert hall.row(attempt).deadline_at == SOON + 30 * MINUTE
    change(hall, SOON + 10 * MINUTE, confirmed=True)

    assert hall.row(attempt).deadline_at == SOON + 10 * MINUTE


def test_shortening_that_touches_nobody_is_just_done(hall: Hall) -> None:
    hall.start()
    change(hall, SOON + 60 * MINUTE)

    assert sittings.sitting(hall.session, hall.sitting).closes_at == SOON + 60 * MINUTE


def test_after_the_release_nothing_is_changed(hall: Hall) -> None:
    release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=CLOSES)
    with pytest.raises(Refused):
        change(hall, CLOSES + DAY, at=CLOSES + MINUTE)


def test_before_it_opens_it_takes_the_newest_exam_and_is_tried_again(hall: Hall) -> None:
    publish_exam(hall.session, replace(EXAM, minutes=45))
    change(hall, CLOSES + MINUTE, at=NOON - MINUTE)
    assert sittings.sitting(hall.session, hall.sitting).exam.minutes == 45

    publish_exam(hall.session, TOO_MUCH)
    with pytest.raises(Refused, match="cannot be filled"):
        change(hall, CLOSES + 2 * MINUTE, at=NOON - MINUTE)


def test_extra_time_is_given_to_candidates_with_a_reason_and_never_taken_from_who_writes(hall: Hall) -> None:
    def give(minutes: int, reason: str = "why", person: str = "") -> None:
        sittings.accommodate(
            hall.session,
            hall.sitting,
            person or hall.ann.public_id,
            minutes,
            reason,
            by_id=hall.instructor.id,
            at=SOON,
        )

    give(20)
    for wrong in ((-1, "why"), (601, "why"), (5, " "), (5, "x" * 301)):
        with pytest.raises(Invalid):
            give(*wrong)
    with pytest.raises(NotFound):
        give(5, person=hall.instructor.public_id)
    attempt = hall.start()
    with pytest.raises(Refused):
        give(10)
    assert hall.row(attempt).deadline_at == SOON + 50 * MINUTE
    assert [
        one.extra_minutes for one in sittings.accommodations(hall.session, sittings.sitting(hall.session, hall.sitting))
    ] == [20]


def test_the_least_seen_questions_are_drawn_first(hall: Hall) -> None:
    """Nine questions of knowledge, three a form: three people in a row share none of them."""
    third = make_person(hall.session, name="Cem")
    hall.session.flush()
    forms = [hall.form(hall.start(person)) for person in (hall.ann, hall.ben, third)]
    drawn = [one.question_id for form in forms for one in form if one.row == 0]

    assert len(set(drawn)) == 9
    now = bank.current_bank(hall.session)
    assert now.candidates == 3
    assert max(now.exposure.values()) == 1


def test_a_practice_quiz_is_never_drawn_from(session: Session, instructor: Person) -> None:
    publish_exam(session)
    publish(session, replace(bank_quiz(), id="open-quiz", bank="practice"))

    assert {one.item_id for one in bank.current_bank(session).pool if not one.patients} == {"exam-bank"}
