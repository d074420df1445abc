from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.journal.makers import write
from tests.makers import NOON
from training.db.engine import engine_options, prepare
from training.journal import service as journal
from training.journal.service import GENESIS, entry_hash


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
