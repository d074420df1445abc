"""What the draws say of the sign-off bank: per case who met it and how it was answered, per region what people share.

Everybody who ever drew counts, former trainees too: a case that somebody met is known to them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from training.anatomy.segments import REGIONS
from training.assessment.models import Answer, Attempt
from training.assessment.sign_off import bank
from training.assessment.sign_off.models import Draw, SignOffSession
from training.assessment.sign_off.sessions import SEGMENT_QUESTION
from training.assessment.watch import withholding
from training.assessment.watch.forms import Asked
from training.assessment.watch.withholding import Withheld
from training.library import service as library
from training.measurement.bank import configured_bank
from training.measurement.exposure import Exposure, overlap
from training.measurement.leak_watch import Sight, Watched, watch

_NOBODY = Watched(0, 0, 0, 0, None, 0, 0, None)
_DRAWS = (
    select(
        SignOffSession.region,
        Attempt.person_id,
        Attempt.item_id,
        Attempt.version_hash,
        Draw.difficulty,
        Draw.provisional,
        Draw.drawn_at,
        Answer.right,
        Answer.answered_at,
    )
    .join(Draw, Draw.session_id == SignOffSession.id)
    .join(Attempt, Attempt.id == Draw.attempt_id)
    .outerjoin(
        Answer,
        and_(Answer.attempt_id == Attempt.id, Answer.question_id == SEGMENT_QUESTION, Answer.first_sight),
    )
    .order_by(Draw.drawn_at, Draw.attempt_id)
)


@dataclass(frozen=True)
class Drawn:
    """One draw; `right` and `answered_at` are None while it waits for its answer."""

    region: str
    person_id: int
    item_id: str
    version_hash: str
    difficulty: float
    provisional: bool
    drawn_at: datetime
    right: bool | None
    answered_at: datetime | None


@dataclass(frozen=True)
class CaseLine:
    """A case of the bank. `waiting`: people who have it open and have not answered. `watched`: the answers to the
    version that people meet now."""

    item_id: str
    title: str
    region: str
    template: str
    exposure: Exposure
    waiting: int
    watched: Watched
    withheld: Withheld | None

    @property
    def state(self) -> str:
        """One of forms.STATES: what matters most of it."""
        if self.withheld is not None:
            return "withheld"
        if self.watched.suspected:
            return "suspected"
        return "used-up" if self.exposure.used_up else "drawn"

    @property
    def doubt(self) -> float:
        """The larger of its two z; the lowest where neither is known."""
        return max((z for z in (self.watched.drift, self.watched.swift) if z is not None), default=float("-inf"))


@dataclass(frozen=True)
class RegionLine:
    """A region of the bank. `people` drew a case of it; `overlap`: the share of their cases that two have in common.

    `enough`: people enough for the overlap to say anything.
    """

    region: str
    people: int
    cases: int
    withheld: int
    used_up: int
    suspected: int
    overlap: float | None
    enough: bool


@dataclass(frozen=True)
class Watch:
    """The whole bank, its cases in no particular order."""

    regions: tuple[RegionLine, ...]
    cases: tuple[CaseLine, ...]

    def asked(self, asked: Asked) -> list[CaseLine]:
        """Those asked for, in the order asked for."""
        wanted = (
            one for one in self.cases if asked.region in ("", one.region) and asked.state in ("", one.state)
        )  # fmt: skip
        return sorted(wanted, key=lambda one: (*_ORDER[asked.sort](one), one.title, one.item_id))

    def case(self, item_id: str) -> CaseLine:
        return next(one for one in self.cases if one.item_id == item_id)

    def siblings(self, of: CaseLine) -> list[CaseLine]:
        """Other cases of its story, for what is known of one helps with the others."""
        return [one for one in self.cases if of.template and one.template == of.template and one is not of]


_ORDER: Mapping[str, Callable[[CaseLine], tuple[float, ...]]] = {
    "met": lambda one: (-(one.exposure.share or 0.0), -one.exposure.met),
    "title": lambda _one: (),
    "right": lambda one: (-(one.watched.share if one.watched.share is not None else -1.0),),
    "leak": lambda one: (-one.doubt,),
}


def draws(session: Session) -> list[Drawn]:
    """Every draw there ever was, oldest first. One query."""
    return [Drawn(*row) for row in session.execute(_DRAWS)]


def found(session: Session) -> Watch:
    """The bank as it is published now. Five queries, and one for versions that are not in memory."""
    every = draws(session)
    entries = {one.id: one for one in library.entries(session, "case", bank="sign-off")}
    now = {one.item_id: one for one in bank.cases_of(session, entries.values())}
    withheld = withholding.withheld(session)
    candidates = bank.people_in(session)
    met = Counter(one.item_id for one in every)
    waiting = Counter(one.item_id for one in every if one.right is None)
    watched = watch(sights(every, {one.item_id: one.version_hash for one in now.values()}))
    cases = tuple(
        CaseLine(
            one.item_id,
            entries[one.item_id].title,
            one.region,
            one.template,
            exposure_of(met[one.item_id], candidates.get(one.region, 0)),
            waiting[one.item_id],
            watched.get(one.item_id, _NOBODY),
            withheld.get(one.item_id),
        )
        for one in now.values()
    )
    return Watch(tuple(region_of(region, cases, every) for region in REGIONS), cases)


def exposure_of(met: int, candidates: int) -> Exposure:
    """Under the configured cap. A case that changed its region may have been met by more than sat the new one."""
    rule = configured_bank()
    return Exposure(met, max(met, candidates), rule.exposure_cap, rule.exposure_from)


def sights(every: Iterable[Drawn], versions: Mapping[str, str]) -> list[Sight]:
    """The answers to the versions that people meet now, oldest first."""
    answered = [one for one in every if one.answered_at is not None and versions.get(one.item_id) == one.version_hash]
    answered.sort(key=lambda one: one.answered_at or one.drawn_at)
    return [
        Sight(
            one.person_id,
            one.item_id,
            bool(one.right),
            max(0.001, ((one.answered_at or one.drawn_at) - one.drawn_at).total_seconds()),
            one.difficulty,
            one.provisional,
        )
        for one in answered
    ]


def region_of(region: str, cases: Sequence[CaseLine], every: Iterable[Drawn]) -> RegionLine:
    met: dict[str, set[int]] = defaultdict(set)
    for one in every:
        if one.region == region:
            met[one.item_id].add(one.person_id)
    people = len(set().union(*met.values()))
    here = [one for one in cases if one.region == region]
    return RegionLine(
        region,
        people,
        len(here),
        sum(one.withheld is not None for one in here),
        sum(one.exposure.used_up for one in here),
        sum(one.watched.suspected for one in here),
        overlap([len(several) for several in met.values()], people),
        people >= configured_bank().exposure_from,
    )
