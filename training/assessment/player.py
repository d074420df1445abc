"""What the pages of an attempt show, put together for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.anatomy.chart.marks import Mark
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
from training.assessment.graded import Graded, graded, mean_score
from training.assessment.nearness import Nearness, nearness
from training.assessment.reasoning import Reasoning, reasoning_of
from training.assessment.responses import Shown
from training.content.documents import Case, Finding, Question, Quiz
from training.library import service as library
from training.measurement import marking


@dataclass(frozen=True)
class Step:
    """A question of an attempt; `number` counts from 1.

    Once it was answered, if that is told: `near` says how near a segment was, of a case `reasoning` what its findings
    say, and `graded` what the answer was worth by degrees.
    """

    number: int
    question: Question
    shown: Shown
    answer: AnswerView | None
    near: Nearness | None
    reasoning: Reasoning | None = None
    graded: Graded | None = None


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

    @property
    def mean_score(self) -> float | None:
        """The mean graded score of a finished quiz, 0 to 1; None where no question knows degrees."""
        return mean_score(step.graded for step in self.steps if step.graded)


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
    """The attempt's questions in the order asked. Sign-off and exam items keep their keys, and all that tells them."""
    found = [question_in(document, question_id) for question_id in attempt.question_ids]
    told = not attempt.sign_off and document.bank != "exam"
    return tuple(
        step_of(number, question, attempt.public_id, answers.get(question.id), document, told=told)
        for number, question in enumerate(found, start=1)
        if question is not None
    )


def step_of(
    number: int, question: Question, seed: str, answer: AnswerView | None, document: Quiz | Case, *, told: bool
) -> Step:
    shown = responses.shown(question, seed)
    if not told:
        return Step(number, question, shown, answer, None)
    near = nearness(question, answer)
    findings = document.findings if isinstance(document, Case) else ()
    reasons = reasoning(question, answer, findings)
    return Step(number, question, shown, answer, near, reasons, graded(question, answer, near, findings))


def reasoning(question: Question, answer: AnswerView | None, findings: tuple[Finding, ...]) -> Reasoning | None:
    """What a case's findings say, for the feedback to its segment question; None before it is answered."""
    if question.kind != "segment" or answer is None or not findings:
        return None
    return reasoning_of(findings, question.segments, answer.response["segment"])
