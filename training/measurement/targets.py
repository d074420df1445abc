"""The operating characteristics that the configured rule must have, and the simulated cells that show them.

Targets: docs/measurement.md, "The simulation". What the study that the rule was chosen on left open is chosen here:

* One session draws from a bank of 256 cases, of which 100 lie in the band: what the document asks of an area's bank.
* The realistic mix: 10 % of cases given away, panel error of SD 0.6 shrunk, log slopes of SD 0.4, 240 cases.
* Learners start 1.5 logits below the standard and approach 1.5 above, half of the way every 17 cases; the plateau group
  approaches 0.4 below it. 20 cases of practice follow each hold and count as time to learn in.
* Three questions on a case are served together, from 84 questions; the other disturbed worlds have 80 cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import numpy as np

from training.measurement.mastery import Rule
from training.measurement.simulation import Trace, percent_rule, sit, typical
from training.measurement.worlds import Bools, Floats, Ints, World, ability_of

ONE = World(bank=256)
MIX = World(bank=240, known=0.1, rating_sd=0.6, slope_sd=0.4, sessions=5)
LEARNING = World(bank=240, known=0.1, rating_sd=0.6, slope_sd=0.4, sessions=6)
RANDOM = World(bank=120, choice="random")
DISTURBED = {
    "10 % of cases known": World(bank=80, choice="targeted", known=0.1),
    "difficulty error 0.6, shrunk": World(bank=80, choice="targeted", rating_sd=0.6),
    "unequal slopes": World(bank=80, choice="targeted", slope_sd=0.4),
    "three dependent questions": World(bank=84, choice="targeted", story=3, luck_sd=0.8),
    "four options": World(bank=80, choice="targeted", options=4),
}
POPULATION = (0.3, 1.0)  # mean and SD of ability, logits: 38 % are below the standard
LEARNERS, PLATEAU = (-1.5, 1.5), (-1.5, -0.4)  # ability at first and in the end, logits
CURVE = (0.60, 0.65, 0.70, 0.75, 0.80, 0.825, 0.85, 0.875, 0.90, 0.925, 0.95, 0.965)  # domain scores
TRACED = (0.70, 0.80, 0.90, 0.95)  # domain scores
BLOCK = 2000  # people simulated at a time, which bounds the memory

People = float | Literal["population", "learners", "plateau"]


@dataclass(frozen=True)
class Cell:
    """One group of people in one world. people: their common domain score, or who they are."""

    name: str
    world: World
    people: People
    twice: bool = False  # a second, independent administration


@dataclass(frozen=True)
class Outcome:
    """What became of a cell's people; arrays of shape (people,). ability: logits, when they ended.

    again: who passed the second administration, where there was one. percent: who passes "20 random answers at 80 %".
    """

    passed: Bools
    answers: Ints
    ability: Floats
    again: Bools
    percent: Bools


@dataclass(frozen=True)
class Target:
    """One line of the table. value, limit, error: in per cent, answers, or as a share (agreement), as `unit` says.

    error: standard error of the value by the number of people. percent_rule: the same under "20 answers at 80 %".
    reference: what the study that the rule was chosen on reports of it (docs/measurement.md).
    """

    goal: str
    where: str
    unit: Literal["%", "answers", "share"]
    bound: Literal["at most", "at least"]
    limit: float
    value: float
    error: float
    people: int
    reference: float
    percent_rule: float | None = None

    @property
    def met(self) -> bool:
        return self.value <= self.limit if self.bound == "at most" else self.value >= self.limit


CELLS = (
    Cell("one, at the standard", ONE, 0.80),
    Cell("one, -0.10", ONE, 0.70),
    Cell("one, +0.10", ONE, 0.90),
    Cell("one, +0.15", ONE, 0.95),
    Cell("one, population", ONE, "population", twice=True),
    Cell("mix, at the standard", MIX, 0.80),
    Cell("mix, -0.10", MIX, 0.70),
    Cell("mix, +0.10", MIX, 0.90),
    Cell("mix, population", MIX, "population"),
    Cell("learners", LEARNING, "learners"),
    Cell("plateau", LEARNING, "plateau"),
    *(Cell(name, world, 0.80) for name, world in DISTURBED.items()),
)
CURVE_CELLS = tuple(
    Cell(f"{name}, curve {score}", world, score) for score in CURVE for name, world in (("one", ONE), ("mix", MIX))
)


def play(cell: Cell, rule: Rule, people: int, seed: int) -> Outcome:
    """Simulate a cell. Its chance depends on the seed and its name alone, so cells can be added without harm."""
    blocks = []
    for block, first in enumerate(range(0, people, BLOCK)):
        rng = np.random.default_rng([seed, crc32(cell.name.encode()), block])
        blocks.append(_play_block(cell, rule, min(BLOCK, people - first), rng))
    return Outcome(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))


def _play_block(
    cell: Cell, rule: Rule, people: int, rng: np.random.Generator
) -> tuple[Bools, Ints, Floats, Bools, Bools]:
    start, end = _abilities(cell, people, rng)
    run = sit(rule, cell.world, start, end, rng)
    again = percent = np.zeros(0, bool)
    if cell.twice:
        again = sit(rule, cell.world, start, end, rng).passed
    if cell.world in (ONE, MIX):
        known = np.full(people, ability_of(cell.people, RANDOM)) if isinstance(cell.people, float) else start
        percent = percent_rule(RANDOM, known, rng, tries=cell.world.sessions)
    return run.passed, run.answers, run.ability, again, percent


def _abilities(cell: Cell, people: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    if isinstance(cell.people, float):
        both = np.full(people, ability_of(cell.people, cell.world))
        return both, both
    if cell.people == "population":
        both = rng.normal(*POPULATION, people)
        return both, both
    start, end = LEARNERS if cell.people == "learners" else PLATEAU
    return np.full(people, start), np.full(people, end)


def judge(played: Mapping[str, Outcome]) -> tuple[Target, ...]:
    """The table of docs/measurement.md, "The simulation", from all of CELLS, by name."""
    one, mix = "one session", "up to 5 sessions, realistic mix"
    return (
        _passing(played["one, at the standard"], "signed off exactly at the standard", one, 2.0, 0.7),
        _passing(played["one, -0.10"], "signed off 0.10 below the standard", one, 0.2, 0.0),
        _passing(_below(played["one, population"]), "signed off among all below the standard", one, 0.5, 0.1),
        _unfit(played["one, population"], one, 1.0, 0.2),
        _answers(played["one, population"], "mean answers, population", one, 27, 25),
        _answers(played["one, +0.10"], "mean answers 0.10 above the standard", one, 38, 35),
        _holding(played["one, +0.15"], "held 0.15 above the standard", one, 10.0, 8.2),
        _holding(played["one, +0.10"], "held 0.10 above the standard", one, 70.0, 65.0),
        _agreement(played["one, population"], one, 0.82, 0.84),
        _passing(played["mix, at the standard"], "signed off exactly at the standard", mix, 5.0, 5.0),
        _passing(_below(played["mix, population"]), "signed off among all below the standard", mix, 1.5, 0.9),
        _passing(played["mix, -0.10"], "signed off 0.10 below the standard", mix, 0.2, 0.1),
        _holding(played["mix, +0.10"], "held 0.10 above the standard", mix, 8.0, 4.7),
        _answers(played["mix, +0.10"], "mean answers 0.10 above the standard", mix, 70, 61),
        *_learning(played["plateau"], played["learners"]),
        *(
            _passing(played[name], f"signed off at the standard: {name}", "one session, 80 cases", 2.0, reference)
            for name, reference in zip(DISTURBED, (1.0, 0.5, 0.6, 0.3, 0.7), strict=True)
        ),
    )


def _learning(plateau: Outcome, learners: Outcome) -> tuple[Target, ...]:
    where = "up to 6 sessions, realistic mix"
    share, error = _per_cent(learners.passed)
    taken = learners.answers[learners.passed]
    return (
        _passing(plateau, "signed off on a plateau 0.4 logits below the standard", where, 1.0, 0.1),
        Target("learners signed off", where, "%", "at least", 90.0, share, error, len(learners.passed), 95.0),
        _mean("answers of the learners signed off", where, 85, taken, 75),
    )


def _passing(outcome: Outcome, goal: str, where: str, limit: float, reference: float) -> Target:
    value, error = _per_cent(outcome.passed)
    percent = _per_cent(outcome.percent)[0] if len(outcome.percent) else None
    return Target(goal, where, "%", "at most", limit, value, error, len(outcome.passed), reference, percent)


def _holding(outcome: Outcome, goal: str, where: str, limit: float, reference: float) -> Target:
    value, error = _per_cent(~outcome.passed)
    percent = _per_cent(~outcome.percent)[0]
    return Target(goal, where, "%", "at most", limit, value, error, len(outcome.passed), reference, percent)


def _unfit(outcome: Outcome, where: str, limit: float, reference: float) -> Target:
    below = outcome.ability < 0
    value, error = _per_cent(below[outcome.passed])
    percent = _per_cent(below[outcome.percent])[0]
    goal = "below the standard among those signed off"
    return Target(goal, where, "%", "at most", limit, value, error, int(outcome.passed.sum()), reference, percent)


def _agreement(outcome: Outcome, where: str, limit: float, reference: float) -> Target:
    value, error = (figure / 100 for figure in _per_cent(outcome.passed == outcome.again))
    goal = f"agreement of two administrations (κ {kappa(outcome.passed, outcome.again):.2f})"
    return Target(goal, where, "share", "at least", limit, value, error, len(outcome.passed), reference)


def _answers(outcome: Outcome, goal: str, where: str, limit: float, reference: float) -> Target:
    return _mean(goal, where, limit, outcome.answers, reference)


def _mean(goal: str, where: str, limit: float, answers: Ints, reference: float) -> Target:
    value = float(answers.mean()) if len(answers) else float("inf")  # nobody got there
    error = float(answers.std(ddof=1)) / len(answers) ** 0.5 if len(answers) > 1 else float("inf")
    return Target(goal, where, "answers", "at most", limit, value, error, len(answers), reference)


def _below(outcome: Outcome) -> Outcome:
    """Those below the standard alone."""
    below = outcome.ability < 0
    return Outcome(
        outcome.passed[below],
        outcome.answers[below],
        outcome.ability[below],
        outcome.again[:0],
        outcome.percent[below],
    )


def _per_cent(happened: Bools) -> tuple[float, float]:
    """Rate and its standard error, in per cent; (0, 0) of nobody."""
    if not len(happened):
        return 0.0, 0.0
    rate = float(happened.mean())
    return 100 * rate, 100 * (rate * (1 - rate) / len(happened)) ** 0.5


def kappa(first: Bools, second: Bools) -> float:
    """Cohen's κ: agreement beyond chance, at most 1; 0 where chance alone would agree always.

    first, second: decisions about the same people (people,). Source: J. Cohen, Educ. Psychol. Meas. 20 (1960) 37-46.
    """
    observed = float((first == second).mean())
    a, b = float(first.mean()), float(second.mean())
    expected = a * b + (1 - a) * (1 - b)
    return (observed - expected) / (1 - expected) if expected < 1 else 0.0


@dataclass(frozen=True)
class Point:
    """One domain score of the curve. Shares signed off in per cent; mean answers used."""

    domain_score: float
    one_session: float
    one_session_answers: float
    five_sessions: float
    five_sessions_answers: float
    percent_rule: float
    percent_rule_five_tries: float


def curve(played: Mapping[str, Outcome], scores: Iterable[float] = CURVE) -> tuple[Point, ...]:
    """The operating characteristic from all of CURVE_CELLS, by name."""
    points = []
    for score in scores:
        one, mix = played[f"one, curve {score}"], played[f"mix, curve {score}"]
        points.append(
            Point(
                score,
                _per_cent(one.passed)[0],
                float(one.answers.mean()),
                _per_cent(mix.passed)[0],
                float(mix.answers.mean()),
                _per_cent(one.percent)[0],
                _per_cent(mix.percent)[0],
            )
        )
    return tuple(points)


def traces(rule: Rule, seed: int) -> dict[float, Trace]:
    """A typical person's evidence by domain score, in the realistic mix."""
    drawn = {}
    for score in TRACED:
        ability = np.full(BLOCK // 4, ability_of(score, MIX))
        rng = np.random.default_rng([seed, crc32(f"trace {score}".encode())])
        drawn[score] = typical(sit(rule, MIX, ability, ability, rng))
    return drawn
