"""Lists a page at a time. A list asks for one row more than it shows, so no count of a large table is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request, url_for

PAGE_SIZE = 50
LAST_PAGE = 100_000
MOST_DIGITS = 9
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`rows` to show; `number` counts from 1; `more` says that another page follows."""

    rows: Sequence[Row]
    number: int
    more: bool

    @classmethod
    def of(cls, rows: Sequence[Row], number: int, size: int = PAGE_SIZE) -> Page[Row]:
        """From up to size + 1 rows that begin at the page's first."""
        return cls(rows[:size], number, len(rows) > size)

    def address(self, number: int) -> str:
        """This list's address at another page, with the same filters."""
        filters = {**request.args.to_dict(), "page": str(number)}
        here: str = url_for(str(request.endpoint), **(request.view_args or {}))
        return f"{here}?{urlencode(filters)}"


def asked_page() -> int:
    """The page number in the address; anything that is none is the first."""
    text = request.args.get("page", "1")
    return max(1, min(int(text[:MOST_DIGITS]), LAST_PAGE)) if text.isdecimal() else 1
