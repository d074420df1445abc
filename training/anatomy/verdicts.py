"""What a localization comes to in one word, and the alarms that go before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from training.anatomy.localization import Localization
from training.anatomy.observations import Observation
from training.anatomy.segments import POSITION
from training.anatomy.signs import is_alarm, sign_vocabulary

Verdict = Literal["segment", "segments", "nerve", "refer", "uncertain"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
MOST_SEGMENTS = 3


def alarms(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """The findings that alone make needling wrong until someone has looked."""
    return tuple(one for one in observations if is_alarm(one.structure, one.sign))


def refers(red_flags: Sequence[str]) -> bool:
    """Whether one of these red flags, by their names in the checked list, asks for a referral and not only for care."""
    actions = sign_vocabulary().flag_actions
    return any(actions[flag] == "refer" for flag in red_flags)


def verdict(localization: Localization, red_flags: Sequence[str] = ()) -> Verdict:
    """refer before anything else; then what reaches its threshold in parameters.csv, else uncertain."""
    if refers(red_flags) or alarms(localization.observations):
        return "refer"
    numbers = localization.model.numbers
    ranked = localization.segments
    roots = sum(probability for _segment, probability in ranked)
    nerves = sum(probability for _nerve, probability in localization.nerves)
    if nerves >= numbers["verdict.nerves"] and localization.nerves[0][1] >= numbers["verdict.nerve"]:
        return "nerve"
    if roots < max(numbers["verdict.roots"], numbers["verdict.beside"] * nerves):
        return "uncertain"
    best, next_best = ranked[0][1], max(ranked[1][1], localization.nerves[0][1])
    leads = best >= numbers["verdict.least"] and best >= numbers["verdict.lead"] * next_best
    if best >= numbers["verdict.segment"] or leads:
        return "segment"
    return "segments" if leading(localization) else "uncertain"


def leading(localization: Localization) -> tuple[str, ...]:
    """The fewest neighbouring segments, at most three, that together reach the threshold; () when none do."""
    wanted = localization.model.numbers["verdict.segments"]
    ranked = localization.segments
    for count in range(1, MOST_SEGMENTS + 1):
        best = sorted((segment for segment, _ in ranked[:count]), key=POSITION.__getitem__)
        together = POSITION[best[-1]] - POSITION[best[0]] == count - 1
        if together and sum(probability for _, probability in ranked[:count]) >= wanted:
            return tuple(best)
    return ()
