"""Which cases people reviewed and when, by region: what keeps a certificate current, beside the cases of practice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from training.assessment.service import PractisedCase
from training.content.documents import Case
from training.library import service as library
from training.study.review.models import Review, ReviewCard

_REVIEWED = (
    select(Review.person_id, ReviewCard.item_id, Review.version_hash, func.max(Review.reviewed_at).label("at"))
    .join(ReviewCard, ReviewCard.id == Review.card_id)
    .where(
        Review.person_id.in_(bindparam("people", expanding=True)),
        Review.reviewed_at >= bindparam("since", type_=Review.reviewed_at.type),
        Review.kind == "case",
    )
    .group_by(Review.person_id, ReviewCard.item_id, Review.version_hash)
)


def reviewed_cases_of_many(
    session: Session, person_ids: Iterable[int], since: datetime
) -> dict[int, list[PractisedCase]]:
    """By person, from a moment on, in two queries."""
    rows = session.execute(_REVIEWED, {"people": list(person_ids), "since": since}).all()
    hashes = {row.version_hash for row in rows if row.version_hash}
    documents = library.documents(session, hashes) if hashes else {}
    found: dict[int, list[PractisedCase]] = {}
    for row in rows:
        document = documents.get(row.version_hash)
        if isinstance(document, Case):
            found.setdefault(row.person_id, []).append(PractisedCase(document.region, row.item_id, row.at))
    return found
