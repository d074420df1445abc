"""Where the body chart shows what was examined: places on a figure seen from the front and from the back.

The figure is static/img/body.svg. Only the right half of the patient is drawn there, and only the right half is placed
in data/body_chart.csv: x counts from the midline outwards, y from the top down, in units of which a figure is 194 wide
and 470 high. `marks` turns an examination into marks on the screen, where the right side of a patient seen from the
front lies on the left.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, get_args

from training.anatomy.tables import DATA, DataError, Row, read_table
from training.anatomy.wording.sides import Side

View = Literal["front", "back"]
Shape = Literal["bar", "level", "dot", "diamond", "square", "arrow", "triangle"]

VIEWS: tuple[View, ...] = get_args(View)
SHAPES: tuple[Shape, ...] = get_args(Shape)
HALF_WIDTH, TOP, BOTTOM = 97.0, 4.0, 474.0

_SHAPE_OF: dict[str, Shape] = {
    "muscle": "bar", "skin": "dot", "reflex": "diamond", "joint": "square", "movement": "arrow", "test": "triangle",
}  # fmt: skip
# Half the width and height that each shape takes, with the little air it needs.
_ROOM: dict[Shape, tuple[float, float]] = {
    "bar": (3.3, 6.3), "level": (4.6, 2.2), "dot": (4.4, 4.4), "diamond": (5, 5.6), "square": (4.2, 4.2),
    "arrow": (5.8, 4.8), "triangle": (5.2, 5),
}  # fmt: skip
_Box = tuple[float, float, float, float]  # middle x, y, half width, half height; of a line x, y, x, y
_LEVELS = re.compile(r"(?P<family>.+?)-(?P<first>[ctls]\d{1,2})(?:-(?P<last>[ctls]\d{1,2}))?")


@dataclass(frozen=True)
class Place:
    """A place on the right half of the figure.

    x, y: units of the figure, x from the midline outwards.
    turn: how far the lower end leans away from the midline, in degrees; 0 stands upright.
    size: of the mark, 1 for the whole; smaller on hands and feet, where structures lie close.
    """

    view: View
    x: float
    y: float
    shape: Shape
    turn: float = 0
    size: float = 1


@dataclass(frozen=True)
class ChartFinding:
    """A row of an examination. `label` names the structure, `detail` says what was found, both as people read them."""

    structure_id: str
    kind: str
    segments: tuple[str, ...]
    normal: bool
    side: Side
    label: str
    detail: str = ""


@dataclass(frozen=True)
class Spot:
    """A mark as it lies on the screen, x to the right of the midline.

    x, y: its middle. turn: clockwise, in degrees. number_x, number_y: the middle of its number.
    leader: a line from the mark to its number as x, y, x, y, where the number could not stand beside it alone.
    """

    x: float
    y: float
    turn: float
    size: float
    number_x: float
    number_y: float
    leader: _Box | None = None

    @cached_property
    def transform(self) -> str:
        """How a shape drawn around 0, 0 comes to its place, as SVG says it."""
        turn = f"rotate({self.turn:g})" if self.turn else ""
        return f"translate({self.x:g} {self.y:g}){turn}" + (f"scale({self.size:g})" if self.size != 1 else "")

    @cached_property
    def leader_path(self) -> str:
        """The leader as an SVG path; empty without one."""
        return "M{:g} {:g}L{:g} {:g}".format(*self.leader) if self.leader else ""


@dataclass(frozen=True)
class Mark:
    """A finding with its number and its spots: two when on both sides, none when it has no one place on a body."""

    number: int
    view: View | None
    shape: Shape
    kind: str
    normal: bool
    side: Side
    label: str
    detail: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Chart:
    """All places by structure id, the columns of structures that every level has, and how high each level lies."""

    places: dict[str, Place | None]
    columns: dict[str, Place]
    levels: dict[str, float]


def load(folder: Path = DATA) -> Chart:
    """Read and check body_chart.csv below folder; DataError for a wrong row.

    A row `multifidus-*` is a column: one place for each level, as high as the rows `spine-c1` to `spine-s5` say. A row
    without a view is of something that has no one place, such as walking.
    """
    places: dict[str, Place | None] = {}
    columns: dict[str, Place] = {}
    levels: dict[str, float] = {}
    for row in read_table(folder, "body_chart.csv", ("id", "view", "x", "y", "mark", "turn", "size", "sources")):
        name, place = row["id"], _place(row)
        if name in places or (name.endswith("-*") and name[:-2] in columns):
            raise row.fault(f"{name} is placed twice")
        if name.endswith("-*") and place is not None:
            columns[name[:-2]] = place
        else:
            places[name] = place
        if name.startswith("spine-") and place is not None:
            levels[name.removeprefix("spine-")] = place.y
    if columns and not levels:
        raise DataError("body_chart.csv", 1, "there are columns (-*) but no rows spine-c1 to spine-s5")
    return Chart(places, columns, levels)


def _place(row: Row) -> Place | None:
    if not row["view"]:
        return None
    view = next((view for view in VIEWS if view == row["view"]), None)
    shape = next((shape for shape in SHAPES if shape == row["mark"]), None)
    if view is None or shape is None:
        raise row.fault(f"view must be one of {', '.join(VIEWS)} or empty, mark one of {', '.join(SHAPES)}")
    try:
        x, turn, size = float(row["x"]), float(row["turn"] or 0), float(row["size"] or 1)
        y = TOP if row["id"].endswith("-*") else float(row["y"])
    except ValueError:
        raise row.fault("x and y must be numbers, turn and size numbers or empty") from None
    if not (0 <= x <= HALF_WIDTH and TOP <= y <= BOTTOM):
        raise row.fault(f"x must lie within 0 and {HALF_WIDTH:g}, y within {TOP:g} and {BOTTOM:g}")
    return Place(view, x, y, shape, turn, size)


@lru_cache(maxsize=1)
def chart() -> Chart:
    """The places that ship, read once."""
    return load()


@lru_cache(maxsize=4096)
def place_of(structure_id: str, segments: tuple[str, ...], kind: str) -> Place | None:
    """Where a structure is drawn: by its own row, by its level, else on the skin of the middle one of its segments.

    None for what has no one place on a body, or is unknown and of no segment.
    """
    known = chart()
    if structure_id in known.places:
        return known.places[structure_id]
    if found := _LEVELS.fullmatch(structure_id):
        first, last = found["first"], found["last"] or found["first"]
        column = known.columns.get(found["family"])
        if column and first in known.levels and last in known.levels:
            y = (known.levels[first] + known.levels[last]) / 2
            return replace(column, y=y)
        ends = [known.places.get(f"{found['family']}-{end}") for end in (first, last)]
        if ends[0] and ends[1] and ends[0].view == ends[1].view:
            x, y = (ends[0].x + ends[1].x) / 2, (ends[0].y + ends[1].y) / 2
            return replace(ends[0], x=x, y=y)
    middle = segments[len(segments) // 2].lower() if segments else ""
    skin = known.places.get(f"dermatome-{middle}")
    return replace(skin, shape=_SHAPE_OF.get(kind, "dot")) if skin else None


def marks(findings: Iterable[ChartFinding]) -> tuple[Mark, ...]:
    """The marks of an examination, numbered from 1 in its order; none covers another, each number stands free."""
    return _marks(tuple(findings))


@lru_cache(maxsize=512)
def _marks(findings: tuple[ChartFinding, ...]) -> tuple[Mark, ...]:
    places = [place_of(finding.structure_id, finding.segments, finding.kind) for finding in findings]
    lying = [
        _Lying.at(place, side, index)
        for index, (finding, place) in enumerate(zip(findings, places, strict=True))
        if place
        for side in _sides(place, finding.side)
    ]
    for view in VIEWS:
        here = [one for one in lying if one.view == view]
        _part(here)
        _put_numbers(here)
    return tuple(
        Mark(
            number=index + 1,
            view=place.view if place else None,
            shape=place.shape if place else _SHAPE_OF.get(finding.kind, "dot"),
            kind=finding.kind,
            normal=finding.normal,
            side=finding.side,
            label=finding.label,
            detail=finding.detail,
            spots=tuple(one.spot() for one in lying if one.index == index),
        )
        for index, (finding, place) in enumerate(zip(findings, places, strict=True))
    )


def _sides(place: Place, side: Side) -> Iterator[int]:
    """On which sides of the screen a place is marked: -1 left, 1 right, 0 in the middle."""
    if side == "midline" or place.x == 0:
        yield 0
        return
    right = -1 if place.view == "front" else 1
    if side != "left":
        yield right
    if side != "right":
        yield -right


@dataclass
class _Lying:
    """A mark while its place is being found."""

    index: int
    view: View
    x: float
    y: float
    turn: float
    size: float
    width: float  # half
    height: float  # half
    outwards: int
    number: tuple[float, float] = (0, 0)
    leader: _Box | None = None

    @classmethod
    def at(cls, place: Place, side: int, index: int) -> _Lying:
        width, height = (place.size * half for half in _ROOM[place.shape])
        if 45 < abs(place.turn) < 135:
            width, height = height, width
        turn = 180.0 if place.shape == "arrow" and side < 0 else -side * place.turn  # arrows point outwards
        return cls(index, place.view, side * place.x, place.y, turn, place.size, width, height, side or 1)

    def spot(self) -> Spot:
        x, y, number_x, number_y = (round(one, 1) for one in (self.x, self.y, *self.number))
        return Spot(x, y, round(self.turn), self.size, number_x, number_y, self.leader)


_ROUNDS = 24
_EDGE = 5.0  # no mark is pushed nearer to the edge of the drawing


def _part(here: list[_Lying]) -> None:
    """Push marks that would cover each other apart, each by half of what they share, the shorter way."""
    for _ in range(_ROUNDS):
        moved = False
        for place, one in enumerate(here):
            for other in here[place + 1 :]:
                across = one.width + other.width - abs(one.x - other.x)
                along = one.height + other.height - abs(one.y - other.y)
                if across <= 0.05 or along <= 0.05:
                    continue
                moved = True
                if across < along:
                    step = across / 2 * (one.outwards if one.x == other.x else math.copysign(1, other.x - one.x))
                    one.x, other.x = _within(one.x - step), _within(other.x + step)
                else:
                    step = along / 2 * math.copysign(1, other.y - one.y)
                    one.y, other.y = _between(one.y - step), _between(other.y + step)
        if not moved:
            return


def _within(x: float) -> float:
    return max(-HALF_WIDTH + _EDGE, min(HALF_WIDTH - _EDGE, x))


def _between(y: float) -> float:
    return max(TOP + _EDGE, min(BOTTOM - _EDGE, y))


# A number: half its height, half the width of a digit, and the air around it, in units of the figure.
_NUMBER_HEIGHT, _DIGIT, _AIR = 5.0, 3.8, 1.4
# Where one looks for a number, best first: directions (outwards, downwards), then how far beyond the mark's edge.
_TRIED = [
    (far, across, along, (0.5 * far + place))
    for far in (0.0, 6.0, 12.0, 19.0, 27.0)
    for place, (across, along) in enumerate(
        ((1, 0), (1, -0.7), (1, 0.7), (0, -1), (0, 1), (1, -1.4), (1, 1.4), (-1, 0), (-1, -0.7), (-1, 0.7))
    )
]
_TOO_NEAR = 2.0  # a number within this of another mark's edge could belong to either
_COVERS, _UNCLEAR, _OTHER_SIDE = 4.0, 6.0, 12.0  # what these cost, beside one for each worse direction
_REACH = 72.0  # farther from a mark than this, across or along, nothing can meet its number


def _put_numbers(here: list[_Lying]) -> None:
    """Give each mark's number the nearest place where it covers nothing, is clearly its own and stays on its side."""
    boxes: list[_Box] = [(one.x, one.y, one.width, one.height) for one in here]
    numbers: list[_Box] = []
    for own, one in enumerate(here):
        marked = [box for other, box in enumerate(boxes) if other != own and _within_reach(one, box)]
        others = marked + [box for box in numbers if _within_reach(one, box)]
        half = _DIGIT * len(str(one.index + 1))
        least = math.inf
        for far, across, along, cost in _TRIED:
            if cost >= least:
                continue
            x = one.x + one.outwards * across * (one.width + half + _AIR + far)
            y = one.y + along * (one.height + _NUMBER_HEIGHT + _AIR + far)
            if abs(x) + half > HALF_WIDTH or y - _NUMBER_HEIGHT < TOP or y + _NUMBER_HEIGHT > BOTTOM:
                continue
            box = (x, y, half, _NUMBER_HEIGHT)
            cost += _COVERS * sum(_shared(box, other) for other in [boxes[own], *others])
            if cost >= least:
                continue
            unclear = any(_apart(box, other) < _TOO_NEAR for other in marked)
            cost += _UNCLEAR * unclear + _OTHER_SIDE * (x * one.outwards < half and across < 0)
            leader = _leader(one, box) if far or unclear else None
            if leader and cost < least:
                cost += _COVERS * sum(_crosses(leader, other) for other in others)
            if cost < least:
                least, one.number, one.leader = cost, (x, y), leader
        numbers.append((*one.number, half, _NUMBER_HEIGHT))


def _within_reach(one: _Lying, box: _Box) -> bool:
    return abs(box[0] - one.x) < _REACH and abs(box[1] - one.y) < _REACH


def _shared(one: _Box, other: _Box) -> float:
    """The area that two boxes share."""
    across = one[2] + other[2] - abs(one[0] - other[0])
    along = one[3] + other[3] - abs(one[1] - other[1])
    return across * along if across > 0 and along > 0 else 0


def _apart(one: _Box, other: _Box) -> float:
    """How far the edges of two boxes lie apart; 0 where they meet."""
    across = abs(one[0] - other[0]) - one[2] - other[2]
    along = abs(one[1] - other[1]) - one[3] - other[3]
    return max(across, along, 0)


def _crosses(line: _Box, box: _Box) -> int:
    """How many of a few points along a line lie within a box."""
    x, y, to_x, to_y = line
    steps = [(x + (to_x - x) * part, y + (to_y - y) * part) for part in (0.25, 0.5, 0.75, 1)]
    return sum(abs(px - box[0]) < box[2] and abs(py - box[1]) < box[3] for px, py in steps)


def _leader(one: _Lying, number: _Box) -> _Box:
    """A line from the edge of a mark to the edge of its number."""
    x, y, half, height = number
    long = math.hypot(x - one.x, y - one.y)
    across, along = (x - one.x) / long, (y - one.y) / long
    inner = min(half / abs(across) if across else math.inf, height / abs(along) if along else math.inf)
    near = min(one.width, one.height)
    far = max(near, long - inner)
    ends = (one.x + across * near, one.y + along * near, one.x + across * far, one.y + along * far)
    left, top, right, bottom = (round(end, 1) for end in ends)
    return left, top, right, bottom
