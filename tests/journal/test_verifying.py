"""Every way to change the chain past the triggers is found, and the entry is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.journal.makers import Tamperer, write
from tests.makers import NOON, make_person
from training.db.engine import engine_options, prepare
from training.journal import service as journal
from training.journal import verifying
from training.journal.guards import missing_guards
from training.journal.verifying import CHANGED, REMADE, KnownHead, examine

GONE = "is missing"


def found(session: Session, *kept: KnownHead) -> list[tuple[int, str]]:
    return [(fault.number, fault.what) for fault in examine(session, kept).faults]


def head(session: Session) -> KnownHead:
    end = journal.head_of(session)
    assert end is not None
    return KnownHead(*end, at=NOON)


@pytest.mark.parametrize(
    "column",
    [
        "kind = 'other'",
        "subject = 'other'",
        "at = '2020-01-01 00:00:00'",
        """payload = '{"number": 99, "name": "é ☃"}'""",
        "payload = '[]'",
        "hash = 'other'",
        f"previous_hash = '{'1' * 64}'",
    ],
)
@pytest.mark.parametrize("number", [1, 5])
def test_a_changed_entry_is_named(session: Session, tamper: Tamperer, column: str, number: int) -> None:
    tamper(f"UPDATE journal_entry SET {column} WHERE number = {number}")

    assert found(session) == [(number, CHANGED)]


@pytest.mark.parametrize(
    "column", ["payload = 'no JSON'", "payload = ''", "at = 'never'", "at = 7", "kind = x'00ff'", "subject = x'ff'"]
)
def test_an_entry_that_cannot_even_be_read_is_named(session: Session, tamper: Tamperer, column: str) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL's types refuse these")
    tamper(f"UPDATE journal_entry SET {column} WHERE number = 3")

    assert found(session) == [(3, CHANGED)]


def test_somebody_else_made_the_actor_is_found(session: Session, tamper: Tamperer) -> None:
    person = make_person(session)
    session.flush()

    tamper(f"UPDATE journal_entry SET actor_id = {person.id} WHERE number = 4")

    assert found(session) == [(4, CHANGED)]


@pytest.mark.parametrize("number", [1, 2, 4])
def test_an_entry_whose_hash_was_made_anew_is_named_by_the_one_behind_it(
    session: Session, tamper: Tamperer, number: int
) -> None:
    tamper.make_anew(number)

    assert found(session) == [(number, REMADE)]


def test_a_last_entry_that_was_made_anew_is_found_by_the_head(session: Session, tamper: Tamperer) -> None:
    tamper.make_anew(5)

    ((number, what),) = found(session)
    assert number == 5
    assert "the head has another hash" in what


@pytest.mark.parametrize(
    ("removed", "said"),
    [
        ("number = 1", "entry 1: is missing"),
        ("number = 3", "entry 3: is missing"),
        ("number BETWEEN 2 AND 4", "entries 2 to 4: are missing"),
    ],
)
def test_a_removed_entry_is_named(session: Session, tamper: Tamperer, removed: str, said: str) -> None:
    tamper(f"DELETE FROM journal_entry WHERE {removed}")

    assert [str(fault) for fault in examine(session).faults] == [said]


def test_a_truncated_end_is_found_by_the_head(session: Session, tamper: Tamperer) -> None:
    tamper("DELETE FROM journal_entry WHERE number >= 4")

    assert [str(fault) for fault in examine(session).faults] == ["entries 4 to 5: are missing: the head says 5"]


def test_a_truncated_end_with_its_head_is_found_by_a_head_that_was_kept(session: Session, tamper: Tamperer) -> None:
    kept = head(session)
    tamper("DELETE FROM journal_entry WHERE number >= 4")
    tamper("UPDATE journal_head SET number = 3, hash = (SELECT hash FROM journal_entry WHERE number = 3)")

    assert found(session) == []
    (only,) = examine(session, [kept]).faults
    assert (only.number, only.last) == (4, 5)
    assert "the head kept at" in only.what


def test_a_chain_made_anew_altogether_is_found_by_the_heads_that_were_kept(session: Session, tamper: Tamperer) -> None:
    ends = {row.number: row.hash for row in journal.latest(session, limit=10)}
    kept = [KnownHead(number, ends[number], NOON) for number in (1, 2, 4, 5)]
    tamper.make_all_anew(3)

    assert found(session) == []
    (only,) = examine(session, kept).faults
    assert (only.number, only.last) == (3, 4)


def test_all_removed_is_found(session: Session, tamper: Tamperer) -> None:
    tamper("DELETE FROM journal_entry")

    assert [str(fault) for fault in examine(session).faults] == ["entries 1 to 5: are missing: the head says 5"]


def test_a_removed_head_is_found(session: Session, tamper: Tamperer) -> None:
    tamper("DELETE FROM journal_head")

    ((number, what),) = found(session)
    assert number == 6
    assert "head is missing" in what


def test_two_entries_that_changed_places_are_both_named_with_where_they_stood(
    session: Session, tamper: Tamperer
) -> None:
    tamper.move(2, 99)
    tamper.move(4, 2)
    tamper.move(99, 4)

    assert found(session) == [(2, "was entry 4 and was moved here"), (4, "was entry 2 and was moved here")]


def test_entries_that_closed_a_gap_are_named_with_where_they_stood(session: Session, tamper: Tamperer) -> None:
    tamper("DELETE FROM journal_entry WHERE number = 3")
    tamper.move(4, 3)
    tamper.move(5, 4)

    assert found(session) == [
        (3, "was entry 4 and was moved here"),
        (4, "was entry 5 and was moved here"),
        (5, "is missing: the head says 5"),
    ]


def test_an_entry_that_was_moved_behind_the_end_is_named(session: Session, tamper: Tamperer) -> None:
    tamper.move(2, 6)

    numbers = dict(found(session))
    assert numbers[2] == GONE
    assert (6, "was entry 2 and was moved here") in found(session)


def test_an_added_entry_is_named(session: Session, tamper: Tamperer) -> None:
    last = journal.latest(session, limit=1)[0]
    forged = journal.entry_hash(last.hash, 6, last.at, last.kind, None, last.subject, last.payload)
    tamper(
        "INSERT INTO journal_entry (number, at, kind, actor_id, subject, payload, previous_hash, hash) "
        f"SELECT 6, at, kind, actor_id, subject, payload, hash, '{forged}' FROM journal_entry WHERE number = 5"
    )

    assert found(session) == [(6, "added behind the end: the head says 5")]


def test_an_entry_before_the_first_is_named(session: Session, tamper: Tamperer) -> None:
    tamper.move(5, 0)

    assert 0 in dict(found(session))


def test_a_chain_that_is_wrong_throughout_is_counted_and_not_listed_for_ever(
    session: Session, tamper: Tamperer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.journal.verifying.MOST_NAMED", 3)
    tamper("UPDATE journal_entry SET kind = 'other'")

    examined = examine(session)
    assert [one.number for one in examined.faults] == [1, 2, 3]
    assert examined.unnamed == 2
    assert not examined.holds


def test_what_is_written_while_it_is_verified_is_no_fault(
    session: Session, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(session)
    engine = create_engine(**engine_options(database_url))
    prepare(engine)
    read = verifying.rows_of

    def rows_and_a_writer(current: Session) -> Iterator[Sequence[Any]]:
        for number, row in enumerate(read(current)):
            if number == 0:
                with Session(engine) as other:
                    other.connection(execution_options={"training_writes": True})
                    write(other, 2)
            yield row

    monkeypatch.setattr(verifying, "rows_of", rows_and_a_writer)
    assert found(session) == []
    monkeypatch.undo()
    session.rollback()
    assert (examine(session).entries, found(session)) == (7, [])
    engine.dispose()


# --- what the database refuses ---------------------------------------------------------------------------------

COPY = (
    "INTO journal_entry (number, at, kind, actor_id, subject, payload, previous_hash, hash) "
    "SELECT number, at, 'other', actor_id, subject, payload, previous_hash, hash FROM journal_entry WHERE number = 3"
)
REFUSED = {
    "sqlite": [
        f"REPLACE {COPY}",
        f"INSERT OR REPLACE {COPY}",
        f"INSERT {COPY.replace('SELECT number', 'SELECT 3 - 3')}",
        f"INSERT OR REPLACE {COPY.replace('SELECT number', 'SELECT 6')}",
        "UPDATE OR REPLACE journal_entry SET number = 2 WHERE number = 3",
        "DELETE FROM journal_entry",
        "UPDATE journal_entry SET hash = hash",
    ],
    "postgresql": [
        "TRUNCATE journal_entry",
        f"INSERT {COPY} ON CONFLICT (number) DO UPDATE SET kind = 'other'",
        "DELETE FROM journal_entry",
        "UPDATE journal_entry SET hash = hash",
    ],
}


def test_the_database_refuses_every_way_to_change_or_remove_an_entry(session: Session) -> None:
    write(session)

    for statement in REFUSED[session.get_bind().dialect.name]:
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(statement))
        session.rollback()

    assert journal.count(session) == 5
    assert found(session) == []


def test_a_guard_that_was_taken_away_is_noticed(session: Session) -> None:
    assert missing_guards(session) == []
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER journal_entry_append_only_delete"))
        assert missing_guards(session) == ["DELETE"]
    else:
        session.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_append_only"))
        assert missing_guards(session) == ["UPDATE, DELETE and TRUNCATE"]
    session.rollback()
    assert missing_guards(session) == []
