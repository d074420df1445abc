"""What the pages of the room show while somebody examines, put together for the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.anatomy.chart.areas import Area, area_of
from training.anatomy.chart.marks import ChartFinding, Mark, marks
from training.anatomy.information import Manner, manners
from training.anatomy.localization import Localization, localize
from training.anatomy.observations import Observation
from training.anatomy.structures import Structure
from training.anatomy.verdicts import alarms
from training.assessment.room import encounters, found, offers
from training.assessment.room.encounters import EncounterView, Met
from training.assessment.room.found import Step

NERVES_MATTER = 0.1
"""The best nerve stands below the column from this probability on."""


@dataclass(frozen=True)
class Ranking:
    """How strongly what was found speaks for each segment. `nerve`: the best one where nerves matter, else None."""

    shares: dict[str, float]
    best: tuple[tuple[str, float], ...]
    nerve: tuple[str, float] | None


@dataclass(frozen=True)
class Visit:
    """An encounter with the patient and all that was found so far; `seconds` is the time used."""

    encounter: EncounterView
    met: Met
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> int:
        return sum(step.seconds for step in self.steps)

    @property
    def observations(self) -> tuple[Observation, ...]:
        return tuple(one for step in self.steps for one in step.observations)

    @property
    def done(self) -> dict[tuple[str, str], Step]:
        return {step.key: step for step in self.steps}

    @property
    def marks(self) -> tuple[Mark, ...]:
        return marks([charted(step) for step in self.steps])

    @property
    def ranking(self) -> Ranking:
        return ranking(localize(self.observations))

    @property
    def alarming(self) -> bool:
        """Whether something was found that makes needling wrong until someone has looked."""
        return bool(alarms(self.observations))

    @property
    def areas(self) -> frozenset[Area]:
        """Where something was examined."""
        return frozenset(area_of(step.structure) for step in self.steps if step.structure is not None)


@dataclass(frozen=True)
class Lists:
    """What the page offers to examine: an area's list for one manner, a manner's for the whole body, or a search."""

    area: Area | None
    manner: Manner | None
    manners: tuple[Manner, ...]
    groups: tuple[offers.Group, ...] = ()
    by_area: tuple[tuple[Area, tuple[offers.Group, ...]], ...] = ()
    areas: tuple[Area, ...] = ()
    search: offers.Search | None = None


def visit(session: Session, public_id: str, person_id: int) -> Visit:
    """One's own encounter in the room. Raises NotFound."""
    encounter = encounters.encounter_of(session, public_id, person_id, "room")
    return Visit(encounter, encounters.met_in(session, encounter), encounters.steps_of(session, encounter.id))


def lists(visit: Visit, area: Area | None, manner: str, query: str) -> Lists:
    """A name goes before a place. An area without a manner opens its first one."""
    done = visit.done
    if query:
        return Lists(None, None, (), search=offers.search(query, done))
    if area is not None:
        here = offers.manners_in(area)
        chosen = next((one for one in here if one.id == manner), here[0] if here else None)
        groups = offers.in_area(area, chosen.id, done) if chosen else ()
        return Lists(area, chosen, here, groups=groups)
    if manner:
        return Lists(
            None, manners()[manner], (), by_area=offers.everywhere(manner, done), areas=offers.areas_of(manner)
        )
    return Lists(None, None, ())


def ranking(localization: Localization) -> Ranking:
    name, share = localization.nerves[0]
    return Ranking(
        dict(localization.segments), localization.segments[:3], (name, share) if share >= NERVES_MATTER else None
    )


def charted(step: Step) -> ChartFinding:
    """A step as the body chart marks it."""
    structure = step.structure
    side = step.signs[0][2] if step.signs else "both"
    kind, segments = (structure.kind, structure.segments) if structure else ("test", ())
    return ChartFinding(step.structure_id, kind, segments, step.normal, side, step.name, in_words(step.signs))


def charted_rows(rows: Sequence[Observation]) -> tuple[Mark, ...]:
    """Given findings as the body chart marks them: one mark for each structure and side."""
    by_row: dict[tuple[Structure, str], list[Observation]] = {}
    for one in rows:
        by_row.setdefault((one.structure, one.side), []).append(one)
    return marks(
        [
            ChartFinding(
                structure.id,
                structure.kind,
                structure.segments,
                all(found.is_normal(one.sign) for one in its),
                its[0].side,
                structure.name,
                in_words([(one.sign, one.grade, one.side) for one in its]),
            )
            for (structure, _side), its in by_row.items()
        ]
    )


def in_words(signs: Sequence[tuple[str, str, str]]) -> str:
    """ "shortened, very tender": the signs as an author writes them."""
    return ", ".join(f"{grade} {sign}".strip() for sign, grade, _side in signs)
