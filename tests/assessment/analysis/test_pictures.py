from __future__ import annotations

from xml.etree import ElementTree

from training.assessment.analysis import pictures
from training.assessment.analysis.pictures import Bar, Point
from training.measurement.intervals import Interval

NASTY = '<script>"&'


def test_every_picture_is_well_formed_and_without_style_or_script() -> None:
    drawn = [
        pictures.whisker(0.5, Interval(0.4, 0.7), marks=[0.3]),
        pictures.whisker(None, None, grey=True),
        pictures.whisker(4.0, Interval(-9, 9), -1, 1),
        pictures.scatter(
            [Point(0.2, -0.9, "1", NASTY, hollow=True, odd=True), Point(1.0, 1.0, "2", "x")],
            text=NASTY,
            across=NASTY,
            up="y",
            limits=(0.3, 0.15),
        ),
        pictures.scatter([], text="t", across="x", up="y", limits=(0.3, 0.15)),
        pictures.stacked([Bar(NASTY, [3, 0]), Bar("none", [0, 0])], ["part-key", "part-1"], ["A", NASTY], text=NASTY),
        pictures.heat_map(
            ["C5", "refer"],
            ["C5", "C6", "refer"],
            {("C5", "C6"): 3},
            {"refer": NASTY},
            text=NASTY,
            across="a",
            down="b",
        ),
    ]
    for one in drawn:
        root = ElementTree.fromstring(str(one))
        assert root.tag == "svg"
        assert all("style" not in part.attrib for part in root.iter())
        assert [part.tag for part in root.iter() if part.tag == "script"] == []


def test_a_large_picture_has_its_text_and_a_small_one_is_hidden() -> None:
    large = pictures.stacked([Bar("all", [1])], ["part-key"], ["A"], text="what it shows")
    assert 'role="img" aria-label="what it shows"' in large
    assert 'aria-hidden="true"' in pictures.whisker(0.5, None)


def test_what_lies_outside_the_axis_is_drawn_at_its_end() -> None:
    assert 'cx="114.0"' in pictures.whisker(7.0, None)
    assert 'cx="6.0"' in pictures.whisker(-7.0, None)


def test_many_points_carry_no_numbers() -> None:
    points = [Point(0.5, 0.2, str(number), "t") for number in range(60)]
    drawn = str(pictures.scatter(points, text="t", across="x", up="y", limits=(0.3, 0.15)))
    assert drawn.count("<circle") == 60
    assert ">59<" not in drawn
