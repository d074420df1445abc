"""What holders see of their renewal, and the list from which instructors propose it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from training.accounts import service as people
from training.credentials.renewal import service
from training.db.session import session
from training.web.access import Permission, open_to
from training.web.paging import PAGE_SIZE, Page, asked_page
from training.web.wording import zone

bp = Blueprint("renewal", __name__)


@bp.get("/renewals")
@open_to(Permission.TRAINEE_READ, section="competency.trainees")
def renewals() -> ResponseReturnValue:
    """Every certificate in force: what is due, what lapsed and came back, and whose time it is to be renewed."""
    db, number = session(), asked_page()
    found = service.renewals(db, at=datetime.now(UTC), zone=zone())
    start = (number - 1) * PAGE_SIZE
    page = Page.of(found[start : start + PAGE_SIZE + 1], number)
    return render_template(
        "credentials/renewal/renewals.html",
        page=page,
        addresses=people.public_ids(db, [one.person_id for one in page.rows]),
    )


def card(person_id: int, own: bool) -> Markup:
    """The card for the page of progress or of a trainee; empty without a certificate in force."""
    found = service.renewal_of(session(), person_id, at=datetime.now(UTC), zone=zone())
    if found is None:
        return Markup("")
    return Markup(render_template("credentials/renewal/card.html", renewal=found, own=own))
