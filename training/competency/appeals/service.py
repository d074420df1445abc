"""Appeals and complaints: filed by anybody who has an account, answered by a decider who had no part in the matter.

The clock is the scheme's own promise, not a regulation: a complaint is acknowledged within five days and decided within
thirty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.appeals.models import Appeal, AppealStep
from training.competency.sign_off.models import SignOff
from training.competency.sign_off.service import PROPOSED, sign_off
from training.competency.words import cleaned, text_hash
from training.db.base import is_public_id, new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

ACKNOWLEDGE_DAYS, ANSWER_DAYS = 5, 30
LEAST_WORDS, MOST_WORDS = 20, 4000
APPEAL, COMPLAINT = "appeal", "complaint"


@dataclass(frozen=True)
class Step:
    """One step of the record."""

    kind: str
    by: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Found:
    """An appeal with its record, oldest step first. `number` is that of the sign-off, empty when it names none."""

    row: Appeal
    by: str
    number: str
    steps: tuple[Step, ...]

    @property
    def open(self) -> bool:
        return not self.row.outcome

    @property
    def acknowledged(self) -> bool:
        return any(step.kind == "acknowledged" for step in self.steps)

    def overdue(self, today: date) -> bool:
        """Whether a promise of the clock is broken now."""
        if not self.open:
            return False
        return today > self.row.answer_by or (not self.acknowledged and today > self.row.acknowledge_by)


# --- filing ----------------------------------------------------------------------------------------------------


def file_appeal(
    session: Session,
    *,
    person_id: int,
    number: str,
    words: str,
    today: date,
    at: datetime,
    public_id: str | None = None,
) -> Appeal:
    """Ask that a decision about oneself be looked at again. `public_id` is the form's: sent twice, it makes one.

    Raises NotFound for a sign-off that is not one's own, Refused for one that is not decided, Conflict while another
    appeal against it is open, Invalid without words.
    """
    row = sign_off(session, number)
    if row.trainee_id != person_id:
        raise NotFound("There is no sign-off of yours with this number.")
    session.scalars(select(SignOff.id).where(SignOff.id == row.id).with_for_update())  # of two at once, one is first
    if row.state == PROPOSED:
        raise Refused("This sign-off is not decided yet, so there is nothing to appeal against.")
    made = Appeal(kind=APPEAL, person_id=person_id, sign_off_id=row.id, about="")
    return _file(session, made, words, f"sign-off/{row.number}", today, at, public_id)


def file_complaint(
    session: Session,
    *,
    person_id: int,
    about: str,
    words: str,
    today: date,
    at: datetime,
    public_id: str | None = None,
) -> Appeal:
    """Complain about a certified person, by the certificate's code, or about the school (`about` empty).

    Any code is taken: a certificate that is not ours may be what the complaint is about.
    """
    about = " ".join(cleaned(about).split())
    if len(about) > 40:
        raise Invalid("Give the code as it stands on the certificate.")
    made = Appeal(kind=COMPLAINT, person_id=person_id, sign_off_id=None, about=about)
    return _file(session, made, words, "complaint", today, at, public_id)


def _file(
    session: Session, made: Appeal, words: str, subject: str, today: date, at: datetime, public_id: str | None
) -> Appeal:
    made.words = checked_words(words)
    made.public_id = public_id or new_public_id()
    earlier = _sent_before(session, made)
    if earlier is not None:
        return earlier
    if made.sign_off_id is not None and _open_against(session, made.sign_off_id, made.person_id):
        raise Conflict("Your appeal against this decision is open already. Add to it instead.")
    made.filed_at, made.outcome = at, ""
    made.acknowledge_by = today + timedelta(days=ACKNOWLEDGE_DAYS)
    made.answer_by = today + timedelta(days=ANSWER_DAYS)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # the second of two clicks at once
        earlier = _sent_before(session, made)
        if earlier is None:
            raise
        return earlier
    step(session, made, "filed", made.person_id, made.words, at, {"about": subject})
    return made


def _sent_before(session: Session, made: Appeal) -> Appeal | None:
    """What this very form filed. Raises Conflict when it filed something else."""
    earlier = session.scalar(select(Appeal).where(Appeal.public_id == made.public_id))
    if earlier is None:
        return None
    for name in ("kind", "person_id", "sign_off_id", "about", "words"):
        if getattr(earlier, name) != getattr(made, name):
            raise Conflict("This form was sent before, and what it said then is kept. Open its page again.")
    return earlier


def _open_against(session: Session, sign_off_id: int, person_id: int) -> bool:
    query = select(Appeal.id).where(
        Appeal.sign_off_id == sign_off_id, Appeal.person_id == person_id, Appeal.outcome == ""
    )
    return session.scalar(query.limit(1)) is not None


def checked_words(words: str) -> str:
    """Raises Invalid when they say too little or too much."""
    text = cleaned(words)
    if not LEAST_WORDS <= len(text) <= MOST_WORDS:
        raise Invalid(
            "Say it in your own words, in %(least)s to %(most)s characters.", least=LEAST_WORDS, most=MOST_WORDS
        )
    return text


def step(
    session: Session,
    row: Appeal,
    kind: str,
    by_id: int,
    words: str,
    at: datetime,
    more: dict[str, str] | None = None,
) -> None:
    """Add to the record, and to the journal."""
    session.add(AppealStep(appeal_id=row.id, kind=kind, by_id=by_id, words=words, at=at))
    payload = {"kind": row.kind, "words_sha256": text_hash(words), **(more or {})}
    journal.append(session, f"appeal.{kind}", actor_id=by_id, subject=f"appeal/{row.public_id}", payload=payload, at=at)


# --- reading ---------------------------------------------------------------------------------------------------


def mine(session: Session, person_id: int) -> list[Found]:
    """What a person filed, newest first."""
    return _found(session, session.scalars(select(Appeal).where(Appeal.person_id == person_id)).all())


def waiting(session: Session, *, limit: int = 200) -> list[Found]:
    """What is open, first whatever must be answered first."""
    query = select(Appeal).where(Appeal.outcome == "").order_by(Appeal.answer_by, Appeal.id).limit(limit)
    return sorted(_found(session, session.scalars(query).all()), key=lambda one: (one.row.answer_by, one.row.id))


def closed(session: Session, *, limit: int = 51, offset: int = 0) -> list[Found]:
    """What was decided or withdrawn, latest first."""
    query = select(Appeal).where(Appeal.outcome != "").order_by(Appeal.closed_at.desc(), Appeal.id.desc())
    return _found(session, session.scalars(query.limit(limit).offset(offset)).all())


def against(session: Session, sign_off_id: int) -> Sequence[Appeal]:
    """The appeals against a decision, newest first."""
    query = select(Appeal).where(Appeal.sign_off_id == sign_off_id)
    return session.scalars(query.order_by(Appeal.id.desc())).all()


def one(session: Session, public_id: str, person_id: int, *, all_of_them: bool, to_change: bool = False) -> Found:
    """One's own, or anybody's for who answers them; `to_change` locks it. Raises NotFound, for another's too."""
    query = select(Appeal).where(Appeal.public_id == public_id)
    if not all_of_them:
        query = query.where(Appeal.person_id == person_id)
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query) if is_public_id(public_id) else None
    if row is None:
        raise NotFound("There is no such appeal of yours.")
    return _found(session, [row])[0]


def _found(session: Session, rows: Sequence[Appeal]) -> list[Found]:
    """With their steps, numbers and names, in three queries."""
    ids = [row.id for row in rows]
    steps = session.scalars(select(AppealStep).where(AppealStep.appeal_id.in_(ids)).order_by(AppealStep.id)).all()
    cited = select(SignOff.id, SignOff.number).where(
        SignOff.id.in_([row.sign_off_id for row in rows if row.sign_off_id])
    )
    numbers = {row.id: row.number for row in session.execute(cited)}
    names = people.names(session, [*(row.person_id for row in rows), *(step.by_id for step in steps)])
    newest_first = sorted(rows, key=lambda row: (row.closed_at or row.filed_at, row.id), reverse=True)
    return [
        Found(
            row,
            names[row.person_id],
            numbers.get(row.sign_off_id or 0, ""),
            tuple(
                Step(step.kind, names[step.by_id], step.words, step.at) for step in steps if step.appeal_id == row.id
            ),
        )
        for row in newest_first
    ]
