"""Two data sets of the literature and what others found in them: five items each of the Law School Admission Test,
sections 6 and 7, answered by 1,000 people. Source: R. D. Bock, M. Lieberman, Psychometrika 35 (1970) 179-197."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.measurement.marks import Marks

ITEMS = ("Item 1", "Item 2", "Item 3", "Item 4", "Item 5")


@dataclass(frozen=True)
class Published:
    """people: for each pattern of answers from 00000 to 11111 how many gave it; the rest as `itemstats` of the R
    package mirt 1.45 prints it in its manual, to three decimals."""

    people: tuple[int, ...]
    right: tuple[int, ...]
    mean: float
    sd: float
    alpha: float
    sem: float
    item_sd: tuple[float, ...]
    discrimination: tuple[float, ...]
    alpha_if_deleted: tuple[float, ...]

    def marks(self) -> Marks:
        patterns = [[float(one) for one in f"{pattern:05b}"] for pattern in range(32)]
        return Marks(ITEMS, np.repeat(np.array(patterns), self.people, axis=0))


LSAT6 = Published(
    people=(
        *(3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15),
        *(10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298),
    ),
    right=(924, 709, 553, 763, 870),
    mean=3.819,
    sd=1.035,
    alpha=0.295,
    sem=0.869,
    item_sd=(0.265, 0.454, 0.497, 0.425, 0.336),
    discrimination=(0.113, 0.153, 0.173, 0.144, 0.122),
    alpha_if_deleted=(0.275, 0.238, 0.217, 0.246, 0.266),
)
LSAT7 = Published(
    people=(
        *(12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28),
        *(7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308),
    ),
    right=(828, 658, 772, 606, 843),
    mean=3.707,
    sd=1.199,
    alpha=0.453,
    sem=0.886,
    item_sd=(0.378, 0.475, 0.420, 0.489, 0.364),
    discrimination=(0.246, 0.247, 0.313, 0.223, 0.175),
    alpha_if_deleted=(0.396, 0.394, 0.345, 0.415, 0.438),
)
BOTH = (LSAT6, LSAT7)

# LSAT6, marginal maximum likelihood: `rasch(LSAT)` of the R package ltm (log-likelihood -2466.938).
LTM_DIFFICULTIES = (-3.6153, -1.3224, -0.3176, -1.7301, -2.7802)
LTM_DISCRIMINATION = 0.7551
# Conditional maximum likelihood: girth 0.8.0, `rasch_conditional`, which stops its search early.
GIRTH = {
    LSAT6: (-1.25622, 0.47496, 1.23601, 0.16842, -0.62316),
    LSAT7: (-0.54151, 0.53657, -0.13357, 0.80517, -0.66666),
}
# SciPy 1.17: `stats.skew` and `stats.kurtosis` with bias=False.
SCIPY_SHAPE = {LSAT6: (-0.6910108761, 0.0781785464), LSAT7: (-0.7982461620, 0.0632945552)}
