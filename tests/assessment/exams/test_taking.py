"""Sitting an exam: the clock, saves, second devices, and everything that can arrive too late, twice or wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.assessment.exams.makers import AT_ONCE, CLOSES, MINUTE, SOON, Hall, answer_to
from tests.assessment.makers import nonce
from tests.makers import NOON
from tests.query_counts import counted
from training.assessment.exams import bank, sittings, taking, view
from training.assessment.exams.models import ExamAnswer, ExamAttempt
from training.assessment.exams.taking import Stale
from training.assessment.models import Answer
from training.assessment.responses import InvalidAnswer
from training.content.documents import Exam
from training.db.errors import Conflict, Invalid, NotFound
from training.journal import service as journal
from training.library import service as library

TIME_OVER = SOON + timedelta(minutes=30)


def saves(session: Session) -> int:
    return session.scalar(select(func.count(ExamAnswer.id))) or 0


# --- starting ---


def test_a_form_has_what_the_blueprint_asks_and_no_patient_twice(hall: Hall) -> None:
    asked = hall.form(hall.start())

    assert [sum(one.row == row for one in asked) for row in range(3)] == [3, 1, 2]
    assert [one.number for one in asked] == [1, 2, 3, 4, 5, 6]
    cases = [one.item_id for one in asked if one.item_id.startswith("case")]
    assert len(set(cases)) == len(cases) == 2


def test_the_deadline_is_the_time_limit_or_the_end_of_the_sitting(hall: Hall) -> None:
    early, late = hall.start(), hall.start(hall.ben, CLOSES - 10 * MINUTE)

    assert hall.row(early).deadline_at == SOON + timedelta(minutes=30)
    assert hall.row(late).deadline_at == CLOSES


def test_extra_minutes_lengthen_both(hall: Hall) -> None:
    for person in (hall.ann, hall.ben):
        sittings.accommodate(
            hall.session, hall.sitting, person.public_id, 15, "reads slowly", by_id=hall.instructor.id, at=NOON
        )

    assert hall.row(hall.start()).deadline_at == SOON + timedelta(minutes=45)
    assert hall.row(hall.start(hall.ben, CLOSES - MINUTE)).deadline_at == CLOSES + 15 * MINUTE


def test_starting_twice_joins_what_runs(hall: Hall) -> None:
    assert hall.start(device="one") == hall.start(at=SOON + MINUTE, device="two")
    assert hall.session.scalar(select(func.count(ExamAttempt.id))) == 1


def test_two_people_have_two_forms_and_each_can_be_drawn_again(hall: Hall) -> None:
    first, second = hall.start(), hall.start(hall.ben)

    for attempt, person in ((first, hall.ann), (second, hall.ben)):
        row = hall.row(attempt)
        exam = library.of_kind(library.document(hall.session, row.version_hash), Exam)
        seed = taking.seed_of(sittings.sitting(hall.session, hall.sitting).seed, person.public_id, row.number)
        again = bank.form_again(hall.session, exam, row.drawn_from, seed)
        assert [one.question.ref for one in again.placed] == [
            (one.item_id, one.question_id) for one in hall.form(attempt)
        ]
    one, other = ({(each.item_id, each.question_id) for each in hall.form(each)} for each in (first, second))
    assert one != other


# --- saving ---


def test_an_answer_is_saved_and_nothing_says_whether_it_is_right(hall: Hall) -> None:
    attempt = hall.start()
    done = hall.save(attempt, 1, SOON + MINUTE)

    assert (done.save, done.answered, done.asked, done.seconds_left, done.over) == (1, 1, 6, 29 * 60, False)
    row = hall.row(attempt)
    assert (row.right, row.marked, row.passed, row.released_at) == (None, None, None, None)
    assert all(one.right is None for one in hall.form(attempt))
    assert hall.session.scalar(select(func.count(Answer.id))) == 0


def test_an_answer_may_be_changed_and_every_save_is_kept(hall: Hall) -> None:
    attempt = hall.start()
    hall.save(attempt, 1, right=True)
    done = hall.save(attempt, 1, right=False, based_on=1)

    assert (done.save, done.answered) == (2, 1)
    assert saves(hall.session) == 2
    asked = hall.form(attempt)[0].question_id
    found = view.sheet(hall.session, attempt, hall.ann.id, SOON, number=1)
    assert found.current is not None
    assert {key: found.current.given[key] for key in answer_to(asked, right=False)} == answer_to(asked, right=False)


def test_the_same_form_again_gets_the_same_reply(hall: Hall) -> None:
    attempt, form = hall.start(), nonce()
    first = hall.save(attempt, 1, nonce=form)
    again = hall.save(attempt, 1, SOON + MINUTE, nonce=form)

    assert (again.save, again.again, first.again) == (1, True, False)
    assert saves(hall.session) == 1


def test_the_same_form_with_another_answer_is_refused_and_the_first_stands(hall: Hall) -> None:
    attempt, form = hall.start(), nonce()
    hall.save(attempt, 1, nonce=form, right=True)

    with pytest.raises(Conflict, match="which stands"):
        hall.save(attempt, 1, nonce=form, right=False)
    assert saves(hall.session) == 1


def test_an_older_form_that_arrives_later_overwrites_nothing(hall: Hall) -> None:
    attempt = hall.start()
    hall.save(attempt, 1, right=True, device="one")
    hall.save(attempt, 1, right=False, based_on=1, device="one")

    with pytest.raises(Stale) as caught:
        hall.save(attempt, 1, right=True, based_on=1, device="two")
    assert caught.value.latest == 2
    assert saves(hall.session) == 2


def test_what_says_the_same_as_what_stands_is_no_conflict(hall: Hall) -> None:
    attempt = hall.start()
    hall.save(attempt, 1, right=True)

    assert hall.save(attempt, 1, right=True, based_on=0, device="two").again
    assert saves(hall.session) == 1


def test_a_form_of_one_question_cannot_answer_another(hall: Hall) -> None:
    attempt, form = hall.start(), nonce()
    hall.save(attempt, 1, nonce=form)

    with pytest.raises(Invalid, match="already used"):
        hall.save(attempt, 2, nonce=form)


def test_anothers_exam_is_not_there(hall: Hall) -> None:
    attempt = hall.start()

    for ask in (
        lambda: hall.save(attempt, 1, person=hall.ben),
        lambda: taking.flag(hall.session, attempt, hall.ben.id, 1, True, device="x", at=SOON),
        lambda: taking.here(hall.session, attempt, hall.ben.id, device="x", at=SOON),
        lambda: taking.hand_in(hall.session, attempt, hall.ben.id, at=SOON),
        lambda: view.sheet(hall.session, attempt, hall.ben.id, SOON),
    ):
        with pytest.raises(NotFound):
            ask()
    assert hall.row(attempt).finished_at is None


@pytest.mark.parametrize("number", [0, -1, 7, 999_999])
def test_a_question_that_is_not_in_the_form_is_refused(hall: Hall, number: int) -> None:
    with pytest.raises(Invalid, match="does not belong"):
        hall.save(hall.start(), number)


def test_an_answer_that_cannot_be_read_names_its_field(hall: Hall) -> None:
    attempt = hall.start()
    with pytest.raises(InvalidAnswer):
        hall.save(attempt, 1, response={"option": "zzz", "segment": "X9"})
    safety = next(one.number for one in hall.form(attempt) if one.safety)
    with pytest.raises(InvalidAnswer) as caught:
        hall.save(attempt, safety, confidence=None)
    assert caught.value.field == "confidence"


def test_an_item_that_is_retired_meanwhile_is_answered_as_it_was_drawn(hall: Hall) -> None:
    attempt = hall.start()
    library.publish(hall.session, [], at=SOON)  # everything is gone

    assert hall.save(attempt, 1).answered == 1


def test_saving_is_at_most_five_queries_besides_who_asks(hall: Hall) -> None:
    attempt = hall.start()
    hall.save(attempt, 1)
    asked, ann = hall.form(attempt)[1].question_id, hall.ann.id
    hall.session.commit()
    with counted(hall.session.get_bind()) as queries:  # type: ignore[arg-type]
        taking.save(
            hall.session,
            attempt,
            ann,
            2,
            answer_to(asked, right=True),
            "think",
            nonce=nonce(),
            based_on=0,
            device="one",
            at=SOON,
        )
    assert len(queries) <= 5, queries


# --- time ---


def test_an_answer_after_the_deadline_is_not_saved_and_what_was_saved_is_handed_in(hall: Hall) -> None:
    attempt = hall.start()
    hall.save(attempt, 1)
    late = hall.save(attempt, 2, TIME_OVER)

    assert (late.over, late.save, late.answered) == (True, 0, 1)
    row = hall.row(attempt)
    assert (row.finished_at, row.finished_how) == (TIME_OVER, "time")
    assert saves(hall.session) == 1


def test_a_save_that_was_acknowledged_is_confirmed_again_after_the_end(hall: Hall) -> None:
    attempt, form = hall.start(), nonce()
    hall.save(attempt, 1, nonce=form)

    assert hall.save(attempt, 1, TIME_OVER, nonce=form).save == 1


def test_nothing_is_taken_after_handing_in_and_twice_is_once(hall: Hall) -> None:
    attempt = hall.start()
    hall.hand_in(attempt)
    hall.hand_in(attempt, at=SOON + MINUTE)

    assert hall.save(attempt, 1).over
    assert saves(hall.session) == 0
    assert hall.row(attempt).finished_at == SOON
    finished = hall.session.scalars(select(text("kind")).select_from(text("journal_entry"))).all()
    assert list(finished).count("exam.finished") == 1


def test_a_clock_that_jumps_back_gives_no_time(hall: Hall) -> None:
    attempt = hall.start()
    hall.save(attempt, 1, SOON + 20 * MINUTE)
    back = hall.save(attempt, 2, SOON - 60 * MINUTE)

    assert back.seconds_left == 10 * 60
    assert hall.row(attempt).last_at == SOON + 20 * MINUTE
    found = view.sheet(hall.session, attempt, hall.ann.id, SOON)
    assert found.seconds_left == 10 * 60


def test_looking_does_not_write_and_shows_what_is_over(hall: Hall) -> None:
    attempt = hall.start()
    found = view.sheet(hall.session, attempt, hall.ann.id, TIME_OVER)

    assert (found.over, found.current) == (True, None)
    assert hall.row(attempt).finished_at is None


def test_what_ran_out_of_time_is_handed_in_by_command_once(hall: Hall) -> None:
    attempt, running = hall.start(), hall.start(hall.ben, SOON + 10 * MINUTE)

    assert taking.close_lapsed(hall.session, TIME_OVER) == 1
    assert taking.close_lapsed(hall.session, TIME_OVER) == 0
    assert hall.row(attempt).finished_how == "time"
    assert hall.row(running).finished_at is None


def test_extra_minutes_given_while_somebody_writes_count_at_once(hall: Hall) -> None:
    attempt = hall.start()
    sittings.accommodate(
        hall.session, hall.sitting, hall.ann.public_id, 20, "fire alarm", by_id=hall.instructor.id, at=SOON
    )

    assert hall.save(attempt, 1, TIME_OVER).save == 1


def test_a_second_device_is_told_of(hall: Hall) -> None:
    attempt = hall.start(device="phone")
    taking.here(hall.session, attempt, hall.ann.id, device="desk", at=SOON + MINUTE)
    seen = view.sheet(hall.session, attempt, hall.ann.id, SOON + MINUTE, device="desk")
    later = view.sheet(hall.session, attempt, hall.ann.id, SOON + 9 * MINUTE, device="desk")

    assert seen.elsewhere == SOON
    assert later.elsewhere is None


def test_flags_are_kept(hall: Hall) -> None:
    attempt = hall.start()
    taking.flag(hall.session, attempt, hall.ann.id, 3, True, device="one", at=SOON)
    found = view.sheet(hall.session, attempt, hall.ann.id, SOON)

    assert [one.number for one in found.flagged_places] == [3]
    assert [one.number for one in found.open_places] == [1, 2, 3, 4, 5, 6]


def test_a_finished_exam_is_journaled_with_a_hash_of_every_save(session: Session) -> None:
    hall = Hall(session, AT_ONCE)
    attempt = hall.start()
    hall.save(attempt, 1)
    hall.hand_in(attempt)
    entry = next(one for one in journal.latest(session, limit=5) if one.kind == "exam.finished")

    assert entry.subject == f"person/{hall.ann.public_id}"
    assert entry.payload["answers_sha256"] == taking.answers_hash(session, hall.row(attempt).id)
    assert "right" not in entry.payload
    assert list(journal.faults(session)) == []
