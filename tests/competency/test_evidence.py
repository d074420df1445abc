"""Evidence from the rows of other slices, in few queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, update
from sqlalchemy.orm import Session

from tests.assessment.exams.makers import AT_ONCE, Hall
from tests.competency.records import School, answer_cases, finish_lessons, observe, sign_off_cases, take
from tests.makers import NOON
from training.accounts.models import Person
from training.assessment.models import Answer, Attempt
from training.competency import service
from training.competency.evidence import gather
from training.competency.rule.facts import Evidence
from training.competency.rule.readiness import Standing
from training.db.errors import NotFound
from training.library import service as library
from training.library.models import LibraryItem


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield asked
    event.remove(session.get_bind(), "before_cursor_execute", note)


def evidence_of(session: Session, person: Person) -> Evidence:
    return gather(session, [person.id]).evidence[person.id]


def standing(session: Session, person: Person, competency: str, number: int = 0) -> Standing:
    found = service.readiness_of(session, person.id)
    return next(one for one in found.competencies if one.competency.id == competency).requirements[number]


def test_somebody_who_did_nothing_has_an_empty_evidence_and_a_first_step(school: School) -> None:
    found = service.readiness_of(school.session, school.person().id)
    assert set(found.scope.values()) == {"not-certified"}
    assert found.next_step is not None
    assert (found.next_step.kind, found.next_step.course_id) == ("lesson", "foundations")


def test_finished_lessons_are_counted_against_the_course_as_it_is_now(school: School) -> None:
    person = school.person()
    finish_lessons(school.session, person, but=2)
    one = standing(school.session, person, "knowledge")
    assert (one.have, one.need) == (12, 14)


def test_a_quiz_counts_with_the_mark_of_the_version_it_answered(school: School) -> None:
    person = school.person()
    take(school.session, person, "quiz-safety", wrong=2)
    take(school.session, person, "quiz-safety", wrong=1)
    tries = evidence_of(school.session, person).quizzes
    assert [(one.right, one.asked, one.pass_mark) for one in tries] == [(8, 10, 0.9), (9, 10, 0.9)]
    assert standing(school.session, person, "safety").met


def test_an_unfinished_quiz_does_not_count(school: School) -> None:
    person = school.person()
    take(school.session, person, "quiz-safety").finished_at = None
    assert evidence_of(school.session, person).quizzes == ()


def test_first_sights_of_sign_off_cases_count_and_practice_does_not(school: School) -> None:
    person = school.person()
    case_id = sign_off_cases(school.session, "cervical")[0]
    take(school.session, person, case_id, purpose="case", wrong=("segment",))
    take(school.session, person, "elbow-climber", purpose="case")
    (only,) = evidence_of(school.session, person).cases
    assert (only.case_id, only.region, only.right) == (case_id, "cervical", False)


def test_a_retired_sign_off_case_still_counts_and_is_not_offered(school: School) -> None:
    person = school.person()
    answer_cases(school.session, person, "sacral")
    sacral = LibraryItem.region == "sacral"
    school.session.execute(update(LibraryItem).where(sacral).values(retired_at=NOON))
    found = evidence_of(school.session, person)
    assert len(found.cases) == 16
    assert not [one for one in found.offered.cases if one.region == "sacral"]
    assert standing(school.session, person, "dx-sacral").met


def test_wrong_safety_answers_count_wherever_they_were_given(school: School) -> None:
    person = school.person()
    take(school.session, person, "quiz-safety", wrong=1, confidence="sure")
    take(school.session, person, "quiz-neuropathic-pain", wrong=2, safety=False)
    (only,) = evidence_of(school.session, person).wrong_safety
    assert (only.item_id, only.confidence) == ("quiz-safety", "sure")
    assert not service.readiness_of(school.session, person.id).gate.open


def test_a_remediation_case_counts_only_when_all_of_it_is_right(school: School) -> None:
    person = school.person()
    take(school.session, person, "neck-potter", purpose="case", wrong=1, safety=False)
    assert evidence_of(school.session, person).passed == ()
    take(school.session, person, "neck-potter", purpose="case", at=NOON + timedelta(hours=1))
    take(school.session, person, "elbow-climber", purpose="case")
    assert [one.case_id for one in evidence_of(school.session, person).passed] == ["neck-potter"]


def test_another_persons_evidence_is_not_mine(school: School) -> None:
    school.knowing()
    mine = evidence_of(school.session, school.person())
    assert (mine.lessons, mine.quizzes, mine.cases, mine.wrong_safety, mine.passed) == ((), (), (), (), ())


def test_names_of_assessors_come_when_they_are_wanted(school: School) -> None:
    trainee, assessor = school.person(), school.person(name="Ada Assessor")
    observe(school.session, trainee, assessor)
    assert evidence_of(school.session, trainee).observations[0].assessor == ""
    named = gather(school.session, [trainee.id], with_names=True).evidence[trainee.id]
    assert named.observations[0].assessor == "Ada Assessor"


def test_a_released_exam_is_evidence_and_its_wrong_safety_answer_closes_the_gate(school: School) -> None:
    hall = Hall(school.session, AT_ONCE)
    attempt = hall.start()
    hall.answer_all(attempt, right=6)
    safety = next(one for one in hall.form(attempt) if one.safety)
    assert evidence_of(school.session, hall.ann).exams == ()
    hall.save(attempt, safety.number, right=False, based_on=1)
    hall.hand_in(attempt)
    found = evidence_of(school.session, hall.ann)

    assert [(one.exam_id, one.right, one.marked, one.passed) for one in found.exams] == [("exam-small", 5, 6, True)]
    assert [one.question_id for one in found.wrong_safety] == [safety.question_id]
    assert not service.readiness_of(school.session, hall.ann.id).gate.open


def test_without_a_framework_it_says_what_to_do(session: Session) -> None:
    with pytest.raises(NotFound, match="flask content publish"):
        service.readiness_of(session, 1)


def test_readiness_takes_five_queries_with_any_number_of_answers(school: School) -> None:
    trainee, _, _ = school.watched()
    take(school.session, trainee, "quiz-safety", wrong=1, confidence="sure")
    practise(school.session, trainee, attempts=1000)
    school.session.flush()
    service.readiness_of(school.session, trainee.id)  # versions are kept by the process from now on
    with counted(school.session) as asked:
        service.readiness_of(school.session, trainee.id)
    assert len(asked) == 5, asked


def test_the_evidence_of_two_hundred_takes_five_queries(school: School) -> None:
    people = [school.person() for _ in range(200)]
    for person in people[:20]:
        finish_lessons(school.session, person)
    gather(school.session, [people[0].id])
    with counted(school.session) as asked:
        found = gather(school.session, [person.id for person in people])
    assert len(asked) == 5, asked
    assert [bool(found.evidence[person.id].lessons) for person in people] == [True] * 20 + [False] * 180


def practise(session: Session, person: Person, *, attempts: int) -> None:
    """Attempts at a practice case, five answers each; none of them counts."""
    entry = library.entry(session, "elbow-climber", "case")
    rows = [
        {
            "public_id": f"practice-{person.id}-{number}",
            "person_id": person.id,
            "purpose": "case",
            "item_id": entry.id,
            "place": "",
            "bank": "practice",
            "version_hash": entry.version_hash,
            "number": number + 1,
            "question_ids": ["a", "b", "c", "d", "e"],
            "stage": 3,
            "started_at": NOON,
            "touched_at": NOON,
            "finished_at": NOON,
        }
        for number in range(attempts)
    ]
    ids = session.scalars(insert(Attempt).returning(Attempt.id), rows).all()
    session.execute(
        insert(Answer),
        [
            {
                "attempt_id": attempt_id,
                "person_id": person.id,
                "item_id": entry.id,
                "question_id": question,
                "version_hash": entry.version_hash,
                "nonce": f"n{attempt_id}{question}",
                "response": {},
                "right": True,
                "safety": False,
                "first_sight": False,
                "answered_at": NOON,
            }
            for attempt_id in ids
            for question in "abcde"
        ],
    )
