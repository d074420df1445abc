"""The calibration file: `courses/calibration.yaml`, invented encounters that assessors rate before they see a range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from training.content.documents import Calibration, ObservedRegion
from training.content.faults import Faults, quoted
from training.content.front_matter import Keys, Mapped, Slug, Text
from training.content.observing_documents import SampleEncounter

Paragraphs = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Level = Annotated[int, Field(ge=1, le=5)]
WIDEST = 3  # levels; a range of four says next to nothing of five


class SampleEncounterKeys(Keys):
    id: Slug
    title: Text
    region: ObservedRegion
    text: Paragraphs
    expected: Annotated[list[Level], Field(min_length=1, max_length=2)]
    why: Paragraphs


class CalibrationKeys(Keys):
    """The file as it is written. `expected` is one level, or the lowest and the highest."""

    id: Slug
    title: Text
    note: Paragraphs
    encounters: Annotated[list[SampleEncounterKeys], Field(min_length=1, max_length=60)]


def read_calibration(keys: CalibrationKeys, mapped: Mapped, faults: Faults) -> Calibration | None:
    """The encounters in the file's order, or None when it has problems; every one of them goes to the faults."""
    _check(keys.encounters, mapped, faults)
    if len(faults):
        return None
    encounters = tuple(
        SampleEncounter(
            id=one.id,
            title=one.title,
            region=one.region,
            text=one.text.strip(),
            low=one.expected[0],
            high=one.expected[-1],
            why=one.why.strip(),
        )
        for one in keys.encounters
    )
    return Calibration(keys.id, keys.title, keys.note.strip(), encounters)


def _check(encounters: Sequence[SampleEncounterKeys], mapped: Mapped, faults: Faults) -> None:
    """Ids stand once, and ranges run upwards and say something."""
    seen: set[str] = set()
    for number, one in enumerate(encounters):
        if one.id in seen:
            line = mapped.line("encounters", number, "id")
            faults.add(line, f"the id {quoted(one.id)} stands twice", "give one another id")
        seen.add(one.id)
        low, high = one.expected[0], one.expected[-1]
        line = mapped.line("encounters", number, "expected")
        if low > high:
            faults.add(line, f"the range runs from {low} down to {high}", "write the lower level first")
        elif high - low >= WIDEST:
            faults.add(line, f"the range holds {high - low + 1} of the 5 levels", f"name at most {WIDEST}")
