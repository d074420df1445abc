"""Two people, or two clicks, at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.competency.records import SEEN, know_it_all, observe
from training.accounts.models import Person
from training.competency import service
from training.competency.appeals import answering
from training.competency.appeals import service as appeals
from training.competency.observing import requests
from training.competency.observing import service as observing
from training.competency.observing.models import Observation, ObservationDraft
from training.competency.sign_off import sharing
from training.competency.sign_off.models import SignOff
from training.db.base import new_public_id
from training.db.errors import Conflict
from training.db.session import session, transaction
from training.journal import service as journal
from training.web.access import Role

NOW = datetime.now(UTC)
WHY = "Seen often, steady hands, sound judgement."
pytestmark = pytest.mark.usefixtures("published")
People = Callable[..., Person]


def at_once(app: Flask, *calls: Callable[[], object]) -> list[object]:
    """What each call gave, or the Conflict that it met; all of them begin together."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait(timeout=20)
            try:
                with transaction():
                    return call()
            except Conflict as conflict:
                return conflict

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, call) for call in calls]]


@pytest.fixture
def trainee(app: Flask, person_in: People) -> Person:
    person = person_in()
    with app.app_context(), transaction() as db:
        know_it_all(db, person)
    return person


def propose(trainee: Person, proposer: Person, level: str = "supervised") -> str:
    made = service.propose(
        session(), trainee_id=trainee.id, proposer_id=proposer.id, scope={"cervical": level}, reason=WHY, at=NOW
    )
    return made.number


def test_of_two_deciders_at_once_one_wins_and_the_other_is_told(app: Flask, trainee: Person, person_in: People) -> None:
    proposer, first, second = person_in(), person_in(name="Ann"), person_in(name="Bob")
    with app.app_context(), transaction():
        number = propose(trainee, proposer)

    def decide(decider: Person, outcome: str) -> str:
        return service.decide(
            session(), number, decider_id=decider.id, outcome=outcome, reason=WHY, at=NOW + timedelta(minutes=1)
        ).state

    results = at_once(app, lambda: decide(first, "granted"), lambda: decide(second, "refused"))
    lost = [one for one in results if isinstance(one, Conflict)]
    won = [one for one in results if isinstance(one, str)]
    assert (len(lost), len(won)) == (1, 1)
    with app.app_context():
        row = service.sign_off(session(), number)
        assert row.state == won[0]
        assert {"granted": "Ann", "refused": "Bob"}[row.state] in str(lost[0])
        kinds = [one.kind for one in journal.latest(session(), limit=50)]
        assert kinds.count("sign-off.granted") + kinds.count("sign-off.refused") == 1
        assert kinds.count("certificate.issued") == (row.state == "granted")
        assert list(journal.faults(session())) == []
        assert service.replay_sign_off(session(), number).holds


def test_a_decision_clicked_twice_at_once_is_one_decision(app: Flask, trainee: Person, person_in: People) -> None:
    proposer, decider = person_in(), person_in()
    with app.app_context(), transaction():
        number = propose(trainee, proposer)

    def decide() -> str:
        return service.decide(
            session(), number, decider_id=decider.id, outcome="granted", reason=WHY, at=NOW + timedelta(minutes=1)
        ).state

    assert at_once(app, decide, decide) == ["granted", "granted"]
    with app.app_context():
        kinds = [one.kind for one in journal.latest(session(), limit=50)]
        assert kinds.count("sign-off.granted") == 1


def test_a_proposal_clicked_twice_at_once_is_one_proposal(app: Flask, trainee: Person, person_in: People) -> None:
    proposer = person_in()
    first, second = at_once(app, lambda: propose(trainee, proposer), lambda: propose(trainee, proposer))
    assert first == second
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(SignOff)) == 1


def test_of_two_proposals_at_once_one_is_open_and_the_other_is_told(
    app: Flask, trainee: Person, person_in: People
) -> None:
    ann, bob = person_in(), person_in()
    results = at_once(app, lambda: propose(trainee, ann), lambda: propose(trainee, bob))
    numbers = [one for one in results if isinstance(one, str)]
    assert len(numbers) == 1
    assert numbers[0] in str(next(one for one in results if isinstance(one, Conflict)))


def test_an_observation_clicked_twice_at_once_is_one_observation(
    app: Flask, trainee: Person, person_in: People
) -> None:
    assessor, nonce = person_in(), new_public_id()

    def record() -> str:
        return observe(session(), trainee, assessor, nonce=nonce, seen=SEEN, at=NOW).public_id

    first, second = at_once(app, record, record)
    assert first == second
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Observation)) == 1
        kinds = [one.kind for one in journal.latest(session(), limit=50)]
        assert kinds.count("observation.recorded") == 1


def test_of_two_assessors_who_sign_by_one_link_at_once_one_wins_and_the_other_is_told(
    app: Flask, person_in: People
) -> None:
    trainee, ann, bob = person_in(), person_in(Role.ASSESSOR, name="Ann"), person_in(Role.ASSESSOR, name="Bob")
    with app.app_context(), transaction() as db:
        asked = requests.ask(
            db, trainee.id, region="lumbar", focus="", public_id=new_public_id(), secret_key="key", at=NOW
        )
        drafts = {
            who.id: observing.write_words(
                db, trainee_id=trainee.id, assessor_id=who.id, region="lumbar", seen=SEEN, observed_on=NOW.date(),
                nonce=new_public_id(), today=NOW.date(), at=NOW, request=asked,
            ).public_id
            for who in (ann, bob)
        }  # fmt: skip

    def sign(who: Person) -> str:
        later = NOW + timedelta(minutes=1)
        try:
            return observing.sign(
                session(), drafts[who.id], assessor_id=who.id, entrustment=4, today=NOW.date(), at=later
            ).public_id
        except requests.Closed as closed:
            raise Conflict(str(closed)) from closed

    results = at_once(app, lambda: sign(ann), lambda: sign(bob))
    lost = [one for one in results if isinstance(one, Conflict)]
    assert len(lost) == 1
    assert "was first and has signed by this request" in str(lost[0])
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Observation)) == 1
        assert list(journal.faults(session())) == []


def test_words_and_requests_sent_twice_at_once_are_one(app: Flask, trainee: Person, person_in: People) -> None:
    assessor, form, nonce = person_in(Role.ASSESSOR), new_public_id(), new_public_id()

    def ask() -> str:
        return requests.ask(
            session(), trainee.id, region="lumbar", focus="", public_id=form, secret_key="key", at=NOW
        ).public_id

    def write() -> str:
        return observing.write_words(
            session(), trainee_id=trainee.id, assessor_id=assessor.id, region="lumbar", seen=SEEN,
            observed_on=NOW.date(), nonce=nonce, today=NOW.date(), at=NOW,
        ).public_id  # fmt: skip

    assert len(set(at_once(app, ask, ask))) == 1
    assert len(set(at_once(app, write, write))) == 1
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(ObservationDraft)) == 1


# --- what comes after a decision ---


@pytest.fixture
def granted(app: Flask, trainee: Person, person_in: People) -> str:
    """The number of a granted sign-off."""
    proposer, decider = person_in(), person_in()
    with app.app_context(), transaction() as db:
        number = propose(trainee, proposer)
        service.decide(db, number, decider_id=decider.id, outcome="granted", reason=WHY, at=NOW)
    return number


def how_many(app: Flask, kind: str) -> int:
    with app.app_context():
        return [one.kind for one in journal.latest(session(), limit=50)].count(kind)


def test_of_two_who_reverse_at_once_one_does_and_the_other_is_told(app: Flask, granted: str, person_in: People) -> None:
    ann, bob = person_in(name="Ann"), person_in(name="Bob")

    def reverse(by: Person) -> str:
        return service.reverse(session(), granted, decider_id=by.id, reason=WHY, at=NOW).standing

    results = at_once(app, lambda: reverse(ann), lambda: reverse(bob))
    assert results.count("reversed") == 1
    assert any("reversed" in str(one) for one in results if isinstance(one, Conflict))
    assert (how_many(app, "sign-off.reversed"), how_many(app, "certificate.withdrawn")) == (1, 1)


def test_of_two_appeals_at_once_one_is_open(app: Flask, trainee: Person, granted: str) -> None:
    def file(form: str) -> str:
        return appeals.file_appeal(
            session(), person_id=trainee.id, number=granted, words=WHY, today=NOW.date(), at=NOW, public_id=form
        ).public_id

    results = at_once(app, lambda: file(new_public_id()), lambda: file(new_public_id()))
    assert len([one for one in results if isinstance(one, Conflict)]) == 1
    assert how_many(app, "appeal.filed") == 1


def test_a_complaint_and_a_link_clicked_twice_at_once_are_one(app: Flask, trainee: Person, granted: str) -> None:
    form = new_public_id()

    def complain() -> str:
        return appeals.file_complaint(
            session(), person_id=trainee.id, about="", words=WHY, today=NOW.date(), at=NOW, public_id=form
        ).public_id

    def share() -> str:
        row = service.sign_off(session(), granted)
        return sharing.share(
            session(), row, days=7, with_names=False, by_id=trainee.id, at=NOW, public_id=form
        ).public_id

    assert at_once(app, complain, complain) == [form, form]
    assert at_once(app, share, share) == [form, form]
    assert (how_many(app, "appeal.filed"), how_many(app, "sign-off.shared")) == (1, 1)


def test_of_two_answers_at_once_one_stands(app: Flask, trainee: Person, granted: str, person_in: People) -> None:
    ann, bob = person_in(name="Ann"), person_in(name="Bob")
    with app.app_context(), transaction() as db:
        made = appeals.file_appeal(db, person_id=trainee.id, number=granted, words=WHY, today=NOW.date(), at=NOW)
        public_id = made.public_id

    def answer(by: Person, outcome: str) -> str:
        answering.answer(session(), public_id, by_id=by.id, outcome=outcome, words=WHY, at=NOW)
        return outcome

    results = at_once(app, lambda: answer(ann, "upheld"), lambda: answer(bob, "dismissed"))
    lost = [one for one in results if isinstance(one, Conflict)]
    assert len(lost) == 1
    assert "closed this" in str(lost[0])
    assert how_many(app, "appeal.upheld") + how_many(app, "appeal.dismissed") == 1
