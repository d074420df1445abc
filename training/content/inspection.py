"""Faults that show in the written text itself: directives, HTML, callouts, headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from training.content.faults import Faults, did_you_mean, quoted
from training.content.page import Page
from training.content.safety import CALLOUTS, STANDINGS

DIRECTIVE = re.compile(r"\{\{\s*([\w-]*)\s*:?\s*((?:(?!\n[ \t]*\n)[^{}])*)\}\}")
"""`{{ name: rest }}`; it may run on over a line's end, not over a blank line."""

_HTML = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9-]*(?:[\s/][^<>]*)?>|!--)")
_CALLOUT = re.compile(r"^!!!(.*)$", re.MULTILINE)
_CALLOUT_RIGHT = re.compile(r" ([A-Za-z-]+)(?: +\"[^\"]+\")? *$")
_BROKEN_DIRECTIVE = re.compile(r"\{\{")
_HEADING_ONE = re.compile(r"^(#(?!#)\s*\S.*|=+\s*)$", re.MULTILINE)
_BREAK = re.compile(r"\s*,\s*")

LineAt = Callable[[int], int]


def inspect(prose: str, first_line: int, page: Page, faults: Faults) -> None:
    """Note the faults of a text from which code was blanked out."""

    def line_at(place: int) -> int:
        return first_line + prose.count("\n", 0, place)

    if "{{" in prose:
        _inspect_directives(prose, line_at, page, faults)
    if "<" in prose:
        for found in _HTML.finditer(prose):
            faults.add(line_at(found.start()), f"HTML ({quoted(found[0])}) is not passed through", "write Markdown")
    if "!!!" in prose:
        for found in _CALLOUT.finditer(prose):
            _inspect_callout(found[1], line_at(found.start()), faults)
    if "#" in prose or "=" in prose:
        for found in _HEADING_ONE.finditer(prose):
            if found[1].startswith("=") and not _under_text(prose, found.start()):
                continue
            faults.add(line_at(found.start()), "a heading of the first level", "begin headings with ##")


def _under_text(prose: str, place: int) -> bool:
    """Whether the line before the one that begins at place holds text, so that signs below it make it a heading."""
    end = max(place - 1, 0)
    return bool(prose[prose.rfind("\n", 0, end) + 1 : end].strip())


def _inspect_directives(prose: str, line_at: LineAt, page: Page, faults: Faults) -> None:
    sound = set()
    for found in DIRECTIVE.finditer(prose):
        sound.add(found.start())
        line = line_at(found.start())
        if found[1] == "claim":
            for what, todo in claim_faults(found[2], page):
                faults.add(line, what, todo)
        elif found[1] == "check":
            faults.add(
                line, "a {{ check: ... }} that is not a line of a lesson", "put it on a line of its own in a lesson"
            )
        else:
            faults.add(line, f"unknown directive {quoted(found[1])}", did_you_mean(found[1], ("claim", "check")))
    for found in _BROKEN_DIRECTIVE.finditer(prose):
        if found.start() not in sound:
            faults.add(line_at(found.start()), "a {{ without its }}", "write {{ claim: standing, KEY }}, or use code")


def split_claim(text: str) -> tuple[str, tuple[str, ...]]:
    """The standing and the source keys of a claim's inside."""
    standing, *keys = _BREAK.split(text.strip())
    return standing, tuple(key for key in keys if key)


def claim_faults(text: str, page: Page) -> Iterator[tuple[str, str]]:
    """What is wrong with the inside of a claim, and what to do."""
    standing, keys = split_claim(text)
    if standing not in STANDINGS:
        yield f"unknown standing {quoted(standing)}", did_you_mean(standing, STANDINGS)
    if not keys:
        yield "a claim without a source", "add a key of courses/references.yaml after the standing"
    for key in keys:
        if key not in page.references:
            todo = did_you_mean(key, page.references, "add it to courses/references.yaml")
            yield f"unknown source {quoted(key)}", todo if key else "remove the comma"


def _inspect_callout(rest: str, line: int, faults: Faults) -> None:
    found = _CALLOUT_RIGHT.match(rest if rest.startswith(" ") else f" {rest}")
    if found is None:
        faults.add(line, "a callout that cannot be read", 'write !!! note "Title", the title in quotes')
    elif found[1] not in CALLOUTS:
        faults.add(line, f"unknown callout {quoted(found[1])}", did_you_mean(found[1], CALLOUTS))
