"""What stands between a person and sign-off, read now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from training.competency.evidence import gather
from training.competency.rule.facts import Evidence
from training.competency.rule.lasting import Lasting, Remembered, lasting
from training.competency.rule.readiness import Readiness, readiness
from training.study import service as study


@dataclass(frozen=True)
class Review:
    """One person's evidence and what the rule makes of it."""

    framework_hash: str
    evidence: Evidence
    readiness: Readiness

    @property
    def assessor_ids(self) -> frozenset[int]:
        """Everybody who wrote an observation; where there is none, everybody who examined at a station."""
        observers = frozenset(one.assessor_id for one in self.evidence.observations)
        return observers or frozenset(one.examiner_id for one in self.evidence.stations)


def readiness_of(session: Session, person_id: int) -> Readiness:
    """What stands between a person and sign-off, in five queries. Raises NotFound while no framework is published."""
    gathered = gather(session, [person_id], every_try=False)
    return readiness(gathered.current.framework, gathered.evidence[person_id])


def review(session: Session, person_id: int, *, with_names: bool = True) -> Review:
    """The same with the evidence itself and, in one more query, the names of those who wrote it."""
    gathered = gather(session, [person_id], with_names=with_names)
    evidence = gathered.evidence[person_id]
    return Review(gathered.current.hash, evidence, readiness(gathered.current.framework, evidence))


def lasting_of(session: Session, person_id: int, found: Review, at: datetime) -> dict[str, Lasting]:
    """By competency, whether it was met once and is still remembered; one query more."""
    recalled = study.recall_of_many(session, [person_id], at).get(person_id, {})
    remembered = {name: Remembered(one.cards, one.recall) for name, one in recalled.items()}
    return lasting(found.readiness, found.evidence, remembered)
