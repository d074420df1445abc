"""Is the process up, and is its database what the code expects?"""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from training.db import migrate
from training.db.session import session
from training.web.access import EVERYONE, open_to

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@open_to(EVERYONE)
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
@open_to(EVERYONE)
def readyz() -> ResponseReturnValue:
    """503 names the mend: the database is away, or its tables are not at the code's migration."""
    try:
        found = migrate.current(session().connection())
    except SQLAlchemyError:
        return jsonify(status="no database", todo="check SEGMENTAL_DATABASE_URL and that the server runs"), 503
    if found != migrate.head():
        expected = migrate.head()
        return jsonify(status="other migration", found=found, expected=expected, todo="run: flask db upgrade"), 503
    return jsonify(status="ok", migration=found)
