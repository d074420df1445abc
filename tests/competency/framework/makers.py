"""Other versions of the shipped framework."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from tests.makers import NOON
from training.content.documents import Competency, Framework, Item, Library, QuizAsked, ScopeLine
from training.library import service as library

LATER = NOON + timedelta(days=40)


def framework_of(shipped: Library) -> Framework:
    (found,) = (item.document for item in shipped.items if item.kind == "framework")
    assert isinstance(found, Framework)
    return found


def as_item(shipped: Library, framework: Framework) -> Item:
    """The framework's item, as if its file said something else."""
    (item,) = (one for one in shipped.items if one.kind == "framework")
    return replace(item, document=framework, hash=sha256(repr(framework).encode()).hexdigest())


def republish(
    session: Session, shipped: Library, change: Callable[[Framework], Framework], *, at: datetime = LATER
) -> str:
    """Publish a changed framework alone; returns its hash."""
    item = as_item(shipped, change(framework_of(shipped)))
    library.publish(session, [item], at=at, retire_missing=False)
    return item.hash


def with_competency(framework: Framework, name: str, change: Callable[[Competency], Competency]) -> Framework:
    changed = tuple(change(one) if one.id == name else one for one in framework.competencies)
    return replace(framework, competencies=changed)


def asking_another_quiz(framework: Framework) -> Framework:
    """Safety asks for a quiz that nobody has taken."""
    return replace(
        with_competency(framework, "safety", lambda one: replace(one, rule=(*one.rule, QuizAsked("quiz-of-tomorrow")))),
        version="2.1",
    )


def without(framework: Framework, name: str) -> Framework:
    """The file with one competency left out, of the scope as well."""
    return replace(
        framework,
        version="3.0",
        competencies=tuple(one for one in framework.competencies if one.id != name),
        scope=tuple(line_without(line, name) for line in framework.scope),
    )


def line_without(line: ScopeLine, name: str) -> ScopeLine:
    return replace(
        line,
        supervised=tuple(one for one in line.supervised if one != name),
        independent=tuple(one for one in line.independent if one != name),
    )


def retiring(framework: Framework, name: str) -> Framework:
    kept = with_competency(framework, name, lambda one: replace(one, retired=True))
    return replace(kept, version="3.0", scope=without(framework, name).scope)
