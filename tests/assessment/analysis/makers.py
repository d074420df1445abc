"""A cohort of invented people who answer by chance and ability, as the services would have stored it."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.assessment.makers import CHOICE, PRACTICE, QUIZ, REFER_CASE, SEGMENT, SIGN_OFF, publish
from tests.makers import NOON
from training.accounts import service as people
from training.accounts.models import CohortMember, Person, PersonRole
from training.anatomy.segments import POSITION, SEGMENTS
from training.assessment.models import Answer, Attempt
from training.content.documents import Case, Question, Quiz
from training.db.base import new_public_id

NEEDLED = {"segment": "L5", "side": "left"}


def make_cohort(session: Session, name: str, number: int) -> tuple[str, list[int]]:
    """The cohort's public id and the ids of its trainees, who cannot sign in."""
    marks = [new_public_id() for _ in range(number)]
    session.execute(
        insert(Person),
        [
            {
                "name": f"Trainee {mark}",
                "email": f"{mark}@example.org".lower(),
                "password_hash": "-",
                "created_at": NOON,
            }
            for mark in marks
        ],
    )
    emails = [f"{mark}@example.org".lower() for mark in marks]
    ids = list(session.scalars(select(Person.id).where(Person.email.in_(emails)).order_by(Person.id)))
    session.execute(insert(PersonRole), [{"person_id": one, "role": "trainee", "given_at": NOON} for one in ids])
    cohort = people.add_cohort(session, name, date(2026, 1, 1))
    session.execute(insert(CohortMember), [{"cohort_id": cohort.id, "person_id": one} for one in ids])
    session.flush()
    return cohort.public_id, ids


def big_quiz(questions: int) -> Quiz:
    return replace(
        QUIZ,
        id="quiz-big",
        title="A big quiz",
        draw=questions,
        questions=tuple(
            replace(CHOICE, id=f"q{number}", stem_html=f"<p>Question {number}?</p>") for number in range(questions)
        ),
    )


def cases() -> list[Case]:
    """Practice cases of C5, C6, C7 and L5, one to refer, and a sign-off case."""
    keyed = [
        replace(
            PRACTICE,
            id=f"case-{key.lower()}",
            title=f"A painter with {key}",
            region="cervical" if key[0] == "C" else "lumbar",
            questions=(replace(SEGMENT, segments=(key,)),),
        )
        for key in ("C5", "C6", "C7", "L5")
    ]
    return [*keyed, REFER_CASE, SIGN_OFF]


def answer_everything(
    session: Session, documents: Sequence[Quiz | Case], person_ids: Sequence[int], *, seed: int = 1, every: float = 1.0
) -> None:
    """Everybody meets each question once, or the share `every`; abilities are normal, later questions harder."""
    chance = random.Random(seed)
    hashes = dict(zip([one.id for one in documents], publish(session, *documents), strict=True))
    ability = {person: chance.gauss(0.3, 1) for person in person_ids}
    for document in documents:
        questions = document.questions
        rows = []
        for person in person_ids:
            for place, question in enumerate(questions):
                if chance.random() >= every:
                    continue
                hard = 2.4 * (place / max(1, len(questions) - 1)) - 1.2
                right = chance.random() < 1 / (1 + math.exp(hard - ability[person]))
                rows.append((person, question, response_to(question, right, chance), right))
        store(session, document, hashes[document.id], rows, chance)


def response_to(question: Question, right: bool, chance: random.Random) -> dict[str, Any]:
    """A right answer, or a wrong one that people would give: a neighbouring segment rather than any."""
    if question.kind == "segment":
        if question.segments == ("refer",):
            return {"segment": "refer"} if right else NEEDLED
        key = question.segments[0]
        if right:
            return {"segment": key, "side": question.side or "left"}
        far = chance.choice([-1, -1, 1, 1, 1, 2, 8])
        segment = SEGMENTS[min(len(SEGMENTS) - 1, max(0, POSITION[key] + far))]
        return {"segment": "refer"} if chance.random() < 0.1 else {"segment": segment, "side": question.side}
    assert question.kind == "choice"
    return {"option": chance.choice([one.id for one in question.options if one.right is right])}


def store(
    session: Session,
    document: Quiz | Case,
    version: str,
    rows: Sequence[tuple[int, Question, dict[str, Any], bool]],
    chance: random.Random | None = None,
    *,
    first_sight: bool = True,
    number: int = 1,
) -> None:
    """Finished attempts with these answers."""
    chance = chance or random.Random(1)
    who = list(dict.fromkeys(row[0] for row in rows))
    case = document if isinstance(document, Case) else None
    if not who:
        return
    session.execute(
        insert(Attempt),
        [
            {
                "public_id": new_public_id(),
                "person_id": person,
                "purpose": "case" if case else "quiz",
                "item_id": document.id,
                "place": "",
                "bank": case.bank if case else None,
                "version_hash": version,
                "number": number,
                "question_ids": [],
                "started_at": NOON,
                "touched_at": NOON,
                "finished_at": NOON,
            }
            for person in who
        ],
    )
    mine = (Attempt.item_id == document.id, Attempt.number == number)
    attempts = dict(session.execute(select(Attempt.person_id, Attempt.id).where(*mine)).all())
    session.execute(
        insert(Answer),
        [
            {
                "attempt_id": attempts[person],
                "person_id": person,
                "item_id": document.id,
                "question_id": question.id,
                "version_hash": version,
                "nonce": new_public_id(),
                "response": response,
                "confidence": "sure" if right and chance.random() < 0.6 else chance.choice(["guess", "think"]),
                "right": right,
                "segment_right": right if question.kind == "segment" else None,
                "side_right": None,
                "safety": question.safety,
                "first_sight": first_sight,
                "answered_at": NOON + timedelta(seconds=place),
            }
            for place, (person, question, response, right) in enumerate(rows)
        ],
    )
    session.flush()
