"""The rules of each jurisdiction as `courses/jurisdictions.yaml` says them, read once a process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from training.content.jurisdictions import FILE, Fact, Jurisdiction, RegisterClass, load_jurisdictions

FRESH = timedelta(days=365)  # a rule that nobody compared with its source for so long asks for a look

content_root = Path(__file__).resolve().parents[3]  # factory.connect_hooks sets the configured one


@dataclass(frozen=True)
class Stale:
    """A rule that nobody compared with its source for a year; `where` names the line to edit."""

    jurisdiction: Jurisdiction
    what: str
    checked: date | None
    where: str


def jurisdictions() -> tuple[Jurisdiction, ...]:
    return _read(content_root)


@lru_cache(maxsize=4)
def _read(root: Path) -> tuple[Jurisdiction, ...]:
    return load_jurisdictions(root)


def jurisdiction(wanted: str) -> Jurisdiction | None:
    return next((one for one in jurisdictions() if one.id == wanted), None)


def register_class(jurisdiction_id: str, class_id: str) -> RegisterClass | None:
    found = jurisdiction(jurisdiction_id)
    return found.register_class(class_id) if found else None


def is_stale(fact: Fact, today: date) -> bool:
    """Whether a rule asks for a look: nobody ever compared it, or not within a year."""
    return fact.checked is None or today - fact.checked > FRESH


def stale(found: tuple[Jurisdiction, ...], today: date) -> list[Stale]:
    """Every rule that asks for a look, those never compared first, then the oldest."""
    due = [
        Stale(one, what, fact.checked, f"{FILE}:{fact.line}")
        for one in found
        for what, fact in named_facts(one)
        if is_stale(fact, today)
    ]
    return sorted(due, key=lambda each: each.checked or date.min)


def named_facts(one: Jurisdiction) -> Iterator[tuple[str, Fact]]:
    """Each rule of a jurisdiction with what it is: the name of a register class, or a name of FACTS."""
    for each in one.classes:
        yield each.name, each
    yield from one.facts.items()
