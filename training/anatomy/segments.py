"""The thirty spinal segments and the four regions of the spine."""

from __future__ import annotations

import re
from typing import Literal

Region = Literal["cervical", "thoracic", "lumbar", "sacral"]

REGIONS: tuple[Region, ...] = ("cervical", "thoracic", "lumbar", "sacral")

_COUNTS: dict[Region, tuple[str, int]] = {
    "cervical": ("C", 8),
    "thoracic": ("T", 12),
    "lumbar": ("L", 5),
    "sacral": ("S", 5),
}
_REGION_OF: dict[str, Region] = {
    f"{letter}{number}": region for region, (letter, count) in _COUNTS.items() for number in range(1, count + 1)
}

SEGMENTS: tuple[str, ...] = tuple(_REGION_OF)
POSITION: dict[str, int] = {segment: place for place, segment in enumerate(SEGMENTS)}

# Th is how much of Europe, D (dorsal) how French texts write the thoracic segments.
_SPELLING = re.compile(r"\s*(C|TH|T|D|L|S)[\s.\-]*0*([0-9]{1,2})\s*", re.IGNORECASE)


def region_of(segment: str) -> Region:
    """The region of a segment as it stands in SEGMENTS; KeyError for anything else."""
    return _REGION_OF[segment]


def segments_of(region: Region) -> tuple[str, ...]:
    """The segments of a region, from the top down."""
    return tuple(segment for segment, its in _REGION_OF.items() if its == region)


def parse_segment(text: str) -> str | None:
    """A segment from what people write ("c6", "C 6", "Th4"), or None when it is none of the thirty."""
    found = _SPELLING.fullmatch(text)
    if found is None:
        return None
    letter = found[1].upper()
    segment = f"{'T' if letter in ('TH', 'D') else letter}{int(found[2])}"
    return segment if segment in POSITION else None


def span(first: str, last: str) -> tuple[str, ...]:
    """All segments from first down to last, both included; empty when last lies above first."""
    return SEGMENTS[POSITION[first] : POSITION[last] + 1]


def neighbours(segment: str) -> tuple[str, ...]:
    """The segments directly above and below; C1 and S5 have one."""
    place = POSITION[segment]
    return SEGMENTS[max(place - 1, 0) : place] + SEGMENTS[place + 1 : place + 2]


def describe(segments: tuple[str, ...]) -> str:
    """Segments for people, in order, runs joined: ("C5", "C6", "T1") becomes "C5-C6, T1", with en dashes."""
    runs: list[list[str]] = []
    for segment in sorted(segments, key=POSITION.__getitem__):
        if runs and POSITION[segment] - POSITION[runs[-1][-1]] == 1:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
