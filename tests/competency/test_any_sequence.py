"""Evidence, proposals, decisions, reversals and the clock in any order: what no sequence of them may bring about.

The services are the real ones, and so are the certificates that the hooks make and withdraw. What was tested is kept
beside them in a ledger of its own, so that the rule is not measured by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from tests.competency.records import answer_cases, finish_lessons, observe, take
from tests.makers import NOON, make_person
from training.accounts.models import Person
from training.competency import service
from training.competency.rule import bundle as bundles
from training.competency.rule.interests import BY_NAME, INTERESTS, Declared
from training.competency.sign_off import reversing
from training.competency.sign_off import service as sign_offs
from training.competency.sign_off.models import Reversal, SignOff
from training.content.documents import Case, Item, Library
from training.credentials import service as certificates
from training.credentials.models import Certificate, CertificateScope
from training.db.engine import engine_options, prepare
from training.db.errors import Conflict, Problem, Refused
from training.journal import service as journal
from training.library import service as library

ZONE = ZoneInfo("America/Edmonton")
WHY = "What is on record bears it out."
REGIONS = ("cervical", "lumbar")  # two of four are enough to mix
TRAINEES, PEOPLE = 2, 5
REMEDY = "neck-potter"
WORDS = "Said here in so many words."

trainees = st.integers(0, TRAINEES - 1)
people = st.sampled_from((2, 3, 4, 2, 3, 4, 0, 1))  # anybody may try to do anything, staff more often
PROPOSER, TRAINEE = -1, -2  # of the sign-off in question, who may not: tried on purpose, and not only by chance
deciders = st.sampled_from((2, 3, 4, 2, 3, 4, PROPOSER, TRAINEE))
staff = st.integers(TRAINEES, PEOPLE - 1)
levels = st.sampled_from(("not-certified", "supervised", "independent"))
# Most often all that the evidence allows; else whatever somebody may come to claim.
scopes = st.one_of(st.none(), st.none(), st.fixed_dictionaries(dict.fromkeys(REGIONS, levels)))
# A tie is declared now and then only, or nothing would ever be granted.
ties = st.sampled_from([*["none"] * 8, *(one.name for one in INTERESTS)]).map(lambda name: Declared(name, WORDS))


@dataclass
class Ledger:
    """What one trainee did and was seen to do, as the test itself knows it."""

    read: bool = False
    named: set[str] = field(default_factory=set)  # regions whose sign-off cases were answered right
    seen: list[tuple[str, int, int, datetime]] = field(default_factory=list)  # region, assessor, entrustment, when
    wrong: list[tuple[datetime, bool]] = field(default_factory=list)  # when, and whether it was sure
    remedied: list[datetime] = field(default_factory=list)

    @property
    def gate_open(self) -> bool:
        if not self.wrong:
            return True
        after_case = any(at > max(slip for slip, _ in self.wrong) for at in self.remedied)
        sure = [slip for slip, sure in self.wrong if sure]
        watched = not sure or any(
            at.date() > max(sure).date() and entrustment >= 3 for _region, _by, entrustment, at in self.seen
        )
        return after_case and watched

    def tested(self, region: str, level: str) -> bool:
        """Whether a line may be claimed at a level, by what the shipped framework asks in plain numbers."""
        if level == "not-certified":
            return True
        supervised = self.gate_open and self.read and region in self.named
        if level == "supervised":
            return supervised
        anywhere = {by for _region, by, entrustment, _at in self.seen if entrustment >= 3}
        here = [by for where, by, entrustment, _at in self.seen if where == region and entrustment >= 4]
        often = sum(entrustment >= 3 for _region, _by, entrustment, _at in self.seen)
        return supervised and often >= 3 and len(anywhere) >= 2 and len(set(here)) >= 2


class AnySequence(RuleBasedStateMachine):
    """One school in one transaction that is never committed."""

    engine: Engine  # set by the test
    happened: ClassVar[Counter[str]] = Counter()
    numbers = Bundle("numbers")
    grants = Bundle("grants")

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(self.engine)
        self.now = NOON
        self.people: list[Person] = [make_person(self.session) for _ in range(PEOPLE)]
        self.session.flush()
        self.ledgers = [Ledger() for _ in range(TRAINEES)]
        self.touched = 0  # whose evidence was added to last; that of the other is as it was

    def teardown(self) -> None:
        """What was decided replays, whatever came after it; and the journal is whole."""
        try:
            self.every_decision_replays()
            assert list(journal.faults(self.session)) == []
        finally:
            self.session.rollback()
            self.session.close()

    # --- evidence ---

    @initialize(
        target=numbers,
        trainee=trainees,
        watched=st.booleans(),
        stage=st.sampled_from(("", "open", "open", "granted", "reversed")),
    )
    def begin(self, trainee: int, watched: bool, stage: str) -> object:
        """One of them has come some way, so that there is something to decide about, or to take back."""
        self.study(trainee)
        for region in REGIONS:
            self.name_segments(trainee, region, right=True)
        for number in range(3 if watched else 0):
            self.be_observed(trainee, TRAINEES + number % 2, REGIONS[0], 4)
        if not stage:
            return multiple()
        made: object = self.propose(trainee, TRAINEES, None, Declared())
        if stage in ("granted", "reversed"):
            self.decide(str(made), TRAINEES + 1, "granted", Declared())
        if stage == "reversed":
            self.reverse(str(made), TRAINEES + 1, Declared())
        return made

    @rule(trainee=trainees)
    def study(self, trainee: int) -> None:
        """Every lesson and quiz without a fault, later the safety quiz again: points, which move no gate."""
        self.touched = trainee
        gate = service.readiness_of(self.session, self.people[trainee].id).gate
        quizzes = ["quiz-safety"]
        if not self.ledgers[trainee].read:
            finish_lessons(self.session, self.people[trainee], at=self.now)
            quizzes = [entry.id for entry in library.entries(self.session, "quiz")]
        for quiz_id in quizzes:
            take(self.session, self.people[trainee], quiz_id, at=self.now)
        self.ledgers[trainee].read = True
        assert service.readiness_of(self.session, self.people[trainee].id).gate == gate

    @rule(trainee=trainees, region=st.sampled_from(REGIONS), right=st.booleans())
    def name_segments(self, trainee: int, region: str, right: bool) -> None:
        """A whole session of sign-off cases: enough to pass, or plainly not. What was passed stays passed."""
        self.touched = trainee
        if region in self.ledgers[trainee].named:
            return
        answer_cases(self.session, self.people[trainee], region, wrong=0 if right else 16, at=self.now)
        passed = self.mastered(trainee, region)
        assert right or not passed
        if passed:
            self.ledgers[trainee].named.add(region)

    def mastered(self, trainee: int, region: str) -> bool:
        found = service.readiness_of(self.session, self.people[trainee].id)
        return next(one.met for one in found.competencies if one.competency.id == f"dx-{region}")

    @rule(
        trainee=trainees, assessor=staff, region=st.sampled_from(REGIONS), entrustment=st.sampled_from((2, 3, 4, 4, 5))
    )
    def be_observed(self, trainee: int, assessor: int, region: str, entrustment: int) -> None:
        self.touched = trainee
        self.now += timedelta(hours=1)
        observe(
            self.session,
            self.people[trainee],
            self.people[assessor],
            region=region,
            entrustment=entrustment,
            at=self.now,
        )
        self.ledgers[trainee].seen.append((region, assessor, entrustment, self.now))

    @rule(trainee=trainees, sure=st.booleans())
    def slip(self, trainee: int, sure: bool) -> None:
        """A safety question answered wrong."""
        self.touched = trainee
        confidence = "sure" if sure else None
        take(self.session, self.people[trainee], "quiz-safety", wrong=1, confidence=confidence, at=self.now)
        self.ledgers[trainee].wrong.append((self.now, sure))
        self.now += timedelta(minutes=1)

    @rule(trainee=trainees)
    def remedy(self, trainee: int) -> None:
        self.touched = trainee
        take(self.session, self.people[trainee], REMEDY, purpose="case", at=self.now)
        self.ledgers[trainee].remedied.append(self.now)
        self.now += timedelta(minutes=1)

    @rule(days=st.integers(1, 400))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    # --- sign-off ---

    def attempt(self, name: str, call: Callable[[], SignOff]) -> SignOff | None:
        """What the call gave; None when it was refused, and then it changed nothing."""
        before = journal.count(self.session)
        self.now += timedelta(minutes=1)
        try:
            with self.session.begin_nested():
                made = call()
        except (Refused, Conflict):
            assert journal.count(self.session) == before
            self.happened[f"{name} refused"] += 1
            return None
        except Problem as problem:
            raise AssertionError(f"{name}: {problem}") from problem
        self.happened[name] += 1
        return made

    @rule(target=numbers, trainee=trainees, proposer=people, scope=scopes, declared=ties)
    def propose(self, trainee: int, proposer: int, scope: dict[str, str] | None, declared: Declared) -> object:
        if scope is None:
            scope = dict(service.readiness_of(self.session, self.people[trainee].id).scope)
        if set(scope.values()) == {"not-certified"}:
            return multiple()
        made = self.attempt(
            "proposed",
            lambda: service.propose(
                self.session,
                trainee_id=self.people[trainee].id,
                proposer_id=self.people[proposer].id,
                scope=scope,
                reason=WHY,
                declared=declared,
                at=self.now,
            ),
        )
        if made is None:
            return multiple()
        assert proposer != trainee
        assert not BY_NAME[declared.kind].bars_proposing
        assert {by for _region, by, _level, _at in self.ledgers[trainee].seen} != {proposer}
        self.is_tested(trainee, made)
        return made.number

    @rule(
        target=grants,
        number=numbers,
        decider=deciders,
        outcome=st.sampled_from(("granted",) * 3 + ("deferred", "refused")),
        declared=ties,
    )
    def decide(self, number: str, decider: int, outcome: str, declared: Declared) -> object:
        was = sign_offs.sign_off(self.session, number)
        decider = self.who(was, decider)
        trainee = next(at for at, one in enumerate(self.people) if one.id == was.trainee_id)
        was_open = was.state == "proposed"
        made = self.attempt(
            outcome,
            lambda: service.decide(
                self.session,
                number,
                decider_id=self.people[decider].id,
                outcome=outcome,
                reason=WHY,
                declared=declared,
                at=self.now,
            ),
        )
        if made is None or not was_open:
            return multiple()
        assert self.people[decider].id not in (made.trainee_id, made.proposer_id)
        assert not BY_NAME[declared.kind].bars_deciding
        assert {by for _region, by, _level, _at in self.ledgers[trainee].seen} != {decider}
        if outcome != "granted":
            return multiple()
        self.is_tested(trainee, made)
        return number

    def who(self, row: SignOff, decider: int) -> int:
        """The place of a decider among the people."""
        named = {PROPOSER: row.proposer_id, TRAINEE: row.trainee_id}
        if decider not in named:
            return decider
        return next(place for place, one in enumerate(self.people) if one.id == named[decider])

    def is_tested(self, trainee: int, made: SignOff) -> None:
        assert self.ledgers[trainee].gate_open
        for region, level in made.scope.items():
            assert self.ledgers[trainee].tested(region, level), (region, level, self.ledgers[trainee])

    @rule(number=st.one_of(grants, numbers), decider=deciders, declared=ties)
    def reverse(self, number: str, decider: int, declared: Declared) -> None:
        was = sign_offs.sign_off(self.session, number)
        decider = self.who(was, decider)
        standing = was.standing
        made = self.attempt(
            "reversed",
            lambda: service.reverse(
                self.session, number, decider_id=self.people[decider].id, reason=WHY, declared=declared, at=self.now
            ),
        )
        if made is not None:
            assert standing in ("granted", "reversed")
            assert made.standing == "reversed"
            assert self.people[decider].id not in (made.trainee_id, made.proposer_id)

    # --- what holds at every moment ---

    @invariant()
    def every_certificate_rests_on_two_different_deciders(self) -> None:
        query = select(Certificate, SignOff).join(SignOff, SignOff.id == Certificate.sign_off_id)
        for certificate, row in self.session.execute(query):
            assert row.state == "granted"
            assert len({row.trainee_id, row.proposer_id, row.decider_id}) == 3
            assert None not in (row.proposer_id, row.decider_id)
            assert certificate.person_id == row.trainee_id
            lines = select(CertificateScope.region, CertificateScope.level).where(
                CertificateScope.certificate_id == certificate.id
            )
            assert {line.region: line.level for line in self.session.execute(lines)} == row.scope

    @invariant()
    def nothing_that_was_reversed_is_in_force(self) -> None:
        query = select(Certificate.person_id, SignOff.reversed_at).join(SignOff, SignOff.id == Certificate.sign_off_id)
        in_force = self.session.execute(query.where(Certificate.state.in_(("active", "suspended")))).all()
        assert all(one.reversed_at is None for one in in_force)
        assert len({one.person_id for one in in_force}) == len(in_force)

    @invariant()
    def the_gate_is_as_the_ledger_says(self) -> None:
        ledger = self.ledgers[self.touched]
        found = service.readiness_of(self.session, self.people[self.touched].id)
        assert found.gate.open == ledger.gate_open
        if not ledger.gate_open:
            assert set(found.scope.values()) == {"not-certified"}

    def every_decision_replays(self) -> None:
        for row in self.session.scalars(select(SignOff).where(SignOff.state != "proposed")):
            assert bundles.replay(row.bundle or {}).holds
            found = service.replay_sign_off(self.session, row.number)
            assert found.holds == (row.reversed_at is None), found.details
            if row.reversed_at is not None:
                assert found.details[0] == f"It was reversed on {row.reversed_at:%Y-%m-%d}."
                assert self.session.get_one(Reversal, row.id).bundle["reverses_bundle_sha256"] == row.bundle_hash


def few_cases(shipped: Library) -> list[Item]:
    """The shipped content with one sign-off case of each region: how many there are to draw from plays no part here."""
    regions: set[str | None] = set()
    kept = []
    for one in shipped.items:
        if isinstance(one.document, Case) and one.document.bank == "sign-off":
            if one.document.region in regions:
                continue
            regions.add(one.document.region)
        kept.append(one)
    return kept


def test_no_sequence_certifies_what_two_people_did_not_decide_or_nobody_tested(
    shipped: Library, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "any.sqlite3"
    path.write_bytes(request.getfixturevalue("_sqlite_template").read_bytes())
    engine = create_engine(**engine_options(f"sqlite:///{path}"))
    prepare(engine)
    with Session(engine) as session:
        library.publish(session, few_cases(shipped), at=NOON)
        session.commit()
    monkeypatch.setattr(sign_offs, "when_granted", partial(certificates.issue, zone=ZONE))
    monkeypatch.setattr(reversing, "when_reversed", partial(certificates.withdraw_reversed, zone=ZONE))
    monkeypatch.setattr(AnySequence, "engine", engine, raising=False)
    monkeypatch.setattr(AnySequence, "happened", Counter())
    bounded = settings(
        database=None,
        deadline=None,
        derandomize=True,  # as long as another run is, and the same every time
        max_examples=50,
        stateful_step_count=18,
        phases=(Phase.generate,),  # to shrink what failed takes minutes; it is short enough to be read
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(AnySequence, settings=bounded)
    engine.dispose()
    # The sequences reach what they are about; without these the invariants would hold of nothing.
    for name in ("proposed", "granted", "reversed"):
        assert AnySequence.happened[name] >= 3, AnySequence.happened
        assert AnySequence.happened[f"{name} refused"] >= 3, AnySequence.happened
