"""What an auditor asks of a sign-off: the frozen bundle, whether it still holds, and the journal's entries of it."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from training.accounts import service as people
from training.competency import service
from training.competency.appeals.service import against as appeals_against
from training.competency.routes import shared
from training.competency.sign_off.replaying import links_of, steps_of
from training.db.errors import NotFound
from training.db.session import session
from training.web.access import Permission, open_to

bp = Blueprint("audit", __name__)
bp.context_processor(shared)


@bp.get("/sign-offs/<number>/audit")
@open_to(Permission.SIGN_OFF_AUDIT, section="sign_offs.sign_offs")
def audit(number: str) -> ResponseReturnValue:
    db = session()
    row = service.sign_off(db, number)
    reversal = service.reversal_of(db, row)
    entries = sorted((*steps_of(db, row), *links_of(db, row)), key=lambda entry: entry.number, reverse=True)
    return render_template(
        "competency/audit.html",
        row=row,
        reversal=reversal,
        replay=service.replay_sign_off(db, number) if row.bundle is not None else None,
        entries=entries,
        appeals=appeals_against(db, row.id),
        names=people.names(db, [row.trainee_id, row.proposer_id, row.decider_id, *(one.actor_id for one in entries)]),
    )


@bp.get("/sign-offs/<number>/bundle.json")
@open_to(Permission.SIGN_OFF_AUDIT, section="sign_offs.sign_offs")
def bundle(number: str) -> ResponseReturnValue:
    """As it is hashed: sorted keys, no white space, UTF-8. Its SHA-256 is the one on record."""
    row = service.sign_off(session(), number)
    if row.bundle is None:
        raise NotFound("This sign-off is not decided yet, so it has no bundle.")
    text = json.dumps(row.bundle, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    headers = {"Content-Disposition": f'attachment; filename="{row.number}.json"', "Cache-Control": "no-store"}
    return Response(text, mimetype="application/json", headers=headers)
