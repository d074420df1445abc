"""A trainee who met patients, as the services would have stored it."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.assessment.makers import CHOICE, QUIZ, RIGHT, publish
from tests.makers import NOON
from training.assessment import responses
from training.assessment.judgement.given import Given, Setting
from training.assessment.models import Answer, Attempt
from training.assessment.room.models import Encounter
from training.content.documents import Case, Question, Quiz
from training.db.base import new_public_id


def given(
    segment: str = "C6",
    keys: tuple[str, ...] = ("C6",),
    *,
    right: bool | None = None,
    confidence: str | None = None,
    seconds: float | None = 40.0,
    setting: Setting = "case",
    region: str = "cervical",
    number: int = 0,
) -> Given:
    """An answer about a patient; right when it names a key."""
    is_right = segment in keys if right is None else right
    at = NOON + timedelta(minutes=number)
    return Given(
        setting, f"case-{number}", "segment", "A painter", "P" * 22, "", is_right, confidence, at, seconds,
        keys, segment, region,
    )  # fmt: skip


def answer(
    session: Session,
    person_id: int,
    document: Quiz | Case,
    question: Question,
    response: dict[str, Any],
    *,
    minute: int = 0,
    seconds: float = 30.0,
    confidence: str | None = "sure",
    first_sight: bool = True,
    purpose: str = "",
    number: int = 1,
) -> str:
    """One finished attempt with one answer; its public id."""
    case = document if isinstance(document, Case) else None
    (version,) = publish(session, document)
    at, public_id = NOON + timedelta(minutes=minute), new_public_id()
    purpose = purpose or ("case" if case else "quiz")
    row = Attempt(
        public_id=public_id, person_id=person_id, purpose=purpose, item_id=document.id,
        place="lesson" if purpose == "check" else "", bank=case.bank if case else None, version_hash=version,
        number=number, question_ids=[question.id], started_at=at, touched_at=at, finished_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    mark = responses.mark(question, response)
    session.add(
        Answer(
            attempt_id=row.id, person_id=person_id, item_id=document.id, question_id=question.id, version_hash=version,
            nonce=new_public_id(), response=response, confidence=confidence, right=mark.right,
            segment_right=mark.segment_right, side_right=mark.side_right, safety=question.safety,
            first_sight=first_sight, answered_at=at + timedelta(seconds=seconds),
        )
    )  # fmt: skip
    session.flush()
    return public_id


def many_patients(session: Session, person_id: int, number: int, *, seed: int = 1) -> None:
    """So many generated patients, findings given: a fifth had to be referred, two thirds of answers are right."""
    chance = random.Random(seed)
    rows = []
    for place in range(number):
        key = "refer" if place % 5 == 0 else chance.choice(["C5", "C6", "C7", "L5"])
        right = chance.random() < 0.66
        segment = key if right else "C7" if key in ("refer", "C6") else chance.choice(["C6", "refer"])
        at = NOON + timedelta(minutes=5 * place)
        response = {"segment": segment, "confidence": chance.choice(["guess", "think", "sure"])}
        if segment != "refer":
            response["side"] = "right"
        rows.append(
            {
                "public_id": new_public_id(),
                "person_id": person_id,
                "mode": "given",
                "source": "generated",
                "patient": {
                    "keys": [key],
                    "region": "lumbar" if key == "L5" else "cervical",
                    "title": f"Patient {place}",
                },
                "run": "R" * 22,
                "number": place + 1,
                "response": response,
                "right": right,
                "segment_right": right,
                "started_at": at,
                "touched_at": at,
                "finished_at": at + timedelta(seconds=20 + chance.random() * 90),
            }
        )
    session.execute(insert(Encounter), rows)
    session.flush()


def many_answers(session: Session, person_id: int, number: int) -> None:
    """So many first-sight answers, each in an attempt of its own at one quiz."""
    (version,) = publish(session, QUIZ)
    chance = random.Random(3)
    attempts = [
        {
            "public_id": new_public_id(), "person_id": person_id, "purpose": "quiz", "item_id": QUIZ.id, "place": "",
            "version_hash": version, "number": 100 + place, "question_ids": [CHOICE.id], "started_at": NOON,
            "touched_at": NOON, "finished_at": NOON,
        }
        for place in range(number)
    ]  # fmt: skip
    ids = session.scalars(insert(Attempt).returning(Attempt.id), attempts).all()
    session.execute(
        insert(Answer),
        [
            {
                "attempt_id": attempt_id, "person_id": person_id, "item_id": QUIZ.id, "question_id": CHOICE.id,
                "version_hash": version, "nonce": new_public_id(), "response": RIGHT["first"],
                "confidence": chance.choice(["guess", "think", "sure"]), "right": chance.random() < 0.7,
                "safety": False, "first_sight": True, "answered_at": NOON + timedelta(seconds=10 + place % 60),
            }
            for place, attempt_id in enumerate(ids)
        ],
    )  # fmt: skip
    session.flush()
