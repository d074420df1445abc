"""The declarative base, its naming convention and the column types that every slice uses."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_PUBLIC_ID = re.compile(r"[\w-]{22}", re.ASCII)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its zone. Stored in UTC; a naive value is refused, since nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}; give it a zone (datetime.now(UTC))")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


def new_public_id() -> str:
    """128 random bits, as 22 characters that are safe in an address."""
    return secrets.token_urlsafe(16)


def is_public_id(text: str) -> bool:
    """Whether it has the form of what `new_public_id` makes, as whatever comes in an address or a form must have."""
    return _PUBLIC_ID.fullmatch(text) is not None


def public_id_column() -> Mapped[str]:
    """The name of a row wherever people see an address; it cannot be guessed."""
    return mapped_column(String(22), unique=True, default=new_public_id)
