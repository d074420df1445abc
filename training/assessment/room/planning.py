"""From what somebody wants to practise, and what they answered, to the next patient of the plan.

A focus is written in a wish as `all`, `weakness`, `region:cervical`, `competency:dx-cervical` or `segments:C5,C6`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast, get_args

from training.anatomy.patients.contrast import known_pairs
from training.anatomy.segments import POSITION, REGIONS, SEGMENTS, neighbours, region_of, segments_of
from training.measurement import interleaving
from training.measurement.interleaving import Answered, Focus, Stage, Step, Why, configured

ALL, WEAKNESS = "all", "weakness"
COMPETENCY = "dx-"
CONFUSED_AT_MOST = 3  # pairs that practice of one's weakness is about


@dataclass(frozen=True)
class Wish:
    """What kind of patient somebody wants: a region or "" for all, how hard from 1 to 5, a contrast pair or "".

    focus: what is practised by the plan; "" leaves the plan out, as wishes did before there was one. way: `plan`, or
    what goes before it. skipped: names of blocks that are left out, joined by commas. Within a focus the difficulty may
    be 0: as the plan says.
    """

    region: str
    difficulty: int
    pair: str
    focus: str = ""
    way: str = "plan"
    skipped: str = ""

    def leaving(self, block: str) -> Wish:
        """The same without a block."""
        names = dict.fromkeys([*filter(None, self.skipped.split(",")), block])
        return Wish(self.region, self.difficulty, self.pair, self.focus, self.way, ",".join(names))

    def going(self, way: str) -> Wish:
        return Wish(self.region, self.difficulty, self.pair, self.focus, way, self.skipped)


@dataclass(frozen=True)
class Planned:
    """What a patient came for, as it is kept with the patient: where the person stood when it was made.

    twin: 1 or 2 for the patients of a contrast pair, else 0; begun: the number of the first of the two.
    """

    stage: Stage
    why: Why
    block: str
    pair: tuple[str, ...]
    difficulty: int
    right: int
    of: int
    twin: int = 0
    begun: int = 0

    def kept(self) -> dict[str, Any]:
        return {**asdict(self), "pair": list(self.pair)}


def focus_words(text: str) -> str:
    """The focus, if it is one of ours, else ""."""
    kind, _, what = text.partition(":")
    if text in (ALL, WEAKNESS) or (kind == "region" and what in REGIONS):
        return text
    if kind == "competency" and what.removeprefix(COMPETENCY) in REGIONS and what.startswith(COMPETENCY):
        return text
    if kind == "segments":
        named = [one for one in SEGMENTS if one in what.split(",")]
        return f"segments:{','.join(named)}" if named else ""
    return ""


def segments_in(focus: str, history: Sequence[Answered] = ()) -> tuple[str, ...]:
    """The segments of a focus, from the top down; of somebody's weakness those that they keep confusing."""
    kind, _, what = focus.partition(":")
    if kind == "segments":
        return tuple(what.split(","))
    if kind in ("region", "competency"):
        return segments_of(next(one for one in REGIONS if one == what.removeprefix(COMPETENCY)))
    if kind == WEAKNESS:
        confused = {segment for pair in confused_pairs(history) for segment in pair}
        return tuple(sorted(confused, key=POSITION.__getitem__)) or SEGMENTS
    return SEGMENTS


def confused_pairs(history: Sequence[Answered]) -> list[tuple[str, str]]:
    """The pairs of segments that are confused most, the surest first: those that are kept confusing, else any."""
    rule = configured()
    found = interleaving.kept_confusing(history, rule) or interleaving.confusions(history, rule)
    pairs = [tuple(sorted((one.key, one.named), key=POSITION.__getitem__)) for one in found if _segments(one)]
    return [(first, second) for first, second in list(dict.fromkeys(pairs))[:CONFUSED_AT_MOST]]


def _segments(one: interleaving.Confused) -> bool:
    return one.key in POSITION and one.named in POSITION


def focus_of(wish: Wish, history: Sequence[Answered]) -> Focus:
    """What the plan is asked. One's weakness is practised in pairs first, whether the generator knows them or not."""
    segments = segments_in(wish.focus, history)
    pairs = tuple(
        pair for pair in known_pairs() if pair[0] in segments and (pair[1] in segments or pair[1] not in POSITION)
    )
    way = wish.way if wish.way in get_args(interleaving.Way) else "plan"
    if wish.focus == WEAKNESS and (confused := confused_pairs(history)):
        pairs, way = tuple(confused), "contrast" if way == "plan" else way
    skipped = frozenset(filter(None, wish.skipped.split(",")))
    return Focus(segments, pairs, cast(interleaving.Way, way), skipped, wish.difficulty)


def next_step(wish: Wish, history: Sequence[Answered]) -> Step:
    return interleaving.plan(history, focus_of(wish, history), configured())


def planned(step: Step, twin: int = 0, begun: int = 0) -> Planned:
    its = step.standing
    return Planned(step.stage, step.why, step.block, step.pair, step.difficulty, its.right, its.of, twin, begun)


def foils(segments: Sequence[str]) -> tuple[str, ...]:
    """The segments next to a block, of the same region: with them the block does not give itself away."""
    beside = [other for segment in segments for other in neighbours(segment)]
    inside = [other for other in beside if other not in segments and region_of(other) == region_of(segments[0])]
    return tuple(dict.fromkeys(inside))
