"""Ratings from a spreadsheet: read, checked row by row before anything is written, then saved."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from training.assessment.panel import rating
from training.assessment.panel.rating import Rater, Wish
from training.assessment.panel.service import Key
from training.assessment.panel.waiting import all_subjects, bank_of
from training.db.errors import Invalid

COLUMNS = ("item", "question", "share")
MOST_ROWS = 2000
MOST_IN_A_CELL = 140


class Fault(StrEnum):
    """Why a row cannot be saved; the page words it."""

    EMPTY = "empty"
    NOT_WHOLE = "not-whole"
    OUT_OF_RANGE = "out-of-range"
    NO_ITEM = "no-item"
    NO_QUESTION = "no-question"
    CLOSED = "closed"
    TWICE = "twice"


@dataclass(frozen=True)
class Row:
    """A row as it was read: its line in the file, from 1, and what stands in it. `had`: what one said before, in per
    cent. A row with a fault, or that says what one said before, changes nothing."""

    line: int
    item_id: str
    question_id: str
    text: str
    share: int = 0
    fault: Fault | None = None
    title: str = ""
    version_hash: str = ""
    had: int | None = None

    @property
    def name(self) -> tuple[str, str]:
        return self.item_id, self.question_id

    @property
    def same(self) -> bool:
        return self.fault is None and self.had == self.share

    @property
    def order(self) -> tuple[bool, int]:
        """What cannot be saved first, each part by line."""
        return self.fault is None, self.line

    @property
    def changes(self) -> bool:
        return self.fault is None and not self.same


def decoded(data: bytes) -> str:
    """The text of a file. Raises Invalid when it is no UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("This file is not UTF-8 text. Save it as “CSV UTF-8” and send it again.") from None


def read(text: str) -> list[Row]:
    """The rows below the header, whose columns may stand in any order beside others; commas, semicolons or tabs.

    Raises Invalid for a file without the columns, without rows, or with more than 2,000.
    """
    lines = text.removeprefix("\ufeff").replace("\x00", "").splitlines()
    head = lines[0] if lines else ""
    separator = max(",;\t", key=head.count)
    rows = csv.reader(lines, delimiter=separator)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            raise Invalid(
                "The first line must name the columns item, question and share; it lacks: %(missing)s.",
                missing=", ".join(missing),
            )
        places = [names.index(name) for name in COLUMNS]
        found = [row_of(rows.line_num, cells, places) for cells in rows if any(cell.strip() for cell in cells)]
    except csv.Error:
        raise Invalid("This is no table: a quotation mark is never closed, or a cell is too long.") from None
    if not found:
        raise Invalid("There is no row below the names of the columns.")
    if len(found) > MOST_ROWS:
        raise Invalid("These are %(number)s rows. Send at most %(most)s at a time.", number=len(found), most=MOST_ROWS)
    return found


def row_of(line: int, cells: Sequence[str], places: Sequence[int]) -> Row:
    item_id, question_id, text = (
        cells[place].strip()[:MOST_IN_A_CELL] if place < len(cells) else "" for place in places
    )
    row = Row(line, item_id, question_id, text)
    if not item_id or not question_id or not text:
        return replace(row, fault=Fault.EMPTY)
    number = text.removesuffix("%").strip()
    if not number.isascii() or not number.removeprefix("-").isdecimal():
        return replace(row, fault=Fault.NOT_WHOLE)
    share = int(number[:6])
    return replace(row, share=share) if 1 <= share <= 99 else replace(row, fault=Fault.OUT_OF_RANGE)


def checked(session: Session, rater: Rater, rows: Sequence[Row]) -> list[Row]:
    """Each row against the questions that there are, the rows above it, and what one has said already."""
    known = {(one.entry.id, one.question.id): one for one in all_subjects(session)}
    items = {item_id for item_id, _ in known}
    closed = rating.closed_banks(session, rater)
    keys: list[Key] = [(one.entry.version_hash, one.question.id) for one in known.values()]
    mine = rating.latest_given(session, rater.id, keys)
    above: set[tuple[str, str]] = set()
    found = []
    for row in rows:
        subject = known.get(row.name)
        if row.fault is None and subject is None:
            row = replace(row, fault=Fault.NO_QUESTION if row.item_id in items else Fault.NO_ITEM)
        elif row.fault is None and subject is not None:
            entry = subject.entry
            had = mine.get((entry.version_hash, row.question_id))
            row = replace(row, title=entry.title, version_hash=entry.version_hash, had=had.share if had else None)
            if bank_of(entry) in closed:
                row = replace(row, fault=Fault.CLOSED)
            elif row.name in above:
                row = replace(row, fault=Fault.TWICE)
            above.add(row.name)
        found.append(row)
    return found


def store(session: Session, rater: Rater, rows: Sequence[Row], at: datetime) -> int:
    """Save the rows that are sound; how many are new or changed."""
    sound = [row for row in checked(session, rater, rows) if row.changes]
    wishes = [Wish(row.item_id, row.version_hash, row.question_id, row.share) for row in sound]
    return rating.save(session, rater, wishes, at) if wishes else 0
