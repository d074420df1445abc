"""Give a rating, correct it, and see what the panel says of a question once one has said it oneself.

Nothing is written over: a correction is a further row. Raters of one question take turns, so that the third is known to
be the third when two save at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, stdev

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.orm import Session

from training.assessment.exams import standing
from training.assessment.exams.models import ExamAttempt
from training.assessment.models import Attempt
from training.assessment.panel.models import PanelRating
from training.assessment.panel.service import Key, shares_of
from training.db.errors import Conflict, Refused
from training.journal import service as journal
from training.library import service as library
from training.measurement.item_calibration import FEWEST_RATERS

RESERVED = ("sign-off", "exam")  # banks whose keys prove something only to who does not know them
NOTE_LENGTH = 500


@dataclass(frozen=True)
class Rater:
    """Who rates, now. `sits`: is a trainee as well, and so may sit the cases and exams whose keys the panel sees."""

    id: int
    sits: bool
    at: datetime


@dataclass(frozen=True)
class Wish:
    """A rating to be saved: share in per cent, 1 to 99. `seen`: the number of one's own rating that was on the page, 0
    for none; None where it does not matter."""

    item_id: str
    version_hash: str
    question_id: str
    share: int
    note: str = ""
    seen: int | None = None

    @property
    def key(self) -> Key:
        return self.version_hash, self.question_id


@dataclass(frozen=True)
class Given:
    """A rating as one gave it once; share in per cent."""

    number: int
    share: int
    note: str
    rated_at: datetime


@dataclass(frozen=True)
class Opinion:
    """What the panel says of a question: the ratings that count, in per cent, lowest first; `mine` is among them."""

    shares: tuple[int, ...]
    mine: int | None

    @property
    def mean(self) -> float:
        return fmean(self.shares)

    @property
    def deviation(self) -> float | None:
        """Their standard deviation (n − 1), in per cent; None for one rating."""
        return stdev(self.shares) if len(self.shares) > 1 else None

    @property
    def apart(self) -> int:
        """How far the highest lies above the lowest, in per cent."""
        return self.shares[-1] - self.shares[0]

    @property
    def counts(self) -> bool:
        return len(self.shares) >= FEWEST_RATERS


def opinion(shares: Mapping[int, int], rater_id: int) -> Opinion | None:
    """From the ratings by the raters' ids; None where nobody has rated."""
    return Opinion(tuple(sorted(shares.values())), shares.get(rater_id)) if shares else None


# --- who may see keys ------------------------------------------------------------------------------------------


def closed_banks(session: Session, rater: Rater) -> tuple[str, ...]:
    """The banks whose keys a panel member must not see: all that are reserved, of trainees who ever sat a sign-off case
    or an exam, or for whom an exam is set that they have not sat."""
    if not rater.sits:
        return ()
    sat = session.execute(_SAT, {"person": rater.id}).first()
    return RESERVED if sat is not None or standing.coming(session, rater.id, rater.at) else ()


_SAT = (
    select(literal(1))
    .where(Attempt.person_id == bindparam("person"), Attempt.bank == "sign-off")
    .union_all(select(literal(1)).where(ExamAttempt.person_id == bindparam("person")))
    .limit(1)
)


def refuse_if_closed(session: Session, rater: Rater, bank: str | None) -> None:
    """Raises Refused for a question of a bank whose cases the rater sits."""
    if bank in RESERVED and bank in closed_banks(session, rater):
        raise Refused(
            "You sit sign-off cases or exams yourself, and this page shows a key of the reserved banks. Rate questions "
            "for practice, or ask an administrator to end your role as a trainee."
        )


def has_rated(session: Session, person_id: int, item_id: str) -> bool:
    """Whether the person was ever shown the keys of an item to rate it."""
    mine = select(PanelRating.id).where(PanelRating.rater_id == person_id, PanelRating.item_id == item_id).limit(1)
    return session.scalar(mine) is not None


# --- saving ----------------------------------------------------------------------------------------------------


def save(session: Session, rater: Rater, wishes: Sequence[Wish], at: datetime) -> int:
    """Save ratings of different questions; how many are new or changed. The same again changes nothing.

    Journalled is what moves a question that counts, or makes it count. Raises Conflict when an item was changed since
    the page was shown, or one's rating was given in another window meanwhile.
    """
    entries = library.offered(session, {wish.item_id for wish in wishes})
    for wish in wishes:
        entry = entries.get(wish.item_id)
        if entry is None or entry.version_hash != wish.version_hash:
            raise Conflict("This question was changed or withdrawn after you opened it. Read it again, then rate it.")
        refuse_if_closed(session, rater, entry.bank)
    keys = [wish.key for wish in wishes]
    library.hold_versions(session, {version for version, _ in keys})
    before, latest = shares_of(session, keys), latest_given(session, rater.id, keys)
    fresh = [wish for wish in wishes if is_new(wish, latest.get(wish.key))]
    session.add_all(row_of(wish, rater.id, latest.get(wish.key), at) for wish in fresh)
    session.flush()
    for wish in fresh:
        told(session, wish, before.get(wish.key, {}), rater.id, at)
    return len(fresh)


def is_new(wish: Wish, last: Given | None) -> bool:
    """Raises Conflict when the last rating is another than the one that was seen."""
    if last is not None and (wish.share, wish.note) == (last.share, last.note):
        return False  # the second of two clicks
    if wish.seen is not None and wish.seen != (last.number if last else 0):
        raise Conflict("You have rated this question in another window meanwhile. Look at it again.")
    return True


def row_of(wish: Wish, rater_id: int, last: Given | None, at: datetime) -> PanelRating:
    return PanelRating(
        rater_id=rater_id,
        item_id=wish.item_id,
        version_hash=wish.version_hash,
        question_id=wish.question_id,
        number=last.number + 1 if last else 1,
        share=wish.share,
        note=wish.note,
        rated_at=at,
    )


def told(session: Session, wish: Wish, before: Mapping[int, int], rater_id: int, at: datetime) -> None:
    """Into the journal, when the question counts now and its mean is another than before."""
    now = {**before, rater_id: wish.share}
    counted = len(before) >= FEWEST_RATERS
    if len(now) < FEWEST_RATERS or (counted and fmean(now.values()) == fmean(before.values())):
        return
    payload = {"version": wish.version_hash, "raters": len(now), "per_cent": round(fmean(now.values()), 2)}
    if counted:
        payload["before"] = round(fmean(before.values()), 2)
    kind = "panel.changed" if counted else "panel.counted"
    subject = f"question/{wish.item_id}#{wish.question_id}"
    journal.append(session, kind, actor_id=rater_id, subject=subject, payload=payload, at=at)


# --- one's own -------------------------------------------------------------------------------------------------


def latest_given(session: Session, rater_id: int, keys: Sequence[Key]) -> dict[Key, Given]:
    """The rating of one's own that counts, by question. One query."""
    return {key: given[-1] for key, given in all_given(session, rater_id, keys).items()}


def all_given(session: Session, rater_id: int, keys: Sequence[Key]) -> dict[Key, list[Given]]:
    """Every rating one gave to these versions, oldest first, by question. One query."""
    query = (
        select(PanelRating)
        .where(PanelRating.rater_id == rater_id, PanelRating.version_hash.in_({version for version, _ in keys}))
        .order_by(PanelRating.number)
    )
    found: dict[Key, list[Given]] = {}
    for row in session.scalars(query):
        given = Given(row.number, row.share, row.note, row.rated_at)
        found.setdefault((row.version_hash, row.question_id), []).append(given)
    return found


def raters_before(session: Session, item_ids: Sequence[str] | None = None) -> dict[tuple[str, str], dict[str, int]]:
    """By item and question: how many had rated it, by version. One query; of all items where none are named."""
    query = select(
        PanelRating.item_id,
        PanelRating.question_id,
        PanelRating.version_hash,
        func.count(PanelRating.rater_id.distinct()),
    ).group_by(PanelRating.item_id, PanelRating.question_id, PanelRating.version_hash)
    if item_ids is not None:
        query = query.where(PanelRating.item_id.in_(list(item_ids)))
    found: dict[tuple[str, str], dict[str, int]] = {}
    for item_id, question_id, version, number in session.execute(query):
        found.setdefault((item_id, question_id), {})[version] = number
    return found
