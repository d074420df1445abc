"""Collecting the problems of a file, in words an author can act on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from training.anatomy.spelling import nearest
from training.content.documents import Problem

_NOT_PRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_LONGEST_QUOTE = 60


class Faults:
    """The problems of one file, in the order found."""

    def __init__(self, path: str) -> None:
        self.path = one_line(path)
        self.problems: list[Problem] = []

    def add(self, line: int, what: str, todo: str) -> None:
        """Note a fault; every text becomes one line without control characters."""
        problem = Problem(self.path, max(line, 1), one_line(what), one_line(todo))
        if problem not in self.problems[-40:]:
            self.problems.append(problem)

    def __len__(self) -> int:
        return len(self.problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)


def one_line(text: str) -> str:
    """Text that a terminal, a log and JSON can carry on one line."""
    return " ".join(_NOT_PRINTED.sub(" ", text).split(" ")).strip()


def quoted(text: object) -> str:
    """What the author wrote, in quotes, cut when it is long."""
    shown = one_line(str(text))
    return f'"{shown[:_LONGEST_QUOTE]}..."' if len(shown) > _LONGEST_QUOTE else f'"{shown}"'


def did_you_mean(wanted: object, known: Iterable[str], otherwise: str = "") -> str:
    """What to do about an unknown word: the nearest known ones, else the short list of all that is known."""
    spellings = {one.casefold(): one for one in known}
    near = nearest(str(wanted).casefold(), spellings)
    return suggest((spellings[one] for one in near), otherwise or f"use one of: {', '.join(spellings.values())}")


def suggest(near: Iterable[str], otherwise: str) -> str:
    """`did you mean "a" or "b"?`, or the other text when nothing is near."""
    names = [f'"{name}"' for name in near]
    if not names:
        return otherwise
    if len(names) == 1:
        return f"did you mean {names[0]}?"
    return f"did you mean {', '.join(names[:-1])} or {names[-1]}?"
