"""The sources that content cites: `courses/references.yaml`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from training.content.documents import Reference
from training.content.faults import Faults, did_you_mean, quoted
from training.content.front_matter import Keys, Mapped, check_keys, read_mapping
from training.content.markdown import Renderer
from training.content.source import Source

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,39}")


class ReferenceKeys(Keys):
    """What the file says of one source."""

    citation: str
    doi: str = ""
    seen: str = ""
    short: str = ""


def read_references(source: Source, faults: Faults) -> dict[str, Reference]:
    """All sources that are rightly written, by key; the rest become problems."""
    mapped = read_mapping(source.text, 1, faults)
    if mapped is None:
        return {}
    found: dict[str, Reference] = {}
    for key, value in mapped.values.items():
        line = mapped.line(key)
        if not _KEY.fullmatch(key):
            faults.add(line, f"the source key {quoted(key)} cannot be used", "use letters, digits and _, at most 40")
            continue
        if not isinstance(value, dict):
            faults.add(line, f"{key} has no citation", "write its keys citation, doi, seen below it")
            continue
        keys = check_keys(ReferenceKeys, _inside(mapped, key, value), faults, key)
        if keys is None:
            continue
        if not keys.citation:
            faults.add(line, f"{key} has an empty citation", "fill it in")
            continue
        found[key] = Reference(
            key, *(" ".join(text.split()) for text in (keys.citation, keys.doi, keys.seen, keys.short))
        )
    return found


def _inside(mapped: Mapped, key: str, value: dict[Any, Any]) -> Mapped:
    """The mapping below a key, with its own lines."""
    lines = {place[1:]: line for place, line in mapped.lines.items() if len(place) > 1 and place[0] == key}
    return Mapped({str(name): inner for name, inner in value.items()}, lines, mapped.line(key))


def check_references(keys: Sequence[str], mapped: Mapped, renderer: Renderer) -> None:
    """A problem for each source named in the front matter that is not in the file of references."""
    known = renderer.page.references
    for number, key in enumerate(keys):
        if key not in known:
            todo = did_you_mean(key, known, "add it to courses/references.yaml")
            renderer.faults.add(mapped.line("references", number), f"unknown source {quoted(key)}", todo)


def cited(renderer: Renderer, keys: Sequence[str]) -> tuple[Reference, ...]:
    """The sources to print: those of the front matter, then those of claims, each once."""
    known = renderer.page.references
    return tuple(known[key] for key in dict.fromkeys((*keys, *renderer.reference_keys)) if key in known)
