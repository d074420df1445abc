"""Whoever signs or decides types their password again: a phone left unlocked is not the person."""

from __future__ import annotations

from datetime import datetime

from flask import request

from training.accounts import service as people
from training.db.session import session, transaction
from training.web.access import me


def proven(password: str, now: datetime) -> bool:
    """Whether the password is that of the signed-in person; if not, the failure is counted. Raises TooMany.

    Counted apart from signing in, or strangers who fail to sign in as somebody would keep them from signing.
    """
    address = request.remote_addr or ""
    people.refuse_if_throttled(session(), me().public_id, address, at=now)
    found = people.check_password(session(), me().email, password)
    if found is not None and found.id == me().id:
        return True
    with transaction() as db:
        people.note_failure(db, me().public_id, address, at=now)
    return False
