"""A version of the framework in the terms of 1EdTech CASE 1.1: CFDocument, CFItem and CFAssociation as JSON values.

Source: 1EdTech Competencies and Academic Standards Exchange (CASE) Service 1.1, information model and REST/JSON
binding, 24 January 2025. Optional properties that have no value are left out, as its schemas allow no null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from training.competency.rule.standing import Said
from training.competency.rule.wording import Titles, asked_words
from training.content.documents import Competency, Framework

NAMESPACE = UUID("5d4a5f4c-6f0b-5b0e-9c39-1f8f6f2f7c11")  # of this product; identifiers follow from it for ever
LANGUAGE = "en"
Address = Callable[[str, str], str]
"""The address of a resource by the name of its kind, such as `CFItems`, and its identifier."""
JSON = dict[str, Any]
GROUP, COMPETENCY = "Group", "Competency"
TYPES = {GROUP: "A heading that holds competencies.", COMPETENCY: "Something that a practitioner can do."}
TESTED_BY = {
    "written": "written item",
    "case": "case",
    "simulated": "simulated station",
    "observed": "observed on a patient",
}


@dataclass(frozen=True)
class Published:
    """A version as it is exchanged. `replaced_at` is None for the one in force; `creator` is the school."""

    framework: Framework
    hash: str
    published_at: datetime
    replaced_at: datetime | None
    creator: str


def identifier(version_hash: str, kind: str, name: str = "") -> str:
    """The UUID, version 5, of a part of a version: for ever the same, on every machine."""
    return str(uuid5(NAMESPACE, f"{version_hash}/{kind}/{name}"))


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Package:
    """Everything of one version, each part by its identifier."""

    def __init__(self, published: Published, address: Address, titles: Titles) -> None:
        self.published = published
        self.address = address
        self.titles = titles
        self.changed = stamp(published.published_at)
        self.id = self.identifier("CFDocument")
        self.items = self._items()
        self.associations = self._associations()

    def identifier(self, kind: str, name: str = "") -> str:
        return identifier(self.published.hash, kind, name)

    # --- the document --------------------------------------------------------------------------------------------

    def document(self, *, within: bool = False) -> JSON:
        """The CFDocument; `within` its package it does not say where the package is."""
        framework, replaced_at = self.published.framework, self.published.replaced_at
        found: JSON = {
            "identifier": self.id,
            "uri": self.address("CFDocuments", self.id),
            "caseVersion": "1.1",
            "creator": self.published.creator,
            "title": framework.title,
            "lastChangeDateTime": self.changed,
            "language": LANGUAGE,
            "version": framework.version,
            "adoptionStatus": "Adopted" if replaced_at is None else "Deprecated",
            "statusStartDate": self.published.published_at.astimezone(UTC).date().isoformat(),
            "notes": f"The version is named by the SHA-256 of its file, {self.published.hash}.",
        }
        if replaced_at is not None:
            found["statusEndDate"] = replaced_at.astimezone(UTC).date().isoformat()
        if not within:
            found["CFPackageURI"] = self.link(framework.title, self.id, "CFPackages")
        return found

    def link(self, title: str, of: str, kind: str) -> JSON:
        return {"title": title, "identifier": of, "uri": self.address(kind, of)}

    def document_link(self) -> JSON:
        return self.link(self.published.framework.title, self.id, "CFDocuments")

    # --- items ---------------------------------------------------------------------------------------------------

    def _items(self) -> dict[str, JSON]:
        framework = self.published.framework
        groups = [self._item(GROUP, one.id, one.title, one.title) for one in framework.groups]
        found = [*groups, *map(self._competency, framework.competencies)]
        return {one["identifier"]: one for one in found}

    def _item(self, kind: str, name: str, title: str, statement: str, **more: Any) -> JSON:
        of = self.identifier("CFItem", f"{kind}/{name}")
        type_id = self.identifier("CFItemType", kind)
        return {
            "identifier": of,
            "uri": self.address("CFItems", of),
            "fullStatement": statement,
            "abbreviatedStatement": title,
            "humanCodingScheme": name,
            "CFItemType": kind,
            "CFItemTypeURI": self.link(kind, type_id, "CFItemTypes"),
            "language": LANGUAGE,
            "lastChangeDateTime": self.changed,
            **more,
        }

    def _competency(self, one: Competency) -> JSON:
        more: JSON = {"notes": " ".join(self._notes(one))}
        if one.tested_by:
            more["conceptKeywords"] = [TESTED_BY[way] for way in one.tested_by]
        if one.retired:
            more["statusEndDate"] = self.published.published_at.astimezone(UTC).date().isoformat()
        return self._item(COMPETENCY, one.id, one.title, one.means, **more)

    def _notes(self, one: Competency) -> list[str]:
        """How it is judged here and which source asks for it, in sentences."""
        framework = self.published.framework
        notes = ["Retired."] if one.retired else []
        notes += [f"{english(asked_words(asked, self.titles))}." for asked in one.rule]
        if one.judged_with:
            names = (found.title for name in one.judged_with if (found := framework.competency(name)))
            notes.append(f"Judged as a part of: {', '.join(names)}.")
        if one.not_judged:
            notes.append(f"Not judged here yet: {one.not_judged}")
        notes += [f"Source: {source.citation}." for source in framework.references if source.key == one.source]
        return notes

    def item(self, of: str) -> JSON:
        """A CFItem outside its package. Raises KeyError."""
        return {**self.items[of], "CFDocumentURI": self.document_link()}

    # --- associations --------------------------------------------------------------------------------------------

    def _associations(self) -> dict[str, JSON]:
        framework = self.published.framework
        groups = {one.id: self.identifier("CFItem", f"{GROUP}/{one.id}") for one in framework.groups}
        names = {one.id: self.identifier("CFItem", f"{COMPETENCY}/{one.id}") for one in framework.competencies}
        found = [
            self._association("isChildOf", self._node(groups[one.id]), self.document_link(), number)
            for number, one in enumerate(framework.groups, 1)
        ]
        for number, one in enumerate(framework.competencies, 1):
            found.append(
                self._association("isChildOf", self._node(names[one.id]), self._node(groups[one.group]), number)
            )
            found += [
                self._association("isPartOf", self._node(names[one.id]), self._node(names[whole]), None)
                for whole in one.judged_with
            ]
        return {one["identifier"]: one for one in found}

    def _node(self, item_id: str) -> JSON:
        return self.link(self.items[item_id]["abbreviatedStatement"], item_id, "CFItems")

    def _association(self, kind: str, origin: JSON, destination: JSON, number: int | None) -> JSON:
        of = self.identifier("CFAssociation", f"{kind}/{origin['identifier']}/{destination['identifier']}")
        found = {
            "identifier": of,
            "associationType": kind,
            "uri": self.address("CFAssociations", of),
            "originNodeURI": origin,
            "destinationNodeURI": destination,
            "lastChangeDateTime": self.changed,
        }
        return found if number is None else {**found, "sequenceNumber": number}

    def association(self, of: str) -> JSON:
        """A CFAssociation outside its package. Raises KeyError."""
        return {**self.associations[of], "CFDocumentURI": self.document_link()}

    def associations_of(self, of: str) -> JSON:
        """A CFAssociationSet: the item, and every association that begins or ends at it. Raises KeyError."""
        ends = "originNodeURI", "destinationNodeURI"
        near = [one for one in self.associations.values() if of in (one[end]["identifier"] for end in ends)]
        return {"CFItem": self.item(of), "CFAssociations": near}

    # --- the whole -----------------------------------------------------------------------------------------------

    def item_types(self) -> dict[str, JSON]:
        found = {}
        for number, (kind, description) in enumerate(TYPES.items(), 1):
            of = self.identifier("CFItemType", kind)
            found[of] = {
                "identifier": of,
                "uri": self.address("CFItemTypes", of),
                "title": kind,
                "description": description,
                "hierarchyCode": str(number),
                "lastChangeDateTime": self.changed,
            }
        return found

    def whole(self) -> JSON:
        """The CFPackage."""
        return {
            "CFDocument": self.document(within=True),
            "CFItems": list(self.items.values()),
            "CFAssociations": list(self.associations.values()),
            "CFDefinitions": {"CFItemTypes": list(self.item_types().values())},
        }


def english(said: Said) -> str:
    return said.message % said.values


def status_info(description: str, minor: str, field: str = "sourcedId") -> Mapping[str, Any]:
    """The payload of a refusal, `imsx_StatusInfo`; `minor` is one of the standard's codes."""
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": description,
        "imsx_codeMinor": {
            "imsx_codeMinorField": [{"imsx_codeMinorFieldName": field, "imsx_codeMinorFieldValue": minor}]
        },
    }
