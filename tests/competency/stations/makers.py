"""A session of the shipped stations, with as many candidates as a test needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tests.makers import NOON, make_person
from training.accounts.models import Person
from training.competency.stations import service
from training.competency.stations.models import PracticalExam, StationScore
from training.content.documents import Station
from training.db.base import new_public_id
from training.web.access import Role

MOTOR, CONSENT = "motor-c6-c7", "consent-and-the-grasp"
WORDS = "Steady hands, and said what they were doing."


class Hall:
    """Who sits and who examines. `station`: the documents by id."""

    def __init__(self, session: Session, candidates: int = 3) -> None:
        self.session = session
        self.now = NOON
        self.examiner = make_person(session, Role.ASSESSOR, name="Edda Examiner")
        self.other = make_person(session, Role.ASSESSOR, name="Otto Other")
        self.decider = make_person(session, Role.DECIDER, name="Dora Decider")
        self.candidates = [make_person(session, name=f"Candidate {number:02}") for number in range(candidates)]
        session.flush()
        self.station = {document.id: document for _, document in service.stations_offered(session)}

    def open(self, stations: Sequence[str] = (MOTOR,), people: Sequence[Person] | None = None) -> PracticalExam:
        made = service.open_session(
            self.session,
            title="Practical exam, spring",
            held_on=date(2026, 6, 1),
            station_ids=stations,
            candidate_ids=[one.public_id for one in (self.candidates if people is None else people)],
            nonce=new_public_id(),
            by_id=self.examiner.id,
            at=NOON,
        )
        self.session.flush()
        return made

    def score(
        self,
        exam: PracticalExam,
        candidate: Person,
        *,
        missing: Sequence[str] = (),
        rating: int = 4,
        station: str = MOTOR,
        examiner: Person | None = None,
        nonce: str = "",
        comment: str = WORDS,
    ) -> StationScore:
        done = [one.id for one in self.station[station].items if one.id not in missing]
        return service.score(
            self.session,
            exam.public_id,
            station,
            candidate_id=candidate.id,
            examiner_id=(examiner or self.examiner).id,
            done=done,
            rating=rating,
            comment=comment,
            nonce=nonce or new_public_id(),
            at=NOON,
        )

    def later(self) -> datetime:
        """A minute after whatever was released last."""
        self.now += timedelta(minutes=1)
        return self.now

    def release(self, exam: PracticalExam, by: Person | None = None, *, gaps: bool = True) -> PracticalExam:
        found = service.practical(self.session, exam.public_id)
        return service.release(
            self.session,
            exam.public_id,
            by_id=(by or self.decider).id,
            with_gaps=gaps,
            scores_seen=found.scored,
            at=self.later(),
        )


def worth(station: Station, least: int) -> list[str]:
    """Items that are not critical and weigh at least so much together."""
    found: list[str] = []
    weight = 0
    for one in station.items:
        if not one.critical and weight < least:
            found.append(one.id)
            weight += one.weight
    return found
