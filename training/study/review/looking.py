"""An answered card as its page shows it: what was asked, what was right, and what charts say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from training.anatomy.drills import Choice, Drill, drills, main_segments, muscle_drill, words_for
from training.anatomy.segments import describe
from training.assessment import service as assessment
from training.db.errors import NotFound
from training.library import service as library
from training.study.review.faces import Face, question_face
from training.study.review.models import Review, ReviewCard
from training.study.review.queue import MOST_TIMES_A_DAY

_CARD = cast(Table, ReviewCard.__table__)
_REVIEW = cast(Table, Review.__table__)


@dataclass(frozen=True)
class Look:
    """An answer with what was asked: a `drill` with what was `offered`, or the `face` of a question and its `answer`.

    Both are None when what was asked is asked no more. `given` is a drill's answer; `segments` are those that mainly
    supply each muscle that was offered.
    """

    public_id: str
    right: bool
    grade: int
    due_at: datetime
    reviewed_at: datetime
    given: str
    drill: Drill | None
    offered: tuple[Choice, ...]
    face: Face | None
    answer: assessment.AnswerView | None
    near: assessment.Nearness | None
    enough: bool

    @property
    def days(self) -> int:
        """How many days later it comes back; one when it was asked often `enough` for a day."""
        return max((self.due_at - self.reviewed_at).days, int(self.enough))

    @property
    def graded(self) -> assessment.Graded | None:
        """What the answer to a question was worth by degrees; drills know right and wrong alone."""
        if self.face is None or self.face.question is None:
            return None
        findings = self.face.case.findings if self.face.case else ()
        return assessment.graded(self.face.question, self.answer, self.near, findings)

    @property
    def segments(self) -> dict[str, tuple[str, ...]]:
        return {one.id: main_segments(one.id) for one in self.offered}

    @property
    def fact(self) -> Drill | None:
        """Whose sources and disagreement are shown: those of the muscle that was right, where muscles were offered."""
        if self.drill is None or self.drill.kind != "segment-muscle":
            return self.drill
        return next((muscle_drill(one.id) for one in self.offered if one.id in self.drill.right), None) or self.drill

    @property
    def supply(self) -> str:
        """All segments that supply what the drill asks about, runs joined."""
        return describe(self.drill.segments) if self.drill is not None else ""


_LOOK = (
    select(_REVIEW, _CARD.c.key, _CARD.c.today, _CARD.c.reviews)
    .join(_CARD, _CARD.c.id == _REVIEW.c.card_id)
    .where(_REVIEW.c.public_id == bindparam("review"), _REVIEW.c.person_id == bindparam("person"))
)


def look(session: Session, public_id: str, person_id: int) -> Look:
    """One's own answer. Raises NotFound."""
    row = session.execute(_LOOK, {"review": public_id, "person": person_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such answer.")
    face, view, near = None, None, None
    drill = drills().get(row.key) if row.kind == "drill" else None
    if row.version_hash is not None:
        document = library.document(session, row.version_hash)
        face = question_face(document, row.key.partition("#")[2], row.version_hash)
    if face is not None and face.question is not None:
        mark = assessment.mark(face.question, row.response)
        view = assessment.AnswerView(
            face.question.id, row.version_hash, row.response, None, mark.right, mark.segment_right, mark.side_right,
            face.question.safety, False, row.reviewed_at,
        )  # fmt: skip
        near = assessment.nearness(face.question, view)
    return Look(
        row.public_id, row.right, row.grade, row.due_at, row.reviewed_at,
        str(row.response.get("segment") or row.response.get("option") or ""),
        drill, _offered(drill, row.offered), face, view, near,
        row.number == row.reviews and row.today >= MOST_TIMES_A_DAY,
    )  # fmt: skip


def _offered(drill: Drill | None, ids: list[str]) -> tuple[Choice, ...]:
    """What was to choose from then, in the words of now."""
    return tuple(Choice(one, words_for(drill, one)) for one in ids) if drill is not None else ()
