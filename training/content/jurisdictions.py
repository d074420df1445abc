"""Who may needle where: `courses/jurisdictions.yaml`, each fact with its sources and the day it was last checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from training.content.documents import Reference
from training.content.faults import Faults, did_you_mean, quoted
from training.content.front_matter import Keys, Mapped, Place, Slug, Text, check_keys, read_mapping
from training.content.references import read_references
from training.content.source import Source, read_source

UNKNOWN = "unknown"
FILE = "courses/jurisdictions.yaml"
FACTS = ("training", "supervised", "adverse_events", "renewal")
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class FactKeys(Keys):
    says: Sentence
    sources: list[str]
    checked: date | Literal["unknown"]


class ClassKeys(FactKeys):
    id: Slug
    name: Text
    may_needle: bool | Literal["unknown"]


class FactsKeys(Keys):
    training: FactKeys
    supervised: FactKeys
    adverse_events: FactKeys
    renewal: FactKeys


class JurisdictionKeys(Keys):
    id: Slug
    name: Text
    country: Text
    classes: Annotated[list[ClassKeys], Field(min_length=1)]
    facts: FactsKeys


class FileKeys(Keys):
    jurisdictions: list[JurisdictionKeys]


@dataclass(frozen=True)
class Fact:
    """What sources say: empty where they are silent. `checked` is None where no day is known; `line` is in the file."""

    says: str
    sources: tuple[Reference, ...]
    checked: date | None
    line: int


@dataclass(frozen=True)
class RegisterClass(Fact):
    """A way of being registered. `may_needle` is None where the sources do not say."""

    id: str
    name: str
    may_needle: bool | None


@dataclass(frozen=True)
class Jurisdiction:
    """Where somebody practises, and its rules as far as our sources say; `facts` by the names in FACTS."""

    id: str
    name: str
    country: str
    classes: tuple[RegisterClass, ...]
    facts: Mapping[str, Fact]

    def register_class(self, class_id: str) -> RegisterClass | None:
        return next((one for one in self.classes if one.id == class_id), None)


def read_jurisdictions(source: Source, references: Mapping[str, Reference], faults: Faults) -> list[Jurisdiction]:
    """Every jurisdiction, or none when the file has problems; every one of them goes to the faults."""
    mapped = read_mapping(source.text, 1, faults)
    keys = check_keys(FileKeys, mapped, faults, "the file") if mapped is not None else None
    if mapped is None or keys is None:
        return []
    reader = _Reader(mapped, references, faults)
    found = [reader.jurisdiction(written, number) for number, written in enumerate(keys.jurisdictions)]
    return [] if len(faults) else found


class _Reader:
    """Makes jurisdictions of their keys, with what all of them share."""

    def __init__(self, mapped: Mapped, references: Mapping[str, Reference], faults: Faults) -> None:
        self.mapped, self.references, self.faults = mapped, references, faults
        self.seen: set[str] = set()

    def jurisdiction(self, written: JurisdictionKeys, number: int) -> Jurisdiction:
        place: Place = ("jurisdictions", number)
        self.refuse_twice(written.id, self.seen, place)
        seen: set[str] = set()
        classes = []
        for position, one in enumerate(written.classes):
            here: Place = (*place, "classes", position)
            self.refuse_twice(one.id, seen, here)
            if one.may_needle != UNKNOWN and not one.sources:
                line = self.mapped.line(*here, "may_needle")
                self.faults.add(line, "a rule without a source", "name its source, or write unknown")
            may = None if isinstance(one.may_needle, str) else one.may_needle
            fact = self.fact(one, here)
            classes.append(RegisterClass(fact.says, fact.sources, fact.checked, fact.line, one.id, one.name, may))
        facts = {name: self.fact(getattr(written.facts, name), (*place, "facts", name)) for name in FACTS}
        return Jurisdiction(written.id, written.name, written.country, tuple(classes), facts)

    def refuse_twice(self, name: str, seen: set[str], place: Place) -> None:
        if name in seen:
            line = self.mapped.line(*place, "id")
            self.faults.add(line, f"the id {quoted(name)} stands twice", "give one another id")
        seen.add(name)

    def fact(self, written: FactKeys, place: Place) -> Fact:
        silent = written.says == UNKNOWN
        if silent and written.sources:
            line = self.mapped.line(*place, "sources")
            self.faults.add(line, "sources of something that is unknown", "say what they say, or empty the list")
        if not silent and not written.sources:
            line = self.mapped.line(*place, "says")
            self.faults.add(line, "a rule without a source", "name its source, or write unknown")
        for number, key in enumerate(written.sources):
            if key not in self.references:
                todo = did_you_mean(key, self.references, "add it to courses/references.yaml")
                self.faults.add(self.mapped.line(*place, "sources", number), f"unknown source {quoted(key)}", todo)
        sources = tuple(self.references[key] for key in written.sources if key in self.references)
        checked = written.checked if isinstance(written.checked, date) else None
        return Fact("" if silent else written.says, sources, checked, self.mapped.line(*place, "checked"))


def load_jurisdictions(root: Path) -> tuple[Jurisdiction, ...]:
    """What the file below a content root says; nothing where there is none. Raises ValueError with a problem of it."""
    if not (root / FILE).is_file():
        return ()
    references: dict[str, Reference] = {}
    cited = read_source(root / "courses/references.yaml", "courses/references.yaml", Faults("courses/references.yaml"))
    if cited is not None:
        references = read_references(cited, Faults("courses/references.yaml"))
    faults = Faults(FILE)
    source = read_source(root / FILE, FILE, faults)
    found = read_jurisdictions(source, references, faults) if source is not None else []
    for problem in faults:
        raise ValueError(f"{problem.path}:{problem.line}: {problem.what}; {problem.todo}")
    return tuple(found)
