"""A Markdown body cut at its second-level headings, and code told apart from prose."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_FENCE = re.compile(r"^(~{3,}|`{3,})[^`]*$")
_HEADING = re.compile(r"^##(?!#)\s*(.*?)\s*#*\s*$")
_CODE_SPAN = re.compile(r"(?<![\\`])(`+)(?!`)((?:(?!\n[ \t]*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """Lines of Markdown and the number of the first."""

    lines: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def blank(self) -> bool:
        return not any(line.strip() for line in self.lines)


@dataclass(frozen=True)
class Section:
    """A second-level heading and what stands below it. `line` is the heading's."""

    title: str
    line: int
    body: Block


def fenced(lines: Sequence[str]) -> list[bool]:
    """For each line, whether it belongs to a fenced code block; a fence that is never closed opens none."""
    inside = [False] * len(lines)
    closing: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        if line.startswith(("```", "~~~")):
            closing.setdefault(line.rstrip(" "), []).append(number)
    number = 0
    while number < len(lines):
        found = _FENCE.match(lines[number]) if lines[number].startswith(("```", "~~~")) else None
        end = None
        if found:
            places = closing.get(found[1], [])
            after = bisect_right(places, number)
            end = places[after] if after < len(places) else None
        if end is None:
            number += 1
            continue
        inside[number : end + 1] = [True] * (end + 1 - number)
        number = end + 1
    return inside


def split_sections(lines: Sequence[str], first_line: int) -> tuple[Block, list[Section]]:
    """What stands before the first `## ` heading, and the sections in their order."""
    starts = [
        number
        for number, (line, code) in enumerate(zip(lines, fenced(lines), strict=True))
        if not code and _HEADING.match(line)
    ]
    before = Block(tuple(lines[: starts[0]] if starts else lines), first_line)
    sections = []
    for start, end in pairwise([*starts, len(lines)]):
        found = _HEADING.match(lines[start])
        title = found[1] if found else ""
        body = Block(tuple(lines[start + 1 : end]), first_line + start + 1)
        sections.append(Section(title, first_line + start, body))
    return before, sections


def prose_only(lines: Sequence[str]) -> str:
    """The text with all code blanked out, so that offsets and lines stay what they are."""
    kept = "\n".join(" " * len(line) if code else line for line, code in zip(lines, fenced(lines), strict=True))
    if "`" not in kept:
        return kept
    return _CODE_SPAN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), kept)


def trimmed(block: Block) -> Block:
    """The block without blank lines at its ends."""
    start, end = 0, len(block.lines)
    while start < end and not block.lines[start].strip():
        start += 1
    while end > start and not block.lines[end - 1].strip():
        end -= 1
    return Block(block.lines[start:end], block.line + start)
