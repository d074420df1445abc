"""What somebody answered in practice, for the plan and the confusion picture: generated patients and authored cases.

Sign-off cases and exams are never read here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.assessment.models import Answer, Attempt
from training.assessment.room.models import Encounter
from training.content.documents import Case, Document
from training.library import service as library
from training.measurement.interleaving import Answered, configured

MOST = configured().remembered

_ENCOUNTERS = (
    select(
        Encounter.person_id,
        Encounter.source,
        Encounter.version_hash,
        Encounter.run,
        Encounter.number,
        Encounter.response["segment"].as_string().label("named"),
        Encounter.right,
        Encounter.finished_at,
        Encounter.key,
        Encounter.difficulty,
        Encounter.block,
        Encounter.pair,
    )
    .where(Encounter.finished_at.is_not(None))
    .order_by(Encounter.touched_at.desc(), Encounter.id.desc())
    .limit(MOST)
)
_ANSWERS = (
    select(Answer.person_id, Answer.version_hash, Answer.question_id, Answer.response, Answer.right, Answer.answered_at)
    .join(Attempt, Attempt.id == Answer.attempt_id)
    .where(Attempt.purpose == "case", Attempt.bank == "practice", Answer.segment_right.is_not(None))
    .order_by(Answer.answered_at.desc(), Answer.id.desc())
    .limit(MOST)
)


def answered(session: Session, person_id: int) -> list[Answered]:
    """One's newest answers that count, oldest first, in three queries at most.

    A patient who was met given and then examined counts once, with the first answer.
    """
    met = list(session.execute(_ENCOUNTERS.where(Encounter.person_id == person_id)))
    worked = list(session.execute(_ANSWERS.where(Answer.person_id == person_id)))
    documents = library.documents(session, {row.version_hash for row in (*met, *worked) if row.version_hash})
    found: list[tuple[datetime, Answered]] = []
    seen: set[tuple[str, int]] = set()
    for row in reversed(met):
        if row.source == "case":
            found += _of_case(documents[row.version_hash], "", row.named, row.right, row.finished_at)
        elif (row.run, row.number) not in seen:
            seen.add((row.run, row.number))
            pair = tuple(row.pair.split("/")) if row.pair else ()
            one = Answered((row.key,), row.named, row.right, row.block or "", pair, row.difficulty)
            found.append((row.finished_at, one))
    for row in worked:
        found += _of_case(
            documents[row.version_hash], row.question_id, row.response["segment"], row.right, row.answered_at
        )
    found.sort(key=lambda one: one[0])
    return [one for _at, one in found[-MOST:]]


def _of_case(
    document: Document, question_id: str, named: str, right: bool, at: datetime
) -> list[tuple[datetime, Answered]]:
    """An authored case; without a question its only one about a segment."""
    if not isinstance(document, Case):
        return []
    asked = [one for one in document.questions if one.kind == "segment" and question_id in ("", one.id)]
    return [(at, Answered(one.segments, named, right, difficulty=document.difficulty)) for one in asked[:1]]
