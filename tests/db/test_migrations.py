from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from training.db import migrate
from training.db.base import NAMING, UtcDateTime
from training.db.engine import engine_options, prepare
from training.db.migrate import all_metadata


@pytest.fixture
def empty(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of each kind that nobody has migrated."""
    if database_kind == "sqlite":
        engine = create_engine(**engine_options(f"sqlite:///{tmp_path / 'new.sqlite3'}"))
        prepare(engine)
        yield engine
        engine.dispose()
        return
    address = request.getfixturevalue("_postgresql")[0]
    name = f"new_{uuid4().hex}"
    server = create_engine(**engine_options(address), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = create_engine(**{**engine_options(address), "url": server.url.set(database=name)})
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    server.dispose()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_migrated_from_nothing_it_is_what_the_models_say(empty: Engine) -> None:
    migrate.upgrade(empty)

    with empty.connect() as connection:
        assert migrate.current(connection) == migrate.head()
        assert migrate.differences(connection) == []
        assert tables(connection) == set(all_metadata().tables)


def test_up_down_and_up_again(empty: Engine) -> None:
    migrate.upgrade(empty)
    migrate.downgrade(empty, "base")
    with empty.connect() as connection:
        assert tables(connection) == set()
        assert migrate.current(connection) is None

    migrate.upgrade(empty)

    with empty.connect() as connection:
        assert migrate.differences(connection) == []
        assert connection.execute(text("SELECT number FROM journal_head")).scalars().all() == [0]


def test_each_step_goes_down_and_up(empty: Engine) -> None:
    migrate.upgrade(empty, "0001")
    with empty.connect() as connection:
        assert migrate.current(connection) == "0001"
    migrate.upgrade(empty)
    migrate.downgrade(empty, "0001")
    migrate.upgrade(empty)

    with empty.connect() as connection:
        assert migrate.current(connection) == migrate.head()


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    for _ in range(2):
        migrate.upgrade(empty)

    with empty.connect() as connection:
        assert migrate.current(connection) == migrate.head()


def test_what_a_migration_lacks_is_noticed(empty: Engine) -> None:
    migrate.upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("ALTER TABLE cohort ADD COLUMN motto VARCHAR(10)"))

    with empty.connect() as connection:
        assert len(migrate.differences(connection)) == 1


def test_there_is_one_head() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(migrate.alembic_config()).get_heads() == [migrate.head()]


def test_every_constraint_and_index_is_named_by_the_rule(database_kind: str, empty: Engine) -> None:
    """A constraint without a name cannot be dropped by a later migration."""
    migrate.upgrade(empty)
    with empty.connect() as connection:
        seen = inspect(connection)
        for table in tables(connection):
            assert seen.get_pk_constraint(table)["name"] == f"pk_{table}"
            for key in seen.get_foreign_keys(table):
                columns = "_".join(key["constrained_columns"])
                assert key["name"] == f"fk_{table}_{columns}_{key['referred_table']}"
            for unique in seen.get_unique_constraints(table):
                assert str(unique["name"]).startswith(f"uq_{table}_")
            for check in seen.get_check_constraints(table):
                assert str(check["name"]).startswith(f"ck_{table}_")
            for index in seen.get_indexes(table):
                assert str(index["name"]).startswith((f"ix_{table}_", f"uq_{table}_"))


def test_the_rule_names_every_kind() -> None:
    assert set(NAMING) == {"ix", "uq", "ck", "fk", "pk"}


def test_every_foreign_key_names_a_table_that_there_is() -> None:
    for table in all_metadata().tables.values():
        for key in table.foreign_keys:
            assert key.column is not None


def test_every_time_has_a_zone_and_every_text_a_length() -> None:
    from sqlalchemy import DateTime, String, Text

    for table in all_metadata().tables.values():
        for column in table.columns:
            assert not isinstance(column.type, DateTime), f"{table.name}.{column.name} forgets its zone"
            if isinstance(column.type, String) and not isinstance(column.type, Text):
                assert column.type.length, f"{table.name}.{column.name}"
    assert UtcDateTime.cache_ok
