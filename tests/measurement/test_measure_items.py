"""The command, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.measurement.published import LSAT7
from training.cli.measure import measure_group
from training.cli.measure_items import measure_items


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(measure_items, arguments, input=given, catch_exceptions=False)


@pytest.fixture
def lsat7(tmp_path: Path) -> str:
    path = tmp_path / "lsat7.csv"
    rows = (f"p{number},{','.join(f'{one:g}' for one in row)}" for number, row in enumerate(LSAT7.marks().values))
    path.write_text("\n".join(["id,1,2,3,4,5", *rows]))
    return str(path)


def test_it_belongs_to_measure() -> None:
    assert measure_group.commands["items"] is measure_items


def test_json_for_scripts(lsat7: str) -> None:
    done = run(lsat7, "--format", "json")

    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert [item["item"] for item in answer["items"]] == ["1", "2", "3", "4", "5"]
    assert [item["facility"] for item in answer["items"]] == pytest.approx([0.828, 0.658, 0.772, 0.606, 0.843])
    assert answer["test"]["alpha"] == pytest.approx(0.45340874, abs=1e-8)


def test_a_table_for_people_and_warnings_beside_it(lsat7: str) -> None:
    done = run(lsat7)

    assert done.exit_code == 0
    assert "0.828 [0.803, 0.850]" in done.stdout
    assert "0.453 [0.398, 0.505]" in done.stdout
    assert "Perfect scores (308)" in done.stderr
    assert "Perfect scores" not in done.stdout


def test_a_table_that_cannot_be_used_ends_with_2_and_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text("id,q1,q2\nann,abc,1\nben,1,7\n")

    done = run(str(path), "--format", "json")

    assert done.exit_code == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{path}:2", f"{path}:3"]
    assert "column 'q1'" in lines[0]
    assert "column 'q2'" in lines[1]


def test_one_row_and_one_item_are_analysed_with_warnings() -> None:
    for given in ("id,q1,q2\nann,1,0\n", "id,q1\nann,1\nben,0\n"):
        done = run("-", "--format", "json", given=given)

        assert done.exit_code == 0
        assert json.loads(done.stdout)["warnings"]


@pytest.mark.parametrize("given", ["", "id\nann\n", "id,q1\n"])
def test_nothing_to_analyse_is_said(given: str) -> None:
    done = run("-", given=given)

    assert done.exit_code == 2
    assert done.stderr


def test_a_missing_file_is_said() -> None:
    done = run("nowhere.csv")

    assert done.exit_code == 2
    assert "nowhere.csv" in done.stderr
