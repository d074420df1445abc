"""Sample encounters for assessors: read one, write what was seen, rate it, and only then see what was expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.competency.calibrating.models import CalibrationRating
from training.competency.words import checked_words, text_hash
from training.content.documents import Calibration
from training.content.observing_documents import SampleEncounter
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.library import service as library

# Below five colleagues a distribution would say who rated how.
LEAST_COLLEAGUES = 5
LEVELS = (1, 2, 3, 4, 5)
Verdict = Literal["within", "above", "below"]


class Uncalibrated(Refused):
    """The framework asks assessors to rate more sample encounters first."""


@dataclass(frozen=True)
class Sample:
    """A sample encounter as people meet it now, of which collection and version; `rating` is the reader's own."""

    encounter: SampleEncounter
    collection: Calibration
    version_hash: str
    rating: CalibrationRating | None = None

    @property
    def entrustment(self) -> int | None:
        """What the reader rated; None while they have not."""
        return self.rating.entrustment if self.rating is not None else None

    @property
    def verdict(self) -> Verdict | None:
        """Where the reader's rating lies beside the expected range."""
        level = self.entrustment
        if level is None:
            return None
        return "below" if level < self.encounter.low else "above" if level > self.encounter.high else "within"


def samples_for(session: Session, assessor_id: int) -> list[Sample]:
    """Every sample that is published, in the file's order, with the assessor's own ratings of these versions."""
    entries = library.entries(session, "calibration")
    documents = library.documents(session, [one.version_hash for one in entries])
    query = select(CalibrationRating).where(
        CalibrationRating.assessor_id == assessor_id, CalibrationRating.version_hash.in_(list(documents))
    )
    mine = {(one.version_hash, one.sample_id): one for one in session.scalars(query)}
    return [
        Sample(encounter, collection, version, mine.get((version, encounter.id)))
        for version, collection in documents.items()
        if isinstance(collection, Calibration)
        for encounter in collection.encounters
    ]


def sample_for(session: Session, assessor_id: int, sample_id: str) -> Sample:
    """Raises NotFound for one that is not offered now."""
    found = next((one for one in samples_for(session, assessor_id) if one.encounter.id == sample_id), None)
    if found is None:
        raise NotFound("There is no such sample encounter. The list shows those that are offered now.")
    return found


def write_words(session: Session, assessor_id: int, sample_id: str, *, words: str, at: datetime) -> CalibrationRating:
    """Save what the assessor would write, before anything can be rated; until then it can be written anew.

    Raises NotFound, Invalid for words that cannot be kept, Conflict when the sample is rated.
    """
    words = checked_words(words)
    sample = sample_for(session, assessor_id, sample_id)
    row = _locked(session, assessor_id, sample)
    if row is None:
        row = CalibrationRating(
            assessor_id=assessor_id,
            sample_id=sample_id,
            version_hash=sample.version_hash,
            words=words,
            words_at=at,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            row = _locked(session, assessor_id, sample)
            if row is None:
                raise
    if row.words != words:
        if row.rated_at is not None:
            raise Conflict("You have rated this encounter, and seen what was expected. Your words stand.")
        row.words, row.words_at = words, at
    return row


def rate(session: Session, assessor_id: int, sample_id: str, *, entrustment: int, at: datetime) -> CalibrationRating:
    """Rate a sample once, and journal it; the same rating again changes nothing.

    Raises NotFound, Invalid before there are words and for what is no level, Conflict when it was rated otherwise.
    """
    sample = sample_for(session, assessor_id, sample_id)
    row = _locked(session, assessor_id, sample)
    if row is None or at <= row.words_at:
        raise Invalid("Write first what you saw, then rate.")
    if entrustment not in LEVELS:
        raise Invalid("Choose a level of entrustment from 1 to 5.")
    if row.entrustment is not None:
        if row.entrustment != entrustment:
            raise Conflict("You rated this encounter %(level)s before, and that stands.", level=row.entrustment)
        return row
    row.entrustment, row.rated_at = entrustment, at
    payload = {
        "sample": sample_id,
        "version": row.version_hash,
        "entrustment": entrustment,
        "words_sha256": text_hash(row.words),
    }
    subject = f"calibration/{row.public_id}"
    journal.append(session, "calibration.rated", actor_id=assessor_id, subject=subject, payload=payload, at=at)
    return row


def _locked(session: Session, assessor_id: int, sample: Sample) -> CalibrationRating | None:
    query = select(CalibrationRating).where(
        CalibrationRating.assessor_id == assessor_id,
        CalibrationRating.sample_id == sample.encounter.id,
        CalibrationRating.version_hash == sample.version_hash,
    )
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def colleagues(session: Session, sample: Sample, assessor_id: int) -> Sequence[tuple[int, int]] | None:
    """How the others rated this version: each level with how many; None while they are too few to be shown."""
    others = session.scalars(
        select(CalibrationRating.entrustment).where(
            CalibrationRating.version_hash == sample.version_hash,
            CalibrationRating.sample_id == sample.encounter.id,
            CalibrationRating.assessor_id != assessor_id,
            CalibrationRating.entrustment.is_not(None),
        )
    ).all()
    if len(others) < LEAST_COLLEAGUES:
        return None
    counts = Counter(others)
    return [(level, counts[level]) for level in LEVELS]


def rated_counts(session: Session) -> dict[int, int]:
    """How many different samples each assessor has rated, whatever the version."""
    query = (
        select(CalibrationRating.assessor_id, func.count(CalibrationRating.sample_id.distinct()))
        .where(CalibrationRating.rated_at.is_not(None))
        .group_by(CalibrationRating.assessor_id)
    )
    return {assessor_id: count for assessor_id, count in session.execute(query)}


def refuse_uncalibrated(session: Session, assessor_id: int, needed: int) -> None:
    """Raises Uncalibrated while an assessor has rated fewer samples than the framework asks for; 0 asks for none."""
    if not needed:
        return
    count = session.scalar(
        select(func.count(CalibrationRating.sample_id.distinct())).where(
            CalibrationRating.assessor_id == assessor_id, CalibrationRating.rated_at.is_not(None)
        )
    )
    if (count or 0) < needed:
        raise Uncalibrated(
            "Rate %(needed)s sample encounters before you sign: you have rated %(count)s. Your words are kept.",
            needed=needed,
            count=count or 0,
        )
