"""How a posted decision is answered, in the room as in practice: saved, kept as it was, or shown with its faults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue

from training.assessment.room import forms, service
from training.assessment.room.encounters import Mode
from training.assessment.service import InvalidAnswer
from training.db.errors import Conflict, Invalid
from training.db.session import transaction
from training.web.access import me, wants_json
from training.web.errors import worded


def decided(
    public_id: str,
    mode: Mode,
    location: str,
    kept: Callable[[str], str],
    faulty: Callable[[dict[str, str], dict[str, Any]], str],
) -> ResponseReturnValue:
    """Save the decision that the form holds, and go to `location`.

    kept: the page when another decision stands, from the reason. faulty: the page with the form once more, from the
    messages by field and what was given.
    """
    sent = forms.sent(request.form)
    try:
        with transaction() as db:
            service.finish(
                db, public_id, me().id, mode, sent.response, sent.confidence, sent.plan, sent.nonce, datetime.now(UTC)
            )
    except Conflict as error:
        if wants_json():
            return jsonify(state="kept", message=worded(error), location=location), 409
        return kept(worded(error)), 409
    except Invalid as error:
        errors = {error.field if isinstance(error, InvalidAnswer) else "form": worded(error)}
        if wants_json():
            return jsonify(errors=errors), 422
        return faulty(errors, sent.given), 422
    if wants_json():
        return jsonify(state="saved", location=location)
    return redirect(location, code=303)
