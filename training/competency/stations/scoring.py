"""An examiner scores a candidate at a station, once; what was wrong is struck with a reason and given anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.stations.models import PracticalCandidate, PracticalExam, PracticalStation, StationScore
from training.competency.stations.sessions import row_of
from training.competency.stations.standard import missed_of
from training.competency.words import cleaned, text_hash
from training.content.documents import Station
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.library import service as library
from training.measurement.standards import RATINGS, checklist_share

MOST_WORDS = 2000
LEAST_REASON, MOST_REASON = 10, 1000
FAIL = 1


def score(
    session: Session,
    exam_id: str,
    station_id: str,
    *,
    candidate_id: int,
    examiner_id: int,
    done: Collection[str],
    rating: int,
    comment: str,
    nonce: str,
    at: datetime,
) -> StationScore:
    """Keep and journal a score; the same form sent again gives the score it made.

    Raises NotFound for a station or candidate of another session, Refused for oneself, for a candidate of the session
    and after the release, Invalid for what cannot be kept, Conflict when somebody scored before.
    """
    exam = row_of(session, exam_id, hold=True)
    place = session.get(PracticalStation, (exam.id, station_id))
    candidates = set(session.scalars(select(PracticalCandidate.person_id).where(PracticalCandidate.exam_id == exam.id)))
    if place is None or candidate_id not in candidates:
        raise NotFound("There is no such station or candidate in this session.")
    refuse_examiner(candidates, candidate_id, examiner_id)
    station = station_of(session, place)
    comment = cleaned(comment)
    kept = checked_items(station, done)
    check_words(station, kept, rating, comment)
    earlier = session.scalar(select(StationScore).where(StationScore.nonce == nonce))
    row = StationScore(
        exam_id=exam.id,
        station_id=station_id,
        candidate_id=candidate_id,
        examiner_id=examiner_id,
        done=kept,
        share=checklist_share([one.weight for one in station.items], [one.id in kept for one in station.items]),
        rating=rating,
        comment=comment,
        nonce=nonce,
        scored_at=at,
    )
    if earlier is not None:
        return same_score(earlier, row)
    refuse_after_release(exam)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Conflict("This candidate was scored at this station meanwhile, and that score stands.") from None
    payload = {
        "station": station_id,
        "version": place.version_hash,
        "candidate": people.person_of(session, candidate_id).public_id,
        "done": kept,
        "share": round(row.share, 6),
        "rating": rating,
        "comment_sha256": text_hash(comment),
    }
    told(session, "practical.scored", row, payload, examiner_id, at)
    return row


def refuse_examiner(candidates: Collection[int], candidate_id: int, examiner_id: int) -> None:
    """Raises Refused: nobody scores themselves, nor others beside whom they are examined."""
    if candidate_id == examiner_id:
        raise Refused("This is you. Somebody else must examine you.")
    if examiner_id in candidates:
        raise Refused("You are a candidate of this session yourself, so you cannot examine in it.")


def refuse_after_release(exam: PracticalExam) -> None:
    if exam.released_at is not None:
        raise Refused("The results of this session are released, and nothing in it can be changed any more.")


def station_of(session: Session, place: PracticalStation) -> Station:
    found = library.document(session, place.version_hash)
    if not isinstance(found, Station):
        raise NotFound("There is no such station in this session.")
    return found


def checked_items(station: Station, done: Collection[str]) -> list[str]:
    """What was done, in the checklist's order. Raises Invalid for an item that it does not have."""
    known = [one.id for one in station.items]
    if not set(done) <= set(known):
        raise Invalid("The checklist was not that of this station. Open its page again.")
    return [one for one in known if one in set(done)]


def check_words(station: Station, done: Collection[str], rating: int, comment: str) -> None:
    """Raises Invalid: a rating must be of the scale, and who fails somebody says why."""
    if rating not in RATINGS:
        raise Invalid("Choose a global rating.")
    if len(comment) > MOST_WORDS:
        raise Invalid("Write at most %(most)s characters.", most=MOST_WORDS)
    if (rating == FAIL or missed_of(station, done)) and len(comment) < LEAST_REASON:
        raise Invalid(
            "A rating of fail, or a critical item that was not done, needs a word on what you saw: at least %(least)s "
            "characters.",
            least=LEAST_REASON,
        )


def same_score(earlier: StationScore, row: StationScore) -> StationScore:
    """Raises Conflict when the form was sent before with something else in it, or its score was struck since."""
    for name in ("exam_id", "station_id", "candidate_id", "examiner_id", "done", "rating", "comment"):
        if getattr(earlier, name) != getattr(row, name):
            raise Conflict("This form was sent before, and what it said then is kept. Open its page again.")
    if earlier.struck_at is not None:
        raise Conflict("The score that this form made was struck meanwhile. Open its page again.")
    return earlier


def score_of(session: Session, public_id: str) -> tuple[StationScore, PracticalExam]:
    """Raises NotFound."""
    row = session.scalar(select(StationScore).where(StationScore.public_id == public_id))
    if row is None:
        raise NotFound("There is no such score.")
    return row, session.get_one(PracticalExam, row.exam_id)


def strike(session: Session, public_id: str, *, by_id: int, reason: str, at: datetime) -> PracticalExam:
    """Take a score out before the release, with a reason; it stays to be seen. Struck already changes nothing.

    Raises Invalid without a reason, Refused for a candidate of the session and after the release.
    """
    row, exam = score_of(session, public_id)
    row_of(session, exam.public_id, hold=True)
    session.refresh(row)
    reason = cleaned(reason)
    if session.get(PracticalCandidate, (exam.id, by_id)) is not None:
        raise Refused("You are a candidate of this session yourself, so you cannot change scores of it.")
    if row.struck_at is not None:
        return exam
    refuse_after_release(exam)
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        raise Invalid(
            "Say why the score is struck, in %(least)s to %(most)s characters.", least=LEAST_REASON, most=MOST_REASON
        )
    row.struck_at, row.struck_by_id, row.struck_reason = at, by_id, reason
    payload = {"station": row.station_id, "reason_sha256": text_hash(reason)}
    told(session, "practical.struck", row, payload, by_id, at)
    return exam


def struck_at_station(session: Session, exam_id: int, station_id: str, candidate_id: int) -> list[StationScore]:
    """Scores that were taken out, the latest first."""
    query = select(StationScore).where(
        StationScore.exam_id == exam_id,
        StationScore.station_id == station_id,
        StationScore.candidate_id == candidate_id,
        StationScore.struck_at.is_not(None),
    )
    return list(session.scalars(query.order_by(StationScore.struck_at.desc())))


def told(db: Session, kind: str, row: StationScore, payload: Mapping[str, object], by_id: int, at: datetime) -> None:
    db.flush()
    journal.append(db, kind, actor_id=by_id, subject=f"station-score/{row.public_id}", payload=payload, at=at)
