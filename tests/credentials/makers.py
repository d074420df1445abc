"""Granted sign-offs and their certificates, as a decision makes them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tests.makers import NOON, make_person
from training.accounts.models import Person
from training.competency.service import Granted
from training.competency.sign_off.models import SignOff
from training.credentials import service
from training.library.models import ItemVersion
from training.web.access import Role

EDMONTON = ZoneInfo("America/Edmonton")
FRAMEWORK = "f" * 64
SCOPE = {"chest-wall": "supervised", "lumbar": "supervised", "cervical": "independent"}

_numbers = count(1)


def make_granted(
    session: Session,
    trainee: Person | None = None,
    *,
    decider: Person | None = None,
    scope: dict[str, str] | None = None,
    valid_months: int = 24,
    at: datetime = NOON,
) -> Granted:
    """A sign-off that was granted a moment ago, for whom no certificate was made yet."""
    if session.get(ItemVersion, FRAMEWORK) is None:
        version = {"item_id": "framework", "kind": "framework", "title": "Framework", "path": "framework.yaml"}
        session.add(ItemVersion(hash=FRAMEWORK, source="", document={}, published_at=at, **version))
    trainee = trainee or make_person(session, name="Asha Rao")
    proposer, decider = make_person(session, Role.ASSESSOR), decider or make_person(session, Role.DECIDER)
    session.flush()
    row = SignOff(
        number=f"T-{next(_numbers)}",
        trainee_id=trainee.id,
        proposer_id=proposer.id,
        scope=scope or SCOPE,
        proposal_reason="Seen and tested.",
        proposed_at=at,
        state="granted",
        decider_id=decider.id,
        decision_reason="Agreed.",
        decided_at=at,
        framework_hash=FRAMEWORK,
        bundle={},
        bundle_hash="b" * 64,
    )
    session.add(row)
    session.flush()
    return Granted(row.id, row.number, trainee.id, trainee.name, dict(row.scope), decider.id, valid_months, at)


def make_certificate(session: Session, trainee: Person | None = None, **about: object) -> str:
    """The code of a new certificate, for Asha Rao unless told."""
    return service.issue(session, make_granted(session, trainee, **about), zone=EDMONTON)  # type: ignore[arg-type]
