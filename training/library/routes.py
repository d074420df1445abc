from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from training.anatomy.segments import REGIONS
from training.content.documents import Bank, ItemKind
from training.db.session import session
from training.library import service
from training.web.access import EVERYONE, Permission, open_to
from training.web.paging import PAGE_SIZE, Page, asked_page

bp = Blueprint("library", __name__)

KINDS: tuple[ItemKind, ...] = ("case", "course", "lesson", "quiz", "framework", "exam", "station", "calibration")
FILTERS: dict[str, Sequence[str]] = {"kind": KINDS, "bank": get_args(Bank), "region": REGIONS}
FOR_EVER = "public, max-age=31536000, immutable"
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@bp.get("/media/<name>")
@open_to(EVERYONE)
def media(name: str) -> ResponseReturnValue:
    """A figure, named by its bytes, so a browser may keep it; a drawing may use its own style and nothing else."""
    found = service.asset(session(), name)
    response = Response(found.data, mimetype=found.media_type)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


@bp.get("/library")
@open_to(Permission.LIBRARY_READ, section="library.items")
def items() -> ResponseReturnValue:
    """A page of the catalogue, kind after kind, of what the filters in the address leave."""
    search = request.args.get("search", "").strip()[:100]
    asked = {name: _among(request.args.get(name, ""), known) for name, known in FILTERS.items()}
    groups = service.catalogue(session(), search, **asked)
    rows = [row for kind in KINDS for row in groups.get(kind, ())]
    number = asked_page()
    page = Page.of(rows[(number - 1) * PAGE_SIZE :][: PAGE_SIZE + 1], number)
    counts = {kind: len(groups[kind]) for kind in KINDS if kind in groups}
    return render_template(
        "library/items.html", page=page, counts=counts, filters=FILTERS, asked=asked, search=search, total=len(rows)
    )


def _among(text: str, known: Sequence[str]) -> str:
    return text if text in known else ""


@bp.get("/library/<item_id>")
@open_to(Permission.LIBRARY_READ, section="library.items")
def item(item_id: str) -> ResponseReturnValue:
    """The versions of an item, and the source of one of them: the one people meet now unless another is asked for."""
    found = service.with_versions(session(), item_id)
    shown = service.version_among(found, request.args.get("version", ""))
    return render_template("library/item.html", found=found, shown=shown)
