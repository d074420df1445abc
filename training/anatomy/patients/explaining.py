"""What the model says of an examination, in sentences a trainee learns from."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from training.anatomy.explanation import Telling, tellings
from training.anatomy.information import Choice
from training.anatomy.localization import Localization
from training.anatomy.model import Hypothesis, model
from training.anatomy.observations import Observation
from training.anatomy.patients.examined import around
from training.anatomy.patients.patient import carrier_of
from training.anatomy.patients.referrals import Referral
from training.anatomy.patients.rows import Row, written
from training.anatomy.sentences import HARDLY, named, odds_in_words
from training.anatomy.signs import sign_vocabulary
from training.anatomy.structures import Structure

_DISTRACTORS = 3
_TOLD = 3
_LEAST_SUPPLY, _MOST_SPARED, _WORTH_NAMING, _CERTAIN = 0.3, 0.05, 0.01, 0.75
_KEY = re.compile(r"\b(?!(?:ISNCSCI|EMG|CN|XI)\b)[A-Z][A-Z0-9]*(?:_[A-Z0-9]+|[A-Z][A-Z0-9]+)\b")
_KEYS_IN_PARENTHESES = re.compile(r"\s*\([^()]*\b[A-Z][A-Z0-9]*[A-Z_][A-Z0-9_]*\b[^()]*\)")
_UNCLEAR = re.compile(r"contested|memory|[\"(),]")
_LEAST_WORDS = 4


MISLEADING = (
    "The pain keeps to no segment here, and it seldom does: in about two of three people with a painful cervical root "
    "it did not follow the dermatome. {{ claim: established, MURPHY2009 }}"
)
GUNN = (
    "That shortening and trophic change show a disturbed segment is a claim of the Gunn model. "
    "{{ claim: model, ISTOP_SIGNS }}"
)


@dataclass(frozen=True)
class Distractor:
    """A wrong answer that the findings make plausible. probability from 0 to 1; reason: what speaks most against it."""

    hypothesis: Hypothesis
    probability: float
    reason: str


def distractors(found: Localization, answer: Hypothesis) -> tuple[Distractor, ...]:
    """The segments that come next after the answer, and the nearest nerve."""
    its = found.model
    segments = [(its.hypotheses[its.place[name]], share) for name, share in found.segments if name != answer.name]
    shares = dict(found.nerves)
    nerve = next(
        (one, shares[one.name]) for one, _share in found.ranked if one.kind == "nerve" and one.name != answer.name
    )
    return tuple(
        Distractor(other, share, _against(found, answer, other)) for other, share in (*segments[:_DISTRACTORS], nerve)
    )


def _against(found: Localization, answer: Hypothesis, other: Hypothesis) -> str:
    observation, odds = strongest(found, answer, other)
    if odds <= 1:
        return f"No finding speaks against {named(other)}."
    return said(Telling(observation, answer, other, odds))


def strongest(found: Localization, answer: Hypothesis, other: Hypothesis) -> tuple[Observation, float]:
    """The finding that speaks most for the answer beside another, with its odds; below 1 when none does."""
    places = found.model.place
    apart = found.contributions[:, places[answer.id]] - found.contributions[:, places[other.id]]
    best = int(apart.argmax())
    return found.observations[found.used[best]], math.exp(float(apart[best]))


def key_reason(found: Localization, answer: Hypothesis, rival: Hypothesis) -> str:
    """Why the key stands: the findings that speak most for it beside its rival."""
    told = [said(one) for one in _speaking(found, answer, rival)[:2]]
    return " ".join(
        (f"{_begun(named(answer))} explains these findings better than {named(rival)} or anything else.", *told)
    )


def explain(
    found: Localization,
    answer: Hypothesis,
    side: str,
    rows: Sequence[Row],
    vague: bool,
    shown: Sequence[Distractor],
    referral: Referral | None = None,
) -> tuple[str, ...]:
    """The paragraphs of the explanation: what the findings say, what misleads, what is contested, what comes next."""
    its = found.model
    if referral:
        tempting = f"The rest of the examination would speak for {answer.name}, {side}; the danger goes before it."
        return f"{referral.explanation} {{{{ claim: consensus, FINUCANE2020 }}}}", tempting
    rival = max(shown, key=lambda one: one.probability).hypothesis
    supplies = [float(its.supply(row.structure)[its.place[answer.id]]) if row.abnormal else 0.0 for row in rows]
    doubts = " ".join(filter(None, (by_chance(found, answer, rows), MISLEADING if vague else "")))
    rest = " ".join(
        filter(
            None,
            (
                disagreement(answer, rows, supplies),
                GUNN if any(one.sign in ("shortened", "trophoedema") for row in rows for one in row.signs) else "",
                next_tests(answer, rival, rows),
            ),
        )
    )
    return tuple(filter(None, (weighing(found, answer, side, shown), doubts, rest)))


def weighing(found: Localization, answer: Hypothesis, side: str, shown: Sequence[Distractor]) -> str:
    """How probable the answer and its rivals are, and which findings decide."""
    own = dict((*found.segments, *found.nerves))[answer.name]
    near = [one for one in shown if one.probability >= _WORTH_NAMING] or list(shown[:1])
    near.sort(key=lambda one: -one.probability)
    rivals = ", ".join(f"{named(one.hypothesis)} {_percent(one.probability)}" for one in near)
    rival = max(shown, key=lambda one: one.probability).hypothesis
    every = tellings(found, answer, rival)
    told = [said(one) for one in every if one.favours is answer and one.odds >= HARDLY][:_TOLD]
    opposed = [one for one in every if one.favours is rival and one.odds >= 2 * HARDLY]
    against = [f"Not everything agrees. {said(opposed[0])}"] if opposed else []
    shares = f"{_percent(own)}, beside {rivals}"
    first = f"The findings speak for **{named(answer)}**, {side}: in the model of this course {shares}."
    barely = ["So it is the best answer, and not a certain one."] if own < _CERTAIN else []
    return " ".join((first, *told, *against, *barely))


def twin(rows: Sequence[Row], here: Hypothesis, there: Hypothesis) -> str:
    """How the other case of a contrast pair differs: its telling rows, and what they make of it."""
    findings = " and ".join(f"“{written(row.structure)}, {row.finding}”" for row in rows)
    return f"The twin of this case reads {findings}. That alone makes it {named(there)} there, {named(here)} here."


def _begun(text: str) -> str:
    return text[0].upper() + text[1:]


def said(telling: Telling) -> str:
    """ "The reduced triceps reflex (left) speaks 4 : 1 for C7 and against C6." """
    one = telling.observation
    name, side = one.structure.name, f" ({one.side})" if one.side in ("left", "right") else ""
    normal = sign_vocabulary().signs[one.sign].finding_class == "normal"
    odds = odds_in_words(telling.odds)
    if normal and one.structure.kind == "skin":
        subject = f"Normal skin ({name})"
    elif normal or one.structure.kind in ("reflex", "test"):
        subject = f"The {one.sign} {name}{side}"
    else:
        noun = _NOUNS.get(one.sign, one.sign)
        subject = f"{_begun(noun)} ({name}{', ' + one.side if side else ''})"
    if telling.odds < HARDLY:
        return f"{subject} hardly tells {named(telling.favours)} from {named(telling.against)}."
    favours, against = f"for {named(telling.favours)}", f"against {named(telling.against)}"
    return f"{subject} speaks {odds} {' and '.join((against, favours) if normal else (favours, against))}."


_NOUNS = {
    "weak": "weakness", "shortened": "shortening", "taut band": "a taut band", "tender": "tenderness",
    "tender motor point": "a tender motor point", "numb": "numbness", "cool": "coolness",
}  # fmt: skip


def _speaking(found: Localization, answer: Hypothesis, rival: Hypothesis) -> list[Telling]:
    return [one for one in tellings(found, answer, rival) if one.favours is answer and one.odds >= HARDLY]


def by_chance(found: Localization, answer: Hypothesis, rows: Sequence[Row]) -> str:
    """A sentence about the first finding that lies outside the answer; "" without any."""
    place = found.model.place[answer.id]
    for row in rows:
        if row.abnormal and found.model.supply(row.structure)[place] <= _MOST_SPARED:
            name = sign_vocabulary().signs[row.signs[0].sign].finding_class
            background = found.model.numbers.classes[name].background
            return (
                f"“{written(row.structure)}, {row.finding}” lies outside {named(answer)}: such a sign is met by chance "
                f"in about {background * 100:.0f} of 100 examinations, so alone it should not move you."
            )
    return ""


def disagreement(answer: Hypothesis, rows: Sequence[Row], place_supply: Sequence[float]) -> str:
    """What charts disagree on about the first contested structure, with its sources as a claim; "" without any."""
    for row, supply in zip(rows, place_supply, strict=True):
        note = contested(row.structure)
        if note and supply >= _LEAST_SUPPLY:
            keys = _KEY.findall(row.structure.disagreement) or list(row.structure.sources)
            known = [key for key in dict.fromkeys(keys) if key in row.structure.sources] or list(row.structure.sources)
            article = "" if row.structure.kind == "movement" else "the "
            return (
                f"Charts disagree on {article}{written(row.structure)}: {note}. "
                f"{{{{ claim: contested, {', '.join(known[:2])} }}}}"
            )
    return ""


def contested(structure: Structure) -> str:
    """How charts differ on a structure, in words without source keys; "" when nothing readable is left."""
    if structure.kind == "test" or "constant" in structure.disagreement:
        return ""
    plain = _KEYS_IN_PARENTHESES.sub("", structure.disagreement)
    clauses = [clause.strip(" .") for piece in plain.split(";") for clause in piece.split(". ")]
    kept = [
        one for one in clauses if not _KEY.search(one) and not _UNCLEAR.search(one) and len(one.split()) >= _LEAST_WORDS
    ]
    text = "; ".join(kept)
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def next_tests(answer: Hypothesis, rival: Hypothesis, rows: Sequence[Row]) -> str:
    """The first two usual tests, not yet done, that tell the answer from its rival; "" when there are none."""
    done = {carrier_of(row.structure) for row in rows}
    untested = (choice for choice in _telling_apart(answer.id, rival.id) if carrier_of(choice.structure) not in done)
    names = [f"{choice.structure.name} ({choice.manner.name})" for choice in islice(untested, 2)]
    return f"To tell {named(answer)} from {named(rival)}, examine next: {'; '.join(names)}." if names else ""


@lru_cache(maxsize=1_024)
def _telling_apart(answer: str, rival: str) -> tuple[Choice, ...]:
    """Usual tests of structures that one of the two reaches more surely, the greatest difference first."""
    its = model()
    here, there = its.place[answer], its.place[rival]
    near = (*around(answer).inner.members, *around(answer).outer.members)
    apart = [
        abs(float(its.supply(one.structure)[here] - its.supply(one.structure)[there])) * one.common for one in near
    ]
    order = sorted(range(len(near)), key=lambda place: (-apart[place], place))
    return tuple(near[place].choices[0] for place in order if apart[place] > 0)


def _percent(share: float) -> str:
    return "under 1 %" if share < 0.01 else f"{share:.0%}".replace("%", " %")
