"""How far everybody is, for those who observe and decide: the whole school in a handful of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.accounts.service import Profile
from training.competency.evidence import gather
from training.competency.rule.curve import Ask
from training.competency.rule.readiness import Readiness, best_of, exceeds, readiness
from training.competency.sign_off.models import SignOff
from training.competency.treatments.curves import learning_curves, signed_among
from training.web.access import Role


@dataclass(frozen=True)
class TraineeRow:
    """A trainee in the queue. `granted` is the best level that earlier sign-offs gave in each line, `asks` what drifts
    since them ask for."""

    person: Profile
    readiness: Readiness
    open_number: str | None
    granted: Mapping[str, str]
    asks: tuple[Ask, ...] = ()

    @property
    def new_lines(self) -> list[str]:
        """The lines in which the evidence allows more than was ever granted."""
        return exceeds(self.readiness.scope, self.granted)

    @property
    def ready(self) -> bool:
        """Whether an assessor could propose something now."""
        return self.open_number is None and bool(self.new_lines)


@dataclass(frozen=True)
class Queue:
    """The trainees who match, and the names of all cohorts that trainees are in."""

    rows: list[TraineeRow]
    cohorts: list[str]


def trainees(session: Session, *, search: str = "", cohort: str = "") -> Queue:
    """Those who match, first whoever can be proposed, then by how much is met; seven queries however many they are."""
    everybody = people.directory(session, role=Role.TRAINEE)
    cohorts = sorted({name for person in everybody for name in person.cohorts})
    word = search.strip().casefold()
    matching = [
        person
        for person in everybody
        if (not cohort or cohort in person.cohorts)
        and (not word or word in person.name.casefold() or word in person.email)
    ]
    ids = [person.id for person in matching]
    if not ids:
        return Queue([], cohorts)
    gathered = gather(session, ids, every_try=False)
    open_numbers: dict[int, str] = {}
    granted: dict[int, list[dict[str, str]]] = {}
    decided: dict[int, list[tuple[datetime | None, dict[str, str]]]] = {}
    of_them = SignOff.trainee_id.in_(ids), SignOff.state.in_(("proposed", "granted")), SignOff.reversed_at.is_(None)
    for one in session.execute(
        select(SignOff.trainee_id, SignOff.number, SignOff.state, SignOff.scope, SignOff.decided_at).where(*of_them)
    ):
        if one.state == "proposed":
            open_numbers[one.trainee_id] = one.number
        else:
            granted.setdefault(one.trainee_id, []).append(one.scope)
            decided.setdefault(one.trainee_id, []).append((one.decided_at, one.scope))
    rows = [
        TraineeRow(
            person,
            readiness(gathered.current.framework, gathered.evidence[person.id]),
            open_numbers.get(person.id),
            best_of(granted.get(person.id, ())),
            learning_curves(
                gathered.current.framework, gathered.evidence[person.id], signed_among(decided.get(person.id, ()))
            ).asks
            if person.id in decided
            else (),
        )
        for person in matching
    ]
    return Queue(sorted(rows, key=lambda row: (not row.ready, -row.readiness.met, row.person.name.casefold())), cohorts)
