"""Bring a database to the state that the code expects, and say how far it is from it."""

from __future__ import annotations

import importlib
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData

from training.db.base import Base

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"
MODELS = (
    "training.journal.models",
    "training.accounts.models",
    "training.library.models",
    "training.assessment.models",
    "training.assessment.panel.models",
    "training.assessment.room.models",
    "training.assessment.sign_off.models",
    "training.assessment.notes.models",
    "training.assessment.exams.models",
    "training.assessment.angoff.models",
    "training.study.models",
    "training.study.review.models",
    "training.competency.jurisdiction.models",
    "training.competency.observing.models",
    "training.competency.calibrating.models",
    "training.competency.sign_off.models",
    "training.competency.appeals.models",
    "training.competency.stations.models",
    "training.competency.treatments.models",
    "training.credentials.models",
    "training.credentials.renewal.models",
)


def all_metadata() -> MetaData:
    """Every table of every slice; their foreign keys name tables in text, so all must be known together."""
    for module in MODELS:
        importlib.import_module(module)
    return Base.metadata


def alembic_config(connection: Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    with engine.connect() as connection:
        command.upgrade(alembic_config(connection), revision)
        connection.commit()


def downgrade(engine: Engine, revision: str) -> None:
    with engine.connect() as connection:
        command.downgrade(alembic_config(connection), revision)
        connection.commit()


def head() -> str:
    """The revision that the code expects."""
    return str(ScriptDirectory.from_config(alembic_config()).get_current_head())


def current(connection: Connection) -> str | None:
    """The revision that the database is at; None when it has no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: Connection) -> list[object]:
    """What the models say and the migrated database lacks, or the other way round."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, all_metadata()))


def new_revision(engine: Engine, message: str, number: str) -> None:
    """Write a migration file from what the models say now; read it before it is kept."""
    with engine.connect() as connection:
        command.revision(alembic_config(connection), message=message, autogenerate=True, rev_id=number)
