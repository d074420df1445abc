"""The framework for other systems: the read service of 1EdTech CASE 1.1, open to everyone."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from training.competency.framework import service
from training.competency.framework.exchange import JSON, Package, Published, status_info
from training.db.session import session
from training.web.access import EVERYONE, open_to

bp = Blueprint("exchange", __name__, url_prefix="/ims/case/v1p1")

MOST, USUAL = 100, 100
VIEWS = {
    "CFDocuments": "exchange.document",
    "CFPackages": "exchange.package",
    "CFItems": "exchange.item",
    "CFAssociations": "exchange.association",
    "CFItemTypes": "exchange.item_type",
}
UNKNOWN = "Unknown Object: no part of a published version of the framework has this identifier."
NOT_A_UUID = "Invalid UUID: the identifier is no UUID."


def packages() -> list[Package]:
    """Every published version, the one in force first."""
    db = session()
    names = service.titles(db)
    creator = current_app.extensions["training.config"].school
    return [
        Package(
            Published(one.framework, one.hash, one.published_at.astimezone(UTC), one.replaced_at, creator),
            lambda kind, of: url_for(VIEWS[kind], sourced_id=of, _external=True),
            names,
        )
        for one in service.versions(db)
    ]


def answer(found: JSON | None, sourced_id: str) -> ResponseReturnValue:
    """What was found, else the standard's refusal."""
    if found is not None:
        return jsonify(found)
    if not is_uuid(sourced_id):
        return refusal(404, NOT_A_UUID, "invalid_uuid")
    return refusal(404, UNKNOWN, "unknownobject")


def refusal(status: int, description: str, minor: str, field: str = "sourcedId") -> tuple[Response, int]:
    return jsonify(status_info(description, minor, field)), status


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


@bp.get("/CFDocuments")
@open_to(EVERYONE)
def documents() -> ResponseReturnValue:
    """A CFDocumentSet, by `limit` and `offset`; `X-Total-Count` says how many there are."""
    numbers = {}
    for name, usual, least, most in (("limit", USUAL, 1, MOST), ("offset", 0, 0, 1_000_000)):
        given = request.args.get(name, str(usual))
        if not (given.isascii() and given.isdecimal() and len(given) <= 9 and int(given) >= least):
            return refusal(400, f"{name} is no whole number from {least} on.", "invalid_selection_field", name)
        numbers[name] = min(int(given), most)
    found = packages()
    start = numbers["offset"]
    page = jsonify({"CFDocuments": [one.document() for one in found[start : start + numbers["limit"]]]})
    page.headers["X-Total-Count"] = str(len(found))
    return page


@bp.get("/CFDocuments/<sourced_id>")
@open_to(EVERYONE)
def document(sourced_id: str) -> ResponseReturnValue:
    return answer(next((one.document() for one in packages() if one.id == sourced_id.lower()), None), sourced_id)


@bp.get("/CFPackages/<sourced_id>")
@open_to(EVERYONE)
def package(sourced_id: str) -> ResponseReturnValue:
    return answer(next((one.whole() for one in packages() if one.id == sourced_id.lower()), None), sourced_id)


@bp.get("/CFItems/<sourced_id>")
@open_to(EVERYONE)
def item(sourced_id: str) -> ResponseReturnValue:
    of = sourced_id.lower()
    return answer(next((one.item(of) for one in packages() if of in one.items), None), sourced_id)


@bp.get("/CFItemAssociations/<sourced_id>")
@open_to(EVERYONE)
def item_associations(sourced_id: str) -> ResponseReturnValue:
    of = sourced_id.lower()
    return answer(next((one.associations_of(of) for one in packages() if of in one.items), None), sourced_id)


@bp.get("/CFAssociations/<sourced_id>")
@open_to(EVERYONE)
def association(sourced_id: str) -> ResponseReturnValue:
    of = sourced_id.lower()
    return answer(next((one.association(of) for one in packages() if of in one.associations), None), sourced_id)


@bp.get("/CFItemTypes/<sourced_id>")
@open_to(EVERYONE)
def item_type(sourced_id: str) -> ResponseReturnValue:
    """A CFItemTypeSet of one: no type has others below it."""
    of = sourced_id.lower()
    found = next((types[of] for one in packages() if of in (types := one.item_types())), None)
    return answer({"CFItemTypes": [found]} if found else None, sourced_id)


@bp.get("/<path:rest>")
@open_to(EVERYONE)
def unknown(rest: str) -> ResponseReturnValue:
    return refusal(404, f"Unknown Object: this service has no {rest[:80]}.", "unknownobject", "path")
