"""Answers of imagined people under the Rasch model."""

from __future__ import annotations

import numpy as np

from training.measurement.marks import Floats, Marks


def answers(people: int, difficulties: Floats, *, seed: int = 1, missing: float = 0.0, ability: float = 1.0) -> Floats:
    chance = np.random.default_rng(seed)
    abilities = chance.normal(0, ability, people)
    right = chance.random((people, len(difficulties))) < 1 / (1 + np.exp(difficulties - abilities[:, None]))
    table = right.astype(float)
    table[chance.random(table.shape) < missing] = np.nan
    return table


def marks(table: Floats) -> Marks:
    return Marks(tuple(f"q{number + 1}" for number in range(table.shape[1])), table)
