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
    passed_cases,
    quiz_results,
    results_of_many,
)
from training.assessment.exams.service import Coming as ComingExam
from training.assessment.exams.service import (
    ExamResult,
    ReleasedExams,
    close_lapsed,
)
from training.assessment.exams.service import coming as coming_exams
from training.assessment.graded import Graded, graded
from training.assessment.missed import MISSED_QUESTIONS
from training.assessment.nearness import Nearness, nearness
from training.assessment.panel.calibration import compute as compute_difficulties
from training.assessment.panel.calibration import keep as keep_difficulties
from training.assessment.panel.rating import Rater, Wish, has_rated
from training.assessment.panel.rating import save as save_ratings
from training.assessment.panel.service import Rated, difficulties
from training.assessment.practised import PractisedCase, practised_cases_of_many
from training.assessment.proof import (
    Proof,
    counted_answers_of_many,
    proof_of_many,
    released_exams_of_many,
    sign_off_answers,
    wrong_safety_answers,
)
from training.assessment.responses import InvalidAnswer, SentAnswer, Shown, mark, read_sent, shown
from training.assessment.sign_off.service import begin as begin_sign_off
from training.assessment.sign_off.service import next_case as draw_sign_off
from training.assessment.sign_off.sessions import runs as sign_off_runs
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
    "Graded",
    "InvalidAnswer",
    "Nearness",
    "OpenAttempt",
    "PractisedCase",
    "Proof",
    "QuizResult",
    "Rated",
    "Rater",
    "ReleasedExams",
    "Results",
    "SafetyAnswer",
    "Saved",
    "SentAnswer",
    "Shown",
    "Wish",
    "advance",
    "answer",
    "answer_check",
    "answers_of",
    "attempt_of",
    "attempts_at",
    "begin_sign_off",
    "case_states",
    "check_answers",
    "close_lapsed",
    "coming_exams",
    "compute_difficulties",
    "counted_answers_of_many",
    "difficulties",
    "draw_sign_off",
    "drawn",
    "graded",
    "has_rated",
    "history",
    "keep_difficulties",
    "last_stage",
    "latest_of",
    "latest_open",
    "mark",
    "nearness",
    "new_nonce",
    "open_attempts",
    "passed_cases",
    "practised_cases_of_many",
    "proof_of_many",
    "quiz_results",
    "read_sent",
    "released_exams_of_many",
    "results_of_many",
    "save_ratings",
    "shown",
    "sign_off_answers",
    "sign_off_runs",
    "start",
    "wrong_safety_answers",
]
