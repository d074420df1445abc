"""Treatment logs of the demonstration school: a few people with a record, one of whom drifted after the sign-off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training.competency import service as competency
from training.db.base import new_public_id

# Region, segments, muscles.
TREATED = (
    ("cervical", ("C6",), ("extensor carpi radialis brevis", "multifidus C6")),
    ("lumbar", ("L5",), ("gluteus medius", "multifidus L5")),
    ("cervical", ("C5", "C6"), ("infraspinatus", "multifidus C5")),
    ("sacral", ("S1",), ("lateral gastrocnemius", "multifidus S1")),
)
LEARNING = "nyyunyyyyyyyyyyy"  # grasp: yes, no, unsure, oldest first
DRIFTING = "yynyynnnnyn"


def log_some(
    session: Session,
    person_id: int,
    grasps: str,
    *,
    supervision: int,
    until: datetime,
    zone: ZoneInfo,
    treated: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]] = TREATED,
) -> None:
    """One treatment every second day up to a moment; every seventh leaves a bruise."""
    words = {"y": "yes", "n": "no", "u": "unsure"}
    for number, letter in enumerate(grasps):
        at = until - timedelta(days=2 * (len(grasps) - number))
        region, segments, muscles = treated[number % len(treated)]
        entry = competency.Entry(
            treated_on=at.astimezone(zone).date(),
            region=region,
            segments=segments,
            muscles=muscles,
            supervision=supervision,
            grasp=words[letter],
            range_change="better" if letter == "y" else "same",
            event="bruising" if number % 7 == 6 else "none",
        )
        competency.log_treatment(
            session, person_id, entry, nonce=new_public_id(), today=at.astimezone(zone).date(), at=at
        )
