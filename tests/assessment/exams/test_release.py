"""Nothing before the release; then everything, once; and questions that are struck count for nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.assessment.exams.makers import AT_ONCE, CLOSES, MINUTE, SOON, Hall
from tests.makers import NOON
from training.assessment import service as assessment
from training.assessment.exams import figures, release, results, sittings, taking
from training.assessment.exams.models import ExamQuestionRow
from training.content.documents import Exam
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

AFTER = CLOSES + MINUTE


def sat(hall: Hall, *, right: int = 4, at: object = SOON) -> str:
    attempt = hall.start()
    hall.answer_all(attempt, right=right)
    hall.hand_in(attempt)
    return attempt


def exam_of(hall: Hall) -> Exam:
    return sittings.sitting(hall.session, hall.sitting).exam


def test_before_the_release_nothing_is_told(hall: Hall) -> None:
    attempt = sat(hall)
    found = results.result(hall.session, attempt, hall.ann.id)

    assert (found.right, found.marked, found.passed, found.questions, found.competencies) == (None, None, None, (), ())
    assert results.results_table(hall.session, sittings.sitting(hall.session, hall.sitting)) == []
    assert assessment.released_exams_of_many(hall.session, [hall.ann.id]) == {}
    assert assessment.quiz_results(hall.session, hall.ann.id) == []
    assert assessment.wrong_safety_answers(hall.session, hall.ann.id) == []


def test_the_database_itself_holds_no_mark_before_the_release(hall: Hall) -> None:
    row = hall.row(sat(hall))
    row.right = 6

    with pytest.raises(IntegrityError):
        hall.session.flush()
    hall.session.rollback()


def test_released_it_tells_score_standard_and_parts(hall: Hall) -> None:
    attempt = sat(hall, right=4)
    assert release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=AFTER) == 1
    found = results.result(hall.session, attempt, hall.ann.id)

    assert (found.right, found.marked, found.passed, found.released_at) == (4, 6, True, AFTER)
    assert sum(part.asked for part in found.competencies) == 6
    assert sum(part.right for part in found.competencies) == 4
    assert [(part.name, part.asked) for part in found.regions] == [("cervical", 2)]
    assert len(found.questions) == 6
    assert found.used == timedelta(0)
    assert [one.right for one in results.results_table(hall.session, sittings.sitting(hall.session, hall.sitting))] == [
        4
    ]


def test_below_the_standard_is_not_passed_and_an_open_question_is_wrong(hall: Hall) -> None:
    attempt = hall.start()
    for number in (1, 2, 3):
        hall.save(attempt, number, right=True)
    hall.hand_in(attempt)
    release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=AFTER)
    row = hall.row(attempt)

    assert (row.right, row.marked, row.passed) == (3, 6, False)


def test_the_latest_save_counts(hall: Hall) -> None:
    attempt = hall.start()
    hall.save(attempt, 1, right=False)
    hall.save(attempt, 1, right=True, based_on=1)
    hall.hand_in(attempt)
    release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=AFTER)

    assert next((one.save, one.right) for one in hall.form(attempt)) == (2, True)


def test_releasing_twice_is_once_and_journaled(hall: Hall) -> None:
    attempt = sat(hall)
    for _ in range(2):
        release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=AFTER)
    entries = [one for one in journal.latest(hall.session, limit=20) if one.kind == "exam.released"]

    assert len(entries) == 1
    assert entries[0].payload["results"] == {attempt: [4, 6, True]}
    assert list(journal.faults(hall.session)) == []


def test_it_is_not_released_while_it_is_open_or_somebody_writes(hall: Hall) -> None:
    sat(hall)
    with pytest.raises(Conflict, match="has not closed"):
        release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=SOON)
    sittings.accommodate(hall.session, hall.sitting, hall.ben.public_id, 30, "slow", by_id=hall.instructor.id, at=SOON)
    hall.start(hall.ben, CLOSES - MINUTE)
    with pytest.raises(Conflict, match="Still writing: Ben"):
        release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=AFTER)


def test_what_ran_out_of_time_is_released_too(hall: Hall) -> None:
    attempt = hall.start()
    hall.save(attempt, 1)
    taking.close_lapsed(hall.session, AFTER)
    release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=AFTER)

    assert results.result(hall.session, attempt, hall.ann.id).right == 1


def test_at_once_means_when_it_is_handed_in(session: Session) -> None:
    hall = Hall(session, AT_ONCE)
    attempt = sat(hall)

    assert results.result(session, attempt, hall.ann.id).right == 4
    with pytest.raises(Refused, match="nothing to release"):
        release.release(session, hall.sitting, by_id=hall.instructor.id, at=AFTER)


def test_a_struck_question_counts_for_nobody(hall: Hall) -> None:
    attempt = sat(hall, right=3)  # 3 of 6 is below the standard of 60 %
    bad = hall.form(attempt)[5]
    release.strike(
        hall.session, hall.sitting, bad.item_id, bad.question_id, "two keys", by_id=hall.instructor.id, at=AFTER
    )
    release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=AFTER)
    row = hall.row(attempt)

    assert (row.right, row.marked, row.passed) == (3, 5, True)
    found = results.result(hall.session, attempt, hall.ann.id)
    assert found.questions[5].struck == "two keys"
    assert any(one.kind == "exam.question-struck" for one in journal.latest(hall.session, limit=5))


def test_striking_needs_a_reason_and_a_question_that_was_asked_and_comes_before_the_release(hall: Hall) -> None:
    attempt = sat(hall)
    asked = hall.form(attempt)[0]
    by = hall.instructor.id
    with pytest.raises(Invalid):
        release.strike(hall.session, hall.sitting, asked.item_id, asked.question_id, "  ", by_id=by, at=AFTER)
    with pytest.raises(NotFound):
        release.strike(hall.session, hall.sitting, "exam-bank", "none", "why", by_id=by, at=AFTER)
    release.release(hall.session, hall.sitting, by_id=by, at=AFTER)
    with pytest.raises(Refused):
        release.strike(hall.session, hall.sitting, asked.item_id, asked.question_id, "why", by_id=by, at=AFTER)


def test_striking_in_an_exam_that_shows_results_at_once_marks_anew(session: Session) -> None:
    hall = Hall(session, AT_ONCE)
    attempt = sat(hall, right=3)
    bad = hall.form(attempt)[5]
    release.strike(session, hall.sitting, bad.item_id, bad.question_id, "why", by_id=hall.instructor.id, at=AFTER)

    assert (hall.row(attempt).right, hall.row(attempt).marked, hall.row(attempt).passed) == (3, 5, True)


# --- evidence ---


def test_a_wrong_safety_answer_counts_from_the_release_on(hall: Hall) -> None:
    attempt = hall.start()
    safety = next(one for one in hall.form(attempt) if one.safety)
    hall.save(attempt, safety.number, right=False, confidence="sure")
    hall.hand_in(attempt)
    release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=AFTER)
    found = assessment.released_exams_of_many(hall.session, [hall.ann.id, hall.ben.id])[hall.ann.id]
    (wrong,) = found.wrong_safety

    assert (wrong.question_id, wrong.confidence, wrong.answered_at) == (safety.question_id, "sure", AFTER)
    (result,) = found.results
    assert (result.exam_id, result.passed, result.right, result.marked) == ("exam-small", False, 0, 6)


def test_a_safety_question_left_open_or_struck_closes_no_gate(hall: Hall) -> None:
    first, second = hall.start(), hall.start(hall.ben)
    safety = next(one for one in hall.form(second) if one.safety)
    hall.save(second, safety.number, right=False, person=hall.ben)
    hall.hand_in(first)
    hall.hand_in(second, hall.ben)
    release.strike(
        hall.session, hall.sitting, safety.item_id, safety.question_id, "unclear", by_id=hall.instructor.id, at=AFTER
    )
    release.release(hall.session, hall.sitting, by_id=hall.instructor.id, at=AFTER)

    found = assessment.released_exams_of_many(hall.session, [hall.ann.id, hall.ben.id])
    assert [one.wrong_safety for one in found.values()] == [[], []]
    assert [len(one.results) for one in found.values()] == [1, 1]


# --- figures ---


def test_figures_of_few_people_are_counts_only(hall: Hall) -> None:
    sat(hall)
    found = figures.of_sitting(hall.session, exam_of(hall), sittings.sitting(hall.session, hall.sitting).id)

    assert (found.people, found.scores, found.cut, found.below) == (1, (4,), 4, 0)
    assert len(found.lines) == 6
    assert {one.figures.facility for one in found.lines} == {None}
    assert found.reliability.kr21 is None


def test_looking_at_the_figures_marks_nothing(hall: Hall) -> None:
    attempt = sat(hall)
    figures.of_sitting(hall.session, exam_of(hall), sittings.sitting(hall.session, hall.sitting).id)

    marked = select(ExamQuestionRow.id).where(ExamQuestionRow.right.is_not(None))
    assert hall.session.scalars(marked).all() == []
    assert hall.row(attempt).right is None


def test_kr21_is_that_of_the_formula() -> None:
    """By hand: k = 10, M = 6, var = 4: 10/9·(1 - 6·4/(10·4)) = 0.444."""
    found = figures.kr21([4, 8, 4, 8], 10, 6)

    assert found.kr21 == pytest.approx(10 / 9 * (1 - 24 / 40))
    assert found.sem_at_cut == pytest.approx((6 * 4 / 9) ** 0.5)


def test_coverage_counts_what_the_bank_has_for_each_row(hall: Hall) -> None:
    found = figures.coverage(hall.session, exam_of(hall))

    assert found.counts["knowledge", ""] == 9
    assert found.counts["dx-cervical", "cervical"] == 6
    assert [(one.fitting, one.needed, one.gap, one.thin) for one in found.rows] == [
        (9, 9, False, False),
        (4, 3, False, False),
        (6, 6, False, False),
    ]


# --- the board ---


def test_the_board_says_how_far_and_never_what(hall: Hall) -> None:
    attempt = hall.start()
    hall.save(attempt, 1, SOON + MINUTE)
    found = results.board(hall.session, sittings.sitting(hall.session, hall.sitting), SOON + 2 * MINUTE)
    by_name = {one.name: one for one in found.lines}

    assert (by_name["Ann"].state, by_name["Ann"].answered, by_name["Ann"].asked) == ("writing", 1, 6)
    assert by_name["Ann"].seconds_left == 28 * 60
    assert by_name["Ben"].state == "absent"
    assert found.counts == {"writing": 1, "over": 0, "handed-in": 0, "absent": 1}
    assert by_name["Ann"].last_at > NOON  # type: ignore[operator]
