"""Many simulated people at once under the mastery rule: the arithmetic of `mastery.evidence`, in arrays of people.

tests/measurement/test_simulation.py holds the two together, answer by answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.measurement.mastery import Rule
from training.measurement.worlds import GROUPS, Bools, Deck, Floats, Ints, World, deal

HALFWAY = 17  # cases, counted or practised, in which learners cover half of the way to where they end


@dataclass(frozen=True)
class Run:
    """What became of each person; arrays of shape (people,).

    passed; answers: counted, until the pass or the end; sessions: begun; ability: logits at the last answer.
    right, path: marks and M by answer, (people, answers), for drawings and tests; what stands beyond a person's last
    answer means nothing. held: after this answer a session ended without a pass.
    """

    passed: Bools
    answers: Ints
    sessions: Ints
    ability: Floats
    right: Bools
    path: Floats
    held: Bools
    deck: Deck


def sit(rule: Rule, world: World, start: Floats, end: Floats, rng: np.random.Generator) -> Run:
    """Let people answer unseen cases until they pass, or are held in their last session, or the bank is empty.

    start, end: abilities in logits (people,); ability runs from one to the other, half of what is left every HALFWAY
    cases, those of practice included. Equal ones stay.
    """
    people = len(start)
    length = min(world.bank, world.sessions * rule.session_cap)
    deck = deal(world, people, rng)
    going, passed = np.ones(people, bool), np.zeros(people, bool)
    answers, sessions, practised = np.zeros(people, int), np.ones(people, int), np.zeros(people, int)
    started, reserve = np.full(people, 1 - rule.kept_back), np.full(people, rule.kept_back)
    session_ratio, in_session = np.ones(people), np.zeros(people, int)
    covered = np.zeros((people, GROUPS), int)
    marks, path, holds = np.zeros((people, length), bool), np.ones((people, length)), np.zeros((people, length), bool)
    ability = start
    for place in range(length):
        left = 0.5 ** ((place + practised) / HALFWAY)
        ability = np.where(going, end - (end - start) * left, ability)
        right = rng.random(people) < deck.chance(place, ability)
        started = started * factors(rule, deck.believed[:, place], right, rule.margin)
        session_ratio = session_ratio * factors(rule, deck.believed[:, place], right, 0.0)
        marks[:, place], path[:, place] = right, started + reserve
        in_session, answers = in_session + 1, answers + going
        covered[np.arange(people), deck.group[:, place]] += 1

        enough = place + 1 >= rule.least_answers
        met = enough & (path[:, place] >= rule.needed) & (covered >= rule.per_area).all(axis=1)
        held = ((session_ratio <= rule.hold_at) & enough) | (in_session >= rule.session_cap)
        passed |= going & met
        again = going & held & ~met
        holds[:, place] = again
        going = going & ~met & ~(held & (sessions >= world.sessions))
        if not going.any():
            break
        again &= going
        sessions, practised = sessions + again, practised + again * world.practice
        started = started + np.where(again, (1 - rule.kept_back) * reserve, 0)
        reserve = np.where(again, reserve * rule.kept_back, reserve)
        session_ratio, in_session = np.where(again, 1.0, session_ratio), np.where(again, 0, in_session)
    return Run(passed, answers, sessions, ability, marks, path, holds, deck)


def percent_rule(
    world: World, ability: Floats, rng: np.random.Generator, *, tries: int = 1, answers: int = 20, share: float = 0.8
) -> Bools:
    """Who passes a rule of so many answers with at least this share right in one of the tries, each on unseen cases.

    ability: logits (people,). For comparison: what many schools do.
    """
    deck = deal(world, len(ability), rng)
    chances = np.stack([deck.chance(place, ability) for place in range(tries * answers)], axis=1)
    right = rng.random(chances.shape) < chances
    enough = right.reshape(len(ability), tries, answers).sum(axis=2) >= share * answers - 1e-9
    passed: Bools = enough.any(axis=1)
    return passed


def factors(rule: Rule, difficulty: Floats, right: Bools, margin: float) -> Floats:
    """`mastery.likelihood_ratio` of many answers; difficulty and margin in logits, arrays of one shape."""
    p = np.minimum(1 / (1 + np.exp(difficulty - margin)), rule.clip)
    q = np.minimum(1 / (1 + np.exp(difficulty - margin - rule.delta)), rule.clip)
    return np.where(right, q / p, (1 - q) / (1 - p))


@dataclass(frozen=True)
class Trace:
    """One person's way: M after each answer, the indices of answers after which a session was held, and the end."""

    path: tuple[float, ...]
    holds: tuple[int, ...]
    passed: bool


def typical(run: Run) -> Trace:
    """A person with the commoner outcome and, among those, the median number of answers."""
    commoner = run.passed.mean() >= 0.5
    like = np.flatnonzero(run.passed == commoner)
    person = like[np.argsort(run.answers[like], kind="stable")[len(like) // 2]]
    answers = int(run.answers[person])
    return Trace(
        tuple(run.path[person, :answers].tolist()),
        tuple(np.flatnonzero(run.held[person, :answers]).tolist()),
        bool(run.passed[person]),
    )
