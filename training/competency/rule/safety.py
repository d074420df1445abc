"""The safety gate: what closes it, and what alone opens it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from training.competency.rule.facts import Evidence, Observed
from training.competency.rule.standing import ANY_REGION, Standing, Step, say
from training.content.documents import SafetyGateAsked

# An observation in which the assessor could not let go does not show that a danger is understood by now.
FRESH_ENTRUSTMENT = 3


@dataclass(frozen=True)
class Gate:
    """The safety gate. While it is closed, `wants_case` and `wants_observation` say what is still missing.

    `remedies` are the cases of which one opens it: first those that the person never passed, since a case that is known
    by heart teaches less.
    """

    wrong_answers: int
    last_wrong_at: datetime | None
    wants_case: bool
    wants_observation: bool
    remedies: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return not (self.wants_case or self.wants_observation)


def gate_of(evidence: Evidence, remediation: Iterable[str]) -> Gate:
    """Open unless a wrong safety answer is unremedied: only what comes after it opens it again."""
    if not evidence.wrong_safety:
        return Gate(0, None, wants_case=False, wants_observation=False)
    cases = tuple(remediation)
    known = {one.case_id for one in evidence.passed}
    last = max(one.answered_at for one in evidence.wrong_safety)
    passed = any(one.case_id in cases and one.passed_at > last for one in evidence.passed)
    sure = [one.answered_at for one in evidence.wrong_safety if one.confidence == "sure"]
    seen = not sure or any(map(partial(is_fresh, after=max(sure)), evidence.observations))
    remedies = tuple(sorted(cases, key=known.__contains__))
    return Gate(len(evidence.wrong_safety), last, wants_case=not passed, wants_observation=not seen, remedies=remedies)


def is_fresh(observed: Observed, *, after: datetime) -> bool:
    """Recorded after a moment, and seen on a later day than it (in UTC): the hour of an observation is not known."""
    return (
        observed.recorded_at > after
        and observed.observed_on > after.date()
        and observed.entrustment >= FRESH_ENTRUSTMENT
    )


def of_gate(asked: SafetyGateAsked, evidence: Evidence) -> Standing:
    gate = gate_of(evidence, asked.remediation)
    rule = say("The safety gate is open: no wrong answer to a safety question is left without its remedy.")
    if gate.open:
        now = say("Open") if not gate.wrong_answers else say("Open again: the remedy was taken")
        return Standing("safety_gate", True, 1, 1, rule, now, None)
    sure = any(one.confidence == "sure" for one in evidence.wrong_safety)
    need = 2 if sure else 1
    have = need - gate.wants_case - gate.wants_observation
    if gate.wants_case and gate.wants_observation:
        now = say("Closed. A remediation case and a fresh observation open it.")
    elif gate.wants_case:
        now = say("Closed. Passing a remediation case opens it.")
    else:
        now = say("Closed. A fresh observation opens it.")
    if gate.wants_case:
        step = Step("remediation", gate.remedies[0], gate.remedies[0], "trainee")
    else:
        step = Step("observation", ANY_REGION, ANY_REGION, "assessor")
    return Standing("safety_gate", False, have, need, rule, now, step)
