"""Which patient comes next in practice: first one segment at a time, then mixed, then pairs that are confused.

Beginners learn more from blocks, others from mixed patients (studies and thresholds: data/interleaving.toml). A block
stays until it is steady; mixed practice follows among the steady blocks; then pairs, those first that the person
confuses; then mixed ones that grow harder. The plan is a function of the answers alone: the same answers, the same
plan, on any device and after any pause. A block that slips comes back.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from training.measurement import intervals

Stage = Literal["block", "mixed", "contrast"]
Way = Literal["plan", "mixed", "contrast"]
Why = Literal["begin", "unsteady", "slipped", "mix", "tell-apart", "harder", "keep", "chosen"]
WAYS: tuple[Way, ...] = get_args(Way)
CONFIGURED = Path(__file__).parent / "data" / "interleaving.toml"


@dataclass(frozen=True)
class Rule:
    """The numbers of data/interleaving.toml, which says what each means."""

    window: int
    steady: int
    recent: int
    recent_steady: int
    foil_share: float
    block_levels: tuple[int, int]
    mixed_levels: tuple[int, ...]
    remembered: int
    confused_least: int
    confused_share: float
    groups: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        named = [segment for group in self.groups for segment in group]
        if len(set(named)) != len(named) or not all(self.groups):
            raise ValueError("interleaving.toml: every group names segments, and each segment stands in one group")
        if not (0 < self.recent_steady <= self.recent <= self.window and self.recent <= self.steady <= self.window):
            raise ValueError("interleaving.toml: 0 < recent_steady <= recent <= steady <= window")
        if not 0 <= self.foil_share < 1 or not self.mixed_levels:
            raise ValueError("interleaving.toml: a foil_share from 0 to below 1, and mixed_levels")


@cache
def configured() -> Rule:
    return load(CONFIGURED)


def load(path: Path) -> Rule:
    """Raises ValueError for numbers that make no rule, TypeError for missing or unknown ones."""
    with path.open("rb") as file:
        read = tomllib.load(file)
    read["groups"] = tuple(map(tuple, read["groups"]))
    for name in ("block_levels", "mixed_levels"):
        read[name] = tuple(read[name])
    return Rule(**read)


@dataclass(frozen=True)
class Answered:
    """A patient who was answered. keys: segments of which any is right, or what is none ("refer", "nerve").

    named: the answer. right: as it was marked. block, pair: what of the plan the patient came for, if for that.
    difficulty: 1 to 5.
    """

    keys: tuple[str, ...]
    named: str
    right: bool
    block: str = ""
    pair: tuple[str, ...] = ()
    difficulty: int = 2


@dataclass(frozen=True)
class Focus:
    """What somebody wants to practise. pairs: contrast pairs that can be made of it.

    way: `plan`, or an override: `mixed` at once, or `contrast` pairs first. skipped: blocks that the person leaves.
    difficulty: 1 to 5, or 0 to follow the plan.
    """

    segments: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    way: Way = "plan"
    skipped: frozenset[str] = frozenset()
    difficulty: int = 0


@dataclass(frozen=True)
class Standing:
    """How the last answers went: `right` of `of`, at most as many as the rule looks back on. `steady`: by the rule."""

    right: int
    of: int
    steady: bool


@dataclass(frozen=True)
class Block:
    """A segment or narrow group of a focus, and how it stands. `begun`: it was answered at all."""

    name: str
    segments: tuple[str, ...]
    standing: Standing
    skipped: bool

    @property
    def begun(self) -> bool:
        return self.standing.of > 0


@dataclass(frozen=True)
class Step:
    """Who comes next. segments: those the patient's is drawn from. block: its name within the stage `block`.

    pair: the two to tell apart within the stage `contrast`. standing: of the block, the mixed answers, or the pair.
    """

    stage: Stage
    why: Why
    segments: tuple[str, ...]
    difficulty: int
    standing: Standing
    block: str = ""
    pair: tuple[str, ...] = ()


@dataclass(frozen=True)
class Confused:
    """`named` was said for `key` in `count` of the last `asked` patients who had `key`."""

    key: str
    named: str
    count: int
    asked: int

    @property
    def interval(self) -> intervals.Interval:
        return intervals.wilson(self.count, self.asked)


def block_name(segments: Sequence[str]) -> str:
    """ "C6", or "T2-T4" for a group."""
    return segments[0] if len(segments) == 1 else f"{segments[0]}-{segments[-1]}"


def standing(marks: Sequence[bool], rule: Rule) -> Standing:
    """Of marks, oldest first. Steady: so many of the last ten right, and so many of the last five."""
    last = marks[-rule.window :]
    right, late = sum(last), sum(marks[-rule.recent :])
    return Standing(right, len(last), len(last) == rule.window and right >= rule.steady and late >= rule.recent_steady)


def blocks(history: Sequence[Answered], focus: Focus, rule: Rule) -> tuple[Block, ...]:
    """The blocks of a focus in their order."""
    groups = list(_groups(focus.segments, rule))
    place = {segment: number for number, group in enumerate(groups) for segment in group}
    marks: list[list[bool]] = [[] for _ in groups]
    for one in history:
        for number in {place[name] for name in (*one.keys, one.named) if name in place}:
            marks[number].append(one.right)
    return tuple(
        Block(name, segments, standing(its, rule), name in focus.skipped)
        for segments, its in zip(groups, marks, strict=True)
        for name in (block_name(segments),)
    )


def marks_of(history: Sequence[Answered], segments: Collection[str]) -> list[bool]:
    """The answers that say whether these segments are known: to patients who have one, and those that named one
    where it was none. So nobody becomes steady by naming the block's segment every time."""
    return [one.right for one in history if one.named in segments or any(key in segments for key in one.keys)]


def plan(history: Sequence[Answered], focus: Focus, rule: Rule) -> Step:
    """The next patient of a focus. history: answers that count, oldest first. Raises ValueError without segments."""
    history = history[-rule.remembered :]
    every = blocks(history, focus, rule)
    if not every:
        raise ValueError("a focus needs segments")
    if focus.way == "plan" and (block := _block_now(history, every)) is not None:
        return _block_step(history, block, focus, rule)
    if focus.way == "contrast" and (step := _contrast_step(history, focus, rule)) is not None:
        return step
    among = tuple(segment for one in every if focus.way != "plan" or not one.skipped for segment in one.segments)
    among = among or focus.segments
    mixed = [one for one in history if not one.block and not one.pair and any(key in among for key in one.keys)]
    by_level = {
        level: standing([one.right for one in mixed if one.difficulty >= level], rule) for level in rule.mixed_levels
    }
    first, *harder = rule.mixed_levels
    why: Why = "mix" if focus.way == "plan" else "chosen"
    if not by_level[first].steady:
        return Step("mixed", why, among, focus.difficulty or first, by_level[first])
    if focus.way == "plan" and (step := _contrast_step(history, focus, rule)) is not None:
        return step
    for level in harder:
        if not by_level[level].steady:
            return Step("mixed", "harder", among, focus.difficulty or level, by_level[level])
    last = rule.mixed_levels[-1]
    return Step("mixed", "keep", among, focus.difficulty or last, by_level[last])


def confusions(history: Sequence[Answered], rule: Rule) -> list[Confused]:
    """What is named for what, of the last answers to each segment; first what is surest: by its lower bound."""
    last: dict[str, list[str]] = {}
    for one in history[-rule.remembered :]:
        for key in one.keys[:1] if one.named not in one.keys else (one.named,):
            last.setdefault(key, []).append(one.named)
    found = [
        Confused(key, named, answers.count(named), len(answers))
        for key, every in last.items()
        for answers in (every[-rule.window :],)
        for named in dict.fromkeys(answers)
        if named != key
    ]
    return sorted(found, key=lambda one: (-one.interval.low, -one.count, one.key, one.named))


def kept_confusing(history: Sequence[Answered], rule: Rule) -> list[Confused]:
    """The confusions that are more than a slip: often enough, and in enough of the last answers."""
    return [
        one
        for one in confusions(history, rule)
        if one.count >= rule.confused_least and one.count >= rule.confused_share * one.asked
    ]


def _groups(segments: Collection[str], rule: Rule) -> Iterator[tuple[str, ...]]:
    for group in rule.groups:
        if wanted := tuple(segment for segment in group if segment in segments):
            yield wanted


def _block_now(history: Sequence[Answered], every: Sequence[Block]) -> Block | None:
    """The block under way while it is not steady, else the first in order that is not."""
    open_blocks = {one.name: one for one in every if not one.standing.steady and not one.skipped}
    for one in reversed(history):
        if one.block in open_blocks:
            return open_blocks[one.block]
    return next(iter(open_blocks.values()), None)


def _block_step(history: Sequence[Answered], block: Block, focus: Focus, rule: Rule) -> Step:
    marks = marks_of(history, block.segments)
    easy, then = rule.block_levels
    level = then if sum(marks[-rule.recent :]) >= rule.recent_steady else easy
    why: Why = "begin" if not block.begun else "slipped" if _was_steady(marks, rule) else "unsteady"
    return Step("block", why, block.segments, focus.difficulty or level, block.standing, block=block.name)


def _was_steady(marks: Sequence[bool], rule: Rule) -> bool:
    return any(standing(marks[:end], rule).steady for end in range(rule.window, len(marks)))


def _contrast_step(history: Sequence[Answered], focus: Focus, rule: Rule) -> Step | None:
    """The pair under way while it is not steady, else the first that is not: those first that the person confuses."""
    under_way = next((frozenset(one.pair) for one in reversed(history) if one.pair), frozenset())
    often = {frozenset((one.key, one.named)): place for place, one in reversed([*enumerate(confusions(history, rule))])}
    ordered = sorted(focus.pairs, key=lambda pair: (set(pair) != under_way, often.get(frozenset(pair), len(often))))
    for pair in ordered:
        marks = [one.right for one in history if one.pair and set(one.pair) == set(pair)]
        if not (found := standing(marks, rule)).steady:
            return Step("contrast", "tell-apart", pair, focus.difficulty or rule.mixed_levels[-2], found, pair=pair)
    return None
