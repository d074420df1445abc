"""What stands between a person and sign-off, read now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.competency.evidence import gather
from training.competency.rule.facts import Evidence
from training.competency.rule.readiness import Readiness, readiness


@dataclass(frozen=True)
class Review:
    """One person's evidence and what the rule makes of it."""

    framework_hash: str
    evidence: Evidence
    readiness: Readiness

    @property
    def assessor_ids(self) -> frozenset[int]:
        """Everybody who wrote an observation."""
        return frozenset(one.assessor_id for one in self.evidence.observations)


def readiness_of(session: Session, person_id: int) -> Readiness:
    """What stands between a person and sign-off, in five queries. Raises NotFound while no framework is published."""
    gathered = gather(session, [person_id], every_try=False)
    return readiness(gathered.current.framework, gathered.evidence[person_id])


def review(session: Session, person_id: int, *, with_names: bool = True) -> Review:
    """The same with the evidence itself and, in one more query, the names of those who wrote it."""
    gathered = gather(session, [person_id], with_names=with_names)
    evidence = gathered.evidence[person_id]
    return Review(gathered.current.hash, evidence, readiness(gathered.current.framework, evidence))
