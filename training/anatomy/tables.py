"""The CSV files of `data/`, read and checked row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.anatomy.segments import POSITION

DATA = Path(__file__).parent / "data"


class DataError(ValueError):
    """A data file is wrong; the message names file and line."""

    def __init__(self, file: str, line: int, what: str) -> None:
        super().__init__(f"{file}:{line}: {what}")


@dataclass(frozen=True)
class Row:
    """One row with where it stands; every cell is stripped text."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def fault(self, what: str) -> DataError:
        return DataError(self.file, self.line, what)

    def many(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that lists several, separated by semicolons."""
        cell = self.cells.get(column, "")
        if ";" not in cell:
            return (cell,) if cell else ()
        return tuple([part for piece in cell.split(";") if (part := piece.strip())])

    def segments(self, column: str) -> tuple[str, ...]:
        """The segments of a cell; DataError for one that does not exist."""
        found = self.many(column)
        for segment in found:
            if segment not in POSITION:
                raise self.fault(f"{column}: there is no segment {segment!r}")
        return found


def read_table(folder: Path, file: str, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a file, which must have exactly these columns and name a source in every row."""
    with (folder / file).open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines, strict=True)
        header = next(reader, [])
        if header != list(columns):
            raise DataError(file, 1, f"the columns are {', '.join(header)}; expected {', '.join(columns)}")
        for values in reader:
            if len(values) != len(columns):
                raise DataError(file, reader.line_num, f"{len(values)} cells; expected {len(columns)}")
            row = Row(file, reader.line_num, dict(zip(columns, map(str.strip, values), strict=True)))
            if not row.cells["sources"].strip("; "):
                raise row.fault("the row names no source")
            yield row
