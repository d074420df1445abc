"""What the pages of an attempt show, put together for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from training.anatomy.chart.marks import Mark
from training.anatomy.innervation import SharedInnervation, shared_innervation
from training.anatomy.segments import POSITION, SEGMENTS
from training.assessment import responses
from training.assessment.answers import AnswerView, answers_of
from training.assessment.attempts import (
    FIRST_QUESTION,
    AttemptView,
    attempt_of,
    last_stage,
    question_in,
)
from training.assessment.charting import marks_of
from training.assessment.reasoning import Reasoning, reasoning_of
from training.assessment.responses import Shown
from training.content.documents import REFER, Case, Finding, Question, Quiz
from training.library import service as library
from training.measurement import marking


@dataclass(frozen=True)
class Nearness:
    """How near an answered segment lies to the key, as feedback only.

    `shares` are, for each segment, the largest share of muscles that it has in common with a segment of the key, from
    0 to 1. `shared` compares the answer with the nearest segment of the key; None where one of the two is no segment.
    """

    shares: Mapping[str, float] = field(default_factory=dict)
    shared: SharedInnervation | None = None


@dataclass(frozen=True)
class Step:
    """A question of an attempt; `number` counts from 1.

    Once a segment was answered, if that is told: `near` says how near, of a case `reasoning` what its findings say.
    """

    number: int
    question: Question
    shown: Shown
    answer: AnswerView | None
    near: Nearness | None
    reasoning: Reasoning | None = None


@dataclass(frozen=True)
class CasePlay:
    """A case as far as it is open: `steps` are the questions opened, `current` the one to be answered now.

    `next_stage` is the part that can be opened now, None while a question waits and at the end.
    """

    attempt: AttemptView
    case: Case
    steps: tuple[Step, ...]
    current: Step | None
    next_stage: int | None

    @property
    def examination_open(self) -> bool:
        return self.attempt.stage >= 1

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The findings on the body chart."""
        return marks_of(self.case.findings)

    @property
    def explanation_open(self) -> bool:
        return not self.attempt.sign_off and self.attempt.stage == last_stage(self.attempt)


@dataclass(frozen=True)
class QuizPlay:
    """A quiz: all `steps`, and the one to show. `shown` is None when the result is to be shown."""

    attempt: AttemptView
    quiz: Quiz
    steps: tuple[Step, ...]
    shown: Step | None

    @property
    def passed(self) -> bool:
        return self.attempt.finished_at is not None and marking.reaches(
            self.attempt.right, self.attempt.asked, self.quiz.pass_mark
        )


def play(session: Session, public_id: str, person_id: int, question_id: str = "") -> CasePlay | QuizPlay:
    """One's own attempt as its page shows it; of a quiz the question that is asked for, else the first unanswered.

    Raises NotFound.
    """
    attempt = attempt_of(session, public_id, person_id)
    document = library.document(session, attempt.version_hash)
    answers = answers_of(session, attempt.id)
    if isinstance(document, Case):
        return case_play(attempt, document, answers)
    quiz = library.of_kind(document, Quiz)
    steps = steps_of(attempt, quiz, answers)
    asked = next((step for step in steps if step.question.id == question_id), None)
    first_open = next((step for step in steps if step.answer is None), None)
    return QuizPlay(attempt, quiz, steps, asked or first_open)


def case_play(attempt: AttemptView, case: Case, answers: Mapping[str, AnswerView]) -> CasePlay:
    opened = steps_of(attempt, case, answers)[: max(attempt.stage - FIRST_QUESTION + 1, 0)]
    current = next((step for step in opened if step.answer is None), None)
    at_end = current is not None or attempt.stage >= last_stage(attempt)
    # A sign-off case ends with its last answer, so its last question opens nothing more.
    if attempt.sign_off and attempt.finished_at is not None:
        at_end = True
    return CasePlay(attempt, case, opened, current, None if at_end else attempt.stage + 1)


def steps_of(attempt: AttemptView, document: Quiz | Case, answers: Mapping[str, AnswerView]) -> tuple[Step, ...]:
    """The attempt's questions in the order asked."""
    found = [question_in(document, question_id) for question_id in attempt.question_ids]
    findings = document.findings if isinstance(document, Case) else ()
    return tuple(
        Step(
            number,
            question,
            responses.shown(question, attempt.public_id),
            answers.get(question.id),
            None if attempt.sign_off else nearness(question, answers.get(question.id)),
            None if attempt.sign_off else reasoning(question, answers.get(question.id), findings),
        )
        for number, question in enumerate(found, start=1)
        if question is not None
    )


def reasoning(question: Question, answer: AnswerView | None, findings: tuple[Finding, ...]) -> Reasoning | None:
    """What a case's findings say, for the feedback to its segment question; None before it is answered."""
    if question.kind != "segment" or answer is None or not findings:
        return None
    return reasoning_of(findings, question.segments, answer.response["segment"])


def nearness(question: Question, answer: AnswerView | None) -> Nearness | None:
    """For the feedback to a segment question; None before it is answered and for other kinds."""
    if question.kind != "segment" or answer is None:
        return None
    keys = [one for one in question.segments if one in POSITION]
    if not keys:
        return Nearness()
    shares = {one: max(shared_innervation(key, one).share for key in keys) for one in SEGMENTS}
    chosen = answer.response["segment"]
    if chosen == REFER:
        return Nearness(shares)
    nearest = max(keys, key=lambda key: shared_innervation(key, chosen).share)
    return Nearness(shares, shared_innervation(chosen, nearest))
