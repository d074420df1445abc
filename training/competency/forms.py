"""What people send, as values or as errors by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext

from training.competency.service import LEAST_REASON, LEAST_WORDS, LEVELS, OUTCOMES, SCOPE_LINES
from training.db.base import new_public_id


@dataclass(frozen=True)
class ObservationForm:
    """What an assessor saw. The values as text are kept, so that nothing has to be typed twice."""

    seen: str = ""
    region: str = ""
    entrustment: int = 0
    observed_on: str = ""
    nonce: str = field(default_factory=new_public_id)
    day: date | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> ObservationForm:
        errors = {}
        seen = fields.get("seen", "").strip()
        if len(seen) < LEAST_WORDS:
            errors["seen"] = gettext("Write first what you saw, in at least %(least)s characters.", least=LEAST_WORDS)
        region = fields.get("region", "")
        if region not in SCOPE_LINES:
            errors["region"] = gettext("Choose where on the body it was.")
        level = fields.get("entrustment", "")
        if level not in ("1", "2", "3", "4", "5"):
            errors["entrustment"] = gettext("Choose how far you could let go.")
        written = fields.get("observed_on", "")
        day = read_day(written)
        if day is None:
            errors["observed_on"] = gettext("Give the day as it stands in a calendar, such as 2026-06-01.")
        entrustment = int(level) if "entrustment" not in errors else 0
        return cls(seen, region, entrustment, written[:20], fields.get("nonce", "")[:40], day, errors)


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@dataclass(frozen=True)
class ProposalForm:
    """A scope and the reason for it. Only the lines of the framework are read, so no other field can slip in."""

    scope: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> ProposalForm:
        errors = {}
        scope = {str(region): fields.get(f"level-{region}", LEVELS[0]) for region in SCOPE_LINES}
        for region, level in scope.items():
            if level not in LEVELS:
                errors[f"level-{region}"] = gettext("Choose one of the levels.")
        if not errors and all(level == LEVELS[0] for level in scope.values()):
            errors["scope"] = gettext("Choose a level for at least one line of the scope.")
        reason = fields.get("reason", "").strip()
        if len(reason) < LEAST_REASON:
            errors["reason"] = gettext(
                "Give the reason in your own words, at least %(least)s characters.", least=LEAST_REASON
            )
        return cls(scope, reason, errors)


@dataclass(frozen=True)
class DecisionForm:
    """An outcome, its reason, and the password of whoever decides; the password is never shown again."""

    outcome: str = ""
    reason: str = ""
    password: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> DecisionForm:
        errors = {}
        outcome = fields.get("outcome", "")
        if outcome not in OUTCOMES:
            errors["outcome"] = gettext("Choose to grant, defer or refuse.")
        reason = fields.get("reason", "").strip()
        if len(reason) < LEAST_REASON:
            errors["reason"] = gettext(
                "Give the reason in your own words, at least %(least)s characters.", least=LEAST_REASON
            )
        password = fields.get("password", "")
        if not password:
            errors["password"] = gettext("Enter your password, to show that it is you.")
        return cls(outcome, reason, password, errors)
