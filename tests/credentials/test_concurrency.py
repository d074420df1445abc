"""Two people, or two clicks, at the same moment, each in a transaction of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.credentials.makers import EDMONTON, make_certificate, make_granted
from tests.makers import make_person
from training.credentials import service
from training.credentials.models import Certificate, CertificateEvent
from training.db.errors import Conflict
from training.db.session import session, transaction
from training.journal import service as journal
from training.web.access import Role

AT_ONCE = 4


def at_once(app: Flask, act: Callable[[Session, int], object]) -> list[object]:
    """What each of several simultaneous transactions came to: its result, or the Conflict that it met."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> object:
        with app.app_context():
            start.wait()
            try:
                with transaction() as db:
                    return act(db, number)
            except Conflict as conflict:
                return conflict

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_a_sign_off_granted_by_several_clicks_has_one_certificate(app: Flask) -> None:
    with app.app_context(), transaction() as db:
        granted = make_granted(db)

    came_to = at_once(app, lambda db, _number: service.issue(db, granted, zone=EDMONTON))

    assert [type(each) for each in came_to if not isinstance(each, str)] == [Conflict] * (AT_ONCE - 1)
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Certificate)) == 1
        assert list(journal.faults(session())) == []


def test_a_person_never_has_two_certificates_in_force(app: Flask) -> None:
    with app.app_context(), transaction() as db:
        trainee = make_person(db)
        several = [make_granted(db, trainee) for _ in range(AT_ONCE)]

    at_once(app, lambda db, number: service.issue(db, several[number], zone=EDMONTON))

    with app.app_context():
        states = list(session().scalars(select(Certificate.state)))
        assert states.count("active") == 1
        assert set(states) <= {"active", "superseded"}


def test_of_several_deciders_who_suspend_at_once_one_is_first_and_the_others_are_told(app: Flask) -> None:
    with app.app_context(), transaction() as db:
        code = make_certificate(db)
        deciders = [make_person(db, Role.DECIDER) for _ in range(AT_ONCE)]
        db.flush()
        ids = [person.id for person in deciders]

    came_to = at_once(
        app,
        lambda db, number: service.change_state(
            db, code, "suspended", reason="Seen.", by_id=ids[number], at=datetime.now(UTC), zone=EDMONTON
        ),
    )

    assert came_to.count(True) == 1
    assert len([each for each in came_to if isinstance(each, Conflict)]) == AT_ONCE - 1
    with app.app_context():
        events = select(func.count()).where(CertificateEvent.state == "suspended")
        assert session().scalar(events) == 1
