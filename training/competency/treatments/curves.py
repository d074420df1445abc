"""A person's learning curves as they stand now, and what drifts ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.competency.evidence import gather
from training.competency.rule.curve import Ask, Signed, SkillCurve, asks, curves, latest_signed
from training.competency.rule.facts import Evidence
from training.competency.sign_off.models import SignOff
from training.content.documents import Framework
from training.measurement.cusum import configured_rule


@dataclass(frozen=True)
class LearningCurves:
    """`asks` are the drifts after sign-off that nobody has looked at."""

    curves: tuple[SkillCurve, ...]
    asks: tuple[Ask, ...]


def learning_curves(framework: Framework, evidence: Evidence, signed: Mapping[str, Signed]) -> LearningCurves:
    """By the rule that this installation is configured with."""
    found = curves(framework, evidence, signed, configured_rule())
    return LearningCurves(found, asks(found, evidence.observations))


def signed_among(scopes: Iterable[tuple[datetime | None, Mapping[str, str]]]) -> dict[str, Signed]:
    """Of granted sign-offs the latest of each line."""
    return latest_signed((at, scope) for at, scope in scopes if at is not None)


def learning_curves_of(session: Session, person_id: int) -> LearningCurves:
    """One person's, in eight queries. Raises NotFound while no framework is published."""
    gathered = gather(session, [person_id])
    granted = SignOff.trainee_id == person_id, SignOff.state == "granted"
    rows = session.execute(select(SignOff.decided_at, SignOff.scope).where(*granted))
    signed = signed_among((row.decided_at, row.scope) for row in rows)
    return learning_curves(gathered.current.framework, gathered.evidence[person_id], signed)
