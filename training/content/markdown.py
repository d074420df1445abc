"""Markdown to safe HTML, with every fault of figures, links, claims and callouts at its line."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import markdown as python_markdown
from markdown.extensions.admonition import AdmonitionExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.tables import TableExtension

from training.content.documents import Asset, Heading, Problem
from training.content.faults import Faults
from training.content.inspection import inspect
from training.content.markup import Markup, Subject
from training.content.page import Page
from training.content.safety import clean
from training.content.sections import prose_only

LONGEST_PIECE = 48 * 1024
MOST_BRACKETS = 500
MOST_LINES = 1000


@dataclass(frozen=True)
class Rendered:
    """What one text became."""

    html: str
    headings: tuple[Heading, ...]
    assets: tuple[Asset, ...]
    reference_keys: tuple[str, ...]
    problems: tuple[Problem, ...]


def render(text: str, page: Page | None = None, path: str = "text") -> Rendered:
    """Render one text by itself, such as a studio's preview.

    Never raises. The HTML is safe even where there are problems; whatever they are about is left out of it.
    """
    faults = Faults(path)
    renderer = Renderer(page or Page(), faults)
    html = renderer.render(text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n"), 1)
    return Rendered(
        html, tuple(renderer.headings), tuple(renderer.assets), tuple(renderer.reference_keys), tuple(faults)
    )


class Renderer:
    """Renders the pieces of one file in their order and remembers what they show and cite."""

    def __init__(self, page: Page, faults: Faults) -> None:
        self.page = page
        self.faults = faults
        self.headings: list[Heading] = []
        self.assets: list[Asset] = []
        self.reference_keys: list[str] = []
        self._ids: set[str] = set()

    def render(self, lines: Sequence[str], first_line: int) -> str:
        """Safe HTML of some lines; problems go to the file's faults. Empty for blank lines."""
        text = "\n".join(lines).strip("\n")
        if not text.strip():
            return ""
        if _is_tangled(text):
            self.faults.add(first_line, "a piece of text too long or too tangled to read", "break it into several")
            return ""
        prose = prose_only(lines)
        inspect(prose, first_line, self.page, self.faults)
        subject = Subject(self.page, self.faults, _Lines(prose, first_line), self._ids)
        try:
            html = clean(_converter().convert(text, subject))
        except RecursionError:
            self.faults.add(first_line, "the text is nested too deeply", "use fewer levels of lists and quotations")
            return ""
        self.headings += subject.headings
        self.assets += [asset for asset in subject.assets if asset not in self.assets]
        self.reference_keys += [key for key in subject.reference_keys if key not in self.reference_keys]
        return html


def _is_tangled(text: str) -> bool:
    """Whether Markdown would take long: its time grows with the square of a paragraph's lines and brackets."""
    if len(text) > LONGEST_PIECE or text.count("[") > MOST_BRACKETS * 4:
        return True
    if text.count("\n") < MOST_LINES and text.count("[") < MOST_BRACKETS:
        return False
    paragraphs = text.split("\n\n")
    return any(one.count("[") > MOST_BRACKETS or one.count("\n") > MOST_LINES for one in paragraphs)


class _Lines:
    """Finds the line of something seen in the rendered tree, by searching the prose for how it was written."""

    def __init__(self, prose: str, first_line: int) -> None:
        self._prose = prose
        self._first_line = first_line
        self._starts = [0]
        self._seen: dict[str, int] = {}

    def find(self, *spellings: str) -> int:
        for spelling in spellings:
            place = self._prose.find(spelling, self._seen.get(spelling, 0)) if spelling else -1
            if place >= 0:
                self._seen[spelling] = place + len(spelling)
                return self._line(place)
        return self._first_line

    def _line(self, place: int) -> int:
        if len(self._starts) == 1:
            self._starts += [index + 1 for index, letter in enumerate(self._prose) if letter == "\n"]
        return self._first_line + bisect_right(self._starts, place) - 1


class _Converter:
    """One Markdown instance, used again and again: building one costs more than most texts."""

    def __init__(self) -> None:
        self._markup = Markup()
        self._markdown = python_markdown.Markdown(
            extensions=[
                TableExtension(use_align_attribute=True),
                DefListExtension(),
                FencedCodeExtension(),
                AdmonitionExtension(),
                self._markup,
            ],
            output_format="html",
        )

    def convert(self, text: str, subject: Subject) -> str:
        self._markup.subject = subject
        self._markdown.reset()
        try:
            return self._markdown.convert(text)
        finally:
            self._markup.subject = Subject.nothing()


_per_thread = threading.local()


def _converter() -> _Converter:
    converter = getattr(_per_thread, "converter", None)
    if not isinstance(converter, _Converter):
        converter = _per_thread.converter = _Converter()
    return converter
