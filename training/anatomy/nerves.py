"""Peripheral nerves and parts of plexuses: what each supplies, so that a nerve can be told from a root."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from training.anatomy.parameters import above_zero
from training.anatomy.tables import DATA, Row, read_table

Group = Literal["nerve", "other"]
_LISTS = ("muscles", "skin", "reflexes", "tests")


@dataclass(frozen=True)
class Nerve:
    """A nerve hurt at one place, or another thing that is no root.

    name: as people say it. Places along one nerve share their name. group: "other" for what is no nerve at all.
    supply: how surely a lesion here reaches a structure, 0 to 1, by structure id; what is not listed it spares.
    prior: how common, beside a common root, which has 1.
    """

    id: str
    name: str
    group: Group
    supply: Mapping[str, float]
    prior: float
    sources: tuple[str, ...]
    note: str


@lru_cache(maxsize=2)
def load_nerves(known: Collection[str], folder: Path = DATA) -> tuple[Nerve, ...]:
    """All rows of nerves.csv; `known` are the ids of structures. DataError for a row that names none of them.

    A row that includes others supplies what they supply; what it lists itself goes before that.
    """
    columns = ("id", "name", "of", "group", "includes", *_LISTS, "prior", "sources", "note")
    rows = {row["id"]: row for row in read_table(folder, "nerves.csv", columns)}
    return tuple(
        Nerve(
            id=row["id"],
            name=row["of"] or row["name"],
            group=_group(row),
            supply=_supply(row, rows, known, ()),
            prior=above_zero(row, "prior"),
            sources=row.many("sources"),
            note=row["note"],
        )
        for row in rows.values()
    )


def _group(row: Row) -> Group:
    if row["group"] == "nerve":
        return "nerve"
    if row["group"] == "other":
        return "other"
    raise row.fault(f"group: {row['group']!r} is neither nerve nor other")


def _supply(row: Row, rows: Mapping[str, Row], known: Collection[str], above: tuple[str, ...]) -> dict[str, float]:
    supply: dict[str, float] = {}
    for name in row.many("includes"):
        if name not in rows or name in (*above, row["id"]):
            raise row.fault(f"includes: {name!r} is no other nerve of this file")
        for structure, its in _supply(rows[name], rows, known, (*above, row["id"])).items():
            supply[structure] = max(its, supply.get(structure, 0.0))
    for column in _LISTS:
        for piece in row.many(column):
            structure, _, weight = piece.partition(":")
            if structure not in known:
                raise row.fault(f"{column}: there is no structure {structure!r}")
            supply[structure] = _weight(weight or "1", row, column)
    return supply


def _weight(text: str, row: Row, column: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        raise row.fault(f"{column}: {text!r} is no number") from None
    if not 0 < weight <= 1:
        raise row.fault(f"{column}: {text} lies outside 0 to 1")
    return weight
