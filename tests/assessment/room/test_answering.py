from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.assessment.makers import REFER_CASE, RIGHT, nonce, publish
from tests.assessment.room.makers import RIGHT_ANSWER, ROOM_CASE, finish, meet_generated
from tests.assessment.test_answers import at_once
from tests.makers import NOON
from training.accounts.models import Person
from training.assessment import service as assessment
from training.assessment.models import Answer, Attempt
from training.assessment.room import encounters, grading, practice, service
from training.assessment.room.models import Encounter
from training.assessment.service import InvalidAnswer
from training.config import ROOT
from training.db.errors import Conflict, Invalid
from training.db.session import transaction


def row(session: Session) -> Encounter:
    return session.scalars(select(Encounter)).one()


def test_an_answer_is_kept_with_its_mark(session: Session, trainee_id: int, met: str) -> None:
    result = finish(session, met, trainee_id, {"segment": "C6", "side": "left"}, confidence="sure", plan="adapt")
    kept = row(session)
    assert not result.right
    assert kept.response == {"segment": "C6", "side": "left", "confidence": "sure", "plan": "adapt"}
    assert (kept.right, kept.segment_right, kept.side_right) == (False, True, False)
    assert kept.finished_at == NOON


def test_the_same_answer_again_gets_the_same_reply(session: Session, trainee_id: int, met: str) -> None:
    first, second = (finish(session, met, trainee_id) for _ in range(2))
    assert (first.right, first.again, second.right, second.again) == (True, False, True, True)


@pytest.mark.parametrize(
    "other",
    [
        {"sent": {"segment": "C7", "side": "right"}},
        {"sent": {"segment": "refer"}},
        {"plan": "adapt"},
        {"confidence": "sure"},
    ],
)
def test_another_answer_afterwards_is_refused_and_the_first_stands(
    session: Session, trainee_id: int, met: str, other: dict[str, Any]
) -> None:
    finish(session, met, trainee_id)
    before = row(session).response
    with pytest.raises(Conflict, match="first answer stands"):
        finish(session, met, trainee_id, **other)
    assert row(session).response == before


def test_of_two_answers_at_once_the_first_stands(app: Flask, waiting: None, person_in: Callable[..., Person]) -> None:
    person = person_in()
    with app.app_context(), transaction() as current:
        met = service.start_case(current, person.id, ROOM_CASE.id, at=NOON)
    results = at_once(
        app,
        lambda current: finish(current, met, person.id),
        lambda current: finish(current, met, person.id, {"segment": "C7", "side": "right"}),
    )
    assert sum(isinstance(one, service.Finished) for one in results) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 1


@pytest.mark.parametrize(
    ("sent", "plan", "field"),
    [
        ({}, "treat", "segment"),
        ({"segment": "C9", "side": "right"}, "treat", "segment"),
        ({"segment": "C6"}, "treat", "side"),
        ({"segment": "C6", "side": "up"}, "treat", "side"),
        ({"segment": "nerve"}, "treat", "side"),
        ({"segment": "C6", "side": "right"}, "", "plan"),
        ({"segment": "C6", "side": "right"}, "needle", "plan"),
    ],
)
def test_what_lacks_something_says_where(
    session: Session, trainee_id: int, met: str, sent: dict[str, Any], plan: str, field: str
) -> None:
    with pytest.raises(InvalidAnswer) as error:
        finish(session, met, trainee_id, sent, plan=plan)
    assert error.value.field == field
    assert row(session).finished_at is None


def test_a_form_that_is_none_of_ours_is_refused(session: Session, trainee_id: int, met: str) -> None:
    with pytest.raises(Invalid):
        service.finish(session, met, trainee_id, "room", RIGHT_ANSWER, None, "treat", "x", at=NOON)
    with pytest.raises(InvalidAnswer):
        service.finish(session, met, trainee_id, "room", RIGHT_ANSWER, "certain", "treat", nonce(), at=NOON)


def test_to_refer_needs_no_side_and_is_its_own_plan(session: Session, trainee_id: int) -> None:
    met = service.start_case(session, trainee_id, REFER_CASE.id, at=NOON)
    assert finish(session, met, trainee_id, {"segment": "refer", "side": "left"}, plan="").right
    assert row(session).response == {"segment": "refer", "confidence": None, "plan": "refer"}
    assert row(session).score == 1


def test_the_score_is_how_near_the_findings_come(session: Session, trainee_id: int, met: str) -> None:
    near = encounters.met_in(session, row(session))
    assert grading.score(near, "C6") == 1
    assert 1 > grading.score(near, "C7") > grading.score(near, "S3") >= 0
    assert 1 > grading.score(near, "nerve") > 0
    assert grading.score(near, "refer") == 0
    assert grading.score(replace(near, keys=("refer",)), "C6") == 0


def test_feedback_tells_the_key_from_the_answer(session: Session, trainee_id: int, met: str) -> None:
    case = encounters.met_in(session, row(session))
    wrong = grading.reasoned(case, "C7")
    assert (wrong.best.id, wrong.rival.id) == ("C6", "C7")
    nerve = grading.reasoned(case, "nerve")
    assert (nerve.best.id, nerve.rival.kind) == ("C6", "nerve")
    ulnar = grading.reasoned(replace(case, keys=("nerve",), truth="ulnar"), "C6")
    assert (ulnar.best.id, ulnar.rival.id) == ("ulnar", "C6")
    assert ulnar.tellings


def test_a_precaution_asks_to_adapt(session: Session, trainee_id: int, met: str) -> None:
    careful = encounters.met_case(replace(ROOM_CASE, red_flags=("anticoagulant",)))
    assert service.plan_of(careful) == "adapt"
    assert service.plan_of(encounters.met_in(session, row(session))) == "treat"
    assert service.plan_of(encounters.met_case(REFER_CASE)) == "refer"


def test_the_findings_of_a_given_patient_ask_for_no_plan(session: Session, trainee_id: int) -> None:
    given = meet_generated(session, trainee_id)
    key = practice.meeting(session, given, trainee_id).met
    sent = {"segment": key.keys[0], "side": key.side or ""}
    assert finish(session, given, trainee_id, sent, mode="given", plan="").right
    meeting = practice.meeting(session, given, trainee_id)
    assert meeting.reasoning is not None
    assert meeting.tally == encounters.Tally(1, 1, 1.0)


# --- never evidence --------------------------------------------------------------------------------------------


def test_nothing_here_is_ever_evidence(session: Session, trainee_id: int, met: str) -> None:
    finish(session, met, trainee_id)
    refer = service.start_case(session, trainee_id, REFER_CASE.id, at=NOON)
    finish(session, refer, trainee_id, {"segment": "T1", "side": "left"}, confidence="sure")
    given = meet_generated(session, trainee_id)
    finish(session, given, trainee_id, {"segment": "refer"}, mode="given")
    cases = [ROOM_CASE.id, REFER_CASE.id]
    assert assessment.results_of_many(session, [trainee_id], cases) == {}
    assert assessment.counted_answers_of_many(session, [trainee_id]) == {}
    assert assessment.passed_cases(session, trainee_id, cases) == {}
    assert assessment.case_states(session, trainee_id) == {}
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_a_first_sight_stays_one_after_the_room(session: Session, trainee_id: int, met: str) -> None:
    """What was met in the room was never answered as an attempt; the two know nothing of each other."""
    publish(session, ROOM_CASE)
    finish(session, met, trainee_id)
    attempt = assessment.start(session, trainee_id, ROOM_CASE.id, "case", at=NOON)
    assessment.advance(session, attempt.public_id, trainee_id, 1, at=NOON)
    assessment.advance(session, attempt.public_id, trainee_id, 2, at=NOON)
    assessment.answer(session, attempt.public_id, trainee_id, "segment", RIGHT["segment"], None, nonce(), at=NOON)
    assert session.scalars(select(Answer)).one().first_sight


def test_what_judges_does_not_import_the_room() -> None:
    judging = [
        ROOT / "training/assessment/evidence.py",
        *(ROOT / "training/competency").rglob("*.py"),
        *(ROOT / "training/credentials").rglob("*.py"),
        *(ROOT / "training/measurement").rglob("*.py"),
    ]
    for path in judging:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            assert not any(".room" in name for name in (module, *names)), path
