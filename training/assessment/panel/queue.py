"""The questions that an author should look at, each with its reasons, and what somebody said who looked.

A question is open while something is odd that nobody has looked at in its present version. There is no check of the
panel's level against people whom instructors call borderline: nobody can mark them as that yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment.analysis.figures import URGENCY, Figures, pools
from training.assessment.analysis.service import Ground, Viewer, asked_about, ground
from training.assessment.analysis.subjects import Subject
from training.assessment.panel import rating
from training.assessment.panel.models import ItemReview
from training.assessment.panel.rating import opinion
from training.assessment.panel.service import BAND, SEGMENT_QUESTION, shares_of
from training.assessment.panel.waiting import subjects_of
from training.db.errors import Conflict, Invalid, NotFound
from training.library import service as library
from training.measurement.item_calibration import FEWEST_RATERS
from training.measurement.item_flags import Flag

MOST_APART = 25  # per cent between two panel members, above which they think of different people or read differently
NOTE_LENGTH = 2000
CHANGED, APART, OUT_OF_BAND = "changed-after-rating", "raters-apart", "rated-out-of-band"
REASONS = (
    *(flag.value for flag in URGENCY[:5]),
    CHANGED,
    APART,
    OUT_OF_BAND,
    *(flag.value for flag in URGENCY[5:]),
)  # what to look at first
Name = tuple[str, str]  # item id, question id


@dataclass(frozen=True)
class Reason:
    """What is odd, one of REASONS, and how many it rests on: people who answered, or panel members."""

    name: str
    number: int

    @property
    def by_panel(self) -> bool:
        return self.name in (CHANGED, APART, OUT_OF_BAND)


@dataclass(frozen=True)
class Looked:
    """Somebody looked at the question."""

    by: str
    at: datetime
    note: str
    reasons: frozenset[str]
    version_hash: str


@dataclass(frozen=True)
class Odd:
    """A question of the queue with its reasons, the most urgent first, and who looked at it, the latest first."""

    subject: Subject
    reasons: tuple[Reason, ...]
    looked: tuple[Looked, ...]

    @property
    def name(self) -> Name:
        return self.subject.entry.id, self.subject.question.id

    @property
    def new(self) -> tuple[Reason, ...]:
        """Reasons that nobody has looked at in this version."""
        seen: set[str] = set()
        for one in self.looked[:1]:
            if one.version_hash == self.subject.entry.version_hash:
                seen.update(one.reasons)
        return tuple(reason for reason in self.reasons if reason.name not in seen)

    @property
    def open(self) -> bool:
        return bool(self.new)

    @property
    def order(self) -> tuple[int, int, str]:
        first = (self.new or self.reasons)[0]
        return REASONS.index(first.name), -first.number, self.subject.entry.title


@dataclass(frozen=True)
class Queue:
    """`open` wait for somebody, the oddest first; `looked` were looked at, the latest first."""

    open: list[Odd]
    looked: list[Odd]
    hidden: int


def queue(session: Session, viewer: Viewer) -> Queue:
    """Ten queries however many questions there are."""
    on = ground(session, viewer)
    answered = {subject_name(one.subject): one for pool in pools(asked_about(session, on)) for one in pool.figures()}
    subjects = {subject_name(one): one for one in published(session, on)}
    reasons = panel_reasons(session, subjects)
    for name, figures in answered.items():
        if figures.flags and not figures.subject.retired:
            subjects[name] = figures.subject
            reasons.setdefault(name, []).extend(flag_reasons(figures))
    looked = reviews(session, reasons)
    every = [
        Odd(subjects[name], tuple(sorted(found, key=lambda one: REASONS.index(one.name))), looked.get(name, ()))
        for name, found in reasons.items()
    ]
    return Queue(
        sorted((one for one in every if one.open), key=lambda one: one.order),
        sorted((one for one in every if not one.open), key=lambda one: one.looked[0].at, reverse=True),
        on.hidden,
    )


def subject_name(subject: Subject) -> Name:
    return subject.entry.id, subject.question.id


def published(session: Session, on: Ground) -> Iterable[Subject]:
    """Every question that people can meet and the viewer may see."""
    entries = [one.entry for one in on.items.values() if not one.retired]
    documents = library.documents(session, {entry.version_hash for entry in entries})
    for entry in entries:
        yield from subjects_of(entry, documents[entry.version_hash])


def flag_reasons(one: Figures) -> list[Reason]:
    """The flags of a question with the people they rest on."""
    of_rest = {Flag.NEGATIVE, Flag.WEAK}
    return [Reason(flag.value, one.statistics.discrimination_n if flag in of_rest else one.n) for flag in one.flags]


def panel_reasons(session: Session, subjects: Mapping[Name, Subject]) -> dict[Name, list[Reason]]:
    """What is odd about the panel's ratings, of those that are. Two queries.

    Only a segment question of a sign-off case has to stand in the band: it alone is what a decision rests on.
    """
    shares = shares_of(session, [(one.entry.version_hash, one.question.id) for one in subjects.values()])
    versions = rating.raters_before(session)
    found: dict[Name, list[Reason]] = {}
    for name, subject in subjects.items():
        said = opinion(shares.get((subject.entry.version_hash, subject.question.id), {}), 0)
        number = len(said.shares) if said else 0
        before = max((n for one, n in versions.get(name, {}).items() if one != subject.entry.version_hash), default=0)
        reasons = []
        if before > number and number < FEWEST_RATERS:
            reasons.append(Reason(CHANGED, before))
        if said is not None and said.apart > MOST_APART:
            reasons.append(Reason(APART, number))
        decides = subject.entry.bank == "sign-off" and subject.question.id == SEGMENT_QUESTION
        if said is not None and said.counts and decides and not BAND[0] <= said.mean / 100 <= BAND[1]:
            reasons.append(Reason(OUT_OF_BAND, number))
        if reasons:
            found[name] = reasons
    return found


# --- looking at one --------------------------------------------------------------------------------------------


def reviews(session: Session, names: Iterable[Name]) -> dict[Name, tuple[Looked, ...]]:
    """Who looked at these questions, the latest first. Two queries."""
    wanted = set(names)
    query = select(ItemReview).where(ItemReview.item_id.in_({item_id for item_id, _ in wanted}))
    rows = [
        row
        for row in session.scalars(query.order_by(ItemReview.reviewed_at.desc(), ItemReview.id.desc()))
        if (row.item_id, row.question_id) in wanted
    ]
    by = people.names(session, {row.reviewer_id for row in rows})
    found: dict[Name, list[Looked]] = {}
    for row in rows:
        one = Looked(by.get(row.reviewer_id, ""), row.reviewed_at, row.note, frozenset(row.reasons), row.version_hash)
        found.setdefault((row.item_id, row.question_id), []).append(one)
    return {name: tuple(several) for name, several in found.items()}


def look(
    session: Session,
    viewer: Viewer,
    name: Name,
    *,
    version_hash: str,
    seen: Sequence[str],
    note: str,
    by_id: int,
    at: datetime,
) -> bool:
    """Keep that somebody looked at a question and what they found; False when that was kept already.

    `seen`: the reasons that stood on the page, so that what turned odd meanwhile stays open. Raises NotFound for a
    question that the viewer may not see, Conflict when it was changed meanwhile, Invalid without a note or a reason.
    """
    on = ground(session, viewer)
    item = on.items.get(name[0])
    subjects = published(session, on)
    if item is None or not any(subject_name(one) == name for one in subjects):
        raise NotFound("There is no such question in the queue. It may have been withdrawn.")
    if item.entry.version_hash != version_hash:
        raise Conflict("This question was changed after you opened the queue. Look at it as it stands now.")
    reasons = [reason for reason in REASONS if reason in seen]
    if not reasons:
        raise Invalid("Nothing was odd about this question on your page. Reload it and look again.")
    if not 1 <= len(note) <= NOTE_LENGTH:
        raise Invalid("Say in a few words what you found, in at most %(most)s characters.", most=NOTE_LENGTH)
    last = session.scalars(
        select(ItemReview)
        .where(ItemReview.item_id == name[0], ItemReview.question_id == name[1], ItemReview.reviewer_id == by_id)
        .order_by(ItemReview.id.desc())
        .limit(1)
    ).first()
    if last is not None and (last.version_hash, last.reasons, last.note) == (version_hash, reasons, note):
        return False  # the second of two clicks
    session.add(
        ItemReview(
            item_id=name[0],
            question_id=name[1],
            version_hash=version_hash,
            reasons=reasons,
            note=note,
            reviewer_id=by_id,
            reviewed_at=at,
        )
    )
    session.flush()
    return True
