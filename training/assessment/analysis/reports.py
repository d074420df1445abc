"""One quiz, one question, one cohort: what their pages show. The database is asked through `service`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from training.anatomy.segments import REGIONS
from training.assessment.analysis import confusion
from training.assessment.analysis.confusion import Confusion, Decision, Share
from training.assessment.analysis.figures import Figures, Pool, by_frequency, pools, responses
from training.assessment.analysis.readings import Reading, reading
from training.assessment.analysis.service import EVERYBODY, Ground, Viewer, asked_about, ground
from training.assessment.analysis.subjects import Subject, question_of
from training.content.documents import Question
from training.db.errors import NotFound
from training.library import service as library
from training.library.service import Catalogued
from training.measurement.item_analysis import Analysis, analyse
from training.measurement.option_counts import OptionTable

# --- a quiz ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuizReport:
    """A quiz as a test. `analysis` runs along `lines`; both are empty while nobody has answered."""

    on: Ground
    id: str
    title: str
    lines: list[Figures]
    analysis: Analysis | None
    draw_is_whole: bool


def quiz_report(session: Session, viewer: Viewer, quiz_id: str, cohort_id: str = "") -> QuizReport:
    """Raises NotFound."""
    on = ground(session, viewer, cohort_id)
    item = item_of(on, quiz_id, "quiz")
    found = pools(asked_about(session, on, [quiz_id]))
    document = library.document(session, item.entry.version_hash)
    whole = getattr(document, "draw", 0) == len(getattr(document, "questions", ()))
    if not found:
        return QuizReport(on, quiz_id, item.entry.title, [], None, whole)
    pool = found[0]
    return QuizReport(on, quiz_id, item.entry.title, pool.figures(), analyse(pool.marks), whole)


def item_of(on: Ground, item_id: str, kind: str = "") -> Catalogued:
    found = on.items.get(item_id)
    if found is None or kind not in ("", found.entry.kind):
        raise NotFound("There is no such page. It may have been withdrawn.")
    return found


# --- a question ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VersionLine:
    """How a version of the item was answered; `same`: it asks what the current one asks, and counts."""

    hash: str
    published_at: datetime
    current: bool
    same: bool
    right: Share


@dataclass(frozen=True)
class QuestionReport:
    """One question. `figures` and `options` are None while nobody has answered its present wording."""

    on: Ground
    item: Catalogued
    question: Question
    number: int
    figures: Figures | None
    how: Reading
    options: OptionTable | None
    segments: dict[str, int]
    sides: Share | None
    confidence: dict[str, Share]
    versions: list[VersionLine]
    earlier: int


def question_report(
    session: Session, viewer: Viewer, item_id: str, question_id: str, cohort_id: str = ""
) -> QuestionReport:
    """Raises NotFound, also for a sign-off case that the viewer may not see."""
    on = ground(session, viewer, cohort_id)
    item = item_of(on, item_id)
    document = library.document(session, item.entry.version_hash)
    question = question_of(document, question_id)
    if question is None:
        raise NotFound("There is no such page. It may have been withdrawn.")
    number = 1 + [one.id for one in document.questions].index(question_id)  # type: ignore[union-attr]
    test = [one for one, its in on.items.items() if its.entry.kind == "case" and its.entry.bank == item.entry.bank]
    pool = next(
        (
            one
            for one in pools(asked_about(session, on, [item_id] if item.entry.kind == "quiz" else test))
            if any(subject.entry.id == item_id for subject in one.subjects)
        ),
        None,
    )
    column = place_of(pool, item_id, question_id)
    if pool is None or column is None:
        return QuestionReport(on, item, question, number, None, reading(question), None, {}, None, {}, [], 0)
    subject = pool.subjects[column]
    how = reading(question, by_frequency(subject))
    return QuestionReport(
        on,
        item,
        question,
        number,
        pool.figures_of(column) if subject.rows else None,
        how,
        pool.options(column, how) if subject.rows else None,
        segment_counts(subject),
        side_share(subject),
        confusion.by_confidence((row.confidence, row.right) for row in subject.rows),
        version_lines(session, subject),
        len(subject.all_rows) - len(subject.rows),
    )


def place_of(pool: Pool | None, item_id: str, question_id: str) -> int | None:
    names = [subject.name for subject in pool.subjects] if pool else []
    return names.index(f"{item_id}#{question_id}") if f"{item_id}#{question_id}" in names else None


def segment_counts(subject: Subject) -> dict[str, int]:
    """How often each segment, or `refer`, was answered to this wording."""
    if subject.question.kind != "segment":
        return {}
    found = Counter[str]()
    for text, count in Counter(row.response for row in subject.rows).items():
        found[str(responses([text])[0]["segment"])] += count
    return dict(sorted(found.items(), key=lambda one: confusion.order(one[0])))


def side_share(subject: Subject) -> Share | None:
    """Of those who named a right segment, who named the side as well; None where there is no side to name."""
    if subject.question.kind != "segment" or subject.question.side is None:
        return None
    segments = [str(one["segment"]) for one in responses(row.response for row in subject.rows)]
    named = [row.right for row, one in zip(subject.rows, segments, strict=True) if one in subject.question.segments]
    return Share(sum(named), len(named))


def version_lines(session: Session, subject: Subject) -> list[VersionLine]:
    """Newest first, those that somebody answered."""
    same = {row.version for row in subject.rows}
    right, number = Counter[str](), Counter[str]()
    for row in subject.all_rows:
        right[row.version] += row.right
        number[row.version] += 1
    return [
        VersionLine(
            one.hash,
            one.published_at,
            one.hash == subject.entry.version_hash,
            one.hash in same,
            Share(right[one.hash], number[one.hash]),
        )
        for one in library.with_versions(session, subject.entry.id).versions
        if number[one.hash]
    ]


# --- a cohort --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CohortReport:
    """What a cohort, or everybody, takes for what. `answered`: people with an answer; `items`: questions answered."""

    on: Ground
    answered: int
    questions: int
    confusion: Confusion
    decision: Decision
    confidence: dict[str, Share]
    regions: dict[str, Share]


def cohort_report(session: Session, viewer: Viewer, cohort_id: str) -> CohortReport:
    """Segment answers of every version, each against the key of the version that was answered. Raises NotFound."""
    on = ground(session, viewer, "" if cohort_id == EVERYBODY else cohort_id)
    every = asked_about(session, on)
    segment = [one for one in every if one.question.kind == "segment"]
    answered = len({row.person for one in every for row in one.all_rows})
    found = confusion.confusion(segment_answers(segment), answered)
    return CohortReport(
        on,
        answered,
        len(segment),
        found,
        confusion.decision(found),
        confusion.by_confidence(((row.confidence, row.right) for one in every for row in one.all_rows), answered),
        by_region(segment, answered),
    )


def segment_answers(found: Iterable[Subject]) -> Iterable[tuple[Sequence[str], str, int]]:
    for subject in found:
        for (version, text), count in Counter((row.version, row.response) for row in subject.all_rows).items():
            question = subject.asked.get(version)
            if question is not None and question.kind == "segment":
                yield question.segments, str(responses([text])[0]["segment"]), count


def by_region(found: Iterable[Subject], people: int) -> dict[str, Share]:
    right, number = Counter[str](), Counter[str]()
    for subject in found:
        right[subject.region] += sum(row.right for row in subject.all_rows)
        number[subject.region] += len(subject.all_rows)
    return {region: Share(right[region], number[region], people) for region in REGIONS if number[region]}
