"""What a trainee of the demonstration school has done, done through the same services as by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training.assessment import service as assessment
from training.competency import service as competency
from training.content.documents import Case, Question, Quiz
from training.db.base import new_public_id
from training.demo.answers import response_to
from training.library import service as library
from training.study import service as study

READING_TIME, ANSWERING_TIME = timedelta(minutes=8), timedelta(seconds=50)
RATING_TIME = timedelta(seconds=20)

SEEN = (
    "Named the level before touching a needle, compared both sides, and found multifidus tender at the same level.",
    "Rolled the skin from the spine outwards, explained the cramp in plain words and stopped when the patient asked.",
    "Palpated the whole muscle, kept the needle over bone, counted needles in and out, and rechecked the range.",
    "Gave the warning signs for the hours after treatment without being prompted, and wrote the consent down.",
)


@dataclass
class Learner:
    """One trainee and their own clock: each thing they do takes a little time."""

    session: Session
    person_id: int
    now: datetime

    def study_lessons(self, lesson_ids: Sequence[str]) -> None:
        for lesson_id in lesson_ids:
            self.now += READING_TIME
            study.finish(self.session, self.person_id, lesson_id, at=self.now)

    def open_lesson(self, lesson_id: str, heading: int) -> None:
        """Leave a lesson at one of its headings."""
        self.now += READING_TIME
        study.leave_at(self.session, self.person_id, lesson_id, heading, at=self.now)

    def take_quiz(self, quiz_id: str, *, wrong: int = 0) -> None:
        """Answer a whole quiz, the last `wrong` questions that are no safety questions wrongly."""
        _, quiz = library.current(self.session, quiz_id, Quiz)
        attempt = assessment.start(self.session, self.person_id, quiz_id, "quiz", at=self.now)
        asked = {question.id: question for question in quiz.questions}
        plain = [name for name in attempt.question_ids if not asked[name].safety]
        missed = set(plain[max(0, len(plain) - wrong) :])
        for name in attempt.question_ids:
            self.answer(attempt.public_id, asked[name], right=name not in missed)

    def work_case(self, case_id: str, *, right: bool = True, confidence: str = "think", finish: bool = True) -> None:
        """Read a case and answer its questions; `finish=False` leaves it with the examination open."""
        _, case = library.current(self.session, case_id, Case)
        attempt = assessment.start(self.session, self.person_id, case_id, "case", at=self.now)
        self.now += ANSWERING_TIME
        assessment.advance(self.session, attempt.public_id, self.person_id, 1, at=self.now)
        if not finish:
            return
        assessment.advance(self.session, attempt.public_id, self.person_id, 2, at=self.now)
        for question in case.questions:
            self.answer(attempt.public_id, question, right=right, confidence=confidence)

    def work_drawn_case(self, random: Random, *, right: bool = True) -> bool:
        """Answer the next sign-off case; says whether there was one to draw."""
        if not assessment.sign_off_runs(self.session, self.person_id):
            return False
        self.now += ANSWERING_TIME
        drawn = assessment.draw_sign_off(self.session, self.person_id, self.now, demonstration=True, random=random)
        attempt = assessment.attempt_of(self.session, drawn, self.person_id)
        case = library.of_kind(library.document(self.session, attempt.version_hash), Case)
        for stage in (1, 2):
            assessment.advance(self.session, drawn, self.person_id, stage, at=self.now)
        for question in case.questions:
            self.answer(drawn, question, right=right or question.safety, confidence="think")
        return True

    def answer(self, attempt_id: str, question: Question, *, right: bool, confidence: str = "think") -> None:
        self.now += ANSWERING_TIME
        assessment.answer(
            self.session,
            attempt_id,
            self.person_id,
            question.id,
            response_to(question, right=right),
            confidence if question.safety or question.kind == "segment" else None,
            new_public_id(),
            at=self.now,
        )

    def be_observed(self, assessor_id: int, region: str, entrustment: int, words: int, zone: ZoneInfo) -> None:
        self.now += timedelta(hours=20)
        today = self.now.astimezone(zone).date()
        draft = competency.write_words(
            self.session,
            trainee_id=self.person_id,
            assessor_id=assessor_id,
            region=region,
            seen=SEEN[words % len(SEEN)],
            observed_on=today,
            nonce=new_public_id(),
            today=today,
            at=self.now,
        )
        self.now += RATING_TIME
        competency.sign_observation(
            self.session,
            draft.public_id,
            assessor_id=assessor_id,
            entrustment=entrustment,
            today=self.now.astimezone(zone).date(),
            at=self.now,
        )
