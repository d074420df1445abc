from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, QUIZ, RIGHT, SIGN_OFF, WRONG, nonce, publish
from tests.assessment.test_answers import begin_case, send
from tests.makers import NOON, make_person
from tests.query_counts import counted
from training.assessment import service
from training.assessment.models import Answer, Attempt
from training.db.base import new_public_id
from training.library import service as library


def take_quiz(session: Session, person_id: int, *, wrong: str = "") -> service.AttemptView:
    attempt = service.start(session, person_id, QUIZ.id, "quiz", at=NOON)
    for question_id in attempt.question_ids:
        send(session, attempt, question_id, WRONG[question_id] if question_id == wrong else None, confidence="sure")
    return attempt


def work_case(session: Session, person_id: int, case_id: str, *, right: bool = True, minutes: int = 0) -> None:
    attempt = begin_case(session, person_id, case_id)
    for question_id in attempt.question_ids:
        service.answer(
            session,
            attempt.public_id,
            person_id,
            question_id,
            (RIGHT if right else WRONG)[question_id],
            "think",
            nonce(),
            at=NOON + timedelta(minutes=minutes),
        )


def test_quiz_results_are_the_finished_attempts(session: Session, trainee_id: int) -> None:
    perfect = take_quiz(session, trainee_id)
    second = take_quiz(session, trainee_id, wrong=perfect.question_ids[0])
    service.start(session, trainee_id, QUIZ.id, "quiz", at=NOON)
    found = service.quiz_results(session, trainee_id)
    assert [(one.attempt_public_id, one.asked) for one in found] == [(perfect.public_id, 4), (second.public_id, 4)]
    assert found[0] == service.QuizResult(QUIZ.id, perfect.version_hash, perfect.public_id, 4, 4, NOON)
    assert found[1].right == 4 - (perfect.question_ids[0] in second.question_ids)


def test_sign_off_answers_are_first_sights_of_segment_questions(session: Session, trainee_id: int) -> None:
    work_case(session, trainee_id, "case-sign-off", right=False)
    work_case(session, trainee_id, "case-practice")
    found = service.sign_off_answers(session, trainee_id)
    assert [(one.item_id, one.question_id, one.region, one.confidence) for one in found] == [
        ("case-sign-off", "segment", "cervical", "think")
    ]
    assert (found[0].right, found[0].segment_right, found[0].side_right) == (False, False, True)


def test_an_answer_keeps_the_region_of_the_version_that_was_answered(session: Session, trainee_id: int) -> None:
    work_case(session, trainee_id, "case-sign-off")
    publish(session, replace(SIGN_OFF, region="thoracic"))

    assert [one.region for one in service.sign_off_answers(session, trainee_id)] == ["cervical"]


def test_a_sign_off_case_answered_before_in_practice_does_not_count(session: Session, trainee_id: int) -> None:
    work_case(session, trainee_id, "case-practice")
    publish(session, replace(PRACTICE, bank="sign-off"))
    work_case(session, trainee_id, "case-practice")
    assert service.sign_off_answers(session, trainee_id) == []


def test_a_practice_answer_does_not_begin_to_count_when_the_case_changes_its_bank(
    session: Session, trainee_id: int
) -> None:
    work_case(session, trainee_id, "case-practice")
    publish(session, replace(PRACTICE, bank="sign-off"))
    assert service.sign_off_answers(session, trainee_id) == []


def test_wrong_safety_answers_are_found_wherever_they_were_given(session: Session, trainee_id: int) -> None:
    attempt = begin_case(session, trainee_id, "case-refer")
    send(session, attempt, "segment", {"segment": "L5", "side": "left"}, confidence="sure")
    service.answer_check(
        session, trainee_id, "lesson", QUIZ.id, "danger", "", WRONG["danger"], "guess", nonce(), at=NOON
    )
    service.answer_check(
        session, trainee_id, "other", QUIZ.id, "danger", "", RIGHT["danger"], "guess", nonce(), at=NOON
    )
    found = service.wrong_safety_answers(session, trainee_id)
    assert [(one.item_id, one.question_id, one.confidence) for one in found] == [
        ("case-refer", "segment", "sure"),
        (QUIZ.id, "danger", "guess"),
    ]


def test_passed_cases_need_every_answer_right(session: Session, trainee_id: int) -> None:
    work_case(session, trainee_id, "case-practice", right=False)
    assert service.passed_cases(session, trainee_id, ["case-practice"]) == {}
    work_case(session, trainee_id, "case-practice", minutes=5)
    work_case(session, trainee_id, "case-practice", minutes=9)
    work_case(session, trainee_id, "case-sign-off")
    found = service.passed_cases(session, trainee_id, ["case-practice", "case-refer", "case-sign-off"])
    assert found == {"case-practice": [NOON + timedelta(minutes=5), NOON + timedelta(minutes=9)]}
    assert service.passed_cases(session, trainee_id, ["case-refer"]) == {}
    assert service.passed_cases(session, trainee_id, []) == {}


def test_nobody_has_anothers_evidence(session: Session, trainee_id: int) -> None:
    other = make_person(session)
    session.flush()
    work_case(session, other.id, "case-sign-off", right=False)
    work_case(session, other.id, "case-practice")
    take_quiz(session, other.id)
    assert service.quiz_results(session, trainee_id) == []
    assert service.sign_off_answers(session, trainee_id) == []
    assert service.passed_cases(session, trainee_id, ["case-practice"]) == {}
    results = service.results_of_many(session, [trainee_id, other.id], ["case-practice"])
    assert results.keys() == {other.id}
    assert len(results[other.id].quizzes) == len(results[other.id].passed["case-practice"]) == 1
    assert service.counted_answers_of_many(session, [trainee_id, other.id]).keys() == {other.id}


def test_each_evidence_is_one_query_with_ten_and_with_ten_thousand_answers(session: Session, trainee_id: int) -> None:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    for attempts in (1, 1000):
        store(session, trainee_id, attempts)
        with counted(engine) as statements:
            service.quiz_results(session, trainee_id)
            service.sign_off_answers(session, trainee_id)
            service.wrong_safety_answers(session, trainee_id)
            service.passed_cases(session, trainee_id, ["case-practice"])
            service.results_of_many(session, [trainee_id], ["case-practice"])
            service.counted_answers_of_many(session, [trainee_id])
        assert len(statements) == 6


def store(session: Session, person_id: int, attempts: int) -> None:
    """So many finished attempts of ten answers each, at a practice case, as the services would have written them."""
    version = publish(session, replace(PRACTICE, title=f"{attempts} attempts"))[0]
    numbers = range(1 + attempts * 10, 1 + attempts * 11)  # of attempts that begin later than any other test's
    rows = [
        {
            "public_id": new_public_id(),
            "person_id": person_id,
            "purpose": "case",
            "item_id": "case-practice",
            "place": "",
            "bank": "practice",
            "version_hash": version,
            "number": number,
            "question_ids": [f"q{place}" for place in range(10)],
            "stage": 12,
            "asked": 10,
            "answered": 10,
            "right": 9,
            "started_at": NOON,
            "touched_at": NOON,
            "finished_at": NOON,
        }
        for number in numbers
    ]
    session.execute(insert(Attempt), rows)
    ids = session.query(Attempt.id).where(Attempt.number.in_(numbers), Attempt.person_id == person_id).all()
    session.execute(
        insert(Answer),
        [
            {
                "attempt_id": attempt_id,
                "person_id": person_id,
                "item_id": "case-practice",
                "question_id": f"q{place}",
                "version_hash": version,
                "nonce": new_public_id(),
                "response": {"option": "a"},
                "right": place != 0,
                "safety": False,
                "first_sight": True,
                "answered_at": NOON,
            }
            for (attempt_id,) in ids
            for place in range(10)
        ],
    )


def test_the_counts_of_an_attempt_are_those_of_its_answers(session: Session, trainee_id: int) -> None:
    for case_id, right in (("case-practice", True), ("case-sign-off", False)):
        work_case(session, trainee_id, case_id, right=right)
    for attempt in service.history(session, trainee_id, limit=10):
        answers = service.answers_of(session, attempt.id)
        assert attempt.answered == len(answers) == attempt.asked
        assert attempt.right == sum(answer.right for answer in answers.values())


def test_the_sign_off_bank_keeps_its_region_when_the_case_is_withdrawn(session: Session, trainee_id: int) -> None:
    work_case(session, trainee_id, SIGN_OFF.id)
    library.publish(session, [], at=NOON)
    assert service.sign_off_answers(session, trainee_id)[0].region == "cervical"
