"""How much two segments have in common, for feedback that says how near an answer was."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from training.anatomy.segments import POSITION
from training.anatomy.structures import Structure, load_muscles


@dataclass(frozen=True)
class SharedInnervation:
    """The muscles two segments supply. `share` is both / either, 0 to 1; examples are names of shared muscles."""

    first: str
    second: str
    both: int
    either: int
    share: float
    examples: tuple[str, ...]


@lru_cache(maxsize=1)
def _muscles_of() -> dict[str, dict[str, Structure]]:
    by_segment: dict[str, dict[str, Structure]] = {segment: {} for segment in POSITION}
    for muscle in load_muscles().values():
        for segment in muscle.segments:
            by_segment[segment][muscle.id] = muscle
    return by_segment


@lru_cache(maxsize=1_024)
def shared_innervation(first: str, second: str) -> SharedInnervation:
    """How many muscles two segments supply together.

    share = both / either, the Jaccard index of the sets of muscles that each segment supplies (P. Jaccard, Bull. Soc.
    Vaudoise Sci. Nat. 37 (1901) 547-579). 1 means the same muscles, 0 none in common; two segments that supply no
    muscle of the data have share 0. Single-level muscles such as multifidus are left out: no two segments share them
    by construction, so they would only dilute the share.

    first, second: segments of SEGMENTS, else KeyError. Up to four examples, those that both supply principally first.
    """
    ours, theirs = _muscles_of()[first], _muscles_of()[second]
    shared = [muscle for name, muscle in ours.items() if name in theirs]
    either = len(ours.keys() | theirs.keys())
    shared.sort(key=lambda muscle: (-sum(one in muscle.principal for one in (first, second)), len(muscle.segments)))
    return SharedInnervation(
        first,
        second,
        both=len(shared),
        either=either,
        share=len(shared) / either if either else 0.0,
        examples=tuple(muscle.name for muscle in shared[:4]),
    )
