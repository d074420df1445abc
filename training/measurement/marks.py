"""A table of marks: people by items, from 0 to 1, with gaps where somebody has not seen an item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Marks:
    """Rows are people, columns items; NaN stands for an item that was not seen. Each person stands in it once.

    Raises ValueError for a table that does not fit its items, or a mark outside 0 to 1.
    """

    items: tuple[str, ...]
    values: Floats

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.items):
            raise ValueError("a table with one column for each item")
        if bool(np.any((self.values < 0) | (self.values > 1))):
            raise ValueError("a mark lies from 0 to 1")

    @classmethod
    def from_rows(cls, items: Sequence[str], rows: Iterable[Sequence[float | None]]) -> Self:
        """None for an item not seen."""
        filled = [[np.nan if mark is None else float(mark) for mark in row] for row in rows]
        return cls(tuple(items), np.array(filled, dtype=np.float64).reshape(len(filled), len(items)))

    @property
    def seen(self) -> Bools:
        return ~np.isnan(self.values)

    def of(self, columns: Sequence[int] | Bools) -> Marks:
        """The same people, some of the items."""
        places = np.arange(len(self.items))[np.asarray(columns)]
        return Marks(tuple(self.items[place] for place in places), self.values[:, places])

    def complete_rows(self) -> Floats:
        """The marks of those who saw every item."""
        complete = self.values[self.seen.all(axis=1)]
        return np.asarray(complete, dtype=np.float64)

    def binary_items(self) -> Bools:
        """For each item, whether every mark of it is 0 or 1."""
        whole = np.isnan(self.values) | (self.values == 0) | (self.values == 1)
        return np.asarray(whole.all(axis=0), dtype=np.bool_)
