"""The next unseen cases of people who were passed, against what somebody just at the standard would get right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training.anatomy.segments import REGIONS
from training.assessment.models import Answer, Attempt
from training.assessment.panel import service as panel
from training.assessment.sign_off.models import Draw, SignOffSession
from training.assessment.sign_off.sessions import PASS, SEGMENT_QUESTION
from training.content.documents import Case
from training.library import service as library
from training.measurement.standard_watch import After, after

_PASSED = (
    select(SignOffSession.person_id, SignOffSession.region, func.min(SignOffSession.ended_at).label("at"))
    .where(SignOffSession.ended_as == PASS)
    .group_by(SignOffSession.person_id, SignOffSession.region)
    .subquery()
)
_SINCE = (
    select(
        _PASSED.c.person_id,
        _PASSED.c.region,
        Answer.version_hash,
        Answer.right,
        Draw.difficulty,
        Draw.provisional,
    )
    .join(Answer, Answer.person_id == _PASSED.c.person_id)
    .join(Attempt, Attempt.id == Answer.attempt_id)
    .outerjoin(Draw, Draw.attempt_id == Attempt.id)
    .where(
        Answer.question_id == SEGMENT_QUESTION,
        Answer.first_sight,
        Answer.answered_at > _PASSED.c.at,
        Attempt.bank.is_not(None),
    )
    .order_by(Answer.answered_at, Answer.id)
)


@dataclass(frozen=True)
class RegionAfter:
    """`passed`: people who ever passed the region; `after`: those of them who have met unseen cases of it since."""

    region: str
    passed: int
    after: After


def since_the_pass(session: Session) -> list[RegionAfter]:
    """By region. A case of practice has the rating of today, a drawn one that of its draw. Five queries at most."""
    passed: dict[str, int] = defaultdict(int)
    for _, region in session.execute(select(_PASSED.c.person_id, _PASSED.c.region)):
        passed[region] += 1
    rows = session.execute(_SINCE).all() if passed else []
    documents = library.documents(session, {row.version_hash for row in rows})
    regions = {version: one.region for version, one in documents.items() if isinstance(one, Case)}
    rows = [row for row in rows if regions.get(row.version_hash) == row.region]
    today = panel.difficulties(
        session,
        [(version, SEGMENT_QUESTION) for version in {row.version_hash for row in rows if row.difficulty is None}],
    )
    answers: dict[tuple[str, int], list[tuple[float, bool, bool]]] = defaultdict(list)
    for row in rows:
        if row.difficulty is None:
            rated = today[row.version_hash, SEGMENT_QUESTION]
            one = rated.share, row.right, rated.provisional
        else:
            one = panel.share_of(row.difficulty), row.right, row.provisional
        answers[row.region, row.person_id].append(one)
    return [
        RegionAfter(
            region, passed[region], sum((after(one) for (name, _), one in answers.items() if name == region), After())
        )
        for region in REGIONS
    ]
