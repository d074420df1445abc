"""Our additions to Python-Markdown: claims, figures, links, callouts, tables and heading ids."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from training.content.documents import Asset, Heading
from training.content.faults import Faults, did_you_mean, quoted
from training.content.figures import MEDIA_TYPES, Figure, find_figure
from training.content.inspection import claim_faults, split_claim
from training.content.page import Page, heading_id, short_citation
from training.content.safety import ALIGNMENTS, CALLOUTS, SCHEMES, scheme_of

_CLAIM = r"\{\{\s*claim\s*:\s*([^{}]*)\}\}"
_WIDE_COLUMNS = 3


class LineFinder(Protocol):
    def find(self, *spellings: str) -> int: ...


class _NoLines:
    def find(self, *spellings: str) -> int:
        return 1


@dataclass
class Subject:
    """The text being rendered: what is known around it, and what it turned out to show."""

    page: Page
    faults: Faults
    lines: LineFinder
    taken_ids: set[str]
    headings: list[Heading] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    reference_keys: list[str] = field(default_factory=list)

    @classmethod
    def nothing(cls) -> Subject:
        return cls(Page(), Faults(""), _NoLines(), set())


class Markup(Extension):
    """Registers the additions; `subject` is set before each conversion."""

    def __init__(self) -> None:
        super().__init__()
        self.subject = Subject.nothing()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown calls it so
        md.preprocessors.deregister("html_block")
        for pattern in ("html", "automail"):
            md.inlinePatterns.deregister(pattern)
        md.parser.blockprocessors.deregister("code")  # indented text is text; code stands in fences
        md.treeprocessors.deregister("prettify")
        md.inlinePatterns.register(_Claims(_CLAIM, md, self), "claim", 185)
        md.treeprocessors.register(_Finish(md, self), "segmental", -10)


class _Claims(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, markup: Markup) -> None:
        super().__init__(pattern, md)
        self._markup = markup

    # The parent's signature returns a wider union.
    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        subject = self._markup.subject
        if any(True for _ in claim_faults(m[1], subject.page)):
            return None, None, None
        standing, keys = split_claim(m[1])
        badge = Element("span", {"class": f"claim claim-{standing}"})
        badge.text = AtomicString(standing)
        for key in keys:
            if key not in subject.reference_keys:
                subject.reference_keys.append(key)
            reference = subject.page.references[key]
            link = SubElement(badge, "a", {"href": f"#ref-{key}", "title": reference.citation})
            link.text = AtomicString(short_citation(reference))
            if len(badge) > 1:
                badge[-2].tail = AtomicString(", ")
            else:
                badge.text = AtomicString(f"{standing}: ")
        return badge, m.start(0), m.end(0)


class _Finish(Treeprocessor):
    """Turns the plain tree into the one we show."""

    def __init__(self, md: Markdown, markup: Markup) -> None:
        super().__init__(md)
        self._markup = markup

    def run(self, root: Element) -> None:
        subject = self._markup.subject
        parents = {child: parent for parent in root.iter() for child in parent}
        for element in list(root.iter()):
            tag = element.tag
            if tag == "img":
                _finish_image(element, parents.get(element), subject)
            elif tag == "a" and not _is_citation(element, parents.get(element)):
                _finish_link(element, subject)
            elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                _finish_heading(element, subject)
            elif tag == "div" and element.get("class", "").startswith("admonition"):
                _finish_callout(element)
            elif tag in ("th", "td"):
                _finish_cell(element)
            elif tag == "table":
                _finish_table(element, parents[element])


def _is_citation(element: Element, parent: Element | None) -> bool:
    return parent is not None and parent.get("class", "").startswith("claim ")


def _finish_image(image: Element, parent: Element | None, subject: Subject) -> None:
    target, alternative, caption = image.get("src", ""), image.get("alt", "").strip(), image.get("title", "")
    line = subject.lines.find(f"]({target}", f"](<{target}", target)
    if not alternative:
        subject.faults.add(line, "an image without alternative text", "say in the brackets what the picture shows")
    found = find_figure(subject.page.folder, target) if not scheme_of(target) and target[:2] != "//" else None
    image.attrib.clear()
    image.set("alt", alternative)
    if isinstance(found, Figure):
        if found.asset not in subject.assets:
            subject.assets.append(found.asset)
        image.set("src", found.address)
        if found.width and found.height:
            image.set("width", str(found.width))
            image.set("height", str(found.height))
        image.set("loading", "lazy")
        image.set("decoding", "async")
    elif found is None:
        subject.faults.add(line, f"the image {quoted(target)} lies on another site", "copy it into the folder figures")
    else:
        subject.faults.add(line, f"the image {quoted(target)} {found.what}", found.todo)
    if parent is None or parent.tag != "p":
        return
    if len(parent) == 1 and not (parent.text or "").strip() and not (image.tail or "").strip():
        parent.tag, parent.text, image.tail = "figure", None, None
        if isinstance(found, Figure):
            parent.remove(image)
            # On a phone the drawing is wider than the page: one scrolls it, or opens it alone to enlarge it.
            SubElement(parent, "a", {"href": found.address}).append(image)
        if caption:
            SubElement(parent, "figcaption").text = caption
    else:
        subject.faults.add(line, "an image inside a paragraph", "put a blank line before and after the image")


def _finish_link(link: Element, subject: Subject) -> None:
    target = link.get("href", "").strip()
    scheme = scheme_of(target)
    line = subject.lines.find(f"]({target}", f"](<{target}", f"<{target}>", target)
    address: str | None = None
    if scheme in SCHEMES:
        if scheme == "mailto" or _host(target):
            address = target
            if scheme != "mailto":
                link.set("rel", "noopener noreferrer")
        else:
            subject.faults.add(line, f"the link {quoted(target)} names no site", "write the whole address")
    elif scheme:
        subject.faults.add(line, f"a link with the scheme {quoted(scheme)}", "link to http, https or mailto")
    elif target.startswith(("/", "\\")):
        subject.faults.add(line, f"the link {quoted(target)} cannot be checked", "name the file, such as 02-signs.md")
    elif target.startswith("#"):
        address = f"#sec-{target[1:].removeprefix('sec-')}"
    else:
        address = _content_address(target, line, subject)
    if address:
        link.set("href", address)
    else:
        link.attrib.pop("href", None)


def _host(target: str) -> str:
    try:
        return urlsplit(target).netloc
    except ValueError:
        return ""


def _content_address(target: str, line: int, subject: Subject) -> str | None:
    """The address of another lesson, course or figure; None, with a problem, when there is none."""
    file, _, anchor = target.partition("#")
    found = subject.page.address_of(file)
    if found is not None:
        return f"{found}#sec-{anchor.removeprefix('sec-')}" if anchor else found
    if any(file.lower().endswith(suffix) for suffix in MEDIA_TYPES):
        figure = find_figure(subject.page.folder, file)
        if isinstance(figure, Figure):
            if figure.asset not in subject.assets:
                subject.assets.append(figure.asset)
            return figure.address
    todo = did_you_mean(file, subject.page.files_like(), "correct the name, or write the file")
    subject.faults.add(line, f"the link {quoted(target)} leads nowhere", todo)
    return None


def _finish_heading(heading: Element, subject: Subject) -> None:
    if heading.tag == "h1":
        heading.tag = "h2"
    text = " ".join("".join(heading.itertext()).split())
    level = int(heading.tag[1])
    if subject.page.heading_ids:
        anchor = heading_id(text, subject.taken_ids)
        heading.set("id", anchor)
        if level <= 3:
            subject.headings.append(Heading(anchor, text, level))


def _finish_callout(box: Element) -> None:
    words = box.get("class", "").split()
    kind = next((word for word in words[1:] if word in CALLOUTS), "note")
    box.tag = "aside"
    box.set("class", f"callout callout-{kind}")
    for child in box:
        if child.tag == "p" and child.get("class") == "admonition-title":
            child.set("class", "callout-title")


def _finish_cell(cell: Element) -> None:
    side = cell.attrib.pop("align", "")
    if side in ALIGNMENTS:
        cell.set("class", f"align-{side}")
    if cell.tag == "th":
        cell.set("scope", "col")


def _finish_table(table: Element, parent: Element) -> None:
    """Put a wide table into a box that scrolls by itself, reachable by keyboard, named by its columns."""
    headers = [" ".join("".join(cell.itertext()).split()) for cell in table.iter("th")]
    if len(headers) < _WIDE_COLUMNS:
        return
    names = ", ".join(header for header in headers if header)
    box = Element(
        "div", {"class": "table-scroll", "tabindex": "0", "role": "region", "aria-label": f"Table: {names}"[:160]}
    )
    box.tail, table.tail = table.tail, None
    parent[list(parent).index(table)] = box
    box.append(table)
