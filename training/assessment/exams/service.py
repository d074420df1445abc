"""What other slices, the factory and the commands may ask of exams."""

from __future__ import annotations

from training.assessment.exams.evidence import ExamResult, ReleasedExams
from training.assessment.exams.release import release
from training.assessment.exams.sittings import announce
from training.assessment.exams.sittings import make as make_sitting
from training.assessment.exams.standing import Coming, ModuleRepeatedSince, coming
from training.assessment.exams.taking import close_lapsed, hand_in, questions, save, start

__all__ = [
    "Coming",
    "ExamResult",
    "ModuleRepeatedSince",
    "ReleasedExams",
    "announce",
    "close_lapsed",
    "coming",
    "hand_in",
    "make_sitting",
    "questions",
    "release",
    "save",
    "start",
]
