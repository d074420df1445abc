"""Answering an appeal or complaint: by a decider who had no part in what it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from training.competency.appeals.models import Appeal
from training.competency.appeals.service import Found, checked_words, one, step
from training.competency.sign_off.models import Reversal, SignOff
from training.db.errors import Conflict, Invalid, Refused

UPHELD, PARTLY, DISMISSED, WITHDRAWN = "upheld", "partly", "dismissed", "withdrawn"
OUTCOMES = (UPHELD, PARTLY, DISMISSED)


def _nobody_knows(session: Session, code: str) -> int | None:
    raise RuntimeError("factory.connect_hooks was not called")


# The id of the sign-off that made a certificate, by its code as people write it; None when there is none such.
sign_off_behind: Callable[[Session, str], int | None] = _nobody_knows


def why_not_answer(session: Session, found: Found, person_id: int) -> str | None:
    """Why a person may not answer this, as a message; None when they may: whoever had a part in it answers nothing.

    That is who made the decision, also where a complaint names only the certificate, and whoever holds that.
    """
    row = found.row
    if row.person_id == person_id:
        return "You filed this. Somebody else must answer it."
    named = row.sign_off_id if row.sign_off_id is not None else _behind(session, row.about)
    if named is not None and person_id in parties(session, named):
        return "You had a part in the decision that this is about. Somebody else must answer."
    return None


def _behind(session: Session, about: str) -> int | None:
    return sign_off_behind(session, about) if about else None


def parties(session: Session, sign_off_id: int) -> set[int]:
    """Trainee, proposer, decider, and whoever reversed it."""
    decision, reversal = session.get_one(SignOff, sign_off_id), session.get(Reversal, sign_off_id)
    found = (decision.trainee_id, decision.proposer_id, decision.decider_id, reversal.decider_id if reversal else None)
    return {person_id for person_id in found if person_id is not None}


def acknowledge(session: Session, public_id: str, *, by_id: int, at: datetime) -> None:
    """Tell who filed it that it is being looked at. The second of two clicks changes nothing."""
    found = _to_answer(session, public_id, by_id)
    if not found.acknowledged:
        step(session, found.row, "acknowledged", by_id, "", at)


def add(session: Session, public_id: str, *, by_id: int, words: str, at: datetime, all_of_them: bool) -> None:
    """Add words to the record: who filed it, and whoever may answer it. Raises Refused for who had a part in it."""
    found = one(session, public_id, by_id, all_of_them=all_of_them, to_change=True)
    against = why_not_answer(session, found, by_id)
    if found.row.person_id != by_id and against is not None:
        raise Refused(against)
    if not found.open:
        raise Conflict("This is closed. File a new one if there is something new.")
    text = checked_words(words)
    if found.steps[-1].words != text:
        step(session, found.row, "note", by_id, text, at)


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
    found = one(session, public_id, person_id, all_of_them=False, to_change=True)
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
    step(session, found.row, outcome, by_id, words, at)


def _to_answer(session: Session, public_id: str, by_id: int, again: tuple[str, str] | None = None) -> Found:
    found = one(session, public_id, by_id, all_of_them=True, to_change=True)
    against = why_not_answer(session, found, by_id)
    if against is not None:
        raise Refused(against)
    last = found.steps[-1]
    if not found.open and (last.kind, last.words) != again:
        raise Conflict("%(name)s closed this first. Look at it again.", name=last.by)
    return found
