"""How surely a lesion of each segment reaches a structure: innervation weights, from 0 to 1."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

from training.anatomy.parameters import Parameters, number
from training.anatomy.segments import POSITION, neighbours
from training.anatomy.structures import Structure
from training.anatomy.tables import DATA, read_table

Weights = Mapping[str, float]


@lru_cache(maxsize=2)
def load_weights(known: Collection[str], folder: Path = DATA) -> dict[str, dict[str, float]]:
    """weights.csv: by structure id and segment, where a source tells more than principal or not.

    known: the ids of structures. DataError for a row that names none of them, or a weight outside 0 to 1.
    """
    weights: dict[str, dict[str, float]] = {}
    for row in read_table(folder, "weights.csv", ("structure", "segment", "weight", "sources", "note")):
        if row["structure"] not in known:
            raise row.fault(f"there is no structure {row['structure']!r}")
        if row["segment"] not in POSITION:
            raise row.fault(f"there is no segment {row['segment']!r}")
        weight = number(row, "weight")
        if not 0 <= weight <= 1:
            raise row.fault(f"weight: {weight} lies outside 0 to 1")
        its = weights.setdefault(row["structure"], {})
        if row["segment"] in its:
            raise row.fault(f"{row['structure']} has two weights for {row['segment']}")
        its[row["segment"]] = weight
    return weights


def segment_weights(structure: Structure, numbers: Parameters, special: Mapping[str, Weights]) -> dict[str, float]:
    """The weight of every segment that reaches the structure.

    Principal and secondary segments have the two weights of parameters.csv, less where several segments are principal,
    unless weights.csv says otherwise. The segment next to a listed one has a little of its weight: dermatomes overlap
    and plexuses vary by a segment.
    """
    shared = _shared(structure, numbers)
    listed = {
        segment: shared * numbers["weight.principal" if segment in structure.principal else "weight.secondary"]
        for segment in structure.segments
    }
    listed.update(special.get(structure.id, {}))
    overlap = numbers["overlap.skin"] if structure.kind == "skin" else numbers["overlap.muscle"]
    weights = dict(listed)
    for segment, weight in listed.items():
        for near in neighbours(segment):
            if near not in listed:
                weights[near] = max(weights.get(near, 0.0), overlap * weight)
    return weights


def _shared(structure: Structure, numbers: Parameters) -> float:
    """What one of several principal segments does to a structure, beside a segment that is principal alone."""
    count = len(structure.principal)
    if count < 2 or structure.sweep:  # a sweep speaks of each part by itself
        return 1.0
    return numbers["shared.two"] if count == 2 else numbers["shared.more"]
