"""What other slices, the factory and the commands may ask of exams."""

from __future__ import annotations

from training.assessment.exams.evidence import ExamResult, exam_results_of_many, wrong_exam_safety_of_many
from training.assessment.exams.standing import Mine, ModuleRepeatedSince, mine
from training.assessment.exams.taking import close_lapsed

__all__ = [
    "ExamResult",
    "Mine",
    "ModuleRepeatedSince",
    "close_lapsed",
    "exam_results_of_many",
    "mine",
    "wrong_exam_safety_of_many",
]
