"""What released exams prove, as values; `training.assessment.proof` reads them, and no attempt that is not released."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from training.assessment.evidence import SafetyAnswer


@dataclass(frozen=True)
class ExamResult:
    """A released attempt at an exam: `right` of the `marked` questions, and whether that reached its standard."""

    exam_id: str
    version_hash: str
    attempt_public_id: str
    right: int
    marked: int
    passed: bool
    finished_at: datetime


@dataclass
class ReleasedExams:
    """One person's released attempts, oldest first, and the wrong answers to safety questions in them.

    Such an answer counts from the release on: before it nobody could know of it, and remedy it. A question that was
    left open is no answer, and a struck one is none either.
    """

    results: list[ExamResult] = field(default_factory=list)
    wrong_safety: list[SafetyAnswer] = field(default_factory=list)
