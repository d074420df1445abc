"""How near an answer came, with the rule that says so, for feedback; right or wrong, `responses.mark` says alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from training.assessment.answers import AnswerView
from training.assessment.nearness import Nearness
from training.assessment.reasoning import reasoning_of
from training.content.documents import Finding, Question
from training.measurement import partial
from training.measurement.partial import Referral

Rule = Literal["exact", "choices", "order", "number", "findings", "innervation", "referral"]


@dataclass(frozen=True)
class Graded:
    """`score` from 0 to 1 by a `rule` of `training.measurement.partial`; exact and referral know right and wrong alone.

    counts: of choices the right options ticked, of how many, and the wrong ones, of how many; of order the pairs in
    order, of how many. chosen, beside: a segment and the one it was compared with: the best by the findings, or the
    nearest key; segment_right says that it is a key. right: the whole answer is right, with the side.
    """

    score: float
    rule: Rule
    right: bool
    counts: tuple[int, ...] = ()
    chosen: str = ""
    beside: str = ""
    segment_right: bool = False
    referral: Referral | None = None

    @property
    def worth_telling(self) -> bool:
        """Whether the grade says anything that right and wrong do not."""
        return self.rule == "referral" or (self.rule != "exact" and not self.right)


def graded(
    question: Question, answer: AnswerView | None, near: Nearness | None = None, findings: tuple[Finding, ...] = ()
) -> Graded | None:
    """The grade of an answer; None before there is one.

    A segment is graded by the patient's `findings` if there are any, else by what it shares with the key (`near`).
    """
    if answer is None:
        return None
    given = answer.response
    match question.kind:
        case "choices":
            return _choices(question, set(given["options"]), answer.right)
        case "order":
            key = [one.id for one in question.items]
            pairs = partial.pairs_in_order(key, given["items"])
            return Graded(partial.order(key, given["items"]), "order", answer.right, pairs)
        case "number" if question.tolerance > 0 and question.number is not None:
            score = partial.number(question.number, question.tolerance, given["number"])
            return Graded(score, "number", answer.right)
        case "segment":
            return _segment(question, given["segment"], answer.right, near, findings)
        case _:
            return Graded(float(answer.right), "exact", answer.right)


def _choices(question: Question, ticked: set[str], right: bool) -> Graded:
    every = {one.id for one in question.options}
    keys = {one.id for one in question.options if one.right}
    counts = len(ticked & keys), len(keys), len(ticked - keys), len(every - keys)
    return Graded(partial.choices(every, keys, ticked), "choices", right, counts)


def _segment(
    question: Question, chosen: str, right: bool, near: Nearness | None, findings: tuple[Finding, ...]
) -> Graded:
    keys = question.segments
    decided = partial.referral(keys, chosen)
    if decided is not None:
        return Graded(float(decided is Referral.RIGHT), "referral", right, referral=decided)
    if findings:
        found = reasoning_of(findings, keys, chosen).segments
        best, most = found[0]
        score = partial.by_findings(keys, chosen, dict(found)[chosen], most)
        return Graded(score, "findings", right, (), chosen, best, chosen in keys)
    if near is None or near.shared is None:
        return Graded(float(chosen in keys), "exact", right)
    score = partial.by_innervation(keys, chosen, near.shared.share)
    return Graded(score, "innervation", right, (), chosen, near.shared.second, chosen in keys)


def mean_score(grades: Iterable[Graded]) -> float | None:
    """The mean over questions, those that know right and wrong alone counted as 1 and 0; None where all are such."""
    found = list(grades)
    if all(one.rule in ("exact", "referral") for one in found):
        return None
    return sum(one.score for one in found) / len(found)
