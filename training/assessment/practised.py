"""Which practice cases people answered and when, by region: what keeps a certificate current.

Sign-off cases and exams are never read here: they are evidence, met once, and no exercise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from training.anatomy.segments import REGIONS, segments_of
from training.assessment.models import Answer, Attempt
from training.assessment.room.models import Encounter
from training.content.documents import Case
from training.library import service as library

_PEOPLE: BindParameter[int] = bindparam("people", expanding=True)
_WORKED = (
    select(Answer.person_id, Answer.item_id, Answer.version_hash, func.max(Answer.answered_at).label("at"))
    .join(Attempt, Attempt.id == Answer.attempt_id)
    .where(
        Answer.person_id.in_(_PEOPLE),
        Answer.answered_at >= bindparam("since", type_=Answer.answered_at.type),
        Attempt.purpose == "case",
        Attempt.bank == "practice",
        Answer.segment_right.is_not(None),
    )
    .group_by(Answer.person_id, Answer.item_id, Answer.version_hash)
)
_MET = select(
    Encounter.person_id,
    Encounter.item_id,
    Encounter.version_hash,
    Encounter.run,
    Encounter.number,
    Encounter.patient["keys"][0].as_string().label("key"),  # a generated patient has one
    Encounter.finished_at.label("at"),
).where(
    Encounter.person_id.in_(_PEOPLE),
    Encounter.finished_at >= bindparam("since", type_=Encounter.finished_at.type),
)

_REGION_OF: dict[str, str] = {segment: region for region in REGIONS for segment in segments_of(region)}


@dataclass(frozen=True)
class PractisedCase:
    """A case whose segment somebody named, right or wrong, and when they last did; `case` is the same for the same."""

    region: str
    case: str
    at: datetime


def practised_cases_of_many(
    session: Session, person_ids: Iterable[int], since: datetime
) -> dict[int, list[PractisedCase]]:
    """By person, from a moment on, in three queries: authored practice cases, and patients of the examination room."""
    given = {"people": list(person_ids), "since": since}
    worked = session.execute(_WORKED, given).all()
    met = session.execute(_MET, given).all()
    hashes = {row.version_hash for row in (*worked, *met) if row.version_hash}
    documents = library.documents(session, hashes) if hashes else {}
    regions = {name: one.region for name, one in documents.items() if isinstance(one, Case)}
    found: dict[int, list[PractisedCase]] = {}
    for row in worked:
        if row.version_hash in regions:
            one = PractisedCase(regions[row.version_hash], row.item_id, row.at)
            found.setdefault(row.person_id, []).append(one)
    for row in met:
        region = regions.get(row.version_hash or "") or _REGION_OF.get(row.key or "")
        if region:
            name = row.item_id or f"{row.run}/{row.number}"
            found.setdefault(row.person_id, []).append(PractisedCase(region, name, row.at))
    return found
