"""The sign-off bank as one person can meet it now: what was rated, in band, and not met before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, distinct, func, select
from sqlalchemy.orm import Session

from training.assessment.models import Attempt
from training.assessment.panel import service as panel
from training.assessment.panel.models import PanelRating
from training.assessment.panel.service import Rated
from training.assessment.room.models import Encounter
from training.assessment.sign_off.models import Draw, SignOffSession, WithheldCase
from training.assessment.sign_off.sessions import SEGMENT_QUESTION
from training.content.documents import Case, Framework, MasteryAsked
from training.library import service as library
from training.measurement.bank import BankRule, Candidate, configured_bank


@dataclass(frozen=True)
class BankCase:
    """A case of the bank as it is published now. `area` is "" where no area holds its key."""

    item_id: str
    version_hash: str
    region: str
    area: str
    template: str


@dataclass(frozen=True)
class Offer:
    """Cases that a person has not met, by item id; which of them may be drawn, their ratings say.

    provisional: the regions in which a case counts that fewer panel members than needed have rated.
    """

    cases: Mapping[str, BankCase]
    provisional: Collection[str]

    def candidates(self, seen_by: Mapping[str, int], barred: Mapping[str, Collection[str]]) -> list[Candidate]:
        """Those of the regions in `barred`, which holds by region the templates of which no case may come now."""
        return [
            Candidate(one.item_id, one.region, one.area, one.template, seen_by.get(one.item_id, 0))
            for one in self.cases.values()
            if one.region in barred and (not one.template or one.template not in barred[one.region])
        ]

    def rated(self, session: Session, item_ids: Collection[str]) -> dict[str, Rated]:
        """The ratings of those among these cases that may be drawn."""
        keys = {item_id: (self.cases[item_id].version_hash, SEGMENT_QUESTION) for item_id in item_ids}
        found = panel.difficulties(session, list(keys.values()))
        rule = configured_bank()
        return {
            item_id: found[key]
            for item_id, key in keys.items()
            if counts(found[key], rule, self.cases[item_id].region in self.provisional)
        }

    def left(self, session: Session) -> Counter[str]:
        """How many cases may be drawn, by region."""
        return Counter(self.cases[item_id].region for item_id in self.rated(session, list(self.cases)))


_MET = (
    select(Attempt.item_id, Attempt.public_id, Attempt.finished_at)
    .where(Attempt.person_id == bindparam("person"), Attempt.bank == "sign-off")
    .order_by(Attempt.id)
)
_RATED = select(PanelRating.item_id).where(PanelRating.rater_id == bindparam("person")).distinct()
_PRACTISED = (
    select(Attempt.item_id)
    .where(Attempt.person_id == bindparam("person"), Attempt.bank == "practice")
    .union(select(Encounter.item_id).where(Encounter.person_id == bindparam("person"), Encounter.source == "case"))
)


@dataclass(frozen=True)
class Met:
    """The sign-off cases that a person ever met or rated, and the attempt that is under way."""

    item_ids: frozenset[str]
    open_public_id: str | None


def met_by(session: Session, person_id: int) -> Met:
    rows = session.execute(_MET, {"person": person_id}).all()
    under_way = [row.public_id for row in rows if row.finished_at is None]
    rated = session.scalars(_RATED, {"person": person_id})
    return Met(frozenset((*(row.item_id for row in rows), *rated)), under_way[0] if under_way else None)


def bank(session: Session) -> list[BankCase]:
    """Every case of the bank that is published and not withheld."""
    return cases_of(session, _published(session))


def _published(session: Session) -> list[library.Entry]:
    withheld = set(session.scalars(select(WithheldCase.item_id)))
    return [one for one in library.entries(session, "case", bank="sign-off") if one.id not in withheld]


def cases_of(session: Session, entries: Iterable[library.Entry]) -> list[BankCase]:
    """What the drawing knows of published cases. A version never changes, so what follows from it is kept."""
    entries = list(entries)
    unknown = [one.version_hash for one in entries if one.version_hash not in _facts]
    for version_hash, document in library.documents(session, unknown).items():
        _facts[version_hash] = _facts_of(library.of_kind(document, Case))
    return [BankCase(one.id, one.version_hash, one.region or "", *_facts[one.version_hash]) for one in entries]


_facts: dict[str, tuple[str, str]] = {}  # area and template, by version


def _facts_of(case: Case) -> tuple[str, str]:
    keys = next(question.segments for question in case.questions if question.id == SEGMENT_QUESTION)
    return configured_bank().area_of(case.region, keys), case.template


def offer(session: Session, met: Met, provisional: Collection[str]) -> Offer:
    """What is published for who met these cases."""
    return Offer({one.item_id: one for one in bank(session) if one.item_id not in met.item_ids}, provisional)


def counts(rated: Rated, rule: BankRule, provisional: bool) -> bool:
    """Whether a case with this rating may be drawn."""
    return rule.in_band(rated.share) and (provisional or not rated.provisional)


def provisional_regions(session: Session) -> frozenset[str]:
    """Where the framework lets provisional ratings count."""
    entries = library.entries(session, "framework")
    if not entries:
        return frozenset()
    framework = library.document(session, entries[0].version_hash)
    assert isinstance(framework, Framework)
    asked = (one for competency in framework.competencies for one in competency.rule)
    return frozenset(one.region for one in asked if isinstance(one, MasteryAsked) and one.provisional)


def practised_templates(session: Session, person_id: int) -> set[str]:
    """The templates of practice cases that the person worked, in whatever way."""
    templates = {
        one.item_id: one.template for one in cases_of(session, library.entries(session, "case", bank="practice"))
    }
    if not any(templates.values()):
        return set()
    worked = set(session.scalars(_PRACTISED, {"person": person_id}))
    return {template for item_id, template in templates.items() if template and item_id in worked}


def drawn_templates(session: Session, session_ids: Collection[int]) -> dict[int, set[str]]:
    """The templates that were drawn in each of these sessions."""
    found: dict[int, set[str]] = {one: set() for one in session_ids}
    query = select(Draw.session_id, Draw.template).where(Draw.session_id.in_(session_ids), Draw.template != "")
    for session_id, template in session.execute(query):
        found[session_id].add(template)
    return found


def seen_by(session: Session) -> dict[str, int]:
    """How many people each case was drawn for."""
    query = select(Attempt.item_id, func.count()).join(Draw, Draw.attempt_id == Attempt.id).group_by(Attempt.item_id)
    return dict(session.execute(query).all())


def people_in(session: Session) -> dict[str, int]:
    """How many people ever sat each region."""
    query = select(SignOffSession.region, func.count(distinct(SignOffSession.person_id))).group_by(
        SignOffSession.region
    )
    return dict(session.execute(query).all())
