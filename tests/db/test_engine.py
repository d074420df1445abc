from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from tests.makers import NOON, make_person
from training.accounts import service as people
from training.accounts.models import Cohort, CohortMember, Person
from training.db.base import UtcDateTime, new_public_id
from training.db.engine import BUSY_TIMEOUT_MS, database_address, engine_options, prepare, writers_turn
from training.db.errors import Conflict
from training.db.session import database, transaction
from training.db.session import session as app_session

NAIVE = datetime(2026, 6, 1, 12, 0)  # noqa: DTZ001 - the fault this is about


def cohort(name: str = "Autumn") -> Cohort:
    return Cohort(name=name, starts_on=NOON.date())


def person(**changed: object) -> Person:
    values = {"name": "A", "email": "a@example.org", "password_hash": "x", "created_at": NOON}
    return Person(**{**values, **changed})


def add_and_fail(app: Flask, fault: BaseException) -> None:
    with app.app_context(), transaction() as db:
        db.add(cohort())
        db.flush()
        raise fault


def names_in(app: Flask) -> list[str]:
    with app.app_context():
        return list(app_session().execute(text("SELECT name FROM cohort ORDER BY name")).scalars())


# --- times -----------------------------------------------------------------------------------------------------


def test_a_time_without_a_zone_is_refused(session: Session) -> None:
    session.add(person(created_at=NAIVE))

    with pytest.raises(StatementError, match="give it a zone"):
        session.flush()


def test_a_time_comes_back_as_the_same_moment_in_utc(session: Session) -> None:
    there = datetime(2026, 6, 1, 6, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-6)))
    one = person(created_at=there)
    session.add(one)
    session.commit()
    session.refresh(one)

    assert one.created_at == there
    assert one.created_at.tzinfo == UTC


def test_times_are_compared_as_moments(session: Session) -> None:
    session.add(person())
    session.flush()
    later_elsewhere = NOON.astimezone(timezone(timedelta(hours=-11))) + timedelta(seconds=1)

    assert session.query(Person).filter(Person.created_at < later_elsewhere).count() == 1
    assert session.query(Person).filter(Person.created_at < NOON).count() == 0


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_whatever_zone_goes_in_utc_comes_out(moment: datetime) -> None:
    column = UtcDateTime()
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        kept = column.process_bind_param(moment, dialect)
        back = column.process_result_value(kept, dialect)
        assert back is not None
        assert back.tzinfo == UTC
        assert back == moment.astimezone(UTC)


def test_no_time_stays_no_time() -> None:
    dialect = sqlite.dialect()

    assert UtcDateTime().process_bind_param(None, dialect) is None
    assert UtcDateTime().process_result_value(None, dialect) is None


# --- one place that commits ------------------------------------------------------------------------------------


def test_a_transaction_keeps_all_of_its_block(app: Flask) -> None:
    with app.app_context(), transaction() as db:
        db.add_all([cohort("A"), cohort("B")])

    assert names_in(app) == ["A", "B"]


def test_a_transaction_keeps_nothing_when_anything_fails(app: Flask) -> None:
    with pytest.raises(Conflict):
        add_and_fail(app, Conflict("No."))

    assert names_in(app) == []


def test_an_interrupted_transaction_keeps_nothing(app: Flask) -> None:
    with pytest.raises(KeyboardInterrupt):
        add_and_fail(app, KeyboardInterrupt())

    assert names_in(app) == []


def test_the_session_can_be_used_after_a_transaction_failed(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(IntegrityError), transaction() as db:
            db.add_all([cohort(), cohort()])
        with transaction() as db:
            db.add(cohort())

    assert names_in(app) == ["Autumn"]


def test_what_was_read_before_is_read_anew_inside_a_transaction(app: Flask) -> None:
    with app.app_context(), transaction() as db:
        db.add(cohort("Before"))
    with app.app_context():
        before = app_session().query(Cohort).one()
        with app.app_context(), transaction() as other:  # somebody else, in a session of their own
            other.query(Cohort).one().name = "After"
        with transaction() as db:
            assert db.query(Cohort).one().name == "After"
            assert db.query(Cohort).one() is before


def test_nothing_is_kept_without_a_transaction(app: Flask) -> None:
    with app.app_context():
        app_session().add(cohort())
        app_session().flush()

    assert names_in(app) == []


def test_many_writers_at_once_all_get_their_turn(app: Flask) -> None:
    """Counting up is a read and a write: lost updates or a refused writer would show."""
    writers, rounds, faults = 6, 5, []
    with app.app_context(), transaction() as db:
        db.add(cohort("0"))
    ready = threading.Barrier(writers)

    def write() -> None:
        ready.wait()
        for _ in range(rounds):
            try:
                with app.app_context(), transaction() as db:
                    counter = db.query(Cohort).with_for_update().one()
                    counter.name = str(int(counter.name) + 1)
            except Exception as fault:
                faults.append(fault)

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert names_in(app) == [str(writers * rounds)]


# --- how the databases are opened ------------------------------------------------------------------------------


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(**engine_options(f"sqlite:///{tmp_path / 'x.sqlite3'}"))
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", BUSY_TIMEOUT_MS)],
)
def test_sqlite_is_opened_so_that_a_power_cut_loses_nothing(sqlite_engine: Engine, pragma: str, value: object) -> None:
    with sqlite_engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_the_application_opens_it_the_same_way(app: Flask, database_kind: str) -> None:
    with app.app_context(), database.engine.connect() as connection:
        if database_kind == "sqlite":
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_a_foreign_key_must_lead_somewhere(session: Session) -> None:
    session.add(CohortMember(cohort_id=4711, person_id=4712))

    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_holds_the_rules_of_the_models(session: Session) -> None:
    session.add(person())
    session.flush()

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("INSERT INTO person_role (person_id, role, given_at) VALUES (1, 'king', '2026-01-01')"))


@pytest.mark.parametrize("given", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_a_postgresql_address_gets_the_driver_that_we_ship(given: str) -> None:
    assert database_address(given).drivername == "postgresql+psycopg"


def test_the_writers_turn_is_freed_when_its_block_fails(sqlite_engine: Engine) -> None:
    with pytest.raises(ValueError), writers_turn(sqlite_engine):
        raise ValueError

    with writers_turn(sqlite_engine):
        pass


def test_public_ids_are_long_and_never_the_same() -> None:
    made = {new_public_id() for _ in range(1000)}

    assert len(made) == 1000
    assert {len(one) for one in made} == {22}


def test_names_are_found_whatever_their_case_and_accents(session: Session) -> None:
    person = make_person(session, name="Åsa Öberg")
    session.flush()

    assert [found.id for found in people.people(session, search="åsa ö")] == [person.id]
