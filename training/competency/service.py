"""What the slice offers: evidence and readiness, observed practice, and the sign-off that two people make."""

from __future__ import annotations

from training.competency.evidence import current_framework
from training.competency.observing.service import (
    DAYS_BACK,
    LEAST_WORDS,
    observations_of,
    record_observation,
    refuse_own,
)
from training.competency.review import Review, readiness_of, review
from training.competency.rule.bundle import Replay
from training.competency.rule.facts import Evidence
from training.competency.rule.readiness import LEVELS, Level, Readiness, best_of, exceeds
from training.competency.sign_off.models import SignOff
from training.competency.sign_off.replaying import replay_sign_off, review_then
from training.competency.sign_off.service import (
    LEAST_REASON,
    OUTCOMES,
    Granted,
    decide,
    decided_sign_offs,
    open_sign_offs,
    propose,
    sign_off,
    sign_offs_of,
    why_not_decide,
)
from training.competency.stations.service import open_session as open_practical
from training.competency.stations.service import practical, released_of
from training.competency.stations.service import release as release_practical
from training.competency.stations.service import score as score_station
from training.content.framework import SCOPE_LINES

__all__ = [
    "DAYS_BACK",
    "LEAST_REASON",
    "LEAST_WORDS",
    "LEVELS",
    "OUTCOMES",
    "SCOPE_LINES",
    "Evidence",
    "Granted",
    "Level",
    "Readiness",
    "Replay",
    "Review",
    "SignOff",
    "best_of",
    "current_framework",
    "decide",
    "decided_sign_offs",
    "exceeds",
    "observations_of",
    "open_practical",
    "open_sign_offs",
    "practical",
    "propose",
    "readiness_of",
    "record_observation",
    "refuse_own",
    "release_practical",
    "released_of",
    "replay_sign_off",
    "review",
    "review_then",
    "score_station",
    "sign_off",
    "sign_offs_of",
    "why_not_decide",
]
