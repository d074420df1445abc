"""People with much behind them, written in bulk: for counts of queries and for measuring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from training.assessment.models import Answer, Attempt
from training.assessment.sign_off.models import Draw, SignOffSession
from training.competency.observing.models import Observation
from training.competency.service import current_framework
from training.content.documents import Course, Quiz
from training.db.base import new_public_id
from training.library import service as library
from training.measurement.bank import configured_bank
from training.study.models import LessonProgress

ANSWERS_OF_A_QUIZ = 10
REGIONS = ("cervical", "thoracic", "lumbar", "sacral")
_ids = count(10_000_000)


def study_much(session: Session, person_ids: Sequence[int], assessor_id: int, *, answers: int, at: datetime) -> None:
    """For each person so many answers, nearly all in quizzes, one wrong of a safety question among them; sixteen
    sign-off cases of each region, every lesson of the foundations and three observations of each region.
    """
    shelf = _Shelf(session)
    attempts, given, draws = [], [], []
    for person_id in person_ids:
        rows = list(shelf.cases(session, person_id, at))
        attempts += [attempt for attempt, _, _ in rows]
        given += [answer for _, answer, _ in rows]
        draws += [draw for _, _, draw in rows]
        for number in range(max(0, answers - len(rows)) // ANSWERS_OF_A_QUIZ):
            attempt, answered = shelf.quiz(person_id, number, at - timedelta(minutes=number))
            attempts.append(attempt)
            given += answered
    session.execute(insert(Attempt), attempts)
    session.execute(insert(Answer), given)
    session.execute(insert(Draw), draws)
    lessons = [
        {
            "person_id": person_id,
            "lesson_id": lesson,
            "course_id": shelf.course.id,
            "version_hash": shelf.course_hash,
            "heading_id": "",
            "touched_at": at,
            "finished_at": at,
        }
        for person_id in person_ids
        for lesson in shelf.lessons
    ]
    session.execute(insert(LessonProgress), lessons)
    session.execute(insert(Observation), list(shelf.observed(person_ids, assessor_id, at)))


class _Shelf:
    """What is published, looked up once."""

    def __init__(self, session: Session) -> None:
        self.quizzes: list[tuple[str, Quiz]] = []
        for entry in library.entries(session, "quiz"):
            document = library.document(session, entry.version_hash)
            assert isinstance(document, Quiz)
            self.quizzes.append((entry.version_hash, document))
        entry = library.entry(session, "foundations", "course")
        course = library.document(session, entry.version_hash)
        assert isinstance(course, Course)
        self.course, self.course_hash = course, entry.version_hash
        self.lessons = [lesson.id for lesson in course.lessons]
        self.versions: dict[str | None, str] = {}
        for one in library.entries(session, "case", bank="sign-off"):
            self.versions.setdefault(one.region, one.version_hash)
        self.framework_hash = current_framework(session).hash

    def quiz(self, person_id: int, number: int, at: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        version, quiz = self.quizzes[number % len(self.quizzes)]
        attempt = _attempt(person_id, quiz.id, version, number + 1, ANSWERS_OF_A_QUIZ, 5 + number % 6, at)
        slip = number == 0
        answers = [
            _answer(
                attempt,
                f"question-{place}",
                right=not (slip and place == 0),
                safety=place == 0,
                first=number < len(self.quizzes),
            )
            for place in range(ANSWERS_OF_A_QUIZ)
        ]
        return attempt, answers

    def cases(
        self, session: Session, person_id: int, at: datetime
    ) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
        for region in REGIONS:
            sitting = SignOffSession(
                person_id=person_id, region=region, number=1, started_at=at, ended_at=at, ended_as="length"
            )
            session.add(sitting)
            session.flush()
            areas = configured_bank().areas_of(region)
            for number in range(16):
                name = f"{region}-many-{number}"
                attempt = _attempt(person_id, name, self.versions[region], 1, 1, int(number > 2), at)
                attempt |= {"purpose": "case", "bank": "sign-off", "question_ids": ["segment"]}
                answer = _answer(attempt, "segment", right=number > 2, safety=False, first=True)
                draw = {
                    "attempt_id": attempt["id"],
                    "session_id": sitting.id,
                    "template": "",
                    "area": areas[number % len(areas)],
                    "difficulty": 0.0,
                    "provisional": True,
                    "drawn_at": at,
                }
                yield attempt, answer | {"segment_right": number > 2, "side_right": number > 2}, draw

    def observed(self, person_ids: Sequence[int], assessor_id: int, at: datetime) -> Iterator[dict[str, Any]]:
        for person_id in person_ids:
            for number in range(12):
                yield {
                    "public_id": new_public_id(),
                    "trainee_id": person_id,
                    "assessor_id": assessor_id,
                    "region": REGIONS[number % 4],
                    "seen": "Marked the segment, then needled by plan and stopped at the lamina.",
                    "entrustment": 4,
                    "observed_on": date(at.year, at.month, at.day),
                    "nonce": new_public_id(),
                    "framework_hash": self.framework_hash,
                    "recorded_at": at,
                }


def _attempt(
    person_id: int, item: str, version: str, number: int, asked: int, right: int, at: datetime
) -> dict[str, Any]:
    return {
        "id": next(_ids),
        "public_id": new_public_id(),
        "person_id": person_id,
        "purpose": "quiz",
        "item_id": item,
        "place": "",
        "bank": None,
        "version_hash": version,
        "number": number,
        "question_ids": [],
        "stage": 0,
        "asked": asked,
        "answered": asked,
        "right": right,
        "started_at": at,
        "touched_at": at,
        "finished_at": at,
    }


def _answer(attempt: dict[str, Any], question: str, *, right: bool, safety: bool, first: bool) -> dict[str, Any]:
    return {
        "attempt_id": attempt["id"],
        "person_id": attempt["person_id"],
        "item_id": attempt["item_id"],
        "question_id": question,
        "version_hash": attempt["version_hash"],
        "nonce": new_public_id(),
        "response": {},
        "confidence": None,
        "right": right,
        "segment_right": None,
        "side_right": None,
        "safety": safety,
        "first_sight": first,
        "answered_at": attempt["finished_at"],
    }
