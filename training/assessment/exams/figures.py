"""How the questions of an exam did: of one sitting before its release, or of all that is released.

Everybody has another form, so alpha is not defined; Kuder and Richardson's formula 21 is, for it asks no more than
forms of one length drawn at random from one bank. A question's rest score is the share right of the others of the same
form.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from training.assessment.analysis.figures import Figures, Pool
from training.assessment.analysis.subjects import Row, Subject
from training.assessment.exams import bank, release
from training.assessment.exams.models import ExamAttempt
from training.assessment.exams.release import Answered
from training.content.blueprint import ExamQuestion, Ref, patients_fitting
from training.content.documents import BlueprintRow, Case, Document, Exam, Quiz
from training.library import service as library
from training.library.service import Entry
from training.measurement import intervals
from training.measurement.intervals import Interval
from training.measurement.sample_size import Standing, standing
from training.measurement.total_statistics import TotalStatistics, error_at, total_statistics


@dataclass(frozen=True)
class Reliability:
    """KR-21 of forms of `items` questions, with its interval and the standard error of measurement in marks."""

    items: int
    people: int
    kr21: float | None
    interval: Interval | None
    sem: float | None
    sem_at_cut: float | None

    @property
    def standing(self) -> Standing:
        return standing("alpha", self.people)


@dataclass(frozen=True)
class ItemLine:
    """A question with its figures; `struck` is the reason where it was taken out."""

    ref: Ref
    figures: Figures
    struck: str
    exposure: int


@dataclass(frozen=True)
class ExamFigures:
    """Of finished attempts. `scores` are the numbers right, one a person; below `items` questions are not counted."""

    people: int
    totals: TotalStatistics
    reliability: Reliability
    scores: tuple[int, ...]
    cut: int
    below: int
    lines: tuple[ItemLine, ...]
    unanswered: int


def of_sitting(session: Session, exam: Exam, sitting_id: int) -> ExamFigures:
    """Before the release, from the answers as they stand; struck questions are shown and not counted."""
    rows = session.scalars(
        select(ExamAttempt)
        .where(ExamAttempt.sitting_id == sitting_id, ExamAttempt.finished_at.is_not(None))
        .order_by(ExamAttempt.id)
    ).all()
    struck = {ref: one.reason for ref, one in release.struck_of(session, sitting_id).items()}
    return _figures(session, exam, rows, struck)


def of_exam(session: Session, exam: Exam) -> ExamFigures:
    """Over all sittings, of each person's first released attempt."""
    rows = session.scalars(
        select(ExamAttempt)
        .where(ExamAttempt.exam_id == exam.id, ExamAttempt.released_at.is_not(None))
        .order_by(ExamAttempt.number, ExamAttempt.id)
    ).all()
    first: dict[int, ExamAttempt] = {}
    for row in rows:
        first.setdefault(row.person_id, row)
    return _figures(session, exam, list(first.values()), {})


def _figures(session: Session, exam: Exam, attempts: Sequence[ExamAttempt], struck: Mapping[Ref, str]) -> ExamFigures:
    forms = release.answered(session, [row.id for row in attempts])
    person = {row.id: row.person_id for row in attempts}
    counted = {
        attempt_id: [one for one in form if (one.row.item_id, one.row.question_id) not in struck]
        for attempt_id, form in forms.items()
    }
    scores = [sum(one.right for one in form) for form in counted.values()]
    lengths = {len(form) for form in counted.values()}
    items = max(lengths, default=0)
    totals = total_statistics(np.array(scores, dtype=np.float64), float(items))
    cut = math.ceil(items * exam.standard.pass_mark - 1e-9)
    by_ref: dict[Ref, list[tuple[int, Answered]]] = {}
    for attempt_id, form in forms.items():
        for one in form:
            by_ref.setdefault((one.row.item_id, one.row.question_id), []).append((person[attempt_id], one))
    return ExamFigures(
        people=len(attempts),
        totals=totals,
        reliability=kr21(scores, items, cut) if len(lengths) == 1 else Reliability(items, 0, None, None, None, None),
        scores=tuple(scores),
        cut=cut,
        below=sum(score < cut for score in scores),
        lines=_lines(session, by_ref, struck),
        unanswered=sum(one.mark is None for form in forms.values() for one in form),
    )


def kr21(scores: Sequence[int], items: int, cut: int) -> Reliability:
    """Kuder and Richardson's formula 21: k/(k-1)·(1 - M(k-M)/(k·var)), var with n; the error at a score is Lord's.

    None where there are too few people or no spread. Source: G. F. Kuder, M. W. Richardson, Psychometrika 2 (1937)
    151-160; F. M. Lord, Educ. Psychol. Meas. 17 (1957) 510-521, for forms drawn at random.
    """
    n = len(scores)
    at_cut = error_at(float(cut), items) if items > 1 else None
    if n < 3 or items < 2 or max(scores) == min(scores):
        return Reliability(items, n, None, None, None, at_cut)
    mean = sum(scores) / n
    variance = sum((score - mean) ** 2 for score in scores) / n
    value = items / (items - 1) * (1 - mean * (items - mean) / (items * variance))
    sem = math.sqrt(variance * n / (n - 1)) * math.sqrt(max(0.0, 1 - value))
    return Reliability(items, n, value, intervals.alpha(value, items, n), sem, at_cut)


def _lines(
    session: Session, by_ref: Mapping[Ref, Sequence[tuple[int, Answered]]], struck: Mapping[Ref, str]
) -> tuple[ItemLine, ...]:
    hashes = {one.row.version_hash for given in by_ref.values() for _, one in given}
    documents = library.documents(session, hashes)
    subjects, refs = [], []
    for ref in sorted(by_ref):
        given = by_ref[ref]
        version = given[-1][1].row.version_hash
        rows = tuple(
            Row(who, one.row.version_hash, int(one.right), json.dumps(one.response), one.confidence)
            for who, one in given
            if one.row.version_hash == version and one.response is not None
        )
        if rows:
            subjects.append(_subject(ref, version, documents[version], given[-1][1], rows))
            refs.append(ref)
    figures = Pool(subjects).figures() if subjects else []
    return tuple(
        ItemLine(ref, one, struck.get(ref, ""), len({who for who, _ in by_ref[ref]}))
        for ref, one in zip(refs, figures, strict=True)
    )


def _subject(ref: Ref, version: str, document: Document, one: Answered, rows: tuple[Row, ...]) -> Subject:
    case = document if isinstance(document, Case) else None
    entry = Entry(
        id=ref[0],
        kind="case" if case else "quiz",
        title=document.title,
        version_hash=version,
        region=case.region if case else None,
        bank=library.EXAM,
        difficulty=case.difficulty if case else None,
    )
    questions = document.questions if isinstance(document, Quiz | Case) else ()
    number = next((place for place, each in enumerate(questions, start=1) if each.id == ref[1]), 1)
    return Subject(entry, False, one.question, number, rows, rows, {version: one.question})


# --- coverage --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowCoverage:
    """A row of the blueprint with what the bank has for it; `sights`: how many people saw its questions on average."""

    row: BlueprintRow
    fitting: int
    needed: int
    sights: float

    @property
    def gap(self) -> bool:
        return self.fitting < self.row.count

    @property
    def thin(self) -> bool:
        """Too few unseen ones for every attempt that is allowed."""
        return not self.gap and self.fitting < self.needed


@dataclass(frozen=True)
class Coverage:
    """The exam bank: questions by competency and region ("" for those of no region), and each row of a blueprint."""

    competencies: tuple[str, ...]
    regions: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]
    asked: Mapping[tuple[str, str], int]
    rows: tuple[RowCoverage, ...]
    questions: int


def coverage(session: Session, exam: Exam) -> Coverage:
    now = bank.current_bank(session)
    counts: dict[tuple[str, str], int] = {}
    for one in now.pool:
        for competency in one.competencies:
            counts[competency, one.region] = counts.get((competency, one.region), 0) + 1
    asked: dict[tuple[str, str], int] = {}
    for row in exam.blueprint:
        place = (row.competency, row.region or "")
        asked[place] = asked.get(place, 0) + row.count
    names = sorted({*(name for name, _ in counts), *(name for name, _ in asked)})
    rows = tuple(_row_coverage(row, exam, now.pool, now.exposure) for row in exam.blueprint)
    return Coverage(tuple(names), ("cervical", "thoracic", "lumbar", "sacral", ""), counts, asked, rows, len(now.pool))


def _row_coverage(
    row: BlueprintRow, exam: Exam, pool: Sequence[ExamQuestion], exposure: Mapping[Ref, int]
) -> RowCoverage:
    fitting = [one for one in pool if one.fits(row)]
    sights = sum(exposure.get(one.ref, 0) for one in fitting) / len(fitting) if fitting else 0.0
    return RowCoverage(row, patients_fitting(row, pool), row.count * exam.attempts, sights)
