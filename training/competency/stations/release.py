"""The release: standards are fixed, every score gets its outcome, candidates may read it. Before it nobody can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.stations.models import (
    PracticalExam,
    PracticalStation,
    StationResult,
    StationScore,
)
from training.competency.stations.sessions import Place, Practical, practical, standards
from training.competency.stations.standard import Judged, StationStandard, fix, judged
from training.db.errors import Invalid, Refused
from training.journal import service as journal


@dataclass(frozen=True)
class Line:
    """What a candidate's score says at one station."""

    place: Place
    candidate: people.Profile
    score: StationScore
    judged: Judged


def lines(found: Practical, set_by: Mapping[str, StationStandard]) -> list[Line]:
    """Every standing score against its standard, by station and name."""
    return [
        Line(place, candidate, score, judged(place.station, score, standard.cut, standard.error))
        for place in found.places
        for candidate in found.candidates
        if (score := place.scores.get(candidate.id)) and (standard := set_by[place.station.id])
    ]


def why_not(found: Practical, person_id: int) -> str:
    """Why somebody cannot release the results; a message id, empty when they can."""
    if found.row.released_at is not None:
        return "The results are released."
    if person_id in {one.id for one in found.candidates}:
        return "You are a candidate of this session, so somebody else must release it."
    if person_id in found.examiner_ids:
        return "You examined in this session, so somebody else must release its results."
    if not found.scored:
        return "Nobody was scored yet, so there is nothing to release."
    return ""


def release(
    session: Session, public_id: str, *, by_id: int, with_gaps: bool, scores_seen: int, at: datetime
) -> PracticalExam:
    """Fix the standards and write every result, once and for all. The same click again changes nothing.

    Raises Refused for an examiner, a candidate, or an empty session; Invalid when scores are missing and `with_gaps`
    does not say that this is known, or when scores came or went since the page was shown.
    """
    found = practical(session, public_id, hold=True)
    if found.row.released_at is not None and found.row.released_by_id == by_id:
        return found.row
    hindrance = why_not(found, by_id)
    if hindrance:
        raise Refused(hindrance)
    if scores_seen != found.scored:
        raise Invalid("Scores were given or struck after you opened this page. Look at the results again.")
    if found.missing and not with_gaps:
        raise Invalid("Not every candidate was scored at every station. Say that you know it, or wait.")
    set_by = standards(session, found)
    told = lines(found, set_by)
    for place in found.places:
        fix(place.row, set_by[place.station.id])
        place.row.set_at = at
    results = [
        StationResult(
            score_id=one.score.id,
            candidate_id=one.candidate.id,
            error=one.judged.error,
            critical_missed=list(one.judged.missed),
            outcome=one.judged.outcome,
            released_at=at,
        )
        for one in told
    ]
    session.add_all(results)
    found.row.released_at, found.row.released_by_id = at, by_id
    payload = {
        "standards": {one.station.id: standard_told(one.row) for one in found.places},
        "results": [[one.score.public_id, round(one.score.share, 6), one.judged.outcome] for one in told],
        "missing": found.missing,
    }
    subject = f"practical/{found.row.public_id}"
    journal.append(session, "practical.released", actor_id=by_id, subject=subject, payload=payload, at=at)
    return found.row


def standard_told(row: PracticalStation) -> dict[str, object]:
    cut, error = row.cut or 0.0, row.cut_error
    return {"method": row.method, "cut": round(cut, 6), "error": error and round(error, 6), "scores": row.people}


# --- what was released -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Released:
    """A result with its standard, as it was released. Shares from 0 to 1; `critical_missed` are ids of the version's
    checklist; cut_low and cut_high are None for a provisional standard."""

    public_id: str
    person_id: int
    station_id: str
    version_hash: str
    exam: str
    held_on: date
    share: float
    error: float
    rating: int
    comment: str
    critical_missed: tuple[str, ...]
    outcome: str
    method: str
    cut: float
    cut_low: float | None
    cut_high: float | None
    examiner_id: int
    released_at: datetime


_RELEASED = (
    select(
        StationResult.public_id,
        StationResult.candidate_id.label("person_id"),
        StationScore.station_id,
        PracticalStation.version_hash,
        PracticalExam.title.label("exam"),
        PracticalExam.held_on,
        StationScore.share,
        StationResult.error,
        StationScore.rating,
        StationScore.comment,
        StationResult.critical_missed,
        StationResult.outcome,
        PracticalStation.method,
        PracticalStation.cut,
        PracticalStation.cut_low,
        PracticalStation.cut_high,
        StationScore.examiner_id,
        StationResult.released_at,
    )
    .join(StationScore, StationScore.id == StationResult.score_id)
    .join(PracticalExam, PracticalExam.id == StationScore.exam_id)
    .join(
        PracticalStation,
        (PracticalStation.exam_id == StationScore.exam_id) & (PracticalStation.station_id == StationScore.station_id),
    )
    .where(StationResult.candidate_id.in_(bindparam("ids", expanding=True)))
    .order_by(StationResult.released_at.desc(), PracticalStation.place, StationResult.id)
)


def released_of(session: Session, person_ids: Iterable[int]) -> list[Released]:
    """Every released result of these people, the latest session first; one query."""
    rows = session.execute(_RELEASED, {"ids": list(person_ids)})
    return [Released(**{**row, "critical_missed": tuple(row["critical_missed"])}) for row in rows.mappings()]
