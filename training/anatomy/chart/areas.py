"""The areas of the body that one examines by: which of them a structure lies in.

An area is named as the map in templates/body_chart.html names it. areas.csv divides the figure of the body chart into
rectangles (units of `body_chart`, x from the midline outwards), the first that holds a structure's place wins; rows
with structures and no rectangle go before that, for what people look for elsewhere than where its mark stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from training.anatomy.chart.marks import BOTTOM, HALF_WIDTH, TOP, VIEWS, View, place_of
from training.anatomy.parameters import number
from training.anatomy.structures import Structure
from training.anatomy.tables import DATA, Row, read_table

Area = Literal[
    "head-neck", "shoulder", "upper-arm", "forearm", "hand", "chest", "back", "abdomen", "low-back", "groin", "buttock",
    "thigh", "leg", "foot", "whole",
]  # fmt: skip
AREAS: tuple[Area, ...] = get_args(Area)
WHOLE: Area = "whole"
"""What has no one place on a body, such as walking."""


@dataclass(frozen=True)
class Rectangle:
    """A part of one view; its inner and upper edges belong to it."""

    area: Area
    view: View
    inner: float
    outer: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Areas:
    """The rectangles in their order, and what is placed by name."""

    rectangles: tuple[Rectangle, ...]
    named: dict[str, Area]


def load(folder: Path = DATA) -> Areas:
    """Read and check areas.csv; DataError for a wrong row."""
    rectangles: list[Rectangle] = []
    named: dict[str, Area] = {}
    columns = ("area", "view", "inner", "outer", "top", "bottom", "structures", "sources")
    for row in read_table(folder, "areas.csv", columns):
        area = next((area for area in AREAS if area == row["area"]), None)
        if area is None:
            raise row.fault(f"area: {row['area']!r} is none of {', '.join(AREAS)}")
        if row["view"]:
            rectangles.append(_rectangle(row, area))
        for name in row.many("structures"):
            if named.setdefault(name, area) != area:
                raise row.fault(f"structures: {name} lies in {named[name]} already")
    return Areas(tuple(rectangles), named)


def _rectangle(row: Row, area: Area) -> Rectangle:
    view = next((view for view in VIEWS if view == row["view"]), None)
    inner, outer, top, bottom = (number(row, column) for column in ("inner", "outer", "top", "bottom"))
    if view is None or not (0 <= inner < outer <= HALF_WIDTH and TOP <= top < bottom <= BOTTOM):
        raise row.fault(f"a rectangle lies in front or back, within 0 to {HALF_WIDTH:g} and {TOP:g} to {BOTTOM:g}")
    return Rectangle(area, view, inner, outer, top, bottom)


@lru_cache(maxsize=1)
def areas() -> Areas:
    """The areas that ship, read once."""
    return load()


@lru_cache(maxsize=4096)
def area_of(structure: Structure) -> Area:
    """The area that a structure lies in."""
    known = areas()
    if structure.id in known.named:
        return known.named[structure.id]
    place = place_of(structure.id, structure.segments, structure.kind)
    if place is None:
        return WHOLE
    for one in known.rectangles:
        if one.view == place.view and one.inner <= place.x < one.outer and one.top <= place.y < one.bottom:
            return one.area
    return WHOLE
