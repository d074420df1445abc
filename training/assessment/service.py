"""What other slices may use of assessment: attempts, answers, and the evidence that follows from them."""

from __future__ import annotations

from training.assessment.answers import (
    AnswerView,
    Saved,
    answer,
    answer_check,
    answers_of,
    check_answers,
)
from training.assessment.attempts import (
    AttemptView,
    CaseState,
    OpenAttempt,
    advance,
    attempt_of,
    attempts_at,
    case_states,
    drawn,
    history,
    last_stage,
    latest_of,
    latest_open,
    open_attempts,
    start,
)
from training.assessment.evidence import (
    CaseAnswer,
    CountedAnswers,
    QuizResult,
    Results,
    SafetyAnswer,
    counted_answers_of_many,
    passed_cases,
    quiz_results,
    results_of_many,
    sign_off_answers,
    wrong_safety_answers,
)
from training.assessment.exams.service import Coming as ComingExam
from training.assessment.exams.service import (
    ExamResult,
    ReleasedExams,
    close_lapsed,
    released_exams_of_many,
)
from training.assessment.exams.service import coming as coming_exams
from training.assessment.missed import MISSED_QUESTIONS
from training.assessment.player import Nearness, nearness
from training.assessment.responses import InvalidAnswer, SentAnswer, Shown, mark, read_sent, shown
from training.db.base import new_public_id as new_nonce

__all__ = [
    "MISSED_QUESTIONS",
    "AnswerView",
    "AttemptView",
    "CaseAnswer",
    "CaseState",
    "ComingExam",
    "CountedAnswers",
    "ExamResult",
    "InvalidAnswer",
    "Nearness",
    "OpenAttempt",
    "QuizResult",
    "ReleasedExams",
    "Results",
    "SafetyAnswer",
    "Saved",
    "SentAnswer",
    "Shown",
    "advance",
    "answer",
    "answer_check",
    "answers_of",
    "attempt_of",
    "attempts_at",
    "case_states",
    "check_answers",
    "close_lapsed",
    "coming_exams",
    "counted_answers_of_many",
    "drawn",
    "history",
    "last_stage",
    "latest_of",
    "latest_open",
    "mark",
    "nearness",
    "new_nonce",
    "open_attempts",
    "passed_cases",
    "quiz_results",
    "read_sent",
    "released_exams_of_many",
    "results_of_many",
    "shown",
    "sign_off_answers",
    "start",
    "wrong_safety_answers",
]
