"""What a proposal, a decision and a reversal must have: a reason, a declaration, and a scope that was tested."""

from __future__ import annotations

from collections.abc import Mapping

from training.competency.rule.interests import BY_NAME, Declared
from training.competency.rule.readiness import LEVELS, Readiness, exceeds
from training.competency.words import cleaned, text_hash
from training.content.framework import SCOPE_LINES
from training.db.errors import Invalid, Refused

LEAST_REASON, MOST_REASON = 10, 4000  # characters
NO_INTEREST = Declared()


def checked_reason(reason: str) -> str:
    """Raises Invalid when it is no reason."""
    text = cleaned(reason)
    if not LEAST_REASON <= len(text) <= MOST_REASON:
        raise Invalid(
            "Give the reason in your own words, in %(least)s to %(most)s characters.",
            least=LEAST_REASON,
            most=MOST_REASON,
        )
    return text


def checked_declaration(declared: Declared) -> Declared:
    """Raises Invalid for an unknown tie, or one that has to be described and is not."""
    interest = BY_NAME.get(declared.kind)
    if interest is None:
        raise Invalid("Say how you are tied to those concerned. Reload the page and choose from the list.")
    words = cleaned(declared.words)
    if len(words) > MOST_REASON:
        raise Invalid("Describe the tie in at most %(most)s characters.", most=MOST_REASON)
    if interest.in_words and len(words) < LEAST_REASON:
        raise Invalid("Describe the tie in your own words, in at least %(least)s characters.", least=LEAST_REASON)
    return Declared(declared.kind, words)


def refuse_barred(declared: Declared) -> None:
    """Raises Refused where the declared tie bars deciding."""
    if BY_NAME[declared.kind].bars_deciding:
        raise Refused("Because of what you declare, somebody else must decide. Nothing was decided.")


def journaled(declared: Declared) -> dict[str, str]:
    """A declaration as the journal keeps it: the kind, and the words by their hash, as with every text of people."""
    return {"kind": declared.kind, "words_sha256": text_hash(declared.words)}


def checked_scope(scope: Mapping[str, str]) -> dict[str, str]:
    """The lines that claim something, in the order of the spine. Raises Invalid for what is no scope."""
    if not set(scope) <= set(SCOPE_LINES) or not set(scope.values()) <= set(LEVELS):
        raise Invalid("The scope could not be read. Reload the page and choose a level for each line.")
    claimed: dict[str, str] = {
        region: scope[region] for region in SCOPE_LINES if scope.get(region, LEVELS[0]) != LEVELS[0]
    }
    if not claimed:
        raise Invalid("Choose a level for at least one line of the scope.")
    return claimed


def refuse_beyond_evidence(scope: Mapping[str, str], found: Readiness) -> None:
    """Raises Refused, naming the first line that claims more than the evidence allows."""
    for region in exceeds(scope, found.scope):
        if not found.gate.open:
            raise Refused("The safety gate is closed, so nothing can be signed off. The trainee sees what opens it.")
        titles = [one.competency.title for one in found.lacking(region, scope[region])]
        raise Refused(
            "The evidence does not support %(level)s for the line %(region)s. Still open: %(missing)s.",
            level=scope[region],
            region=region,
            missing=", ".join(titles) or "-",
        )
