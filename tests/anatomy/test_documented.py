"""docs/localization.md shows the numbers as they stand in the data."""

from __future__ import annotations

import csv
import re

import pytest

from training.anatomy.tables import DATA
from training.config import ROOT

DOCUMENT = ROOT / "docs" / "localization.md"
SHOWN = ("sensitivities.csv", "parameters.csv", "priors.csv")
_TABLE = re.compile(r"<!-- table: (?P<file>[\w.]+) -->\n(?P<rows>(?:\|.*\n)*)")


def rendered(file: str) -> str:
    """A data file as the document shows it."""
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    table = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in table)


@pytest.mark.parametrize("file", SHOWN)
def test_the_document_shows_the_numbers_that_are_used(file: str) -> None:
    shown = {found["file"]: found["rows"] for found in _TABLE.finditer(DOCUMENT.read_text(encoding="utf-8"))}
    assert shown[file] == rendered(file), f"replace the table in {DOCUMENT.name} by what stands on the right"


def test_every_data_file_of_the_model_is_named_in_the_document() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [
        path.name for path in sorted(DATA.rglob("*.*")) if path.suffix in (".csv", ".toml") and path.name not in text
    ] == []
