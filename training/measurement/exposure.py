"""How often the cases of a bank were met, and how many of their cases two people have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Exposure:
    """Of `candidates` who sat a region `met` were given one of its cases.

    cap: the share of candidates that may be given it (0..1); enough: from so many candidates on the cap is held to.
    Raises ValueError for more people who met the case than there are candidates.
    """

    met: int
    candidates: int
    cap: float
    enough: int

    def __post_init__(self) -> None:
        if not 0 <= self.met <= self.candidates:
            raise ValueError("who met a case is a candidate")

    @property
    def telling(self) -> bool:
        """Whether there are candidates enough for a share to say more than the count."""
        return self.candidates >= self.enough

    @property
    def share(self) -> float | None:
        """Of the candidates, 0 to 1; None without any."""
        return self.met / self.candidates if self.candidates else None

    @property
    def of_cap(self) -> float | None:
        """How much of what the cap allows is used up, 1 when all is; None while too few sat the region."""
        return self.met / (self.cap * self.candidates) if self.telling else None

    @property
    def used_up(self) -> bool:
        """Whether the drawing passes over it while others are left: one more would be above the cap."""
        return self.telling and self.met + 1 > self.cap * self.candidates


def overlap(met: Iterable[int], people: int) -> float | None:
    """The share of a person's cases that another person has met as well, 0 to 1, over all pairs of people.

    met: of each case how many of the people met it. Σ n(n − 1) / ((people − 1) Σ n): the cases that pairs have in
    common over the cases that their two sides met on average. Where all meet equally many it is the mean over pairs.
    None for fewer than two people, or none who met anything. Raises ValueError for a case met by more than there are.
    """
    counts = list(met)
    if any(not 0 <= one <= people for one in counts):
        raise ValueError("a case is met by none to all of the people")
    total = sum(counts)
    if people < 2 or not total:
        return None
    return sum(one * (one - 1) for one in counts) / ((people - 1) * total)
