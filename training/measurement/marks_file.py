"""Read marks from a CSV file: rows are people, columns items, the first column an id, the first row the names.

Every fault is reported, by line and column; none is guessed away. Gaps are allowed: an item that was not seen.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from training.measurement.marks import Floats, Marks

NOT_SEEN = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "–", "."})
_DELIMITERS = (",", ";", "\t", "|")
_ROWS_AT_ONCE = 2_000
_FAULTS_SHOWN = 50


@dataclass(frozen=True)
class Fault:
    """What is wrong at a line (0: the file as a whole), and what to do."""

    line: int
    what: str
    todo: str

    def __str__(self) -> str:
        return f"{f'line {self.line}: ' if self.line else ''}{self.what}; {self.todo}"


class UnusableFile(Exception):
    """The file cannot be analysed; `faults` says why, the first 50 and how many more."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults[:_FAULTS_SHOWN]
        self.more = len(faults) - len(self.faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class MarksFile:
    marks: Marks
    people: list[str]
    warnings: list[str]


class _Cells(dict[str, float]):
    """Text of a cell to its mark; NaN for not seen, infinity for what is no mark. Each text is read once."""

    def __init__(self, decimal_comma: bool) -> None:
        super().__init__()
        self.decimal_comma = decimal_comma

    def __missing__(self, text: str) -> float:
        self[text] = value = self._read(text.strip())
        return value

    def _read(self, text: str) -> float:
        if text.casefold() in NOT_SEEN:
            return math.nan
        if self.decimal_comma and text.count(",") == 1 and "." not in text:
            text = text.replace(",", ".")
        if "_" in text:
            return math.inf
        try:
            value = float(text)
        except ValueError:
            return math.inf
        return value if 0 <= value <= 1 else math.inf


@dataclass
class _Table:
    """What is gathered while reading."""

    items: list[str]
    columns: list[int]
    cells: _Cells
    people: list[str] = field(default_factory=list)
    blocks: list[Floats] = field(default_factory=list)
    waiting: list[list[float]] = field(default_factory=list)
    first_line: dict[str, int] = field(default_factory=dict)
    faults: dict[tuple[int, str], list[tuple[int, str]]] = field(default_factory=dict)
    others: list[Fault] = field(default_factory=list)
    short: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)


def read_marks(content: bytes) -> MarksFile:
    """Marks, ids and warnings. UTF-8 (with or without byte order mark), UTF-16 with one, else Windows-1252; comma,
    semicolon, tab or bar between cells; with the last three a decimal comma is understood.

    An empty cell, "NA" and the like mean not seen. A person's second row is left out, for the first attempt counts.
    Raises UnusableFile naming all faults: text or marks outside 0 to 1, names given twice, no people, no items.
    """
    warnings: list[str] = []
    text = _decoded(content, warnings)
    if not text.strip():
        raise UnusableFile([Fault(0, "the file is empty", "give a header row and one row for each person")])
    text, delimiter, skipped = _delimiter(text)
    table: _Table | None = None
    for line, row in _rows(text, delimiter, skipped):
        if table is None:
            table = _header(line, row, delimiter, warnings)
        else:
            _take(table, line, row)
    if table is None:
        raise UnusableFile([Fault(0, "the file is empty", "give a header row and one row for each person")])
    return _finished(table, warnings)


def _decoded(content: bytes, warnings: list[str]) -> str:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16").replace("\0", "")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
            raise UnusableFile([Fault(0, "this is no text file", "save the table as CSV")]) from error
        warnings.append("The file is not UTF-8; read as Windows-1252, so names with accents may look wrong.")
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UnusableFile([Fault(0, "this is no text file", "save the table as CSV (not as a workbook)")])
    return text


def _delimiter(text: str) -> tuple[str, str, int]:
    """The text to read, what stands between its cells, and how many lines were passed over ("sep=;" of Excel)."""
    first, _, rest = text.partition("\n")
    named = first.strip().strip('"').casefold()
    if named.startswith("sep=") and len(named) == 5:
        return rest, named[4], 1
    header = next(line for line in text.splitlines() if line.strip())
    widths = {one: len(next(csv.reader([header], delimiter=one), [])) for one in _DELIMITERS}
    return text, max(_DELIMITERS, key=lambda one: widths[one]), 0


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = skipped
    try:
        for row in reader:
            if any(cell and not cell.isspace() for cell in row):
                yield before + 1, row
            before = skipped + reader.line_num
    except csv.Error as error:
        what = f"a quoted cell of the row that begins here goes wrong ({error})"
        raise UnusableFile([Fault(before + 1, what, "close the quote, or save the table as CSV again")]) from error


def _header(line: int, row: list[str], delimiter: str, warnings: list[str]) -> _Table:
    names = [" ".join(cell.split()) for cell in row]
    while len(names) > 1 and not names[-1]:
        names.pop()
    if len(names) < 2:
        raise UnusableFile(
            [Fault(line, "only one column", "the first column is an id, then follows one column for each item")]
        )
    columns = list(range(1, len(names)))
    for column in columns:
        if not names[column]:
            names[column] = f"column {column + 1}"
            warnings.append(f"Column {column + 1} has no name in line {line}; called {names[column]!r}.")
    places: dict[str, list[int]] = {}
    for column in columns:
        places.setdefault(names[column], []).append(column + 1)
    twice = {name: where for name, where in places.items() if len(where) > 1}
    cells = _Cells(decimal_comma=delimiter != ",")
    marks = all(not math.isinf(cells[name]) for name in names[1:])
    if marks and not twice:
        warnings.append(f"Line {line} was taken for item names; if it holds marks, put a header row above it.")
    if twice and marks:
        raise UnusableFile([Fault(line, "holds marks where item names belong", "put a header row above them")])
    if twice:
        raise UnusableFile(
            [
                Fault(line, f"columns {' and '.join(map(str, where))} are both called {name!r}", "give each its name")
                for name, where in twice.items()
            ]
        )
    return _Table([names[column] for column in columns], columns, cells)


def _take(table: _Table, line: int, row: list[str]) -> None:
    width = len(table.columns) + 1
    if len(row) > width:
        if any(cell.strip() for cell in row[width:]):
            table.others.append(
                Fault(line, f"{len(row)} cells, but the header has {width}", "quote cells that hold the delimiter")
            )
        row = row[:width]
    elif len(row) < width:
        table.short.append(line)
        row = row + [""] * (width - len(row))
    marks = [table.cells[cell] for cell in row[1:]]
    if math.inf in marks:
        _note_faults(table, line, row, marks)
    person = row[0].strip()
    if not person:
        table.nameless.append(line)
    elif person in table.first_line:
        table.again.append(line)
        return
    else:
        table.first_line[person] = line
    table.people.append(person)
    table.waiting.append(marks)
    if len(table.waiting) >= _ROWS_AT_ONCE:
        table.blocks.append(np.array(table.waiting))
        table.waiting.clear()


def _note_faults(table: _Table, line: int, row: list[str], marks: list[float]) -> None:
    for place, mark in enumerate(marks):
        if mark == math.inf:
            text = row[place + 1].strip()
            table.faults.setdefault((place, _kind(text)), []).append((line, text))


def _kind(text: str) -> str:
    try:
        return "outside" if "_" not in text and math.isfinite(float(text.replace(",", "."))) else "text"
    except ValueError:
        return "text"


def _finished(table: _Table, warnings: list[str]) -> MarksFile:
    faults = [*table.others, *(_fault(table, *key, found) for key, found in table.faults.items())]
    if faults:
        raise UnusableFile(sorted(faults, key=lambda fault: fault.line))
    if not table.people:
        raise UnusableFile([Fault(1, "a header row and no people", "add one row for each person")])
    words = sorted(text.strip() for text, value in table.cells.items() if math.isnan(value) and text.strip())
    if words:
        warnings.append(f"Read as not seen: {', '.join(map(repr, words))}.")
    if table.short:
        warnings.append(f"{_lines(table.short)} shorter than the header; the missing cells count as not seen.")
    if table.nameless:
        warnings.append(f"{_lines(table.nameless)} without an id; each is taken to be another person.")
    if table.again:
        warnings.append(
            f"{_lines(table.again)} left out, because the id stands further up already: a person's first row counts."
        )
    if table.waiting:
        table.blocks.append(np.array(table.waiting))
    return MarksFile(Marks(tuple(table.items), np.concatenate(table.blocks)), table.people, warnings)


def _fault(table: _Table, place: int, kind: str, found: list[tuple[int, str]]) -> Fault:
    line, text = found[0]
    shown = text if len(text) <= 40 else text[:39] + "…"
    what = f"column {table.items[place]!r}: {shown!r} "
    what += "is outside 0 to 1" if kind == "outside" else "is not a mark"
    if len(found) > 1:
        what += f" (and {len(found) - 1} more such cells in this column, next in line {found[1][0]})"
    if kind == "outside":
        return Fault(line, what, "divide by the greatest mark of the item")
    return Fault(line, what, "write a number from 0 to 1, leave the cell empty if not seen, or leave the column out")


def _lines(lines: Iterable[int]) -> str:
    numbers = list(lines)
    listed = ", ".join(map(str, numbers[:5])) + (f" and {len(numbers) - 5} more" if len(numbers) > 5 else "")
    return f"Line {listed}" if len(numbers) == 1 else f"Lines {listed}"
