"""A practical exam of the demonstration school: three stations, every trainee, released."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency import service as competency
from training.db.base import new_public_id
from training.demo.people import TRAINEES
from training.web.access import Role

STATIONS = ("motor-c6-c7", "consent-and-the-grasp", "needles-hygiene-sharps")
EXAMINERS = ("Ines Duarte", "Jonas Achterberg")
SEEN = {
    1: "Began without asking anything, and had to be stopped.",
    2: "The order got lost half way; some of it came back when asked.",
    3: "Sound, a little slow; named what they found.",
    4: "Calm and complete.",
    5: "I would have learnt from watching this.",
}


def hold(session: Session, ids: Mapping[str, int], now: datetime, zone: ZoneInfo) -> None:
    """Open the session, let two assessors score everybody, and let the decider release it. `ids` are by name."""
    chance = Random("practical")
    began = now - timedelta(days=6)
    trainees = {one.id: one for one in people.directory(session, role=Role.TRAINEE)}
    exam = competency.open_practical(
        session,
        title="Practical exam, autumn",
        held_on=began.astimezone(zone).date(),
        station_ids=STATIONS,
        candidate_ids=[trainees[ids[part.name]].public_id for part in TRAINEES],
        nonce=new_public_id(),
        by_id=ids["Ines Duarte"],
        at=began,
    )
    found = competency.practical(session, exam.public_id)
    minutes = 0
    for number, place in enumerate(found.places):
        for turn, candidate in enumerate(found.candidates):
            minutes += 3
            skill = chance.gauss(3.1 + 0.12 * (turn % 5), 0.9)
            rating = min(5, max(1, round(skill)))
            done = [
                one.id
                for one in place.station.items
                if chance.random() < min(0.98, 0.28 + 0.15 * skill + (0.2 if one.critical else 0))
            ]
            competency.score_station(
                session,
                exam.public_id,
                place.station.id,
                candidate_id=candidate.id,
                examiner_id=ids[EXAMINERS[number % 2]],
                done=done,
                rating=rating,
                comment=SEEN[rating],
                nonce=new_public_id(),
                at=began + timedelta(minutes=minutes),
            )
    competency.release_practical(
        session,
        exam.public_id,
        by_id=ids["Ruth Okafor"],
        with_gaps=False,
        scores_seen=len(found.candidates) * len(found.places),
        at=began + timedelta(days=1),
    )
