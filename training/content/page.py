"""What a rendering must know of the file around the text: where it lies, what it may link to and cite."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from training.content.documents import Reference


@dataclass(frozen=True)
class Page:
    """The surroundings of a text.

    folder: of the file; figures and links are relative to it.
    references: all sources that may be cited, by key.
    addresses: the address on the site of every file that can be linked to, by its path.
    heading_ids: whether second- and third-level headings get an id (lessons; not the small pieces of questions).
    """

    folder: Path = field(default_factory=Path)
    references: Mapping[str, Reference] = field(default_factory=dict)
    addresses: Mapping[Path, str] = field(default_factory=dict)
    heading_ids: bool = False

    def address_of(self, target: str) -> str | None:
        """The address of a content file as named in a link, without its anchor; None when it is not there."""
        try:
            return self.addresses.get(Path(os.path.normpath(self.folder / target)))
        except ValueError:
            return None

    def files_like(self) -> list[str]:
        """Names of the content files beside this one, for suggestions."""
        return [path.name for path in self.addresses if path.parent == Path(os.path.normpath(self.folder))]


def short_citation(reference: Reference) -> str:
    """What a claim's badge calls a source: its short name, else surname and year of its citation, else its key."""
    if reference.short:
        return reference.short
    author = re.match(r"([^\W\d_][\w'\-]+) [A-Z]{1,3}\b", reference.citation)
    year = re.search(r"\b(1[89]|20)\d\d\b", reference.citation)
    return f"{author[1]} {year[0]}" if author and year else reference.key


def heading_id(text: str, taken: set[str]) -> str:
    """An anchor for a heading, unique among those taken, which it joins.

    The prefix keeps it apart from the ids of the page around the text.
    """
    slug = "sec-" + ("-".join(re.findall(r"[a-z0-9]+", text.casefold()))[:60].strip("-") or "part")
    found, number = slug, 2
    while found in taken:
        found, number = f"{slug}-{number}", number + 1
    taken.add(found)
    return found
