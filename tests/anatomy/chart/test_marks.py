"""The body chart: places on the drawing, marks on the screen, the drawing's own parts and the component's HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from training.anatomy.chart.marks import (
    BOTTOM,
    HALF_WIDTH,
    TOP,
    ChartFinding,
    Mark,
    Place,
    Side,
    Spot,
    chart,
    load,
    marks,
    place_of,
)
from training.anatomy.segments import SEGMENTS
from training.anatomy.tables import DataError
from training.anatomy.vocabulary import vocabulary
from training.config import ROOT

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = ROOT / "static" / "img" / "body.svg"
SHAPE_OF = {
    "muscle": {"bar", "level"},
    "skin": {"dot"},
    "reflex": {"diamond"},
    "joint": {"square"},
    "movement": {"arrow"},
    "test": {"triangle"},
}
STRUCTURES = vocabulary().structures
HEADER = "id,view,x,y,mark,turn,size,sources\n"


def finding(structure_id: str, side: Side = "right", *, normal: bool = False, kind: str = "") -> ChartFinding:
    known = STRUCTURES.get(structure_id)
    segments = known.segments if known else ()
    return ChartFinding(structure_id, kind or (known.kind if known else "muscle"), segments, normal, side, structure_id)


def place(structure_id: str) -> Place:
    found = place_of(structure_id, STRUCTURES[structure_id].segments, STRUCTURES[structure_id].kind)
    assert found is not None
    return found


def only_spot(structure_id: str, side: Side = "right") -> Spot:
    (mark,) = marks([finding(structure_id, side)])
    (spot,) = mark.spots
    return spot


# --- places ----------------------------------------------------------------------------------------------------


def test_whatever_speaks_for_a_segment_has_a_place_on_the_figure() -> None:
    homeless = [
        one.id
        for one in STRUCTURES.values()
        if one.segments and one.id not in chart().places and place_of(one.id, one.segments, one.kind) is None
    ]
    assert homeless == []


def test_every_place_is_that_of_a_structure() -> None:
    """A structure that was renamed must not leave its place behind."""
    families = {*vocabulary().families, "facet"}
    assert {name for name in chart().places if name not in STRUCTURES and not name.startswith("spine-")} == {
        "dermatome-c1"  # C1 has no skin; its muscles may still need a place
    }
    assert set(chart().columns) <= families


def test_the_shape_tells_the_kind() -> None:
    wrong = [
        one.id
        for one in STRUCTURES.values()
        if (at := place_of(one.id, one.segments, one.kind)) and at.shape not in SHAPE_OF[one.kind]
    ]
    assert wrong == []


def test_a_level_lies_between_its_neighbours() -> None:
    heights = [place(f"multifidus-{segment.lower()}").y for segment in SEGMENTS if segment not in ("C1", "S4", "S5")]
    assert heights == sorted(heights)
    both = place_of("multifidus-c5-c6", ("C5", "C6"), "muscle")
    assert both is not None
    assert place("multifidus-c5").y < both.y < place("multifidus-c6").y
    assert place("facet-c5-c6").y == both.y
    assert place("intercostal-t4").view == "front"


def test_an_unknown_structure_is_drawn_on_the_skin_of_its_middle_segment() -> None:
    found = place_of("a-muscle-of-tomorrow", ("C5", "C6", "C7"), "muscle")
    skin = place_of("dermatome-c6", ("C6",), "skin")
    assert found is not None
    assert skin is not None
    assert (found.view, found.x, found.y, found.shape) == (skin.view, skin.x, skin.y, "bar")


@pytest.mark.parametrize("name", ["nothing-known", "multifidus-c9", "multifidus-t13-l1", "", "-c5", "facet-c5-q9"])
def test_what_has_no_place_is_listed_and_not_drawn(name: str) -> None:
    (mark,) = marks([finding(name)])
    assert (mark.number, mark.view, mark.spots) == (1, None, ())


def test_what_concerns_the_whole_body_has_no_place() -> None:
    assert place_of("walking", (), "movement") is None
    assert place_of("romberg-test", (), "test") is None


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("deltoid,side,1,10,bar,,,DRAWN", "view must be one of"),
        ("deltoid,front,1,10,star,,,DRAWN", "mark one of"),
        ("deltoid,front,one,10,bar,,,DRAWN", "numbers"),
        ("deltoid,front,-4,10,bar,,,DRAWN", "x must lie within"),
        ("deltoid,front,4,999,bar,,,DRAWN", "y within"),
        ("deltoid,front,4,10,bar,,,", "no source"),
        ("deltoid,front,4,10,bar,,,DRAWN\ndeltoid,back,4,10,bar,,,DRAWN", "placed twice"),
        ("multifidus-*,back,4,,level,,,DRAWN", "no rows spine-"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, says: str) -> None:
    (tmp_path / "body_chart.csv").write_text(f"{HEADER}{row}\n")
    with pytest.raises(DataError, match=rf"body_chart\.csv:\d: .*{says}"):
        load(tmp_path)


# --- marks -----------------------------------------------------------------------------------------------------


def test_the_right_side_lies_left_in_front_and_right_behind() -> None:
    assert only_spot("biceps-brachii", "right").x < 0 < only_spot("biceps-brachii", "left").x
    assert only_spot("triceps-brachii", "left").x < 0 < only_spot("triceps-brachii", "right").x


def test_the_two_sides_mirror_each_other() -> None:
    right, left = only_spot("sartorius", "right"), only_spot("sartorius", "left")
    assert (right.x, right.y, right.turn) == (-left.x, left.y, -left.turn)
    (mark,) = marks([finding("sartorius", "both")])
    assert {spot.x for spot in mark.spots} == {right.x, left.x}


def test_midline_is_one_mark_in_the_middle() -> None:
    assert only_spot("suprapubic-area-skin", "midline").x == 0
    assert len(marks([finding("coccyx-skin", "both")])[0].spots) == 1


def test_an_arrow_points_outwards() -> None:
    assert only_spot("shoulder-abduction", "left").transform.endswith("106)")
    assert only_spot("shoulder-abduction", "right").transform.endswith("rotate(180)")


def test_marks_of_one_place_are_parted() -> None:
    alone = only_spot("deltoid")
    same = marks([finding("deltoid"), finding("shoulder-skin"), finding("deltoid")])
    spots = [spot for mark in same for spot in mark.spots]
    assert len({(spot.x, spot.y) for spot in spots}) == 3
    assert all(abs(spot.x - alone.x) < 15 and abs(spot.y - alone.y) < 20 for spot in spots)


def test_the_neighbouring_levels_need_no_parting() -> None:
    """Otherwise a mark would be read at its neighbour's level."""
    for mark in marks([finding(f"multifidus-c{level}") for level in range(2, 8)]):
        (spot,) = mark.spots
        assert spot.y == pytest.approx(place(mark.label).y, abs=0.2)


def overlap(one: Spot, other: Spot, digits: int) -> bool:
    return abs(one.number_x - other.number_x) < 3.8 * digits and abs(one.number_y - other.number_y) < 9.5


def test_the_numbers_of_a_busy_examination_stand_free() -> None:
    busy = [
        "extensor-carpi-radialis-longus", "pronator-teres", "teres-major", "brachioradialis-reflex", "thumb-skin",
        "multifidus-c5", "multifidus-c6", "multifidus-c7", "triceps-reflex", "deltoid", "middle-finger-skin",
        "spurling-test",
    ]  # fmt: skip
    found = marks([finding(name, "both") for name in busy])
    for view in ("front", "back"):
        spots = [(mark, spot) for mark in found if mark.view == view for spot in mark.spots]
        assert [(a.label, b.label) for (a, one), (b, other) in combinations(spots, 2) if overlap(one, other, 2)] == []


@st.composite
def examinations(draw: st.DrawFn) -> list[ChartFinding]:
    names = draw(st.lists(st.sampled_from(sorted(STRUCTURES)), max_size=30))
    sides: tuple[Side, ...] = ("left", "right", "both", "midline")
    return [finding(name, draw(st.sampled_from(sides)), normal=draw(st.booleans())) for name in names]


@settings(max_examples=60, deadline=None)
@given(examinations())
def test_every_examination_can_be_drawn(rows: list[ChartFinding]) -> None:
    found = marks(rows)
    assert [mark.number for mark in found] == list(range(1, len(rows) + 1))
    for mark in found:
        for spot in mark.spots:
            assert abs(spot.x) <= HALF_WIDTH
            assert abs(spot.number_x) <= HALF_WIDTH
            assert TOP <= spot.y <= BOTTOM
            assert TOP <= spot.number_y <= BOTTOM


# --- the drawing -----------------------------------------------------------------------------------------------


def drawn() -> dict[str, ElementTree.Element]:
    return {name: one for one in ElementTree.parse(DRAWING).iter() if (name := one.get("id"))}


PARTS = drawn()
_STEP = re.compile(r"([Mclz])([^Mclz]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
Point = tuple[float, float]


def rings(path: str) -> Iterator[list[Point]]:
    """The closed lines of a path that is made of M, c, l and z, curves as eight short lines each."""
    ring: list[Point] = []
    for command, given_numbers in _STEP.findall(path):
        numbers = [float(number) for number in _NUMBER.findall(given_numbers)]
        if command == "M":
            ring = [(numbers[0], numbers[1])]
        elif command == "z":
            yield ring
        for at in range(0, len(numbers), 6 if command == "c" else 2):
            x, y = ring[-1]
            if command == "l":
                ring.append((x + numbers[at], y + numbers[at + 1]))
            elif command == "c":
                a, b, c, d, e, f = numbers[at : at + 6]
                for t in (step / 8 for step in range(1, 9)):
                    u = 1 - t
                    ring.append(
                        (
                            x + 3 * u * u * t * a + 3 * u * t * t * c + t**3 * e,
                            y + 3 * u * u * t * b + 3 * u * t * t * d + t**3 * f,
                        )
                    )


def inside(point: Point, path: str) -> bool:
    x, y = point
    within = False
    for ring in rings(path):
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                within = not within
    return within


def near(at: Place, path: str, reach: float = 1.6) -> bool:
    """Whether a place lies in an area or as good as on its border."""
    return any(inside((at.x + dx * reach, at.y + dy * reach), path) for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def test_every_place_lies_on_the_body() -> None:
    outline = PARTS["outline"].get("d", "")
    off = [name for name, at in chart().places.items() if at and not near(at, outline, reach=0.5)]
    assert off == []


def test_skin_is_placed_in_the_drawn_skin_of_one_of_its_segments() -> None:
    strangers = []
    for one in STRUCTURES.values():
        at = chart().places.get(one.id)
        if one.kind == "skin" and one.segments and at:
            areas = [PARTS.get(f"{at.view}-{segment.lower()}") for segment in one.segments]
            if not any(area is not None and near(at, area.get("d", "")) for area in areas):
                strangers.append(one.id)
    assert strangers == []


def test_every_segment_but_the_first_has_its_skin() -> None:
    bare = {s for s in SEGMENTS if f"front-{s.lower()}" not in PARTS and f"back-{s.lower()}" not in PARTS}
    assert bare == {"C1"}


def test_every_part_that_the_drawing_uses_is_in_it() -> None:
    used = {one.get("href", "").removeprefix("#") for one in ElementTree.parse(DRAWING).iter(f"{SVG}use")}
    assert used <= set(PARTS)


def test_the_areas_of_the_map_are_large_enough_for_a_finger() -> None:
    """At 360 px a page leaves 328 px for the 394 units of the two figures."""
    for name, part in PARTS.items():
        if "area-" not in name:
            continue
        for path in part.iter(f"{SVG}path"):
            if path.get("pointer-events") == "all":
                numbers = [float(number) for number in _NUMBER.findall(path.get("d", ""))]
                across, along = numbers[::2], numbers[1::2]
                assert (max(across) - min(across)) * 328 / 394 >= 24, name
                assert (max(along) - min(along)) * 328 / 394 >= 24, name


# --- the component ---------------------------------------------------------------------------------------------

AREAS = (
    "head-neck", "chest", "abdomen", "back", "low-back",
    *(
        f"{area}{side}"
        for area in ("groin", "buttock", "shoulder", "upper-arm", "forearm", "hand", "thigh", "leg", "foot")
        for side in ("", "-right", "-left")
    ),
)  # fmt: skip
TWELVE = [
    "extensor-carpi-radialis-longus", "pronator-teres", "teres-major", "extensor-digitorum", "brachioradialis-reflex",
    "thumb-skin", "multifidus-c6", "triceps-reflex", "deltoid", "middle-finger-skin", "spurling-test", "neck-rotation",
]  # fmt: skip


def rendered(app: Flask, call: str, **values: object) -> str:
    source = f'{{% from "body_chart.html" import body_chart, body_regions, finding_list %}}{{{{ {call} }}}}'
    with app.test_request_context():
        return app.jinja_env.from_string(source).render(**values)


def tree(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{html.replace(' data-body-chart>', '>')}</div>")


def twelve() -> tuple[Mark, ...]:
    rows = [finding(name, "both", normal=at > 6) for at, name in enumerate(TWELVE)]
    return marks([ChartFinding(**{**vars(row), "detail": "shortened, very tender"}) for row in rows])


def test_list_and_marks_lead_to_each_other_and_the_component_is_small(app: Flask) -> None:
    html = rendered(app, 'body_chart(found, "What was found", ("C6", "C7"))', found=twelve())
    assert len(html.encode()) < 12 * 1024
    assert "style=" not in html
    page = tree(html)
    ids = [name for one in page.iter() if (name := one.get("id"))]
    assert len(ids) == len(set(ids))
    links = [(one.get("href") or "") for one in page.iter("a")]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    numbers = [one.get("data-finding") for one in page.iter("li")]
    assert numbers == [str(number) for number in range(1, 13)]
    assert {one.get("data-finding") for one in page.iter("a") if one.get("data-finding")} == set(numbers)


def test_the_figure_is_hidden_from_screen_readers_and_out_of_the_tab_order(app: Flask) -> None:
    page = tree(rendered(app, "body_chart(found)", found=twelve()))
    (figures,) = [one for one in page.iter("div") if one.get("aria-hidden") == "true"]
    assert {one.get("tabindex") for one in figures.iter("a")} == {"-1"}
    words = " ".join("".join(one.itertext()) for one in page.iter("li"))
    assert all(name in words for name in TWELVE)


def test_a_finding_without_a_place_is_in_the_list(app: Flask) -> None:
    html = rendered(app, "finding_list(found)", found=marks([finding("walking")]))
    assert "walking" in html
    assert "<a" not in html


@pytest.mark.parametrize("call", ['body_chart((), segments=segments, prefix="x")', "body_chart((), listed=false)"])
def test_every_part_that_a_page_asks_for_is_in_the_drawing(app: Flask, call: str) -> None:
    asked = re.findall(r"body\.svg[^#\"]*#([\w-]+)", rendered(app, call, segments=SEGMENTS))
    assert {"front", "back"} <= set(asked) <= set(PARTS)


def test_each_area_of_the_map_is_a_link_with_a_name(app: Flask) -> None:
    html = rendered(app, 'body_regions(areas, here="hand-left", seen=("back",))', areas=dict.fromkeys(AREAS, "/there"))
    links = list(tree(html).iter("a"))
    names = [link.get("aria-label", "") for link in links]
    assert len(names) == len(set(names)) == len(AREAS)
    assert all(names)
    assert "Back, examined" in names
    assert [link.get("aria-label") for link in links if link.get("aria-current")] == ["Left hand"]
    assert set(re.findall(r"body\.svg[^#\"]*#([\w-]+)", html)) <= set(PARTS)
