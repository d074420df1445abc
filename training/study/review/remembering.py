"""How much people remember of each competency now: the mean recall over the cards that they answered before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training.anatomy.drills import drills
from training.content.documents import Document
from training.library import service as library
from training.study.review.faces import drill_competencies, question_face
from training.study.review.models import ReviewCard
from training.study.review.scheduling import recall


@dataclass(frozen=True)
class CompetencyRecall:
    """Cards that can still be asked and were answered before, and their mean recall, 0 to 1."""

    cards: int
    recall: float


_ITEM = library.PRACTICE_ITEMS.c
_CARD = ReviewCard.__table__.c
_ANSWERED = (
    select(_CARD.person_id, _CARD.kind, _CARD.key, _CARD.stability, _CARD.reviewed_at, _ITEM.version_hash)
    .outerjoin(library.PRACTICE_ITEMS, _ITEM.id == _CARD.item_id)
    .where(_CARD.person_id.in_(bindparam("people", expanding=True)), _CARD.reviewed_at.is_not(None))
)


def recall_of_many(session: Session, person_ids: Iterable[int], at: datetime) -> dict[int, dict[str, CompetencyRecall]]:
    """By person and competency id, in one query, two until the documents are in memory; who has no card is left out."""
    rows = session.execute(_ANSWERED, {"people": list(person_ids)}).all()
    documents = library.documents(session, {row.version_hash for row in rows if row.version_hash})
    found: dict[int, dict[str, list[float]]] = {}
    for row in rows:
        share = recall(row.stability, row.reviewed_at, at)
        for name in _competencies(row.kind, row.key, documents.get(row.version_hash), row.version_hash):
            found.setdefault(row.person_id, {}).setdefault(name, []).append(share)
    return {
        person_id: {name: CompetencyRecall(len(all_), sum(all_) / len(all_)) for name, all_ in names.items()}
        for person_id, names in found.items()
    }


def _competencies(kind: str, key: str, document: Document | None, version_hash: str | None) -> tuple[str, ...]:
    """What a card belongs to; nothing when it is not asked any more."""
    if kind == "drill":
        return drill_competencies(drills()[key]) if key in drills() else ()
    if document is None or version_hash is None:
        return ()
    face = question_face(document, key.partition("#")[2], version_hash)
    return face.competencies if face is not None else ()
