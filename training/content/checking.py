"""One case that is no file yet, such as a generated one: read and checked like any other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from training.content.cases import CaseKeys, read_case
from training.content.documents import Case, Problem, Reference
from training.content.faults import Faults
from training.content.front_matter import check_keys, split_front_matter
from training.content.markdown import Renderer
from training.content.page import Page
from training.content.references import read_references
from training.content.source import read_source, source_of

_SHIPPED = Path(__file__).parents[2]


def problems_of_case(text: str, name: str = "case.md") -> tuple[Problem, ...]:
    """What the checker says of a text that should be a case, by line; it may cite the sources that ship."""
    return read_case_text(text, shipped_references(), name)[1]


def read_case_text(
    text: str, references: Mapping[str, Reference], name: str = "case.md"
) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case that a text holds, or None; and its problems. references: the sources that it may cite."""
    faults = Faults(name)
    source = source_of(text.encode("utf-8"), Path(name), name, faults)
    front = split_front_matter(source, faults) if source else None
    keys = check_keys(CaseKeys, front.mapped, faults) if front and front.readable else None
    case = read_case(keys, front, Renderer(Page(references=references), faults)) if keys and front else None
    return (None if len(faults) else case), tuple(faults)


@lru_cache(maxsize=1)
def shipped_references() -> Mapping[str, Reference]:
    """courses/references.yaml of this repository, read once."""
    path = _SHIPPED / "courses" / "references.yaml"
    faults = Faults(path.name)
    source = read_source(path, path.name, faults)
    return read_references(source, faults) if source else {}
