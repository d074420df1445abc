from __future__ import annotations

import pytest
from flask import Flask

from training.anatomy.segments import REGIONS, segments_of
from training.credentials import drawing


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_shows_each_of_its_vertebrae(app: Flask, region: str) -> None:
    spine = app.jinja_env.get_template("spine.html").module
    independent, supervised = drawing.mark(spine, region, "independent"), drawing.mark(spine, region, "supervised")

    assert independent.count('class="bone"') == len(segments_of(region))  # type: ignore[arg-type]
    assert (independent.count('class="dot"'), supervised.count('class="dot"')) == (0, independent.count('class="bone"'))
    assert "style=" not in independent


def test_the_chest_wall_is_drawn_as_ribs_and_is_no_region_of_the_spine() -> None:
    assert 'class="rib rib-right"' in drawing.mark(None, "chest-wall", "supervised")
    assert drawing.segments_of_region("chest-wall") == ""
    assert drawing.segments_of_region("thoracic") == "T1–T12"
