"""The first page of practice: where to go on, what is worth doing next and why, and where each block stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.anatomy.segments import POSITION, REGIONS, SEGMENTS, region_of
from training.assessment.room import planning, rooms
from training.assessment.room.answered import answered
from training.assessment.room.planning import ALL, Wish, segments_in
from training.assessment.room.practice import pairs
from training.assessment.room.rooms import MetLine
from training.measurement import interleaving
from training.measurement.interleaving import Block, Confused, Focus, Rule, Step, configured

PAIR_PATIENTS = 10  # how many the advice speaks of; the run itself has no end


@dataclass(frozen=True)
class Advice:
    """What is worth doing next: `confused` where two segments are kept confusing, else the `step` of the plan."""

    wish: Wish
    confused: Confused | None
    step: Step


@dataclass(frozen=True)
class Hub:
    """under_way: of the patients met lately those not answered yet, the newest first; last: a run that can go on.

    blocks: those that were begun. answered: how many answers the plan follows from.
    """

    under_way: tuple[MetLine, ...]
    last: MetLine | None
    advice: Advice
    blocks: tuple[Block, ...]
    answered: int
    competencies: tuple[tuple[str, str], ...]
    rule: Rule


def hub(session: Session, person_id: int) -> Hub:
    """In four queries, however much was answered."""
    met = rooms.generated_lately(session, person_id)
    history = answered(session, person_id)
    rule = configured()
    return Hub(
        under_way=tuple(line for line in met if line.right is None),
        last=next((line for line in met if line.right is not None), None),
        advice=advise(history),
        blocks=tuple(one for one in interleaving.blocks(history, Focus(SEGMENTS), rule) if one.begun),
        answered=len(history),
        competencies=tuple((f"{planning.COMPETENCY}{region}", region) for region in REGIONS),
        rule=rule,
    )


def advise(history: list[interleaving.Answered]) -> Advice:
    """Two segments that are kept confusing go before the plan."""
    kept = [
        one for one in interleaving.kept_confusing(history, configured()) if {one.key, one.named} <= POSITION.keys()
    ]
    confused = kept[0] if kept else None
    wish = apart(confused.key, confused.named) if confused else Wish("", 0, "", focus=ALL)
    return Advice(wish, confused, planning.next_step(Wish("", 0, "", focus=ALL), history))


def apart(one: str, other: str) -> Wish:
    """Patients who tell two segments apart: twins where the generator knows the pair, else the two mixed."""
    first, second = sorted((one, other), key=POSITION.__getitem__)
    pair = f"{first}/{second}"
    if pair in pairs():
        return Wish("", 2, pair)
    return Wish("", 0, "", focus=f"segments:{first},{second}", way="mixed")


def region_of_focus(wish: Wish) -> str | None:
    """The region that a focus keeps to; None for all or several."""
    regions = {region for region in REGIONS for one in segments_in(wish.focus or ALL) if region_of(one) == region}
    return regions.pop() if len(regions) == 1 else None
