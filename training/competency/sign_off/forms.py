"""A proposal and a decision as they were sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext

from training.competency.rule.interests import BY_NAME, Declared
from training.competency.rule.readiness import LEVELS
from training.competency.sign_off.checking import LEAST_REASON
from training.competency.sign_off.service import OUTCOMES
from training.content.framework import SCOPE_LINES


@dataclass(frozen=True)
class ProposalForm:
    """A scope and the reason for it. Only the lines of the framework are read, so no other field can slip in."""

    scope: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    interest: str = ""
    interest_words: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def declared(self) -> Declared:
        return Declared(self.interest, self.interest_words)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> ProposalForm:
        errors: dict[str, str] = {}
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
        interest, words = read_interest(fields, errors)
        return cls(scope, reason, interest, words, errors)


def read_interest(fields: Mapping[str, str], errors: dict[str, str]) -> tuple[str, str]:
    """The declared tie and its words; what is missing goes to `errors`. Nothing is declared for anybody by default."""
    kind, words = fields.get("interest", ""), fields.get("interest_words", "").strip()
    known = BY_NAME.get(kind)
    if known is None:
        errors["interest"] = gettext("Say how you are tied to those concerned; “not at all” is an answer.")
        return "", words
    if known.in_words and len(words) < LEAST_REASON:
        errors["interest_words"] = gettext(
            "Describe the tie in your own words, at least %(least)s characters.", least=LEAST_REASON
        )
    return kind, words


@dataclass(frozen=True)
class DecisionForm:
    """An outcome, its reason, and the password of whoever decides; the password is never shown again."""

    outcome: str = ""
    reason: str = ""
    password: str = ""
    interest: str = ""
    interest_words: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def declared(self) -> Declared:
        return Declared(self.interest, self.interest_words)

    @classmethod
    def parse(cls, fields: Mapping[str, str], outcomes: Sequence[str] = OUTCOMES) -> DecisionForm:
        errors: dict[str, str] = {}
        outcome = fields.get("outcome", "")
        if outcome not in outcomes:
            errors["outcome"] = gettext("Choose to grant, defer or refuse.")
        reason = fields.get("reason", "").strip()
        if len(reason) < LEAST_REASON:
            errors["reason"] = gettext(
                "Give the reason in your own words, at least %(least)s characters.", least=LEAST_REASON
            )
        password = fields.get("password", "")
        if not password:
            errors["password"] = gettext("Enter your password, to show that it is you.")
        interest, words = read_interest(fields, errors)
        return cls(outcome, reason, password, interest, words, errors)
