"""A station of a practical exam as a document, with what it shares with other documents: sources, a standard, a region.

`documents` passes all of it on, and is where others import it from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ObservedRegion = Literal["cervical", "thoracic", "lumbar", "sacral", "chest-wall"]


@dataclass(frozen=True)
class Reference:
    """A source as the reader sees it; `seen` says how far it was read, `short` is what a claim's badge calls it."""

    key: str
    citation: str
    doi: str = ""
    seen: str = ""
    short: str = ""


@dataclass(frozen=True)
class Standard:
    """What passes: a share of what is asked, above 0, up to 1; and how and when (ISO 8601) it was set."""

    pass_mark: float
    method: str
    date: str


@dataclass(frozen=True)
class StationItem:
    """A line of a checklist: done or not done. `weight` from 1 on; who misses a `critical` one does not pass."""

    id: str
    text: str
    weight: int = 1
    critical: bool = False


@dataclass(frozen=True)
class Station:
    """A station of a practical exam: what the candidate is asked to do, what the examiner sets up and looks for.

    `standard` decides until enough people were scored for a cut by regression; its pass mark is a share of the
    checklist's weight. `contested` says what of this is not settled.
    """

    id: str
    title: str
    region: ObservedRegion | Literal["any"]
    competencies: tuple[str, ...]
    minutes: int
    task: str
    examiner: str
    items: tuple[StationItem, ...]
    standard: Standard
    contested: str
    references: tuple[Reference, ...] = ()

    @property
    def weight(self) -> int:
        """Of all items together."""
        return sum(one.weight for one in self.items)
