"""What stands in a list that somebody pasted: codes, one by one, however they were separated."""

from __future__ import annotations

import re

from training.credentials import service as certificates

_COLUMNS = re.compile(r"[,;|\t]")


def entries(text: str) -> list[str]:
    """Every entry as it was typed, in order.

    Codes may be written in groups with blanks, several may stand on a line, and names may stand beside them: next to a
    code, words without a digit are left out. Whatever else is no code stays an entry, so that nobody is missed.
    """
    found: list[str] = []
    for line in text.splitlines():
        parts = [part for column in _COLUMNS.split(line) for part in parts_of(column.split())]
        has_code = any(is_code for _part, is_code in parts)
        found += [part for part, is_code in parts if is_code or not has_code or any(c.isdigit() for c in part)]
    return found


def parts_of(words: list[str]) -> list[tuple[str, bool]]:
    """Words joined into codes and into what stands between them, and of each whether it looks like a code."""
    parts: list[tuple[str, bool]] = []
    between: list[str] = []
    start = 0
    while start < len(words):
        end = end_of_code(words, start)
        if end is None:
            between.append(words[start])
            start += 1
            continue
        if between:
            parts.append((" ".join(between), False))
            between = []
        parts.append((" ".join(words[start:end]), True))
        start = end
    if between:
        parts.append((" ".join(between), False))
    return parts


def end_of_code(words: list[str], start: int) -> int | None:
    """Where the code that begins with a word ends; None when none begins there."""
    for end in range(start + 1, min(start + certificates.MOST_GROUPS, len(words)) + 1):
        if certificates.looks_like_code("".join(words[start:end])):
            return end
    return None
