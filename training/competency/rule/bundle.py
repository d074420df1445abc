"""The bundle of a sign-off: everything that its decision rests on, frozen, hashed, and replayed without a database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from training.competency.rule import facts
from training.competency.rule.facts import Evidence
from training.competency.rule.interests import Declared
from training.competency.rule.readiness import Readiness, exceeds, readiness, to_json
from training.content import codec
from training.content.documents import Framework

FORMAT = 2  # 1 had no declarations of interest
GRANTED = "granted"


@dataclass(frozen=True)
class Party:
    """A person as the bundle names them."""

    public_id: str
    name: str


@dataclass(frozen=True)
class Decision:
    """What was proposed and decided, by whom and why."""

    number: str
    outcome: str
    scope: Mapping[str, str]
    trainee: Party
    proposer: Party
    proposal_reason: str
    proposed_at: datetime
    decider: Party
    decision_reason: str
    decided_at: datetime
    certificate_code: str | None
    proposer_declared: Declared | None = None
    decider_declared: Declared | None = None


@dataclass(frozen=True)
class Replay:
    """Whether a decided sign-off still holds; `details` says, a sentence each, what was found."""

    holds: bool
    details: tuple[str, ...]


def freeze(decision: Decision, framework_hash: str, found: Readiness, evidence: Evidence) -> dict[str, Any]:
    """The bundle, as JSON values."""
    framework = found.framework
    return {
        "format": FORMAT,
        "number": decision.number,
        "outcome": decision.outcome,
        "scope": dict(decision.scope),
        "framework": {
            "id": framework.id,
            "version": framework.version,
            "hash": framework_hash,
            "rule": codec.to_json(framework),
        },
        "evidence": facts.to_json(evidence),
        "readiness": to_json(found),
        "trainee": party(decision.trainee),
        "proposer": party(decision.proposer),
        "proposal_reason": decision.proposal_reason,
        "proposed_at": stamp(decision.proposed_at),
        "decider": party(decision.decider),
        "decision_reason": decision.decision_reason,
        "decided_at": stamp(decision.decided_at),
        "certificate_code": decision.certificate_code,
        "proposer_declared": declared(decision.proposer_declared),
        "decider_declared": declared(decision.decider_declared),
    }


def declared(one: Declared | None) -> dict[str, str] | None:
    return one.to_json() if one else None


def party(person: Party) -> dict[str, str]:
    return {"public_id": person.public_id, "name": person.name}


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def bundle_hash(bundle: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the bundle as JSON with sorted keys and no white space."""
    text = json.dumps(bundle, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def framework_of(bundle: Mapping[str, Any]) -> Framework:
    """The rule that the bundle was decided under. Raises ValueError when it is of another shape."""
    found = codec.from_json("framework", bundle["framework"]["rule"])
    if not isinstance(found, Framework):
        raise ValueError("the bundle's rule is no framework")
    return found


def readiness_of(bundle: Mapping[str, Any]) -> Readiness:
    """What the rule makes of the bundle's evidence now. Raises KeyError or ValueError for what is no bundle."""
    return readiness(framework_of(bundle), facts.from_json(bundle["evidence"]))


def replay(bundle: Mapping[str, Any]) -> Replay:
    """Run the rule over the frozen evidence again.

    It holds when the rule gives what it gave, and, for a granted sign-off, at least the scope that was granted.
    """
    try:
        found = readiness_of(bundle)
        scope, outcome, frozen = dict(bundle["scope"]), bundle["outcome"], bundle["readiness"]
    except (KeyError, TypeError, ValueError) as error:
        return Replay(False, (f"The bundle cannot be read: {error}.",))
    allowed = found.scope
    wrong = []
    if outcome == GRANTED:
        wrong = [
            f"{region}: {scope[region]} was granted, the evidence gives {allowed.get(region, 'nothing')}."
            for region in exceeds(scope, allowed)
        ]
    if to_json(found) != frozen:
        wrong.append("The rule gives another result than it gave at the decision.")
    if wrong:
        return Replay(False, tuple(wrong))
    held = (f"{region}: {level}, the evidence gives {allowed[region]}." for region, level in scope.items())
    return Replay(True, tuple(held))
