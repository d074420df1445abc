"""Drawings of ratings: everything inside, nothing on top of each other, one's own marked once."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from training.assessment.panel.pictures import across, dots, histogram

SHARES = st.lists(st.integers(1, 99), min_size=1, max_size=12)


@given(SHARES)
def test_every_rating_is_a_dot_inside_and_ones_own_is_marked_once(shares: list[int]) -> None:
    drawn = str(dots(sorted(shares), shares[0], "a <text>", sum(shares) / len(shares)))
    root = ElementTree.fromstring(drawn)
    high = float(root.attrib["viewBox"].split()[3])
    circles = [one for one in root if one.tag == "circle"]

    assert len(circles) == len(shares)
    assert sum(one.attrib["class"] == "dot dot-mine" for one in circles) == 1
    assert all(5 <= float(one.attrib["cy"]) <= high - 5 for one in circles)
    assert all(5 <= float(one.attrib["cx"]) <= 335 for one in circles)
    places = [(float(one.attrib["cx"]), float(one.attrib["cy"])) for one in circles]
    assert len(set(places)) == len(places)
    assert root.attrib["aria-label"] == "a <text>"


def test_the_mean_stands_where_it_belongs() -> None:
    drawn = str(dots([20, 60], 60, "", 40))
    assert f'class="dots-mean" d="M{across(0.4):.1f} ' in drawn
    assert re.findall(r"<title>(\d+) %</title>", drawn) == ["20", "60"]


@given(st.lists(st.floats(0, 1), max_size=40), st.lists(st.floats(0, 1), max_size=40))
def test_every_question_stands_in_a_tenth(sure: list[float], provisional: list[float]) -> None:
    drawn = str(histogram(sure, provisional, "text"))
    root = ElementTree.fromstring(drawn)

    counts = [int(one.text or "") for one in root if one.attrib.get("class") == "bar-count"]
    assert sum(counts) == len(sure) + len(provisional)
    tops = [float(one.attrib["y"]) for one in root if one.tag in ("rect", "text")]
    assert all(top >= 5 for top in tops)
