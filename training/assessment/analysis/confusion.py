"""Which segments are taken for which, who needles whom, and whether "sure" is right more often than "guess".

Intervals treat answers as independent. Several answers of one person are a little alike, so they are a little too
narrow; the pages say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from training.anatomy.segments import POSITION
from training.content.documents import REFER
from training.measurement import intervals, judgement
from training.measurement.intervals import Interval
from training.measurement.sample_size import COUNTS_ONLY, Standing, standing

CONFIDENCES = ("guess", "think", "sure")


@dataclass(frozen=True)
class Share:
    """`count` of `n`, with its interval; None where there is nothing to share.

    `people`: how many gave them, where that is fewer: ten answers of one person are a count and no share.
    """

    count: int
    n: int
    people: int | None = None

    @property
    def value(self) -> float | None:
        return self.count / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        return intervals.wilson(self.count, self.n) if self.n else None

    @property
    def standing(self) -> Standing:
        return standing("facility", self.n if self.people is None else min(self.n, self.people))

    @property
    def of_few_people(self) -> bool:
        """Whether it is hidden for want of people, not of answers."""
        return self.people is not None and self.people < COUNTS_ONLY

    @property
    def hidden(self) -> bool:
        return self.standing is Standing.HIDDEN


@dataclass(frozen=True)
class Pair:
    """Two segments, `upper` the higher one, and how often either was taken for the other when one of them was right."""

    upper: str
    lower: str
    down: int  # `upper` was right, `lower` answered
    up: int
    asked: int
    people: int | None

    @property
    def share(self) -> Share:
        return Share(self.down + self.up, self.asked, self.people)


@dataclass(frozen=True)
class Confusion:
    """`counts` by key and answer, of so many `people`; `keys` and `answers` from the top down, `refer` last."""

    counts: dict[tuple[str, str], int]
    keys: tuple[str, ...]
    answers: tuple[str, ...]
    people: int | None = None

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def asked(self) -> dict[str, int]:
        found = Counter[str]()
        for (key, _), count in self.counts.items():
            found[key] += count
        return dict(found)

    @property
    def pairs(self) -> list[Pair]:
        """Whatever was confused at all, first what is confused most for certain: by the lower bound of its share."""
        asked, found = self.asked, []
        wrong = {tuple(sorted(pair, key=order)) for pair, count in self.counts.items() if count and pair[0] != pair[1]}
        for upper, lower in wrong:
            if REFER in (upper, lower):
                continue
            there, back = self.counts.get((upper, lower), 0), self.counts.get((lower, upper), 0)
            found.append(Pair(upper, lower, there, back, asked.get(upper, 0) + asked.get(lower, 0), self.people))
        return sorted(found, key=lambda one: (-_at_least(one), order(one.upper), order(one.lower)))


def _at_least(pair: Pair) -> float:
    around = pair.share.interval
    return around.low if around else 0.0


def order(segment: str) -> int:
    """From the top down; then what is no segment, a nerve, and to refer."""
    return POSITION.get(segment, len(POSITION) + (segment == REFER))


def confusion(answers: Iterable[tuple[Sequence[str], str, int]], people: int | None = None) -> Confusion:
    """answers: the key's segments, the one answered, and how often. Of several keys an answer counts under the one it
    names, else under the nearest."""
    counts = Counter[tuple[str, str]]()
    for keys, segment, count in answers:
        key = segment if segment in keys else min(keys, key=lambda one: abs(order(one) - order(segment)))
        counts[key, segment] += count
    keys_met = tuple(sorted({key for key, _ in counts}, key=order))
    return Confusion(dict(counts), keys_met, tuple(sorted({one for pair in counts for one in pair}, key=order)), people)


@dataclass(frozen=True)
class Decision:
    """Needling and referring, from the patients who must be referred and those who may be needled.

    missed: had to be referred and were needled, of all who had to be. needless: could be needled and were referred, of
    all who could be. over_needling: of all needled, those who had to be referred (so it moves with how many such cases
    were met). sensitivity is d', how well the two are told apart; bias is c, above 0 for who rather needles.
    """

    missed: Share
    needless: Share
    over_needling: Share
    sensitivity: tuple[float, Interval] | None
    bias: tuple[float, Interval] | None

    @property
    def standing(self) -> Standing:
        shares = self.missed, self.needless
        return standing("bias", min(min(one.n, one.n if one.people is None else one.people) for one in shares))


def decision(found: Confusion) -> Decision:
    """The rates, and sensitivity and bias as `judgement.detection` has them: a hit is a patient referred who had to be.

    Sensitivity and bias are None under ten answers of either kind, or ten people.
    """
    to_refer = sum(count for (key, _), count in found.counts.items() if key == REFER)
    referred = found.counts.get((REFER, REFER), 0)
    to_needle = found.n - to_refer
    needless = sum(count for (key, answer), count in found.counts.items() if key != REFER and answer == REFER)
    missed = to_refer - referred
    over = Share(missed, missed + to_needle - needless, found.people)
    shares = Share(missed, to_refer, found.people), Share(needless, to_needle, found.people), over
    if shares[0].hidden or shares[1].hidden:
        return Decision(*shares, None, None)
    told = judgement.detection(referred, to_refer, needless, to_needle)
    return Decision(*shares, (told.sensitivity, told.sensitivity_interval), (told.bias, told.bias_interval))


def by_confidence(answers: Iterable[tuple[str | None, int]], people: int | None = None) -> dict[str, Share]:
    """Of the answers said with each confidence, those that were right; answers without one are left out."""
    right, number = Counter[str](), Counter[str]()
    for said, one in answers:
        if said in CONFIDENCES:
            right[said] += one
            number[said] += 1
    return {said: Share(right[said], number[said], people) for said in CONFIDENCES}
