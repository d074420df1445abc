"""The framework for everyone to read, and its versions for those who decide and who publish."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from training.competency.framework import service
from training.competency.rule.wording import asked_words
from training.db.session import session
from training.web.access import EVERYONE, Permission, open_to

bp = Blueprint("framework", __name__)

TESTED_BY = {
    "written": lazy_gettext("Written item"),
    "case": lazy_gettext("Case"),
    "simulated": lazy_gettext("Simulated station"),
    "observed": lazy_gettext("Observed on a patient"),
}


@bp.get("/framework")
@open_to(EVERYONE)
def current() -> ResponseReturnValue:
    shown = service.shown(session())
    framework = shown.version.framework
    return render_template(
        "competency/framework/current.html",
        version=shown.version,
        framework=framework,
        asked={one.id: [asked_words(rule, shown.titles) for rule in one.rule] for one in framework.competencies},
        titles={one.id: one.title for one in framework.competencies},
        sources={one.key: one for one in framework.references},
        tested_by=TESTED_BY,
    )


@bp.get("/framework/versions")
@open_to(Permission.FRAMEWORK_READ)
def versions() -> ResponseReturnValue:
    """All versions; in what the two that are asked for differ, else the two newest."""
    db = session()
    found = service.versions(db)
    comparison = None
    if len(found) > 1:
        new = service.version_among(found, request.args["new"]) if request.args.get("new") else found[0]
        behind = found.index(new) + 1
        if request.args.get("old"):
            old = service.version_among(found, request.args["old"])
        else:
            old = found[behind] if behind < len(found) else found[-1]
        comparison = service.compare(db, old, new)
    return render_template("competency/framework/versions.html", versions=found, comparison=comparison)
