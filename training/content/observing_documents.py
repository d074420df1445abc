"""What a school asks of observed practice, as documents: how many observations by how many, and sample encounters.

`documents` passes on what stands in a framework or is an item.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from training.content.station_document import ObservedRegion

# What a framework asks for when it says nothing else. One encounter says little of a person (reported reproducibility of
# the mini-CEX: 0.23 for one, 0.70 for ten; others ask for 15), and one assessor's stringency would colour all of it.
USUAL_COUNT, USUAL_ASSESSORS = 10, 3


@dataclass(frozen=True)
class RegionFloor:
    """So many of the observations must be of one region."""

    region: ObservedRegion
    count: int


@dataclass(frozen=True)
class ObservationsAsked:
    """At least `count` observations by `assessors` people at `entrustment` or above; `region` may be `any`.

    `floors` are for `any` alone: so many of them in each of these regions, together no more than `count`.
    """

    region: ObservedRegion | Literal["any"]
    count: int
    assessors: int
    entrustment: int
    floors: tuple[RegionFloor, ...] = ()


@dataclass(frozen=True)
class SampleEncounter:
    """An invented encounter in words, for assessors to rate. `low` to `high` is the entrustment that its authors expect.

    `why` says what speaks for that range.
    """

    id: str
    title: str
    region: ObservedRegion
    text: str
    low: int
    high: int
    why: str


@dataclass(frozen=True)
class Calibration:
    """Sample encounters for the calibration of assessors; `note` says whose judgement the expected ranges are."""

    id: str
    title: str
    note: str
    encounters: tuple[SampleEncounter, ...]
