"""Sessions of sign-off cases, and what the answers in them prove. The decision is taken after every answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from training.assessment.models import Answer, Attempt
from training.assessment.sign_off.models import Draw, SignOffSession
from training.measurement import mastery
from training.measurement.bank import configured_bank
from training.measurement.mastery import Difficulty, Rule

SEGMENT_QUESTION = "segment"  # the id of every case's segment question; nothing else decides
PASS = "pass"


@dataclass(frozen=True)
class Counted:
    """A first-sight answer to a drawn case; `session` is the public id of the session it was drawn in."""

    region: str
    session: str
    area: str
    difficulty: float
    right: bool
    answered_at: datetime

    @property
    def response(self) -> tuple[Difficulty, bool]:
        """As the decision reads it."""
        return Difficulty(self.difficulty, session=self.session, area=self.area or None), self.right


@dataclass(frozen=True)
class SessionView:
    """A session as it stood when it was read."""

    id: int
    public_id: str
    region: str
    number: int
    started_at: datetime
    ended_at: datetime | None
    ended_as: str | None

    @property
    def running(self) -> bool:
        return self.ended_at is None


def rule_of(region: str) -> Rule:
    """The configured rule with the content minimum of a region."""
    return replace(mastery.configured_rule(), areas=configured_bank().areas_of(region))


def evidence_of(region: str, counted: Iterable[Counted]) -> mastery.Evidence:
    """What the rule makes of a person's answers in a region, oldest first."""
    return mastery.evidence([one.response for one in counted if one.region == region], rule_of(region))


_COLUMNS = (
    SignOffSession.id,
    SignOffSession.public_id,
    SignOffSession.region,
    SignOffSession.number,
    SignOffSession.started_at,
    SignOffSession.ended_at,
    SignOffSession.ended_as,
)
_SESSIONS = select(*_COLUMNS).where(SignOffSession.person_id == bindparam("person")).order_by(SignOffSession.id)
_COUNTED = (
    select(
        SignOffSession.region,
        SignOffSession.public_id,
        Draw.area,
        Draw.difficulty,
        Answer.right,
        Answer.answered_at,
    )
    .join(Draw, Draw.session_id == SignOffSession.id)
    .join(Answer, Answer.attempt_id == Draw.attempt_id)
    .where(
        SignOffSession.person_id == bindparam("person"),
        Answer.question_id == SEGMENT_QUESTION,
        Answer.first_sight,
    )
    .order_by(Answer.answered_at, Answer.id)
)
_DRAWN_IN = (
    select(SignOffSession.region).join(Draw, Draw.session_id == SignOffSession.id).where(
        Draw.attempt_id == bindparam("attempt")
    )
)  # fmt: skip
_BESIDE = (
    select(SignOffSession.region, SignOffSession.public_id, Draw.area, Draw.difficulty, Draw.attempt_id, Answer)
    .join(Draw, Draw.session_id == SignOffSession.id)
    .outerjoin(Answer, Answer.attempt_id == Draw.attempt_id)
    .where(
        SignOffSession.person_id == bindparam("person"),
        SignOffSession.region == _DRAWN_IN.scalar_subquery(),
        or_(
            Draw.attempt_id == bindparam("attempt"),
            and_(Answer.question_id == SEGMENT_QUESTION, Answer.first_sight),
        ),
    )
    .order_by(Answer.answered_at, Answer.id)
    .execution_options(populate_existing=True)
)


def sessions_of(session: Session, person_id: int) -> list[SessionView]:
    """The person's sessions, oldest first."""
    return [SessionView(*row) for row in session.execute(_SESSIONS, {"person": person_id})]


def lock_running(session: Session, person_id: int) -> list[SessionView]:
    """The person's running sessions; whoever else wants to draw for this person waits."""
    query = _SESSIONS.where(SignOffSession.ended_at.is_(None)).with_for_update()
    return [SessionView(*row) for row in session.execute(query, {"person": person_id})]


def runs(session: Session, person_id: int) -> bool:
    """Whether a session of the person's is running."""
    return any(one.running for one in sessions_of(session, person_id))


def counted_of(session: Session, person_id: int) -> list[Counted]:
    """The person's answers that count, of every region, oldest first."""
    return [Counted(*row) for row in session.execute(_COUNTED, {"person": person_id})]


def latest_of(sessions: Iterable[SessionView]) -> dict[str, SessionView]:
    """By region the session that began last."""
    return {one.region: one for one in sessions}


@dataclass(frozen=True)
class Beside:
    """A drawn case at the moment of an answer: the answers to it so far, and what counted before in its region."""

    region: str
    session: str
    area: str
    difficulty: float
    answered: dict[str, Answer]
    counted: list[Counted]

    def with_answer(self, right: bool, at: datetime) -> list[Counted]:
        """What counts with the answer, in the order in which it is read ever after, whatever the clock did."""
        answered = Counted(self.region, self.session, self.area, self.difficulty, right, at)
        return sorted([*self.counted, answered], key=lambda one: one.answered_at)


def beside(session: Session, attempt: Attempt) -> Beside | None:
    """What stands beside a drawn attempt that the caller has locked, in one query; None when it was not drawn.

    The decision after an answer is taken from this and the answer itself: what an answer costs is counted.
    """
    rows = session.execute(_BESIDE, {"person": attempt.person_id, "attempt": attempt.id}).all()
    drawn = next((row for row in rows if row.attempt_id == attempt.id), None)
    if drawn is None:
        return None
    return Beside(
        drawn.region,
        drawn.public_id,
        drawn.area,
        drawn.difficulty,
        {row.Answer.question_id: row.Answer for row in rows if row.attempt_id == attempt.id and row.Answer},
        [
            Counted(row.region, row.public_id, row.area, row.difficulty, row.Answer.right, row.Answer.answered_at)
            for row in rows
            if row.Answer and row.Answer.question_id == SEGMENT_QUESTION and row.Answer.first_sight
        ],
    )


def close_if_decided(session: Session, person_id: int, counted: list[Counted], at: datetime) -> None:
    """End the running session of a region when its answers that count, oldest first, decide it; one query at most."""
    region = counted[-1].region
    state = evidence_of(region, counted)
    ended_as = PASS if state.decision == "pass" else state.held
    if ended_as is not None:
        session.execute(
            update(SignOffSession)
            .where(
                SignOffSession.person_id == person_id,
                SignOffSession.region == region,
                SignOffSession.ended_at.is_(None),
            )
            .values(ended_at=at, ended_as=ended_as)
        )


def areas_asked(counted: Iterable[Counted], running: Iterable[SessionView]) -> Mapping[str, int]:
    """How many cases of each area were answered in the running sessions."""
    names = {one.public_id for one in running}
    asked: dict[str, int] = {}
    for one in counted:
        if one.session in names:
            asked[one.area] = asked.get(one.area, 0) + 1
    return asked
