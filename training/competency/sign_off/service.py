"""One person proposes a scope, another decides upon it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.review import review
from training.competency.rule import bundle as bundles
from training.competency.rule.bundle import Decision, Party
from training.competency.rule.interests import BY_NAME, Declared
from training.competency.sign_off.checking import (
    NO_INTEREST,
    checked_declaration,
    checked_reason,
    checked_scope,
    journaled,
    refuse_barred,
    refuse_beyond_evidence,
)
from training.competency.sign_off.models import SignOff
from training.competency.sign_off.numbers import new_number, read_number
from training.competency.words import text_hash
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

PROPOSED, GRANTED, DEFERRED, REFUSED = "proposed", "granted", "deferred", "refused"
OUTCOMES = (GRANTED, DEFERRED, REFUSED)
NUMBER_TRIES = 5


@dataclass(frozen=True)
class Granted:
    """A sign-off that was just granted, for whoever makes something of it.

    `scope` maps a spinal region or `chest-wall` to a level. `valid_months` is how long the framework lets it stand.
    """

    sign_off_id: int
    number: str
    trainee_id: int
    trainee_name: str
    scope: dict[str, str]
    decider_id: int
    valid_months: int
    at: datetime


def _nobody_listens(session: Session, granted: Granted) -> str:
    raise RuntimeError("factory.connect_hooks was not called")


# Runs in the decision's transaction and returns the code of the certificate it makes.
when_granted: Callable[[Session, Granted], str] = _nobody_listens


# --- finding sign-offs -----------------------------------------------------------------------------------------


def sign_off(session: Session, number: str) -> SignOff:
    """By its number, as people write it. Raises NotFound."""
    canonical = read_number(number)
    found = session.scalar(select(SignOff).where(SignOff.number == canonical)) if canonical else None
    if found is None:
        raise NotFound("There is no sign-off of this number.")
    return found


def open_sign_offs(session: Session, *, limit: int = 200) -> Sequence[SignOff]:
    """Those that wait for a decision, oldest first."""
    query = select(SignOff).where(SignOff.state == PROPOSED).order_by(SignOff.proposed_at, SignOff.id).limit(limit)
    return session.scalars(query).all()


def decided_sign_offs(session: Session, *, limit: int = 51, offset: int = 0) -> Sequence[SignOff]:
    """Those that were decided upon, latest first."""
    query = select(SignOff).where(SignOff.state != PROPOSED).order_by(SignOff.decided_at.desc(), SignOff.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def sign_offs_of(session: Session, person_ids: Iterable[int]) -> Sequence[SignOff]:
    """Every sign-off of these people, latest first."""
    query = select(SignOff).where(SignOff.trainee_id.in_(list(person_ids)))
    return session.scalars(query.order_by(SignOff.proposed_at.desc(), SignOff.id.desc())).all()


# --- proposing -------------------------------------------------------------------------------------------------


def propose(
    session: Session,
    *,
    trainee_id: int,
    proposer_id: int,
    scope: Mapping[str, str],
    reason: str,
    at: datetime,
    declared: Declared = NO_INTEREST,
) -> SignOff:
    """Propose what the evidence allows, or less; the same proposal sent again while it is open gives the open one.

    Raises Refused for oneself, for the only author of what was seen, for a declared interest that bars proposing and
    for more than the evidence allows; Invalid for an empty scope or reason; Conflict when another proposal for the
    trainee is open.
    """
    if trainee_id == proposer_id:
        raise Refused("This is you. Somebody else must propose your sign-off.")
    reason = checked_reason(reason)
    declared = checked_declaration(declared)
    if BY_NAME[declared.kind].bars_proposing:
        raise Refused("Because of what you declare, somebody else must propose. Nothing was sent.")
    wanted = checked_scope(scope)
    earlier = open_proposal(session, trainee_id)
    if earlier is not None:
        return same_proposal(earlier, proposer_id, wanted, reason, declared)
    found = review(session, trainee_id)
    if found.assessor_ids == {proposer_id}:
        raise Refused("Whatever was seen of this trainee, you wrote. Somebody else must watch as well, or propose.")
    refuse_beyond_evidence(wanted, found.readiness)
    row = SignOff(
        number=free_number(session),
        trainee_id=trainee_id,
        proposer_id=proposer_id,
        scope=wanted,
        proposal_reason=reason,
        proposed_at=at,
        state=PROPOSED,
        proposer_declared=declared.to_json(),
        framework_hash=found.framework_hash,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        earlier = open_proposal(session, trainee_id)
        if earlier is None:
            raise
        return same_proposal(earlier, proposer_id, wanted, reason, declared)
    payload = {
        "trainee": people.person_of(session, trainee_id).public_id,
        "scope": wanted,
        "reason_sha256": text_hash(reason),
        "declared": journaled(declared),
        "framework": found.framework_hash,
    }
    subject = f"sign-off/{row.number}"
    journal.append(session, "sign-off.proposed", actor_id=proposer_id, subject=subject, payload=payload, at=at)
    return row


def open_proposal(session: Session, trainee_id: int) -> SignOff | None:
    return session.scalar(select(SignOff).where(SignOff.trainee_id == trainee_id, SignOff.state == PROPOSED))


def same_proposal(
    earlier: SignOff, proposer_id: int, scope: dict[str, str], reason: str, declared: Declared
) -> SignOff:
    """The open one, when this is the second click on it. Raises Conflict when it is another."""
    before = earlier.proposer_id, earlier.scope, earlier.proposal_reason, earlier.proposer_declared
    if before == (proposer_id, scope, reason, declared.to_json()):
        return earlier
    raise Conflict(
        "A proposal for this trainee, %(number)s, is open already. It must be decided before there can be another.",
        number=earlier.number,
    )


def free_number(session: Session) -> str:
    for _ in range(NUMBER_TRIES):
        number = new_number()
        if session.scalar(select(SignOff.id).where(SignOff.number == number)) is None:
            return number
    raise RuntimeError("no free sign-off number was found")


# --- deciding --------------------------------------------------------------------------------------------------


def why_not_decide(row: SignOff, person_id: int, assessor_ids: Iterable[int]) -> str | None:
    """Why a person may not decide upon this sign-off, as a message; None when they may."""
    if person_id == row.trainee_id:
        return "This is your own sign-off. Somebody else must decide."
    if person_id == row.proposer_id:
        return "You proposed this sign-off. A second person must decide."
    if set(assessor_ids) == {person_id}:
        return "Whatever was seen of the practice behind it, you wrote. Somebody else must decide."
    return None


def decide(
    session: Session,
    number: str,
    *,
    decider_id: int,
    outcome: str,
    reason: str,
    at: datetime,
    declared: Declared = NO_INTEREST,
) -> SignOff:
    """Grant, defer or refuse; the evidence is read again and frozen with the decision. The caller checked the password.

    The same decision sent again gives the decided sign-off. Raises Conflict when it was decided otherwise, Refused for
    whoever has a part in it, for a declared interest that bars deciding and for a scope that the evidence does not
    support any more, Invalid without a reason.
    """
    if outcome not in OUTCOMES:
        raise Invalid("Choose to grant, defer or refuse.")
    reason = checked_reason(reason)
    declared = checked_declaration(declared)
    refuse_barred(declared)
    row_id = sign_off(session, number).id
    mine: ColumnElement[bool] = SignOff.id == row_id
    row = session.scalars(select(SignOff).where(mine).with_for_update().execution_options(populate_existing=True)).one()
    if row.state != PROPOSED:
        return same_decision(session, row, decider_id, outcome, reason, declared)
    found = review(session, row.trainee_id)
    against = why_not_decide(row, decider_id, found.assessor_ids)
    if against is not None:
        raise Refused(against)
    code = None
    parties = (row.trainee_id, row.proposer_id, decider_id)
    trainee, proposer, decider = (people.person_of(session, one) for one in parties)
    if outcome == GRANTED:
        refuse_beyond_evidence(row.scope, found.readiness)
        code = when_granted(
            session,
            Granted(
                sign_off_id=row.id,
                number=row.number,
                trainee_id=row.trainee_id,
                trainee_name=trainee.name,
                scope=dict(row.scope),
                decider_id=decider_id,
                valid_months=found.readiness.framework.valid_months,
                at=at,
            ),
        )
    decision = Decision(
        number=row.number,
        outcome=outcome,
        scope=row.scope,
        trainee=Party(trainee.public_id, trainee.name),
        proposer=Party(proposer.public_id, proposer.name),
        proposal_reason=row.proposal_reason,
        proposed_at=row.proposed_at,
        decider=Party(decider.public_id, decider.name),
        decision_reason=reason,
        decided_at=at,
        certificate_code=code,
        proposer_declared=Declared.from_json(row.proposer_declared),
        decider_declared=declared,
    )
    bundle = bundles.freeze(decision, found.framework_hash, found.readiness, found.evidence)
    digest = bundles.bundle_hash(bundle)
    done = session.execute(
        update(SignOff)
        .where(mine, SignOff.state == PROPOSED)  # so that of two decisions at once one finds nothing to decide
        .values(
            state=outcome,
            decider_id=decider_id,
            decision_reason=reason,
            decider_declared=declared.to_json(),
            decided_at=at,
            framework_hash=found.framework_hash,
            bundle=bundle,
            bundle_hash=digest,
        )
        .returning(SignOff.id)
    ).all()
    session.expire(row)
    if not done:
        raise decided_first(session, row)
    payload = {
        "trainee": trainee.public_id,
        "scope": row.scope,
        "bundle_sha256": digest,
        "declared": journaled(declared),
    }
    subject = f"sign-off/{row.number}"
    journal.append(session, f"sign-off.{outcome}", actor_id=decider_id, subject=subject, payload=payload, at=at)
    return row


def same_decision(
    session: Session, row: SignOff, decider_id: int, outcome: str, reason: str, declared: Declared
) -> SignOff:
    """The decided sign-off, when this is the second click on it. Raises Conflict when it is another decision."""
    before = row.decider_id, row.state, row.decision_reason, row.decider_declared
    if before == (decider_id, outcome, reason, declared.to_json()):
        return row
    raise decided_first(session, row)


def decided_first(session: Session, row: SignOff) -> Conflict:
    """What to tell whoever came second: who was first."""
    name = people.names(session, [row.decider_id]).get(row.decider_id or 0, "")
    return Conflict(
        "%(name)s decided upon %(number)s first. That decision stands; look at it before anything else.",
        name=name,
        number=row.number,
    )
