"""The figures as a table that people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A figure beside its target; `ok` is None where there is no target."""

    cells: tuple[str, ...]
    ok: bool | None = None


def table(head: Sequence[str], rows: Sequence[Row]) -> str:
    """The first column to the left, the others to the right, the verdict last."""
    lines = [tuple(head), *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    verdicts = ["", *({True: "ok", False: "OVER", None: ""}[row.ok] for row in rows)]
    out = []
    for line, verdict in zip(lines, verdicts, strict=True):
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        out.append("  ".join([*cells, verdict]).rstrip())
    out.insert(1, "-" * max(map(len, out)))
    return "\n".join(out)
