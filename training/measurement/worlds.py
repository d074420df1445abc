"""The simulated worlds in which a sign-off rule is tried: a bank of cases, a panel that rates them, and chance.

The scale: ability in logits relative to the standard. The standard, ability 0, is an expected score of 80 % over the
whole case population; anybody's *domain score* is that expected score. A case of difficulty b is answered rightly with

    P = guess + (1 - guess - slip) * sigmoid(slope * (ability - b) + luck)

where guess = 1/options, slip = 2 %, b is normal with SD 1, and luck, 0 unless said, is shared by the questions of one
story. A case's rating is P at ability 0, luck averaged out: exact, or with a panel's error that was shrunk towards the
mean (docs/measurement.md, "Difficulty from a panel and few answers"). Each person meets a bank drawn anew, so that no
rate hangs on one lucky bank. The scenarios: docs/measurement.md, "The simulation".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

STANDARD_SCORE = 0.80
SLIP = 0.02  # share of wrong answers of those who know
GROUPS = 4  # content groups, served in turn
BAND = (0.30, 0.80)  # believed ratings of the cases that count
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()  # of a standard normal at _NODES


@dataclass(frozen=True, kw_only=True)
class World:
    """What differs between scenarios. Standard deviations are in logits, shares run from 0 to 1.

    bank: cases; choice: 'band' = at random among ratings of 30-80 %, then the nearest to it; 'targeted' = the most
    informative at the standard first; 'random' = any. options: 1/options is the chance to guess rightly. slope_sd: SD
    of the log slope. known: share of cases that somebody gave away. rating_sd: SD of the panel's error before it was
    shrunk. story: questions on one case, which share luck of SD luck_sd. sessions: how many a person takes at most;
    practice: cases between two of them.
    """

    bank: int = 120
    choice: Literal["band", "targeted", "random"] = "band"
    options: int = 30
    slope_sd: float = 0.0
    known: float = 0.0
    rating_sd: float = 0.0
    story: int = 1
    luck_sd: float = 0.0
    sessions: int = 1
    practice: int = 20

    def __post_init__(self) -> None:
        if self.bank % (GROUPS * self.story):
            raise ValueError(f"a bank of {self.bank} does not divide into {GROUPS} groups of stories of {self.story}")

    @property
    def guess(self) -> float:
        return 1 / self.options

    def chance(self, logits: Floats) -> Floats:
        """P of a right answer from slope * (ability - b) + luck, same shape."""
        return self.guess + (1 - self.guess - SLIP) * (1 + np.tanh(logits / 2)) / 2  # a sigmoid that cannot overflow

    def mean_chance(self, logits: Floats) -> Floats:
        """The same with luck averaged out."""
        if not self.luck_sd:
            return self.chance(logits)
        total = np.zeros_like(logits)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            total += weight * self.chance(logits + self.luck_sd * node)
        return total


@dataclass(frozen=True)
class Deck:
    """Unseen cases in the order in which each person meets them; arrays of shape (people, cases).

    believed: difficulty in logits as the rule is told it. slope, shift (logits): P at an ability is the world's chance
    of slope * ability + shift. known: cases given away. group: content group, 0 to 3.
    """

    world: World
    believed: Floats
    slope: Floats
    shift: Floats
    known: Bools
    group: Ints

    def chance(self, place: int, ability: Floats) -> Floats:
        """P of a right answer to the case at this place of everybody's order, for abilities (people,) in logits."""
        chance = self.world.chance(self.slope[:, place] * ability + self.shift[:, place])
        return np.where(self.known[:, place], 1 - SLIP, chance)


def logit(share: Floats) -> Floats:
    return np.log(share / (1 - share))


@cache
def centre(world: World) -> float:
    """The mean difficulty, in logits, that makes ability 0 the standard."""
    return _root(lambda mean: STANDARD_SCORE - _score(0.0, mean, world), -8.0, 8.0)


@cache
def ability_of(domain_score: float, world: World) -> float:
    """The ability, in logits, with this expected score over the case population (0 < domain_score < 1 - slip)."""
    mean = centre(world)
    return _root(lambda ability: _score(ability, mean, world) - domain_score, -12.0, 12.0)


def domain_score(ability: float, world: World) -> float:
    """The expected score, 0..1, over the case population."""
    return _score(ability, centre(world), world)


def deal(world: World, people: int, rng: np.random.Generator) -> Deck:
    """A bank for each person, in the order in which the world chooses cases from it. Groups take turns."""
    shape, units = (people, world.bank), world.bank // world.story
    difficulty = centre(world) + rng.standard_normal(shape)
    slope = np.exp(world.slope_sd * rng.standard_normal(shape))
    luck = np.repeat(world.luck_sd * rng.standard_normal((people, units)), world.story, axis=1)
    known = rng.random(shape) < world.known
    rating = logit(world.mean_chance(-slope * difficulty))
    if world.rating_sd:
        mean, variance = _spread_of_ratings(world)
        kept = variance / (variance + world.rating_sd**2)
        rating = mean + kept * (rating + world.rating_sd * rng.standard_normal(shape) - mean)
    order = _order(world, rating, rng)

    return Deck(
        world,
        believed=np.take_along_axis(-rating, order, axis=1),
        slope=np.take_along_axis(slope, order, axis=1),
        shift=np.take_along_axis(luck - slope * difficulty, order, axis=1),
        known=np.take_along_axis(known, order, axis=1),
        group=order // world.story % GROUPS,
    )


def _order(world: World, rating: Floats, rng: np.random.Generator) -> Ints:
    """Indices of cases (people, bank), the preferred first; rating: believed, in logits. A story stays together."""
    people, bank = rating.shape
    stories = rating.reshape(people, bank // world.story, world.story)
    chance = rng.random(stories.shape[:2])
    if world.choice == "random":
        cost = chance
    elif world.choice == "targeted":
        cost = -_information(world, stories).sum(axis=2)
    else:
        low, high = logit(np.array(BAND))
        outside = np.maximum(low - stories, 0) + np.maximum(stories - high, 0)
        cost = np.where(outside.max(axis=2) > 0, 1 + outside.max(axis=2), chance)
    ranked = np.argsort(cost.reshape(people, -1, GROUPS), axis=1)  # story s belongs to group s % GROUPS
    turns: Ints = (ranked * GROUPS + np.arange(GROUPS)).reshape(people, -1)
    return (turns[:, :, None] * world.story + np.arange(world.story)).reshape(people, bank)


def _information(world: World, rating: Floats) -> Floats:
    """Fisher information at the standard of cases with these ratings (logits), slope 1."""
    share = 1 / (1 + np.exp(-rating))
    top = 1 - world.guess - SLIP
    knows = np.clip((share - world.guess) / top, 0, 1)
    return (top * knows * (1 - knows)) ** 2 / (share * (1 - share))


def _score(ability: float, mean: float, world: World) -> float:
    """Expected score over the case population with this mean difficulty."""
    difficulty, slope = mean + _NODES[:, None], np.exp(world.slope_sd * _NODES[None, :])
    chance = world.mean_chance(slope * (ability - difficulty))
    return float(_WEIGHTS @ chance @ _WEIGHTS)


@cache
def _spread_of_ratings(world: World) -> tuple[float, float]:
    """Mean and variance of the true ratings, in logits."""
    difficulty, slope = centre(world) + _NODES[:, None], np.exp(world.slope_sd * _NODES[None, :])
    ratings = logit(world.mean_chance(-slope * difficulty))
    mean = float(_WEIGHTS @ ratings @ _WEIGHTS)
    return mean, float(_WEIGHTS @ (ratings - mean) ** 2 @ _WEIGHTS)


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses zero, by halving; 60 halvings leave nothing of a float."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
