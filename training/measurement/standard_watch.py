"""Whether people who were passed stand above the standard: their next unseen cases against the panel's ratings.

Source: docs/measurement.md, "Watching the standard".
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from training.measurement.sample_size import COUNTS_ONLY, Standing, standing

NEXT = 20  # unseen cases of each person after the pass


@dataclass(frozen=True)
class After:
    """Answers of passed people to cases they had not seen, against what somebody just at the standard would get right.

    expected: Σp, the sum of the rated shares; variance: Σp(1 − p); provisional: answers to cases without a panel of
    three.
    """

    people: int = 0
    answers: int = 0
    right: int = 0
    expected: float = 0.0
    variance: float = 0.0
    provisional: int = 0

    @property
    def z(self) -> float | None:
        """(Σx − Σp)/√(Σp(1 − p)), taken together; None without an answer."""
        return (self.right - self.expected) / math.sqrt(self.variance) if self.variance else None

    @property
    def standing(self) -> Standing:
        """A verdict is shown from 30 people on, greyed from 10, and below them only counts."""
        return standing("z", self.people)

    @property
    def holds(self) -> bool | None:
        """Whether the passed lie above the standard; None before there are ten of them."""
        return None if self.z is None or self.people < COUNTS_ONLY else self.z > 0

    def __add__(self, other: After) -> After:
        """People of both are counted twice where they are the same; add what is of different people, or regions."""
        return After(
            self.people + other.people,
            self.answers + other.answers,
            self.right + other.right,
            self.expected + other.expected,
            self.variance + other.variance,
            self.provisional + other.provisional,
        )


def after(answers: Iterable[tuple[float, bool, bool]]) -> After:
    """Of one person's answers since the pass, oldest first: (rated share 0..1, right, provisional). The first 20 count.

    Raises ValueError for a share that is not between 0 and 1.
    """
    taken = list(answers)[:NEXT]
    if any(not 0 < share < 1 for share, _, _ in taken):
        raise ValueError("a rated share lies between 0 and 1")
    return After(
        1 if taken else 0,
        len(taken),
        sum(right for _, right, _ in taken),
        sum(share for share, _, _ in taken),
        sum(share * (1 - share) for share, _, _ in taken),
        sum(provisional for _, _, provisional in taken),
    )
