"""Opening a session of stations, and reading one with everything that stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.stations.models import PracticalCandidate, PracticalExam, PracticalStation, StationScore
from training.competency.stations.standard import Scored, StationStandard, as_released, standard_of
from training.content.documents import Station
from training.db.errors import Conflict, Invalid, NotFound
from training.journal import service as journal
from training.library import service as library
from training.web.access import Role

MOST_CANDIDATES = 300
MOST_STATIONS = 30
TITLE_LENGTH = 120


@dataclass(frozen=True)
class Place:
    """A station of a session, with its standing scores by candidate."""

    row: PracticalStation
    station: Station
    scores: dict[int, StationScore]


@dataclass(frozen=True)
class Practical:
    """A session. `candidates` are ids and names, by name; `places` in the order they were chosen."""

    row: PracticalExam
    candidates: tuple[people.Profile, ...]
    places: tuple[Place, ...]

    @property
    def scored(self) -> int:
        return sum(len(one.scores) for one in self.places)

    @property
    def missing(self) -> int:
        """Scores still to be given until everybody has one at every station."""
        return len(self.candidates) * len(self.places) - self.scored

    @property
    def examiner_ids(self) -> frozenset[int]:
        return frozenset(score.examiner_id for one in self.places for score in one.scores.values())

    def place(self, station_id: str) -> Place:
        """Raises NotFound for a station of another session."""
        found = next((one for one in self.places if one.station.id == station_id), None)
        if found is None:
            raise NotFound("There is no such station in this session.")
        return found

    def candidate(self, public_id: str) -> people.Profile:
        """Raises NotFound for somebody who is no candidate."""
        found = next((one for one in self.candidates if one.public_id == public_id), None)
        if found is None:
            raise NotFound("This person is no candidate of this session.")
        return found


def stations_offered(session: Session) -> list[tuple[str, Station]]:
    """Version hash and document of each station that is published, by title."""
    entries = library.entries(session, "station")
    known = library.documents(session, [one.version_hash for one in entries])
    found = [(one.version_hash, known[one.version_hash]) for one in entries]
    return [(version, document) for version, document in found if isinstance(document, Station)]


def open_session(
    session: Session,
    *,
    title: str,
    held_on: date,
    station_ids: Sequence[str],
    candidate_ids: Iterable[str],
    nonce: str,
    by_id: int,
    at: datetime,
) -> PracticalExam:
    """Open a session for stations and candidates (by public id); the same form again gives the session it made.

    Raises Invalid for one without stations or candidates, NotFound for those that there are not, Conflict when the form
    was sent before by somebody else.
    """
    earlier = opened_before(session, nonce, by_id)
    if earlier is not None:
        return earlier
    title = " ".join(title.split())
    if not 1 <= len(title) <= TITLE_LENGTH:
        raise Invalid("Give the session a name of at most %(most)s characters.", most=TITLE_LENGTH)
    offered = {document.id: version for version, document in stations_offered(session)}
    wanted = list(dict.fromkeys(station_ids))
    if not 1 <= len(wanted) <= MOST_STATIONS or not offered.keys() >= set(wanted):
        raise Invalid("Choose at least one station that is published.")
    chosen = list(dict.fromkeys(candidate_ids))
    found = people.people(session, public_ids=chosen, role=Role.TRAINEE, limit=MOST_CANDIDATES + 1)
    if not 1 <= len(found) <= MOST_CANDIDATES or len(found) != len(chosen):
        raise Invalid("Choose at least one trainee, and at most %(most)s.", most=MOST_CANDIDATES)
    row = PracticalExam(title=title, held_on=held_on, nonce=nonce, made_by_id=by_id, made_at=at)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        earlier = opened_before(session, nonce, by_id)
        if earlier is None:
            raise
        return earlier
    session.add_all(
        PracticalStation(exam_id=row.id, station_id=one, version_hash=offered[one], place=number)
        for number, one in enumerate(wanted)
    )
    session.add_all(PracticalCandidate(exam_id=row.id, person_id=one.id) for one in found)
    payload = {
        "title": title,
        "held_on": held_on.isoformat(),
        "stations": {one: offered[one] for one in wanted},
        "candidates": sorted(one.public_id for one in found),
    }
    subject = f"practical/{row.public_id}"
    journal.append(session, "practical.opened", actor_id=by_id, subject=subject, payload=payload, at=at)
    return row


def opened_before(session: Session, nonce: str, by_id: int) -> PracticalExam | None:
    """The session that this very form made. Raises Conflict when somebody else sent it."""
    earlier = session.scalar(select(PracticalExam).where(PracticalExam.nonce == nonce))
    if earlier is not None and earlier.made_by_id != by_id:
        raise Conflict("This form was sent before. Open its page again.")
    return earlier


# --- reading ---------------------------------------------------------------------------------------------------


def listed(session: Session, *, limit: int = 26, offset: int = 0) -> Sequence[PracticalExam]:
    """Sessions, the latest first."""
    query = select(PracticalExam).order_by(PracticalExam.held_on.desc(), PracticalExam.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def row_of(session: Session, public_id: str, *, hold: bool = False) -> PracticalExam:
    """Raises NotFound. With `hold` others who change the session wait until the caller's transaction ends."""
    query = select(PracticalExam).where(PracticalExam.public_id == public_id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        raise NotFound("There is no such session.")
    return row


def practical(session: Session, public_id: str, *, hold: bool = False) -> Practical:
    """A session with its candidates, stations and standing scores, in a fixed number of queries. Raises NotFound."""
    row = row_of(session, public_id, hold=hold)
    ids = session.scalars(select(PracticalCandidate.person_id).where(PracticalCandidate.exam_id == row.id)).all()
    candidates = people.people(session, ids=ids, limit=MOST_CANDIDATES)
    stations = session.scalars(
        select(PracticalStation).where(PracticalStation.exam_id == row.id).order_by(PracticalStation.place)
    ).all()
    known = library.documents(session, {one.version_hash for one in stations})
    scores: dict[str, dict[int, StationScore]] = {}
    for score in session.scalars(
        select(StationScore).where(StationScore.exam_id == row.id, StationScore.struck_at.is_(None))
    ):
        scores.setdefault(score.station_id, {})[score.candidate_id] = score
    places = [
        Place(one, document, scores.get(one.station_id, {}))
        for one in stations
        if isinstance(document := known[one.version_hash], Station)
    ]
    return Practical(row, tuple(candidates), tuple(places))


def standards(session: Session, found: Practical) -> dict[str, StationStandard]:
    """By station, from the scores of this session and of released ones of the same version. One query."""
    versions = [one.row.version_hash for one in found.places]
    at = found.row.released_at
    released = PracticalExam.released_at.is_not(None) if at is None else PracticalExam.released_at < at
    rows = session.execute(
        select(PracticalStation.version_hash, StationScore.share, StationScore.rating)
        .join(
            StationScore,
            and_(
                StationScore.exam_id == PracticalStation.exam_id,
                StationScore.station_id == PracticalStation.station_id,
            ),
        )
        .join(PracticalExam, PracticalExam.id == PracticalStation.exam_id)
        .where(
            PracticalStation.version_hash.in_(versions),
            StationScore.struck_at.is_(None),
            or_(PracticalExam.id == found.row.id, released),
        )
        .order_by(StationScore.id)
    )
    scored: dict[str, list[Scored]] = {}
    for version, share, rating in rows:
        scored.setdefault(version, []).append(Scored(share, rating))
    return {
        one.station.id: as_released(one.row, standard_of(one.station, scored.get(one.row.version_hash, ())))
        for one in found.places
    }
