"""Begin sessions of sign-off cases, draw the next case, and say how the evidence stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom

from sqlalchemy import bindparam, insert, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.anatomy.segments import REGIONS
from training.assessment import attempts
from training.assessment.models import Attempt
from training.assessment.panel.service import Rated
from training.assessment.room.models import Encounter
from training.assessment.sign_off import bank, sessions
from training.assessment.sign_off.models import Draw, SignOffSession
from training.assessment.sign_off.sessions import Counted, SessionView
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, Refused
from training.measurement import bank as drawing
from training.measurement import mastery
from training.measurement.bank import Candidate, configured_bank

KNOWS_KEYS = "You can read the keys of sign-off cases in the library, so your answers to them prove nothing."
_TRIES = 6
_MOST_PRACTICE = 500  # rows read for counting practice; far above what is asked for


@dataclass(frozen=True)
class RegionStanding:
    """How a person stands in a region. `session` is the latest, None before the first.

    `evidence` is of all answers of the region. `left`: cases that can still be drawn. `practised`: practice cases since
    a session that ended "not yet", `practice_needed` how many are asked for.
    """

    region: str
    session: SessionView | None
    counted: tuple[Counted, ...]
    evidence: mastery.Evidence
    left: int
    practised: int
    practice_needed: int

    @property
    def passed(self) -> bool:
        return self.evidence.decision == "pass"

    @property
    def running(self) -> bool:
        return self.session is not None and self.session.running

    @property
    def held(self) -> bool:
        """The last session ended with "not yet"."""
        return not self.passed and self.session is not None and not self.session.running

    @property
    def practice_left(self) -> int:
        return max(0, self.practice_needed - self.practised) if self.held else 0

    @property
    def enough(self) -> bool:
        """Whether the bank still holds what a decision needs at least."""
        return self.left >= max(1, mastery.configured_rule().least_answers - self.evidence.answers)

    @property
    def may_begin(self) -> bool:
        return not (self.passed or self.running or self.practice_left) and self.enough


@dataclass(frozen=True)
class Overview:
    """Every region, in the order of the spine, and the case that is under way."""

    regions: tuple[RegionStanding, ...]
    open_public_id: str | None

    @property
    def running(self) -> bool:
        return any(one.running for one in self.regions)

    @property
    def may_begin(self) -> tuple[RegionStanding, ...]:
        return tuple(one for one in self.regions if one.may_begin)

    @property
    def can_draw(self) -> bool:
        return any(one.running and one.left for one in self.regions)


def overview(session: Session, person_id: int, *, demonstration: bool) -> Overview:
    """How a person stands in every region.

    demonstration: whether a rating that is provisional may count where the framework says so.
    """
    met = bank.met_by(session, person_id)
    provisional = bank.provisional_regions(session) if demonstration else frozenset()
    left = bank.offer(session, met, provisional).left(session)
    latest = sessions.latest_of(sessions.sessions_of(session, person_id))
    counted = sessions.counted_of(session, person_id)
    practice = practised_after(session, person_id, latest.values())
    standings = []
    for region in REGIONS:
        own = tuple(one for one in counted if one.region == region)
        last = latest.get(region)
        since = [at for at in practice if last and last.ended_at and at > last.ended_at]
        standings.append(
            RegionStanding(
                region,
                last,
                own,
                sessions.evidence_of(region, own),
                left[region],
                len(since),
                configured_bank().practice_between,
            )
        )
    return Overview(tuple(standings), met.open_public_id)


def practised_after(session: Session, person_id: int, latest: Collection[SessionView]) -> list[datetime]:
    """When the person finished practice cases and patients, since the first of the sessions that ended "not yet"."""
    held = [one.ended_at for one in latest if one.ended_at is not None and one.ended_as != sessions.PASS]
    if not held:
        return []
    cases = select(Attempt.finished_at).where(
        Attempt.person_id == bindparam("person"), Attempt.bank == "practice", Attempt.finished_at > bindparam("since")
    )
    met = select(Encounter.finished_at).where(
        Encounter.person_id == bindparam("person"), Encounter.finished_at > bindparam("since")
    )
    both = union_all(cases, met).limit(_MOST_PRACTICE)
    rows = session.execute(both, {"person": person_id, "since": min(held)})
    return [row.finished_at for row in rows]


# --- beginning and drawing -------------------------------------------------------------------------------------


def begin(
    session: Session,
    person_id: int,
    regions: Sequence[str],
    at: datetime,
    *,
    demonstration: bool,
    knows_keys: bool = False,
) -> None:
    """Begin a session in each of the regions; one that runs already stays.

    knows_keys: the person may read the sources of cases. Raises Invalid for no region or one that there is not, Refused
    where the person may know keys, the region is passed, practice is due first, or the bank holds too few cases.
    """
    if not regions or not set(regions) <= set(REGIONS):
        raise Invalid("Choose at least one region to begin with.")
    if knows_keys:
        raise Refused(KNOWS_KEYS)
    sessions.lock_running(session, person_id)
    found = {one.region: one for one in overview(session, person_id, demonstration=demonstration).regions}
    for region in dict.fromkeys(regions):
        if not found[region].running:
            _refuse_unless_ready(found[region])
            _insert_session(session, person_id, found[region], at)


def _refuse_unless_ready(one: RegionStanding) -> None:
    if one.passed:
        raise Refused("This region is passed. More cases would prove nothing new.")
    if one.practice_left:
        raise Refused(
            "Practise first: what the last session showed should have time to change. The page says how much."
        )
    if not one.enough:
        raise Refused("The bank holds too few cases for you in this region. Tell your instructor; nothing is lost.")


def _insert_session(session: Session, person_id: int, one: RegionStanding, at: datetime) -> None:
    row = {
        "public_id": new_public_id(),
        "person_id": person_id,
        "region": one.region,
        "number": one.session.number + 1 if one.session else 1,
        "started_at": at,
    }
    try:
        session.execute(insert(SignOffSession).values(row))
    except IntegrityError as error:
        raise Conflict("This was begun somewhere else at the same moment. Reload the page and go on there.") from error


def next_case(
    session: Session,
    person_id: int,
    at: datetime,
    *,
    demonstration: bool,
    knows_keys: bool = False,
    random: Random | None = None,
) -> str:
    """Draw a case of one of the running sessions; says the attempt's public id. One under way is gone on with.

    Raises Refused where no session runs, the person may know keys, or nothing is left to draw.
    """
    if knows_keys:
        raise Refused(KNOWS_KEYS)
    running = sessions.lock_running(session, person_id)
    met = bank.met_by(session, person_id)
    if met.open_public_id is not None:
        return met.open_public_id
    if not running:
        raise Refused("No session is running. Begin one: choose the regions you want to show.")
    provisional = bank.provisional_regions(session) if demonstration else frozenset()
    offer = bank.offer(session, met, provisional)
    by_region = {one.region: one for one in running}
    used = bank.practised_templates(session, person_id)
    drawn = bank.drawn_templates(session, [one.id for one in running])
    found = _drawn(
        session,
        offer,
        offer.candidates(bank.seen_by(session), {one.region: used | drawn[one.id] for one in running}),
        asked=sessions.areas_asked(sessions.counted_of(session, person_id), running),
        random=random or SystemRandom(),
    )
    if found is None:
        raise Refused("There is no case left for you in the regions you began. Tell your instructor; nothing is lost.")
    chosen, rated = found
    attempt = attempts.start(session, person_id, chosen.item_id, "case", at, drawn=True)
    session.execute(
        insert(Draw).values(
            attempt_id=attempt.id,
            session_id=by_region[chosen.region].id,
            template=chosen.template,
            area=chosen.area,
            difficulty=rated.difficulty,
            provisional=rated.provisional,
            drawn_at=at,
        )
    )
    return attempt.public_id


def _drawn(
    session: Session, offer: bank.Offer, candidates: list[Candidate], *, asked: Mapping[str, int], random: Random
) -> tuple[Candidate, Rated] | None:
    """One of the candidates that may be drawn, with its rating.

    Nearly every case of a bank that is in use may be, so the rating is asked of what was drawn; where that was wrong
    a few times, of all that are left.
    """
    people, rule = bank.people_in(session), configured_bank()
    for tried in range(_TRIES + 1):
        rated = offer.rated(session, [one.item_id for one in candidates]) if tried == _TRIES else {}
        if rated:
            candidates = [one for one in candidates if one.item_id in rated]
        elif tried == _TRIES:
            return None
        chosen = drawing.draw(candidates, asked=asked, people=people, rule=rule, random=random)
        if chosen is None:
            return None
        rated = rated or offer.rated(session, [chosen.item_id])
        if chosen.item_id in rated:
            return chosen, rated[chosen.item_id]
        candidates = [one for one in candidates if one != chosen]
    return None
