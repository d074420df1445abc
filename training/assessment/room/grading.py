"""How near an answer came to what the findings say, and what told the two apart: feedback, never points."""

from __future__ import annotations

from dataclasses import replace

from training.anatomy.explanation import tellings
from training.anatomy.localization import Localization, localize
from training.anatomy.model import Hypothesis
from training.assessment.reasoning import TOLD, Reasoning, reason
from training.assessment.room.encounters import NERVE, Met
from training.content.documents import REFER


def score(met: Met, answer: str) -> float:
    """How probable the patient's own findings make the answer beside the best one, 0 to 1.

    The key has 1, whatever the model makes of it. To refer, or not to, is no matter of degree.
    """
    if answer in met.keys:
        return 1.0
    if REFER in (answer, *met.keys):
        return 0.0
    found = localize(met.rows)
    nerve = found.nerves[0][1]
    own = nerve if answer == NERVE else dict(found.segments)[answer]
    return min(1.0, own / max(found.segments[0][1], nerve))


def reasoned(met: Met, answer: str) -> Reasoning:
    """What the patient's own findings say. Between a root and a nerve, what tells those two apart."""
    reasoning = reason(met.rows, met.keys, answer)
    if NERVE not in (answer, *met.keys) or answer in met.keys or REFER in (answer, *met.keys):
        return reasoning
    found = localize(met.rows)
    best, rival = _meant(found, met, met.keys[0]), _meant(found, met, answer)
    return replace(reasoning, best=best, rival=rival, tellings=tellings(found, best, rival)[:TOLD])


def _meant(found: Localization, met: Met, answer: str) -> Hypothesis:
    """The hypothesis behind an answer; of nerves the true one, or the one that the findings favour."""
    its = found.model
    if answer != NERVE:
        return its.hypotheses[its.place[answer]]
    if NERVE in met.keys and met.truth in its.place:
        return its.hypotheses[its.place[met.truth]]
    return next(hypothesis for hypothesis, _share in found.ranked if hypothesis.kind == "nerve")
