"""Observed practice in the demonstration school: a request that waits for an assessor, and sample encounters rated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from training.competency import service as competency
from training.db.base import new_public_id

RATED = {
    "Ines Duarte": (4, 2, 4, 2, 3),
    "Jonas Achterberg": (5, 3, 4),
    "Karim Haddad": (4, 2),
}
WORDS = (
    "Screened before anything else, named the level aloud, counted needles in and out; I said nothing.",
    "The first angle pointed between the ribs. Stopped at my word, changed the needle, asked me to watch.",
    "Asked about numbness and water, tested both ankle reflexes, telephoned and wrote the time down.",
    "Did not ask about blood thinners. Went on when the patient asked whether the cramp was normal.",
    "Read the questions from a card, palpated twice, asked me to confirm a level that was right.",
)


def ask_and_calibrate(session: Session, ids: Mapping[str, int], secret_key: str, now: datetime) -> None:
    """`ids` are by name."""
    competency.ask_for_observation(
        session,
        ids["Pia Zimmer"],
        region="lumbar",
        focus="How I choose the paraspinal level",
        public_id=new_public_id(),
        secret_key=secret_key,
        at=now - timedelta(hours=20),
    )
    for name, levels in RATED.items():
        at = now - timedelta(days=30)
        samples = competency.samples_for(session, ids[name])
        for sample, level, words in zip(samples, levels, WORDS, strict=False):
            at += timedelta(minutes=3)
            competency.write_words_on_sample(session, ids[name], sample.encounter.id, words=words, at=at)
            competency.rate_sample(
                session, ids[name], sample.encounter.id, entrustment=level, at=at + timedelta(seconds=20)
            )
