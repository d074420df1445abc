"""What the slice offers: evidence and readiness, observed practice, and the sign-off that two people make."""

from __future__ import annotations

from training.competency.evidence import current_framework
from training.competency.framework.keeping import refuse_dropped
from training.competency.framework.service import Comparison, Version, compare, version_among, versions
from training.competency.observing.service import (
    DAYS_BACK,
    LEAST_WORDS,
    observations_of,
    record_observation,
    refuse_own,
)
from training.competency.review import Review, lasting_of, readiness_of, review
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
from training.content.framework import SCOPE_LINES

__all__ = [
    "DAYS_BACK",
    "LEAST_REASON",
    "LEAST_WORDS",
    "LEVELS",
    "OUTCOMES",
    "SCOPE_LINES",
    "Comparison",
    "Evidence",
    "Granted",
    "Level",
    "Readiness",
    "Replay",
    "Review",
    "SignOff",
    "Version",
    "best_of",
    "compare",
    "current_framework",
    "decide",
    "decided_sign_offs",
    "exceeds",
    "lasting_of",
    "observations_of",
    "open_sign_offs",
    "propose",
    "readiness_of",
    "record_observation",
    "refuse_dropped",
    "refuse_own",
    "replay_sign_off",
    "review",
    "review_then",
    "sign_off",
    "sign_offs_of",
    "version_among",
    "versions",
    "why_not_decide",
]
