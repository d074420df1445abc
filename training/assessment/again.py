"""An answered practice patient explained a second time, in another way: finding by finding.

Never of a sign-off case, and never before the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.anatomy.observations import Observation
from training.anatomy.segments import POSITION
from training.anatomy.stepwise import Stage, stepwise
from training.anatomy.structures import Structure
from training.assessment import player
from training.assessment.room import encounters
from training.assessment.room.encounters import Mode
from training.content.localizing import observations_of
from training.db.errors import NotFound


@dataclass(frozen=True)
class Again:
    """`stages` one for each thing examined; keys and chosen as they were answered. disputed: where charts disagree."""

    title: str
    stages: tuple[Stage, ...]
    keys: tuple[str, ...]
    chosen: str
    disputed: tuple[Structure, ...]


def of_attempt(session: Session, public_id: str, person_id: int) -> Again:
    """One's own practice case, once its segment was answered. Raises NotFound."""
    played = player.play(session, public_id, person_id)
    if isinstance(played, player.CasePlay) and not played.attempt.sign_off:
        for step in played.steps:
            if step.question.kind == "segment" and step.answer is not None and played.case.findings:
                rows = [one for finding in played.case.findings for one in observations_of(finding)]
                return explained(played.case.title, rows, step.question.segments, step.answer.response["segment"])
    raise NotFound("There is nothing to explain here yet. Answer the question about the segment first.")


def of_encounter(session: Session, public_id: str, person_id: int, mode: Mode) -> Again:
    """One's own patient, once answered. Raises NotFound."""
    encounter = encounters.encounter_of(session, public_id, person_id, mode)
    if not encounter.finished:
        raise NotFound("There is nothing to explain here yet. Answer first.")
    met = encounters.met_in(session, encounter)
    return explained(met.title, met.rows, met.keys, str((encounter.response or {}).get("segment", "")))


def explained(title: str, rows: Sequence[Observation], keys: tuple[str, ...], chosen: str) -> Again:
    follow = [one for one in dict.fromkeys((*keys, chosen)) if one in POSITION]
    disputed = {one.structure.id: one.structure for one in rows if one.structure.disagreement}
    return Again(title, stepwise(rows, follow), keys, chosen, tuple(disputed.values()))
