"""Observed practice: an assessor writes what was seen, and only then says how far the trainee could be left alone.

There is one way to an observation: `write_words` saves a draft, `sign` rates it. Whether the draft began at a trainee's
link or on the trainee's page makes no difference to the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.calibrating.service import refuse_uncalibrated
from training.competency.evidence import current_framework
from training.competency.jurisdiction.service import refuse_where_not_allowed
from training.competency.observing import requests
from training.competency.observing.models import Observation, ObservationDraft, ObservationRequest
from training.competency.words import LEAST_WORDS, MOST_WORDS, checked_words, text_hash
from training.content.framework import SCOPE_LINES
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

__all__ = [
    "DAYS_BACK",
    "ENTRUSTMENTS",
    "LEAST_WORDS",
    "MOST_WORDS",
    "discard",
    "draft_of",
    "drafts_of",
    "keep_as_own",
    "observations_of",
    "refuse_own",
    "rewrite_words",
    "sign",
    "why_closed",
    "write_words",
]

DAYS_BACK = 30
ENTRUSTMENTS = (1, 2, 3, 4, 5)
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,22}")


def refuse_own(trainee_id: int, assessor_id: int) -> None:
    """Raises Refused: nobody observes themselves."""
    if trainee_id == assessor_id:
        raise Refused("This is you. Somebody else must watch you and write what they saw.")


# --- first the words -------------------------------------------------------------------------------------------


def write_words(
    session: Session,
    *,
    trainee_id: int,
    assessor_id: int,
    region: str,
    seen: str,
    observed_on: date,
    nonce: str,
    today: date,
    at: datetime,
    request: ObservationRequest | None = None,
) -> ObservationDraft:
    """Save what was seen, and journal it; the same form, or another by the same request, writes the same draft.

    `today` is the day it is where the school is. Raises Invalid for what cannot be kept, Refused for oneself and where
    the trainee may not needle, Closed for a request that is not open, Conflict when the draft is signed already.
    """
    refuse_own(trainee_id, assessor_id)
    refuse_where_not_allowed(session, trainee_id)
    seen = _checked(region, seen, observed_on, today)
    if not _NONCE.fullmatch(nonce):
        raise Invalid("The form was not complete. Reload its page and send it again.")
    request_id = request.id if request is not None else None
    earlier = _begun(session, trainee_id, assessor_id, request_id, nonce)
    if earlier is not None:
        return _rewritten(session, earlier, region, seen, observed_on, at)
    if request is not None:
        requests.refuse_unless_open(session, request, assessor_id, at=at)
    draft = ObservationDraft(
        trainee_id=trainee_id,
        assessor_id=assessor_id,
        request_id=request_id,
        region=region,
        observed_on=observed_on,
        seen=seen,
        words_at=at,
        nonce=nonce,
    )
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:
        earlier = _begun(session, trainee_id, assessor_id, request_id, nonce)
        if earlier is None:
            raise
        return _rewritten(session, earlier, region, seen, observed_on, at)
    _journal_words(session, draft)
    return draft


def rewrite_words(
    session: Session,
    public_id: str,
    assessor_id: int,
    *,
    region: str,
    seen: str,
    observed_on: date,
    today: date,
    at: datetime,
) -> ObservationDraft:
    """Write an unsigned draft anew. Raises as write_words does, and NotFound, for another's draft too."""
    seen = _checked(region, seen, observed_on, today)
    return _rewritten(session, _locked(session, public_id, assessor_id), region, seen, observed_on, at)


def _checked(region: str, seen: str, observed_on: date, today: date) -> str:
    seen = checked_words(seen)
    if region not in SCOPE_LINES:
        raise Invalid("Choose where on the body it was.")
    _check_day(observed_on, today)
    return seen


def _check_day(observed_on: date, today: date) -> None:
    if observed_on > today:
        raise Invalid("The day of the observation is still to come. Give the day on which you saw it.")
    if observed_on < today - timedelta(days=DAYS_BACK):
        raise Invalid("An observation is recorded within %(days)s days. Watch again, and record that.", days=DAYS_BACK)


def _begun(
    session: Session, trainee_id: int, assessor_id: int, request_id: int | None, nonce: str
) -> ObservationDraft | None:
    """The draft that this form, or this assessor by this request, began. Raises Conflict when the form was another's."""
    mine = ObservationDraft.nonce == nonce
    if request_id is not None:
        mine |= (ObservationDraft.request_id == request_id) & (ObservationDraft.assessor_id == assessor_id)
    query = select(ObservationDraft).where(mine).with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).all()
    for one in found:
        if (one.assessor_id, one.trainee_id) != (assessor_id, trainee_id):
            raise Conflict("This form was sent before, and what it said then is kept. Open its page again.")
    return next((one for one in found if request_id is None or one.request_id == request_id), None)


def _rewritten(
    session: Session, draft: ObservationDraft, region: str, seen: str, observed_on: date, at: datetime
) -> ObservationDraft:
    written = draft.region, draft.observed_on, draft.seen
    if written == (region, observed_on, seen):
        return draft
    if draft.observation_id is not None:
        raise Conflict("This observation is signed, and what was signed stands.")
    draft.region, draft.observed_on = region, observed_on
    if draft.seen != seen:
        draft.seen, draft.words_at = seen, at
        _journal_words(session, draft)
    return draft


def _journal_words(session: Session, draft: ObservationDraft) -> None:
    """A hash of the words stands in the chain before the entry of the rating does: their order can be proven."""
    payload = {
        "trainee": people.person_of(session, draft.trainee_id).public_id,
        "seen_sha256": text_hash(draft.seen),
    }
    session.flush()
    subject = f"observation-draft/{draft.public_id}"
    journal.append(
        session, "observation.words", actor_id=draft.assessor_id, subject=subject, payload=payload, at=draft.words_at
    )


# --- drafts ----------------------------------------------------------------------------------------------------


def draft_of(session: Session, public_id: str, assessor_id: int) -> ObservationDraft:
    """Raises NotFound, for another's too."""
    mine = ObservationDraft.public_id == public_id, ObservationDraft.assessor_id == assessor_id
    found = session.scalar(select(ObservationDraft).where(*mine))
    if found is None:
        raise NotFound("There is no such observation of yours.")
    return found


def drafts_of(session: Session, assessor_id: int, *, trainee_id: int | None = None) -> list[ObservationDraft]:
    """What an assessor began and has not signed, newest first; of one trainee when it is given."""
    mine = ObservationDraft.assessor_id == assessor_id, ObservationDraft.observation_id.is_(None)
    query = select(ObservationDraft).where(*mine).order_by(ObservationDraft.words_at.desc(), ObservationDraft.id.desc())
    if trainee_id is not None:
        query = query.where(ObservationDraft.trainee_id == trainee_id)
    return list(session.scalars(query.limit(50)))


def why_closed(session: Session, draft: ObservationDraft, *, at: datetime) -> requests.Closed | None:
    """Why an unsigned draft cannot be signed by its request; None when it can, or when it has none."""
    if draft.request_id is None or draft.observation_id is not None:
        return None
    request = requests.requests_by_id(session, [draft.request_id])[draft.request_id]
    try:
        requests.refuse_unless_open(session, request, draft.assessor_id, at=at)
    except requests.Closed as closed:
        return closed
    return None


def keep_as_own(session: Session, public_id: str, assessor_id: int) -> None:
    """Let a draft stand without its request, as one that began on the trainee's page. Raises NotFound, Conflict."""
    draft = _locked(session, public_id, assessor_id)
    if draft.observation_id is not None:
        raise Conflict("This observation is signed, and what was signed stands.")
    draft.request_id = None


def discard(session: Session, public_id: str, assessor_id: int) -> None:
    """Throw unsigned words away. Raises NotFound, and Conflict when they are signed."""
    draft = _locked(session, public_id, assessor_id)
    if draft.observation_id is not None:
        raise Conflict("This observation is signed, and what was signed stands.")
    session.delete(draft)


def _locked(session: Session, public_id: str, assessor_id: int) -> ObservationDraft:
    mine = ObservationDraft.public_id == public_id, ObservationDraft.assessor_id == assessor_id
    query = select(ObservationDraft).where(*mine).with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such observation of yours.")
    return found


# --- then the rating -------------------------------------------------------------------------------------------


def sign(
    session: Session, public_id: str, *, assessor_id: int, entrustment: int, today: date, at: datetime
) -> Observation:
    """Rate a draft and make an observation of it, with its entry in the journal. The caller checked the password.

    The same rating sent again gives the observation that it made. Raises NotFound, for another's draft too; Invalid
    for what cannot be kept and before there are words; Refused where the trainee may not needle, or the assessor has
    not rated the sample encounters that the framework asks for; Closed when the request is not open any more; Conflict
    when it was signed with another rating.
    """
    draft = _locked(session, public_id, assessor_id)
    if draft.observation_id is not None:
        return _signed(session, draft.observation_id, entrustment)
    if entrustment not in ENTRUSTMENTS:
        raise Invalid("Choose a level of entrustment from 1 to 5.")
    if at <= draft.words_at:
        raise Invalid("The words were saved a moment ago. Read them once more, then rate.")
    refuse_where_not_allowed(session, draft.trainee_id)
    _check_day(draft.observed_on, today)
    current = current_framework(session)
    refuse_uncalibrated(session, assessor_id, current.framework.calibrations)
    request = requests.locked(session, draft.request_id) if draft.request_id is not None else None
    if request is not None:
        requests.refuse_unless_open(session, request, assessor_id, at=at)
    row = Observation(
        trainee_id=draft.trainee_id,
        assessor_id=assessor_id,
        region=draft.region,
        seen=draft.seen,
        entrustment=entrustment,
        observed_on=draft.observed_on,
        nonce=draft.public_id,
        framework_hash=current.hash,
        recorded_at=at,
        words_at=draft.words_at,
        request_id=draft.request_id,
    )
    session.add(row)
    session.flush()
    draft.observation_id = row.id
    payload = {
        "trainee": people.person_of(session, row.trainee_id).public_id,
        "region": row.region,
        "entrustment": entrustment,
        "observed_on": row.observed_on.isoformat(),
        "seen_sha256": text_hash(row.seen),
        "words": draft.public_id,
        "words_at": draft.words_at.isoformat(),
        "request": request.public_id if request is not None else None,
        "framework": row.framework_hash,
    }
    subject = f"observation/{row.public_id}"
    journal.append(session, "observation.recorded", actor_id=assessor_id, subject=subject, payload=payload, at=at)
    return row


def _signed(session: Session, observation_id: int, entrustment: int) -> Observation:
    """The observation, when this is the second click on it. Raises Conflict when it was rated otherwise."""
    row = session.get_one(Observation, observation_id)
    if row.entrustment != entrustment:
        raise Conflict("This was signed at level %(level)s before, and what was signed stands.", level=row.entrustment)
    return row


def observations_of(session: Session, person_ids: Iterable[int]) -> list[Observation]:
    """Everything that was seen of these people, newest first, in one query."""
    query = select(Observation).where(Observation.trainee_id.in_(list(person_ids)))
    return list(session.scalars(query.order_by(Observation.observed_on.desc(), Observation.id.desc())))
