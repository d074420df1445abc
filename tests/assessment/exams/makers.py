"""A small exam with its bank, people who sit it, and answers to whatever was drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.assessment.makers import CHOICE, PRACTICE, SEGMENT, nonce, publish
from tests.makers import NOON, make_person
from training.accounts.models import Person
from training.assessment.exams import sittings, taking
from training.assessment.exams.models import ExamAttempt, ExamQuestionRow
from training.content import codec
from training.content.documents import AfterFails, BlueprintRow, Case, Exam, Item, Option, Question, Quiz, Standard
from training.library import service as library
from training.library.models import LibraryItem
from training.web.access import Role

OPENS, CLOSES = NOON, NOON + timedelta(hours=8)
SOON, MINUTE, DAY = NOON + timedelta(minutes=1), timedelta(minutes=1), timedelta(days=1)


def question(number: int, competency: str = "knowledge", *, safety: bool = False) -> Question:
    options = (
        Option("a", f"<p>Right {number}</p>", True, "<p>Secret reason.</p>"),
        Option("b", f"<p>Wrong {number}</p>", False, "<p>No.</p>"),
        Option("c", f"<p>Worse {number}</p>", False, "<p>No.</p>"),
    )
    stem = f"<p>Question number {number}?</p>"
    return replace(CHOICE, id=f"q{number}", stem_html=stem, options=options, competencies=(competency,), safety=safety)


def bank_quiz(knowledge: int = 9, safety: int = 4) -> Quiz:
    asked = [question(number) for number in range(knowledge)]
    asked += [question(100 + number, "safety", safety=True) for number in range(safety)]
    return Quiz("exam-bank", "The bank", "course", 0.5, len(asked), tuple(asked), bank="exam")


def bank_case(number: int, *, history: str = "", template: str = "", refer: bool = False) -> Case:
    key = replace(SEGMENT, segments=("refer",), side=None) if refer else SEGMENT
    return replace(
        PRACTICE,
        id=f"case-exam-{number}",
        title=f"A secret patient {number}",
        bank="exam",
        competencies=("dx-cervical",),
        history_html=history or f"<p>The history of patient {number}.</p>",
        template=template,
        questions=(key, replace(CHOICE, id="which", competencies=("planning",))),
    )


CASES = tuple(bank_case(number) for number in range(6))
EXAM = Exam(
    id="exam-small",
    title="A small exam",
    audience="For tests",
    minutes=30,
    attempts=3,
    wait_days=1,
    standard=Standard(0.6, "provisional, set by the authors", "2026-05-01"),
    release="by-hand",
    feedback="answers",
    blueprint=(
        BlueprintRow("knowledge", 3),
        BlueprintRow("safety", 1),
        BlueprintRow("dx-cervical", 2, region="cervical", kind="segment"),
    ),
)
AT_ONCE = replace(EXAM, release="at-once")
REPEATING = replace(AT_ONCE, attempts=5, after_fails=AfterFails(2, "course"))


def publish_exam(session: Session, exam: Exam = EXAM, quiz: Quiz | None = None, cases: Sequence[Case] = CASES) -> None:
    """With the only exam questions there are: those that ship, where they are published, are retired."""
    session.execute(update(LibraryItem).where(LibraryItem.bank == "exam").values(retired_at=NOON))
    publish(session, quiz or bank_quiz(), *cases)
    digest = hashlib.sha256(repr(codec.to_json(exam)).encode()).hexdigest()
    item = Item(exam.id, "exam", f"exams/{exam.id}.yaml", exam.title, digest, "# source", exam)
    library.publish(session, [item], at=NOON, retire_missing=False)
    session.flush()


def make_sitting(
    session: Session,
    by: Person,
    *,
    opens: datetime = OPENS,
    closes: datetime = CLOSES,
    cohorts: Sequence[str] = (),
    exam_id: str = "exam-small",
) -> str:
    """An announced sitting."""
    before = min(NOON, opens) - MINUTE
    made = sittings.make(session, exam_id, opens, closes, cohorts, by_id=by.id, at=before)
    sittings.announce(session, made, by_id=by.id, at=before)
    return made


class Hall:
    """One exam, announced, with an instructor and two candidates."""

    def __init__(self, session: Session, exam: Exam = EXAM, **sitting: Any) -> None:
        self.session = session
        publish_exam(session, exam)
        self.instructor = make_person(session, Role.ASSESSOR)
        self.ann, self.ben = make_person(session, name="Ann"), make_person(session, name="Ben")
        session.flush()
        self.sitting = make_sitting(session, self.instructor, **sitting)

    def start(self, person: Person | None = None, at: datetime = SOON, sitting: str = "", device: str = "one") -> str:
        return taking.start(self.session, sitting or self.sitting, (person or self.ann).id, device, at)

    def form(self, attempt: str) -> list[ExamQuestionRow]:
        rows = select(ExamQuestionRow).join(ExamAttempt, ExamAttempt.id == ExamQuestionRow.attempt_id)
        wanted = rows.where(ExamAttempt.public_id == attempt).order_by(ExamQuestionRow.number)
        return list(self.session.scalars(wanted))

    def row(self, attempt: str) -> ExamAttempt:
        return self.session.scalars(select(ExamAttempt).where(ExamAttempt.public_id == attempt)).one()

    def save(self, attempt: str, number: int, at: datetime = SOON, **how: Any) -> taking.Progress:
        """`right` and `based_on`, `nonce`, `device`, `response`, `confidence`, `person` as they are wanted."""
        asked = self.form(attempt)[number - 1] if 1 <= number <= len(self.form(attempt)) else None
        sent = how.get("response") or answer_to(asked.question_id if asked else "q0", right=how.get("right", True))
        return taking.save(
            self.session,
            attempt,
            how.get("person", self.ann).id,
            number,
            sent,
            how.get("confidence", "think"),
            nonce=how.get("nonce", nonce()),
            based_on=how.get("based_on", 0),
            device=how.get("device", "one"),
            at=at,
        )

    def answer_all(self, attempt: str, *, right: int, person: Person | None = None, at: datetime = SOON) -> None:
        """So many answers right, the others wrong."""
        for one in self.form(attempt):
            self.save(attempt, one.number, at, right=one.number <= right, person=person or self.ann)

    def hand_in(self, attempt: str, person: Person | None = None, at: datetime = SOON) -> None:
        taking.hand_in(self.session, attempt, (person or self.ann).id, at=at)


def answer_to(question_id: str, *, right: bool) -> dict[str, Any]:
    if question_id == "segment":
        return {"segment": "C6" if right else "C7", "side": "right"}
    return {"option": "a" if right else "b"}
