"""The calibration file: what ships reads whole, and every fault is told at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.conftest import Write
from training.content import codec
from training.content.documents import Calibration, Problem
from training.content.reader import read_library

NAME = "courses/calibration.yaml"
SOUND = """\
id: calibration
title: Calibration
note: The authors' judgement.
encounters:
  - id: first
    title: The first
    region: chest-wall
    text: |
      One paragraph.

      Another.
    expected: [2, 3]
    why: Because.
  - id: second
    title: The second
    region: lumbar
    text: Seen.
    expected: [5]
    why: Because.
"""


def problems(root: Path) -> list[Problem]:
    return [one for one in read_library(root).problems if one.path == NAME]


def test_a_sound_file_is_read_and_kept_as_it_is(root: Path, write: Write) -> None:
    write(NAME, SOUND)
    (item,) = [one for one in read_library(root).items if one.kind == "calibration"]
    found = item.document
    assert isinstance(found, Calibration)
    assert problems(root) == []
    assert found.encounters[0].text == "One paragraph.\n\nAnother."
    assert [(one.low, one.high) for one in found.encounters] == [(2, 3), (5, 5)]
    assert codec.from_json("calibration", codec.to_json(found)) == found


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "todo"),
    [
        ("id: second", "id: first", 14, "stands twice", "another id"),
        ("[2, 3]", "[3, 2]", 12, "runs from 3 down to 2", "lower level first"),
        ("[2, 3]", "[1, 4]", 12, "holds 4 of the 5", "at most 3"),
        ("[2, 3]", "[2, 6]", 12, "out of range", "at most 5"),
        ("[2, 3]", "[]", 12, "is empty", "fill it in"),
        ("chest-wall", "chest", 7, '"chest"', "chest-wall"),
        ("    why: Because.\n  - id", "    whi: Because.\n  - id", 13, 'unknown key "whi"', '"why"'),
        ("note: The authors' judgement.\n", "", 1, "note", "add"),
    ],
)
def test_a_fault_is_told_at_its_line(
    root: Path, write: Write, old: str, new: str, line: int, what: str, todo: str
) -> None:
    assert SOUND.count(old) == 1
    write(NAME, SOUND.replace(old, new))
    told = [one for one in problems(root) if what in one.what and todo in one.todo and one.line == line]
    assert told, [str(one) for one in problems(root)]
