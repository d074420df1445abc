"""What of the treatment log counts as evidence."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.competency.rule.facts import Treated
from training.competency.treatments.events import harm_of
from training.competency.treatments.models import StruckTreatment, Treatment


def treated_of(session: Session, person_ids: Iterable[int]) -> dict[int, list[Treated]]:
    """What counts as evidence, by person, in one query: everything that was not struck out."""
    query = (
        select(
            Treatment.person_id,
            Treatment.public_id,
            Treatment.region,
            Treatment.supervision,
            Treatment.grasp,
            Treatment.event,
            Treatment.treated_on,
            Treatment.recorded_at,
        )
        .outerjoin(StruckTreatment, StruckTreatment.treatment_id == Treatment.id)
        .where(Treatment.person_id.in_(list(person_ids)), StruckTreatment.id.is_(None))
        .order_by(Treatment.id)
    )
    found: dict[int, list[Treated]] = {}
    for person_id, public_id, region, supervision, grasp, event, treated_on, recorded_at in session.execute(query):
        one = Treated(public_id, region, supervision, grasp, harm_of(event), treated_on, recorded_at)
        found.setdefault(person_id, []).append(one)
    return found
