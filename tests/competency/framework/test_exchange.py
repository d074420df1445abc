"""CASE 1.1: required properties, identifiers that stay, links that resolve, refusals in the standard's form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.competency.framework.makers import as_item, asking_another_quiz, framework_of, republish
from tests.makers import NOON
from training.competency.framework.exchange import Package, Published
from training.content.documents import Library
from training.db.session import transaction
from training.library import service as library

BASE = "/ims/case/v1p1"
# Multiplicity [1] in the information model of CASE 1.1; a package's parts do not say where they belong.
DOCUMENT = {"identifier", "uri", "creator", "title", "lastChangeDateTime"}
ITEM = {"identifier", "uri", "fullStatement", "lastChangeDateTime"}
ASSOCIATION = {
    "identifier", "uri", "associationType", "originNodeURI", "destinationNodeURI", "lastChangeDateTime",
}  # fmt: skip
LINK = {"title", "identifier", "uri"}
TYPE = {"identifier", "uri", "title", "description", "hierarchyCode", "lastChangeDateTime"}


@pytest.fixture
def client(app: Flask, shipped: Library) -> FlaskClient:
    """A browser of a school whose only content is the framework."""
    with app.app_context(), transaction() as db:
        library.publish(db, [as_item(shipped, framework_of(shipped))], at=NOON)
    return app.test_client()


def get(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(path if path.startswith("http") else BASE + path)
    assert answer.status_code == 200, answer.text
    assert answer.is_json
    found: dict[str, Any] = answer.json
    return found


def whole(client: FlaskClient) -> dict[str, Any]:
    (document,) = get(client, "/CFDocuments")["CFDocuments"]
    return get(client, document["CFPackageURI"]["uri"])


def test_documents_name_their_package_and_stand_alone_as_in_the_list(client: FlaskClient) -> None:
    (listed,) = get(client, "/CFDocuments")["CFDocuments"]
    assert listed.keys() >= DOCUMENT | {"CFPackageURI"}
    assert (listed["caseVersion"], listed["version"], listed["adoptionStatus"]) == ("1.1", "2.0", "Adopted")
    assert get(client, listed["uri"]) == listed
    assert client.get(f"{BASE}/CFDocuments").headers["X-Total-Count"] == "1"


def test_a_package_holds_every_competency_once_and_places_it(client: FlaskClient, shipped: Library) -> None:
    package, framework = whole(client), framework_of(shipped)
    assert "CFPackageURI" not in package["CFDocument"]
    codes = [one["humanCodingScheme"] for one in package["CFItems"]]
    assert codes == [one.id for one in (*framework.groups, *framework.competencies)]
    children = [one for one in package["CFAssociations"] if one["associationType"] == "isChildOf"]
    assert {one["originNodeURI"]["identifier"] for one in children} == {one["identifier"] for one in package["CFItems"]}
    parts = [one for one in package["CFAssociations"] if one["associationType"] == "isPartOf"]
    assert len(parts) == sum(len(one.judged_with) for one in framework.competencies)


def test_everything_required_is_there_with_a_value_and_identifiers_are_uuids(client: FlaskClient) -> None:
    package = whole(client)
    for required, rows in (
        (DOCUMENT, [package["CFDocument"]]),
        (ITEM, package["CFItems"]),
        (ASSOCIATION, package["CFAssociations"]),
        (TYPE, package["CFDefinitions"]["CFItemTypes"]),
    ):
        for one in rows:
            assert one.keys() >= required
            assert all(value not in (None, "", []) for value in one.values())
            assert str(UUID(one["identifier"])) == one["identifier"]
            assert UUID(one["identifier"]).version == 5
    links = [one[end] for one in package["CFAssociations"] for end in ("originNodeURI", "destinationNodeURI")]
    links += [one["CFItemTypeURI"] for one in package["CFItems"]]
    assert all(link.keys() == LINK and all(link.values()) for link in links)
    ids = [one["identifier"] for name in ("CFItems", "CFAssociations") for one in package[name]]
    assert len(set(ids)) == len(ids)


def test_every_address_leads_to_what_bears_it(client: FlaskClient) -> None:
    package = whole(client)
    for one in package["CFItems"][::9]:
        found = get(client, one["uri"])
        assert {**one, "CFDocumentURI": found["CFDocumentURI"]} == found
        assert found["CFDocumentURI"]["identifier"] == package["CFDocument"]["identifier"]
        near = get(client, f"/CFItemAssociations/{one['identifier']}")
        assert near["CFItem"] == found
        assert near["CFAssociations"]
        assert get(client, one["CFItemTypeURI"]["uri"])["CFItemTypes"][0]["title"] == one["CFItemType"]
    for one in package["CFAssociations"][::20]:
        found = get(client, one["uri"])
        assert found.items() >= one.items()
        assert found["CFDocumentURI"]["identifier"] == package["CFDocument"]["identifier"]


def test_an_items_associations_are_those_at_either_end(client: FlaskClient) -> None:
    package = whole(client)
    (examination,) = [one for one in package["CFItems"] if one["humanCodingScheme"] == "examination"]
    near = get(client, f"/CFItemAssociations/{examination['identifier']}")["CFAssociations"]
    parts = {one["originNodeURI"]["title"] for one in near if one["associationType"] == "isPartOf"}
    assert {"Motor signs", "Palpation"} <= parts
    assert "CFDocumentURI" not in near[0]


def test_notes_say_how_it_is_judged_and_by_whose_advice(client: FlaskClient) -> None:
    notes = {one["humanCodingScheme"]: one.get("notes", "") for one in whole(client)["CFItems"]}
    assert notes["consent"] == "3 observations in any region at entrustment 3 or above, by 2 or more assessors."
    assert notes["palpation"].startswith("Judged as a part of: Examination. Source: The sixteen")
    assert notes["adverse-events"] == "Not judged here yet: No case ends with a report yet."


def test_an_older_version_stays_under_its_identifiers_and_is_deprecated(
    app: Flask, client: FlaskClient, shipped: Library
) -> None:
    before = whole(client)
    with app.app_context(), transaction() as db:
        republish(db, shipped, asking_another_quiz)
    new, old = get(client, "/CFDocuments")["CFDocuments"]
    assert (new["version"], new["adoptionStatus"]) == ("2.1", "Adopted")
    assert (old["identifier"], old["adoptionStatus"]) == (before["CFDocument"]["identifier"], "Deprecated")
    assert old["statusEndDate"] == new["statusStartDate"]
    after = get(client, old["CFPackageURI"]["uri"])
    assert after["CFItems"] == before["CFItems"]
    assert after["CFAssociations"] == before["CFAssociations"]
    fresh = get(client, new["CFPackageURI"]["uri"])
    assert not {one["identifier"] for one in fresh["CFItems"]} & {one["identifier"] for one in before["CFItems"]}
    assert get(client, "/CFDocuments?limit=1&offset=1")["CFDocuments"] == [old]
    assert get(client, "/CFDocuments?offset=2")["CFDocuments"] == []


def test_identifiers_follow_from_the_version_and_nothing_else(shipped: Library) -> None:
    def made(host: str) -> Package:
        published = Published(framework_of(shipped), "a" * 64, NOON, None, "A school")
        return Package(published, lambda kind, of: f"https://{host}/{kind}/{of}", {})

    here, there = made("here.example"), made("there.example")
    assert list(here.items) == list(there.items)
    assert list(here.associations) == list(there.associations)
    assert here.id == "ab83b3dd-63da-5b54-ba0f-060aeb6aa9b0"


KINDS = ("CFDocuments", "CFPackages", "CFItems", "CFItemAssociations", "CFAssociations", "CFItemTypes")
NO_UUIDS = ("nothing", "{3f2504e0-4f89-41d3-9a0c-0305e82c3301}")


def minor_of(client: FlaskClient, path: str, status: int) -> dict[str, str]:
    """The minor code of a refusal in the standard's form."""
    answer = client.get(BASE + path)
    assert answer.status_code == status, path
    found = answer.json
    assert (found["imsx_codeMajor"], found["imsx_severity"]) == ("failure", "error")
    assert found["imsx_description"]
    (field,) = found["imsx_codeMinor"]["imsx_codeMinorField"]
    minor: dict[str, str] = field
    return minor


def test_what_is_not_there_is_refused_in_the_standards_form(client: FlaskClient) -> None:
    for kind in KINDS:
        for name in ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", *NO_UUIDS):
            assert minor_of(client, f"/{kind}/{name}", 404) == {
                "imsx_codeMinorFieldName": "sourcedId",
                "imsx_codeMinorFieldValue": "invalid_uuid" if name in NO_UUIDS else "unknownobject",
            }


def test_what_the_service_does_not_have_is_refused_likewise(client: FlaskClient) -> None:
    for path in ("/CFRubrics/x", "/CFDocuments/a/b", "/elsewhere"):
        assert minor_of(client, path, 404)["imsx_codeMinorFieldValue"] == "unknownobject"


def test_a_selection_that_cannot_be_read_is_refused(client: FlaskClient) -> None:
    for query in ("limit=0", "limit=x", "limit=-1", "offset=-1", "limit=²", "offset=9999999999"):
        minor = minor_of(client, f"/CFDocuments?{query}", 400)
        assert minor["imsx_codeMinorFieldValue"] == "invalid_selection_field"
