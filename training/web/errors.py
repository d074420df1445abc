"""Errors that people see: what happened, and a way out. Their pages need no database."""

from __future__ import annotations

from uuid import uuid4

from flask import Flask, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DatabaseError, DataError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, InternalServerError

from training.db.errors import Conflict, Invalid, NotFound, Problem, Refused, TooMany
from training.web.access import wants_json

STATUS: dict[type[Problem], int] = {NotFound: 404, Refused: 403, Conflict: 409, Invalid: 422, TooMany: 429}
TITLES = {
    400: lazy_gettext("That request could not be read"),
    401: lazy_gettext("Please sign in"),
    403: lazy_gettext("This is not open to you"),
    404: lazy_gettext("There is no such page"),
    405: lazy_gettext("That address does not take this"),
    409: lazy_gettext("Somebody was first"),
    413: lazy_gettext("That is too large"),
    422: lazy_gettext("That could not be understood"),
    429: lazy_gettext("Too many tries"),
    500: lazy_gettext("Something broke on our side"),
    503: lazy_gettext("The database cannot be reached"),
}
HELP = {
    400: lazy_gettext("Go back, reload the page and try again."),
    401: lazy_gettext("Your session has ended. Sign in again; what you were doing is kept."),
    403: lazy_gettext("Your roles do not include it. An administrator of your school can change them."),
    404: lazy_gettext("The address may be misspelt, or what stood here is not yours to see."),
    405: lazy_gettext("Go back and use the buttons of the page."),
    413: lazy_gettext("Send less at once."),
    500: lazy_gettext("What you saved is safe. Try again; if it happens again, tell us the reference."),
    503: lazy_gettext("Nothing you saved is lost. Try again in a minute."),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Problem, problem)
    app.register_error_handler(CSRFError, stale_form)
    for kind in (OperationalError, ProgrammingError, InterfaceError, NoConnectionFree):
        app.register_error_handler(kind, no_database)
    app.register_error_handler(DatabaseError, perhaps_no_database)
    app.register_error_handler(DataError, unstorable)
    app.register_error_handler(InternalServerError, unexpected)
    app.register_error_handler(HTTPException, plain)


def page(status: int, message: str, reference: str = "") -> ResponseReturnValue:
    if wants_json():
        return jsonify(error=message, reference=reference) if reference else jsonify(error=message), status
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()  # else Flask-Login asks the database for every template's `current_user`
    title = TITLES.get(status, TITLES[400])
    shown = {"status": status, "title": title, "message": message, "reference": reference}
    return render_template("errors/error.html", **shown), status


def problem(error: Problem) -> ResponseReturnValue:
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)
    response = current_app.make_response(page(status, worded(error)))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


def worded(error: Problem) -> str:
    """The message in the reader's language."""
    return str(gettext(error.message, **error.values))


def stale_form(_error: CSRFError) -> ResponseReturnValue:
    return page(400, gettext("The form was opened in another session. Reload its page and send it again."))


def plain(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    return page(status, str(HELP.get(status, HELP[400])))


def unstorable(error: Exception) -> ResponseReturnValue:
    """PostgreSQL knows no text with a zero byte and no endless number; nobody types either."""
    current_app.logger.warning("refused by the database: %s", error)
    return page(400, str(HELP[400]))


def no_database(error: Exception) -> ResponseReturnValue:
    """Missing, locked, or its tables are older than the code; /readyz says which."""
    current_app.logger.error("database: %s", error)
    response = current_app.make_response(page(503, str(HELP[503])))
    response.headers["Retry-After"] = "30"
    return response


def perhaps_no_database(error: DatabaseError) -> ResponseReturnValue:
    """SQLite says no more than this of a file that is no database. Its other kinds are mistakes of ours."""
    if type(error) is not DatabaseError:
        raise error
    return no_database(error)


def unexpected(_error: InternalServerError) -> ResponseReturnValue:
    """Flask has logged the traceback; the reference joins it to what the person saw."""
    reference = uuid4().hex[:8]
    current_app.logger.error("%s %s was shown to the person as %s", request.method, request.path, reference)
    return page(500, str(HELP[500]), reference)
