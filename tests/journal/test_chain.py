from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.makers import NOON, make_person
from training.db.engine import engine_options, prepare
from training.journal import service as journal
from training.journal.service import GENESIS, entry_hash


def write(session: Session, count: int = 5) -> None:
    for number in range(count):
        journal.append(
            session,
            "thing.happened",
            actor_id=None,
            subject=f"thing/{number}",
            payload={"number": number, "name": "é ☃"},
            at=NOON + timedelta(seconds=number),
        )
    session.commit()


@pytest.fixture
def tamper(session: Session) -> Iterator[Callable[[str], None]]:
    """Run SQL as somebody who can switch the triggers off, which is whom the chain is for."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        for change in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER journal_entry_append_only_{change}"))
    else:
        session.execute(text("SET session_replication_role = replica"))

    def run(statement: str) -> None:
        session.execute(text(statement))
        session.flush()
        session.expire_all()

    yield run
    session.rollback()


def found(session: Session) -> list[tuple[int, str]]:
    return [(fault.number, fault.what) for fault in journal.faults(session)]


def test_entries_are_numbered_without_gaps_and_the_chain_holds(session: Session) -> None:
    write(session)

    rows = list(reversed(journal.latest(session, limit=10)))

    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0].previous_hash == GENESIS
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert journal.count(session) == 5
    assert found(session) == []


def test_an_empty_chain_holds(session: Session) -> None:
    assert found(session) == []


@pytest.mark.parametrize(
    "column",
    [
        "kind = 'other'",
        "subject = 'other'",
        "at = '2020-01-01 00:00:00'",
        """payload = '{"number": 99, "name": "é ☃"}'""",
    ],
)
def test_a_changed_entry_is_found(session: Session, tamper: Callable[[str], None], column: str) -> None:
    write(session)

    tamper(f"UPDATE journal_entry SET {column} WHERE number = 3")

    assert found(session) == [(3, "was changed after it was written")]


def test_somebody_else_made_the_actor_is_found(session: Session, tamper: Callable[[str], None]) -> None:
    person = make_person(session)
    session.commit()
    write(session)

    tamper(f"UPDATE journal_entry SET actor_id = {person.id} WHERE number = 4")

    assert [number for number, _ in found(session)] == [4]


def test_a_changed_entry_with_its_hash_made_anew_breaks_the_chain_behind_it(
    session: Session, tamper: Callable[[str], None]
) -> None:
    write(session)
    row = next(row for row in journal.latest(session, limit=10) if row.number == 3)
    forged = entry_hash(row.previous_hash, 3, row.at, "other", None, row.subject, row.payload)

    tamper(f"UPDATE journal_entry SET kind = 'other', hash = '{forged}' WHERE number = 3")

    assert found(session) == [(4, "does not follow the entry before it")]


@pytest.mark.parametrize(
    ("number", "fault"), [(1, (1, "entries 1 to 1 are missing")), (3, (3, "entries 3 to 3 are missing"))]
)
def test_a_removed_entry_is_found(
    session: Session, tamper: Callable[[str], None], number: int, fault: tuple[int, str]
) -> None:
    write(session)

    tamper(f"DELETE FROM journal_entry WHERE number = {number}")

    assert fault in found(session)


def test_removed_last_entries_are_found_by_the_head(session: Session, tamper: Callable[[str], None]) -> None:
    write(session)

    tamper("DELETE FROM journal_entry WHERE number >= 4")

    assert found(session) == [(5, "the head says 5 entries, the chain ends at 3")]


def test_a_removed_head_is_found(session: Session, tamper: Callable[[str], None]) -> None:
    write(session)

    tamper("DELETE FROM journal_head")

    assert found(session) == [(6, "the chain's head is missing")]


def test_two_entries_that_changed_places_are_found(session: Session, tamper: Callable[[str], None]) -> None:
    write(session)

    tamper("UPDATE journal_entry SET number = 99 WHERE number = 2")
    tamper("UPDATE journal_entry SET number = 2 WHERE number = 3")
    tamper("UPDATE journal_entry SET number = 3 WHERE number = 99")

    assert {number for number, _ in found(session)} >= {2, 3}


def test_an_added_entry_is_found(session: Session, tamper: Callable[[str], None]) -> None:
    write(session)

    tamper(
        "INSERT INTO journal_entry (number, at, kind, actor_id, subject, payload, previous_hash, hash) "
        "SELECT 6, at, kind, actor_id, subject, payload, hash, 'made up' FROM journal_entry WHERE number = 5"
    )

    assert [number for number, _ in found(session)] == [6, 5]


def test_an_entry_is_gone_when_what_it_records_is(session: Session) -> None:
    write(session, 2)
    journal.append(session, "thing.happened", actor_id=None, subject="s", payload={}, at=NOON)
    session.rollback()

    assert journal.count(session) == 2
    assert found(session) == []


def test_a_payload_that_is_no_json_is_refused_before_anything_is_written(session: Session) -> None:
    with pytest.raises(TypeError):
        journal.append(session, "k", actor_id=None, subject="s", payload={"at": NOON}, at=NOON)
    session.rollback()

    assert journal.count(session) == 0


def test_entries_of_one_subject(session: Session) -> None:
    write(session)

    assert [row.number for row in journal.latest(session, limit=10, subject="thing/2")] == [3]
    assert [row.number for row in journal.latest(session, limit=2, offset=1)] == [4, 3]


def test_many_at_once_make_one_chain(session: Session, database_url: str) -> None:
    engine = create_engine(**engine_options(database_url))
    prepare(engine)
    writers, each = 5, 4
    ready, faults = threading.Barrier(writers), []

    def run(writer: int) -> None:
        ready.wait()
        for number in range(each):
            try:
                with Session(engine) as mine:
                    mine.connection(execution_options={"training_writes": True})
                    journal.append(mine, "k", actor_id=None, subject=f"{writer}/{number}", payload={}, at=NOON)
                    mine.commit()
            except Exception as fault:
                faults.append(fault)

    threads = [threading.Thread(target=run, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()

    assert faults == []
    assert journal.count(session) == writers * each
    assert found(session) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=4), json_values, max_size=4), st.integers(1, 9))
def test_the_hash_says_every_part_of_an_entry(payload: dict[str, Any], number: int) -> None:
    whole = (GENESIS, number, NOON, "kind", 1, "subject", payload)
    digest = entry_hash(*whole)
    others: list[tuple[Any, ...]] = [
        ("1" * 64, *whole[1:]),
        (GENESIS, number + 1, *whole[2:]),
        (*whole[:2], NOON + timedelta(microseconds=1), *whole[3:]),
        (*whole[:3], "kinds", *whole[4:]),
        (*whole[:4], None, *whole[5:]),
        (*whole[:5], "subject ", payload),
        (*whole[:6], {**payload, "one more": 1}),
    ]
    assert len({digest, *(entry_hash(*other) for other in others)}) == 8
    assert entry_hash(*whole[:6], dict(reversed(payload.items()))) == digest
