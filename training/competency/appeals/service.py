"""Appeals and complaints: filed by anybody who has an account, answered by a decider who had no part in the matter.

The clock is the scheme's own promise, not a regulation: a complaint is acknowledged within five days and decided within
thirty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.appeals.models import Appeal, AppealStep
from training.competency.observing.service import cleaned, text_hash
from training.competency.sign_off.models import Reversal, SignOff
from training.competency.sign_off.service import PROPOSED, sign_off
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

ACKNOWLEDGE_DAYS, ANSWER_DAYS = 5, 30
LEAST_WORDS, MOST_WORDS = 20, 4000
UPHELD, PARTLY, DISMISSED, WITHDRAWN = "upheld", "partly", "dismissed", "withdrawn"
OUTCOMES = (UPHELD, PARTLY, DISMISSED)
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
    """Complain about a certified person, by the certificate's code, or about the school (`about` empty)."""
    about = " ".join(about.split())
    if len(about) > 40:
        raise Invalid("Give the code as it stands on the certificate.")
    made = Appeal(kind=COMPLAINT, person_id=person_id, sign_off_id=None, about=about)
    return _file(session, made, words, "complaint", today, at, public_id)


def _file(
    session: Session, made: Appeal, words: str, subject: str, today: date, at: datetime, public_id: str | None
) -> Appeal:
    made.words = checked_words(words)
    earlier = session.scalar(select(Appeal).where(Appeal.public_id == public_id)) if public_id else None
    if earlier is not None:
        if (earlier.person_id, earlier.words) == (made.person_id, made.words):
            return earlier
        raise Conflict("This form was sent before, and what it said then is kept. Open its page again.")
    if made.sign_off_id is not None and _open_against(session, made.sign_off_id, made.person_id):
        raise Conflict("Your appeal against this decision is open already. Add to it instead.")
    made.public_id = public_id or new_public_id()
    made.filed_at, made.outcome = at, ""
    made.acknowledge_by = today + timedelta(days=ACKNOWLEDGE_DAYS)
    made.answer_by = today + timedelta(days=ANSWER_DAYS)
    session.add(made)
    session.flush()
    _step(session, made, "filed", made.person_id, made.words, at, {"about": subject})
    return made


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


def _step(
    session: Session,
    row: Appeal,
    kind: str,
    by_id: int,
    words: str,
    at: datetime,
    more: dict[str, str] | None = None,
) -> None:
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


def one(session: Session, public_id: str, person_id: int, *, all_of_them: bool) -> Found:
    """One's own, or anybody's for who answers them. Raises NotFound, for another's too."""
    query = select(Appeal).where(Appeal.public_id == public_id)
    if not all_of_them:
        query = query.where(Appeal.person_id == person_id)
    row = session.scalar(query)
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


# --- answering -------------------------------------------------------------------------------------------------


def why_not_answer(session: Session, found: Found, person_id: int) -> str | None:
    """Why a person may not answer this, as a message; None when they may: whoever had a part in it answers nothing."""
    row = found.row
    if row.person_id == person_id:
        return "You filed this. Somebody else must answer it."
    if row.sign_off_id is None:
        return None
    decision = session.get_one(SignOff, row.sign_off_id)
    reversal = session.get(Reversal, row.sign_off_id)
    parties = {
        decision.trainee_id,
        decision.proposer_id,
        decision.decider_id,
        reversal.decider_id if reversal else None,
    }
    if person_id in parties:
        return "You had a part in the decision. Somebody else must answer the appeal."
    return None


def acknowledge(session: Session, public_id: str, *, by_id: int, at: datetime) -> None:
    """Tell who filed it that it is being looked at. The second of two clicks changes nothing."""
    found = _to_answer(session, public_id, by_id)
    if not found.acknowledged:
        _step(session, found.row, "acknowledged", by_id, "", at)


def add(session: Session, public_id: str, *, by_id: int, words: str, at: datetime, all_of_them: bool) -> None:
    """Add words to the record: who filed it, and whoever answers such things."""
    found = one(session, public_id, by_id, all_of_them=all_of_them)
    if not found.open:
        raise Conflict("This is closed. File a new one if there is something new.")
    text = checked_words(words)
    if found.steps[-1].words != text:
        _step(session, found.row, "note", by_id, text, at)


def answer(session: Session, public_id: str, *, by_id: int, outcome: str, words: str, at: datetime) -> None:
    """Uphold it, wholly or in part, or dismiss it, with the reason. What follows is done as usual, by two people.

    Raises Refused for whoever had a part in it, Conflict when somebody else answered first, Invalid without a reason.
    """
    if outcome not in OUTCOMES:
        raise Invalid("Choose to uphold, to uphold in part, or to dismiss.")
    text = checked_words(words)
    found = _to_answer(session, public_id, by_id, again=(outcome, text))
    if found.open:
        _close(session, found, outcome, by_id, text, at)


def withdraw(session: Session, public_id: str, *, person_id: int, at: datetime) -> None:
    """Who filed it takes it back."""
    found = one(session, public_id, person_id, all_of_them=False)
    if found.row.outcome == WITHDRAWN:
        return
    if not found.open:
        raise Conflict("It was answered already. Read the answer first.")
    _close(session, found, WITHDRAWN, person_id, "", at)


def _close(session: Session, found: Found, outcome: str, by_id: int, words: str, at: datetime) -> None:
    done = session.execute(
        update(Appeal)
        .where(Appeal.id == found.row.id, Appeal.outcome == "")  # of two answers at once one finds nothing to close
        .values(outcome=outcome, closed_at=at)
        .returning(Appeal.id)
    ).all()
    if not done:
        raise Conflict("Somebody closed this a moment ago. Look at it again.")
    session.expire(found.row)
    _step(session, found.row, outcome, by_id, words, at)


def _to_answer(session: Session, public_id: str, by_id: int, again: tuple[str, str] | None = None) -> Found:
    found = one(session, public_id, by_id, all_of_them=True)
    against = why_not_answer(session, found, by_id)
    if against is not None:
        raise Refused(against)
    last = found.steps[-1]
    if not found.open and (last.kind, last.words) != again:
        raise Conflict("%(name)s closed this first. Look at it again.", name=last.by)
    return found
