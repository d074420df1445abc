"""The exam bank as it stands now, who has seen what of it, and what that leaves for one person.

Who rated an item for the panel was shown its keys, so it counts as seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training.assessment.exams.models import ExamAttempt, ExamQuestionRow
from training.assessment.panel.models import PanelRating
from training.content.blueprint import ExamQuestion, Form, Ref, draw, questions_of, unseen
from training.content.documents import Case, Exam, Quiz
from training.library import service as library


@dataclass(frozen=True)
class Seen:
    """What one person was asked in exams: each question with the version it had. `rated`: items whose keys they know,
    for they rated a question of them."""

    refs: frozenset[Ref] = frozenset()
    known: tuple[ExamQuestion, ...] = ()
    rated: frozenset[str] = frozenset()

    @property
    def stories(self) -> frozenset[str]:
        """The templates of the cases among them."""
        return frozenset(one.story for one in self.known if one.story)


NOTHING = Seen()


@dataclass(frozen=True)
class Bank:
    """The published questions of the exam bank, how many people saw each, and how many people ever sat an exam."""

    pool: tuple[ExamQuestion, ...]
    exposure: dict[Ref, int] = field(default_factory=dict)
    candidates: int = 0

    def left_for(self, seen: Seen) -> list[ExamQuestion]:
        rated = self.rated_by(seen)
        return unseen(self.pool, seen.refs.union(one.ref for one in rated), (*seen.known, *rated))

    def rated_by(self, seen: Seen) -> list[ExamQuestion]:
        return [one for one in self.pool if one.item_id in seen.rated]

    def stories_of(self, seen: Seen) -> frozenset[str]:
        """The templates of the cases that a person met or rated."""
        return seen.stories.union(one.story for one in self.rated_by(seen) if one.story)

    def most(self, exam: Exam) -> float:
        """From how many sights on a question is one that too many have seen; never from the first few."""
        return max(3.0, exam.exposure * self.candidates)

    def draw(self, exam: Exam, seed: str, seen: Seen) -> Form:
        return draw(
            exam.blueprint,
            self.left_for(seen),
            seed,
            exposure=self.exposure,
            most=self.most(exam),
            stories=self.stories_of(seen),
        )

    def drawn_from(self, exam: Exam, seen: Seen) -> dict[str, Any]:
        """All that a drawing depends on besides the blueprint and the seed, as JSON values."""
        items: dict[str, Any] = {}
        for one in self.left_for(seen):
            kept = items.setdefault(one.item_id, {"version": one.version_hash, "seen": {}})
            kept["seen"][one.question_id] = self.exposure.get(one.ref, 0)
        return {"items": items, "most": self.most(exam), "stories": sorted(self.stories_of(seen))}


def current_bank(session: Session) -> Bank:
    """In three queries, and one more while its documents are not in memory."""
    entries = [one for one in library.entries(session, ("quiz", "case"), bank=library.EXAM) if one.bank == library.EXAM]
    hashes = [one.version_hash for one in entries]
    pool = questions(session, hashes)
    people = func.count(ExamAttempt.person_id.distinct())
    seen = session.execute(
        select(ExamQuestionRow.item_id, ExamQuestionRow.question_id, people)
        .join(ExamAttempt, ExamAttempt.id == ExamQuestionRow.attempt_id)
        .group_by(ExamQuestionRow.item_id, ExamQuestionRow.question_id)
    )
    exposure = {(item_id, question_id): count for item_id, question_id, count in seen}
    return Bank(tuple(pool), exposure, session.scalar(select(people)) or 0)


def questions(session: Session, hashes: Collection[str]) -> list[ExamQuestion]:
    """The questions of some versions of quizzes and cases."""
    documents = library.documents(session, hashes)
    return [
        one
        for version_hash, document in documents.items()
        if isinstance(document, Quiz | Case)
        for one in questions_of(document, version_hash)
    ]


def seen_by(session: Session, person_ids: Iterable[int]) -> dict[int, Seen]:
    """What each of several people was asked or rated so far, in two queries; who did neither is left out."""
    people = list(person_ids)
    rated: dict[int, set[str]] = {}
    ratings = select(PanelRating.rater_id, PanelRating.item_id).where(PanelRating.rater_id.in_(people)).distinct()
    for rater_id, item_id in session.execute(ratings):
        rated.setdefault(rater_id, set()).add(item_id)
    rows = session.execute(
        select(
            ExamAttempt.person_id,
            ExamQuestionRow.item_id,
            ExamQuestionRow.question_id,
            ExamQuestionRow.version_hash,
        )
        .join(ExamAttempt, ExamAttempt.id == ExamQuestionRow.attempt_id)
        .where(ExamAttempt.person_id.in_(people))
    ).all()
    known: dict[tuple[str, Ref], ExamQuestion] = {
        (one.version_hash, one.ref): one for one in questions(session, {row.version_hash for row in rows})
    }
    found: dict[int, list[tuple[str, Ref]]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append((row.version_hash, (row.item_id, row.question_id)))
    return {
        person_id: Seen(
            frozenset(ref for _, ref in asked),
            tuple(known[one] for one in asked if one in known),
            frozenset(rated.get(person_id, ())),
        )
        for person_id in found.keys() | rated.keys()
        for asked in (found.get(person_id, []),)
    }


def form_again(session: Session, exam: Exam, drawn_from: dict[str, Any], seed: str) -> Form:
    """The form that was drawn, from what was kept of its drawing."""
    items = drawn_from["items"]
    pool = questions(session, {one["version"] for one in items.values()})
    exposure = {(item_id, question): count for item_id, one in items.items() for question, count in one["seen"].items()}
    return draw(
        exam.blueprint,
        [one for one in pool if one.ref in exposure],
        seed,
        exposure=exposure,
        most=drawn_from["most"],
        stories=drawn_from["stories"],
    )
