"""Stations of a practical exam: `stations/<id>.yaml`, a task, a checklist and where the standard lies at first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from training.content.documents import Reference, Standard, Station, StationItem
from training.content.faults import Faults, did_you_mean, quoted
from training.content.front_matter import Keys, Mapped, Slug, Text

FEWEST_ITEMS = 5  # below that a score moves by so much with each item that nothing can be read from it
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class StationItemKeys(Keys):
    id: Slug
    text: Text
    weight: Annotated[int, Field(ge=1, le=10)] = 1
    critical: bool = False


class StationStandardKeys(Keys):
    pass_mark: Annotated[float, Field(gt=0, le=1)]
    method: Text
    date: date


class StationKeys(Keys):
    """The file as it is written."""

    id: Slug
    title: Text
    region: Literal["cervical", "thoracic", "lumbar", "sacral", "chest-wall", "any"]
    competencies: Annotated[list[Slug], Field(min_length=1)]
    minutes: Annotated[int, Field(ge=1, le=60)]
    task: Paragraph
    examiner: Paragraph
    items: Annotated[list[StationItemKeys], Field(min_length=1, max_length=40)]
    standard: StationStandardKeys
    contested: Paragraph
    references: Annotated[list[str], Field(min_length=1)]


def read_station(
    keys: StationKeys,
    mapped: Mapped,
    faults: Faults,
    competencies: Collection[str],
    references: Mapping[str, Reference],
) -> Station | None:
    """The station, or None when it has problems. competencies: of the framework, none where it cannot be read."""
    for number, one in enumerate(keys.competencies):
        if competencies and one not in competencies:
            todo = did_you_mean(one, sorted(competencies))
            faults.add(mapped.line("competencies", number), f"unknown competency {quoted(one)}", todo)
    for number, key in enumerate(keys.references):
        if key not in references:
            todo = did_you_mean(key, references, "add it to courses/references.yaml")
            faults.add(mapped.line("references", number), f"unknown source {quoted(key)}", todo)
    _check_items(keys.items, mapped, faults)
    if len(faults):
        return None
    return Station(
        id=keys.id,
        title=keys.title,
        region=keys.region,
        competencies=tuple(dict.fromkeys(keys.competencies)),
        minutes=keys.minutes,
        task=keys.task,
        examiner=keys.examiner,
        items=tuple(StationItem(one.id, one.text, one.weight, one.critical) for one in keys.items),
        standard=Standard(float(keys.standard.pass_mark), keys.standard.method, keys.standard.date.isoformat()),
        contested=keys.contested,
        references=tuple(references[key] for key in dict.fromkeys(keys.references)),
    )


def _check_items(items: Sequence[StationItemKeys], mapped: Mapped, faults: Faults) -> None:
    """Enough of them, each with an id of its own, and none that outweighs the others together."""
    if len(items) < FEWEST_ITEMS:
        what = f"a checklist of {len(items)} item(s)"
        faults.add(mapped.line("items"), what, f"write at least {FEWEST_ITEMS}")
    seen: set[str] = set()
    whole = sum(one.weight for one in items)
    for number, one in enumerate(items):
        if one.id in seen:
            line = mapped.line("items", number, "id")
            faults.add(line, f"the id {quoted(one.id)} stands twice", "give one another id")
        seen.add(one.id)
        if len(items) >= FEWEST_ITEMS and one.weight * 2 > whole:
            line = mapped.line("items", number, "weight")
            faults.add(
                line, f"{quoted(one.id)} weighs more than all others together", "lower its weight, or make it critical"
            )
