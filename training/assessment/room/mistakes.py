"""What somebody takes for what: their own answers to practice patients, segment by segment and by region."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.anatomy.segments import POSITION, REGIONS, region_of
from training.assessment.analysis.confusion import Confusion, Pair, confusion, order
from training.assessment.room.answered import answered
from training.assessment.room.hub import apart
from training.assessment.room.planning import Wish
from training.content.documents import REFER
from training.measurement.interleaving import Answered

PAIRS_SHOWN = 6


@dataclass(frozen=True)
class Taken:
    """Two segments that were taken for each other, with the wish that practises them apart."""

    pair: Pair
    wish: Wish


@dataclass(frozen=True)
class Mistakes:
    """pairs: what is confused at all, the surest first. regions: what was answered, by the region of the key; to refer
    stands by itself. n: how many answers."""

    n: int
    pairs: tuple[Taken, ...]
    regions: tuple[tuple[str, Confusion], ...]


def mistakes(session: Session, person_id: int) -> Mistakes:
    return read(answered(session, person_id))


def read(history: list[Answered]) -> Mistakes:
    """A peripheral nerve, as key or as answer, is no segment and left out."""
    kept = [one for one in history if known(one.named) and all(map(known, one.keys))]
    every = confusion((one.keys, one.named, 1) for one in kept)
    by_region = {
        name: confusion((one.keys, one.named, 1) for one in kept if where(one.keys) == name)
        for name in (*REGIONS, REFER)
    }
    return Mistakes(
        every.n,
        tuple(Taken(one, apart(one.upper, one.lower)) for one in every.pairs[:PAIRS_SHOWN]),
        tuple((name, found) for name, found in by_region.items() if found.n),
    )


def known(name: str) -> bool:
    return name in POSITION or name == REFER


def where(keys: tuple[str, ...]) -> str:
    first = min(keys, key=order)
    return REFER if first == REFER else region_of(first)
