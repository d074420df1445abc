"""What the slice offers: evidence and readiness, observed practice, and the sign-off that two people make."""

from __future__ import annotations

from training.competency.appeals.answering import acknowledge as acknowledge_appeal
from training.competency.appeals.service import file_appeal, file_complaint
from training.competency.calibrating.service import rate as rate_sample
from training.competency.calibrating.service import samples_for
from training.competency.calibrating.service import write_words as write_words_on_sample
from training.competency.evidence import current_framework
from training.competency.framework.keeping import refuse_dropped
from training.competency.framework.service import Comparison, Version, compare, version_among, versions
from training.competency.jurisdiction.service import claim as claim_practice
from training.competency.jurisdiction.service import confirm as confirm_practice
from training.competency.jurisdiction.service import refuse_where_not_allowed
from training.competency.observing.requests import ask as ask_for_observation
from training.competency.observing.service import DAYS_BACK, observations_of, refuse_own, write_words
from training.competency.observing.service import sign as sign_observation
from training.competency.review import Review, lasting_of, readiness_of, review
from training.competency.rule.bundle import Replay
from training.competency.rule.facts import Evidence
from training.competency.rule.readiness import LEVELS, Level, Readiness, best_of, exceeds
from training.competency.sign_off.checking import LEAST_REASON
from training.competency.sign_off.models import SignOff
from training.competency.sign_off.replaying import replay_sign_off, review_then
from training.competency.sign_off.reversing import Reversed, reversal_of, reverse, why_not_reverse
from training.competency.sign_off.service import (
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
from training.competency.sign_off.sharing import share as share_sign_off
from training.competency.stations.service import open_session as open_practical
from training.competency.stations.service import practical, released_of
from training.competency.stations.service import release as release_practical
from training.competency.stations.service import score as score_station
from training.competency.treatments.curves import learning_curves, learning_curves_of, signed_among
from training.competency.treatments.entry import Entry
from training.competency.treatments.service import log_treatment
from training.competency.words import LEAST_WORDS
from training.content.framework import SCOPE_LINES

__all__ = [
    "DAYS_BACK",
    "LEAST_REASON",
    "LEAST_WORDS",
    "LEVELS",
    "OUTCOMES",
    "SCOPE_LINES",
    "Comparison",
    "Entry",
    "Evidence",
    "Granted",
    "Level",
    "Readiness",
    "Replay",
    "Reversed",
    "Review",
    "SignOff",
    "Version",
    "acknowledge_appeal",
    "ask_for_observation",
    "best_of",
    "claim_practice",
    "compare",
    "confirm_practice",
    "current_framework",
    "decide",
    "decided_sign_offs",
    "exceeds",
    "file_appeal",
    "file_complaint",
    "lasting_of",
    "learning_curves",
    "learning_curves_of",
    "log_treatment",
    "observations_of",
    "open_practical",
    "open_sign_offs",
    "practical",
    "propose",
    "rate_sample",
    "readiness_of",
    "refuse_dropped",
    "refuse_own",
    "refuse_where_not_allowed",
    "release_practical",
    "released_of",
    "replay_sign_off",
    "reversal_of",
    "reverse",
    "review",
    "review_then",
    "samples_for",
    "score_station",
    "share_sign_off",
    "sign_observation",
    "sign_off",
    "sign_offs_of",
    "signed_among",
    "version_among",
    "versions",
    "why_not_decide",
    "why_not_reverse",
    "write_words",
    "write_words_on_sample",
]
