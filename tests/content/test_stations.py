"""Station files, and the requirement that asks for them: every fault at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.conftest import Write
from training.content import codec
from training.content.documents import Library, Problem, Station
from training.content.faults import Faults
from training.content.framework import KnownItems, RequirementKeys, read_requirement
from training.content.front_matter import Mapped
from training.content.reader import read_library

NAME = "stations/rolling.yaml"
STATION = """\
id: rolling
title: Skin rolling
region: lumbar
competencies: [examination]
minutes: 8
task: >
  Roll the skin of both legs,
  and say what you find.
examiner: A standardised patient.
items:
  - {id: a, text: "Says what will be done", weight: 2}
  - {id: b, text: "Cleans hands", critical: yes}
  - {id: c, text: "Rolls", weight: 3}
  - {id: d, text: "Compares"}
  - {id: e, text: "Asks"}
standard: {pass_mark: 0.7, method: "provisional", date: 2026-11-25}
contested: Much.
references: [MEM]
"""


@pytest.fixture
def known(write: Write) -> None:
    write("courses/references.yaml", 'MEM:\n  citation: "General knowledge"\n')


def problems(root: Path) -> list[Problem]:
    return [one for one in read_library(root).problems if one.path == NAME]


@pytest.mark.usefixtures("known")
def test_a_sound_station_is_read_and_kept_as_it_is(root: Path, write: Write) -> None:
    write(NAME, STATION)
    found = read_library(root)
    (item,) = [one for one in found.items if one.kind == "station"]
    station = item.document
    assert problems(root) == []
    assert isinstance(station, Station)
    assert station.task == "Roll the skin of both legs, and say what you find."
    assert (station.weight, station.items[1].critical, station.items[1].weight) == (8, True, 1)
    assert (station.standard.pass_mark, station.references[0].key) == (0.7, "MEM")
    assert codec.from_json("station", codec.to_json(station)) == station


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("before", "after", "line", "what", "todo"),
    [
        ("id: rolling", "id: rollin", 1, "not the file's name", "name the file"),
        ("region: lumbar", "region: elbow", 3, "cannot be", "lumbar"),
        ("minutes: 8", "minutes: 0", 5, "out of range", "at least 1"),
        ("[MEM]", "[MEM, NONE]", 18, "unknown source", "references.yaml"),
        ("id: e,", "id: d,", 15, "stands twice", "another id"),
        ("weight: 3", "weight: 9", 13, "more than all others together", "lower its weight"),
        ("weight: 3", "weight: 11", 13, "out of range", "at most 10"),
        ('  - {id: e, text: "Asks"}\n', "", 10, "a checklist of 4", "at least 5"),
        ("pass_mark: 0.7", "pass_mark: 7", 16, "out of range", "at most 1"),
        ("contested: Much.\n", "", 1, "contested is missing", "add"),
        ("critical: yes", "crucial: yes", 12, "unknown key", "critical"),
    ],
)
def test_faults_are_told_at_their_lines(
    root: Path, write: Write, before: str, after: str, line: int, what: str, todo: str
) -> None:
    assert before in STATION
    write(NAME, STATION.replace(before, after))
    found = problems(root)
    assert any(one.line == line and what in one.what and todo in one.todo for one in found), found


def test_the_shipped_stations_test_what_is_in_the_framework(shipped: Library) -> None:
    stations = [item.document for item in shipped.items if isinstance(item.document, Station)]
    assert len(stations) >= 6
    for one in stations:
        assert any(item.critical for item in one.items), one.id
        assert one.references, one.id


def test_a_framework_may_ask_for_stations_by_id_or_by_competency() -> None:
    known = KnownItems(stations={"rolling": ("examination",), "motor": ("examination", "safety")})

    def read(**written: object) -> tuple[object, list[str]]:
        faults = Faults("framework.yaml")
        keys = RequirementKeys.model_validate({"stations": written})
        found = read_requirement(keys, (), Mapped({}, {}, 1), faults, known)
        return found, [one.what for one in faults]

    found, faults = read(stations=["rolling", "motor"], passed=2)
    assert (getattr(found, "stations", ()), faults) == (("rolling", "motor"), [])
    found, faults = read(competency="examination", passed=2)
    assert (getattr(found, "competency", ""), faults) == ("examination", [])
    assert "unknown station" in read(stations=["rollin"], passed=1)[1][0]
    assert "2 stations to pass, and there is 1" in read(competency="safety", passed=2)[1][0]
    assert read(passed=1)[1] == ["no stations named"]
    assert read(stations=["motor"], competency="safety", passed=1)[1] == ["stations by id and by competency"]
