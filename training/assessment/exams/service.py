"""What other slices, the factory and the commands may ask of exams."""

from __future__ import annotations

from training.assessment.exams.evidence import ExamResult, ReleasedExams
from training.assessment.exams.standing import Coming, ModuleRepeatedSince, coming
from training.assessment.exams.taking import close_lapsed

__all__ = [
    "Coming",
    "ExamResult",
    "ModuleRepeatedSince",
    "ReleasedExams",
    "close_lapsed",
    "coming",
]
