"""How near an answered segment lies to the key by the muscles that both supply, for feedback without findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from training.anatomy.innervation import SharedInnervation, shared_innervation
from training.anatomy.segments import POSITION, SEGMENTS
from training.assessment.answers import AnswerView
from training.content.documents import REFER, Question


@dataclass(frozen=True)
class Nearness:
    """How near an answered segment lies to the key, as feedback only.

    `shares` are, for each segment, the largest share of muscles that it has in common with a segment of the key, from
    0 to 1. `shared` compares the answer with the nearest segment of the key; None where one of the two is no segment.
    """

    shares: Mapping[str, float] = field(default_factory=dict)
    shared: SharedInnervation | None = None


def nearness(question: Question, answer: AnswerView | None) -> Nearness | None:
    """For the feedback to a segment question; None before it is answered and for other kinds."""
    if question.kind != "segment" or answer is None:
        return None
    keys = [one for one in question.segments if one in POSITION]
    if not keys:
        return Nearness()
    shares = {one: max(shared_innervation(key, one).share for key in keys) for one in SEGMENTS}
    chosen = answer.response["segment"]
    if chosen == REFER:
        return Nearness(shares)
    nearest = max(keys, key=lambda key: shared_innervation(key, chosen).share)
    return Nearness(shares, shared_innervation(chosen, nearest))
