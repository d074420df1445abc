from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training.db.session import session
from training.home import service
from training.web.access import EVERYONE, GRANTS, Permission, Role, me, open_to
from training.web.paging import PAGE_SIZE, Page, asked_page
from training.web.wording import zone

bp = Blueprint("home", __name__)

# Where somebody begins whose roles have one place and no reading of their own.
FIRST_PLACES = (
    (Permission.CLINIC_CHECK, "clinics.check"),
    (Permission.PEOPLE_MANAGE, "accounts.people"),
)


@bp.get("/")
@open_to(EVERYONE, section="home.front")
def front() -> ResponseReturnValue:
    """For a visitor what this is; for a person what comes next."""
    if not current_user.is_authenticated:
        return render_template("home/front.html")
    person = me()
    for permission, endpoint in FIRST_PLACES:
        if len(person.roles) == 1 and permission in GRANTS[Role(next(iter(person.roles)))]:
            return redirect(url_for(endpoint), code=302)
    today = service.today(session(), person, at=datetime.now(UTC), zone=zone())
    return render_template("home/today.html", today=today)


@bp.get("/journal")
@open_to(Permission.JOURNAL_READ, section="home.journal")
def journal() -> ResponseReturnValue:
    number = asked_page()
    found = service.journal_page(session(), limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    return render_template("home/journal.html", page=Page.of(found.rows, number), found=found)
