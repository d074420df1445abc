from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from training.content.documents import ItemKind
from training.db.session import session
from training.library import service
from training.web.access import EVERYONE, Permission, open_to

bp = Blueprint("library", __name__)

KINDS: tuple[ItemKind, ...] = ("case", "course", "lesson", "quiz", "framework", "exam")
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
    search = request.args.get("search", "").strip()[:100]
    asked = request.args.get("kind", "")
    kinds = tuple(kind for kind in KINDS if kind == asked) or KINDS
    groups = [(kind, rows) for kind, rows in service.catalogue(session(), search).items() if kind in kinds and rows]
    return render_template("library/items.html", groups=groups, kinds=KINDS, search=search, kind=asked)


@bp.get("/library/<item_id>")
@open_to(Permission.LIBRARY_READ, section="library.items")
def item(item_id: str) -> ResponseReturnValue:
    """The versions of an item, and the source of one of them: the one people meet now unless another is asked for."""
    found = service.with_versions(session(), item_id)
    shown = service.version_among(found, request.args.get("version", ""))
    return render_template("library/item.html", found=found, shown=shown)
