"""What a localization says in English sentences, for commands and for authored texts; pages word it themselves."""

from __future__ import annotations

from collections.abc import Sequence

from training.anatomy.explanation import Telling
from training.anatomy.information import Worth
from training.anatomy.model import Hypothesis
from training.anatomy.observations import Observation
from training.anatomy.signs import sign_vocabulary

HARDLY = 1.25
"""Odds below this tell two hypotheses hardly apart."""
MOST = 1_000
_BEFORE = {"reflex", "movement", "test"}


def described(observation: Observation) -> str:
    """ "triceps reflex, absent, left": the finding as three cells."""
    sign = f"{observation.grade} {observation.sign}".strip()
    return f"{observation.structure.name}, {sign}, {observation.side}"


def named(hypothesis: Hypothesis) -> str:
    """A hypothesis within a sentence: "C6", "C6–C7", "the ulnar nerve", "no nerve lesion"."""
    if hypothesis.segments or hypothesis.kind == "other":
        return hypothesis.name
    words = hypothesis.name.split(" ")
    if {"plexus", "nerve"} & set(words) or "of" in words:
        return f"the {hypothesis.name}"
    return f"the {hypothesis.name.partition(' (')[0]} nerve"


def odds_in_words(odds: float) -> str:
    """ "4 : 1", whole numbers from ten on; "more than 1000 : 1" beyond that."""
    if odds > MOST:
        return f"more than {MOST} : 1"
    return f"{odds:.0f} : 1" if odds >= 9.95 else f"{odds:.1f} : 1".replace(".0 ", " ")


def sentence(telling: Telling) -> str:
    """ "The normal triceps reflex speaks 4 : 1 against C7 and for C6." """
    subject = _subject(telling.observation)
    if telling.odds < HARDLY:
        return f"{subject} hardly tells {named(telling.favours)} from {named(telling.against)}."
    odds = odds_in_words(telling.odds)
    if sign_vocabulary().signs[telling.observation.sign].finding_class == "normal":
        return f"{subject} speaks {odds} against {named(telling.against)} and for {named(telling.favours)}."
    return f"{subject} speaks {odds} for {named(telling.favours)} and against {named(telling.against)}."


def next_sentence(worths: Sequence[Worth], best: Hypothesis, rival: Hypothesis) -> str:
    """What to examine next to tell two hypotheses apart; "" when there is nothing."""
    names = [f"{worth.choice.structure.name} ({worth.choice.manner.name})" for worth in worths]
    if not names:
        return ""
    return f"To tell {named(best)} from {named(rival)}, examine next: {'; '.join(names)}."


def _subject(observation: Observation) -> str:
    side = f"{observation.side} " if observation.side in ("left", "right") else ""
    sign = f"{observation.grade} {observation.sign}".strip()
    if observation.sign in ("normal", "negative", "reduced", "absent", "positive", "weak", "brisk"):
        return f"The {sign} {side}{observation.structure.name}"
    return f"The {side}{observation.structure.name}: {sign}"


__all__ = ["HARDLY", "described", "named", "next_sentence", "odds_in_words", "sentence"]
