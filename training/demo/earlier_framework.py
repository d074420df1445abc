"""The version of the framework that the demonstration school began with: without the rule where one practises."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from training.content.documents import Framework, Item, ScopeLine
from training.content.reader import item_hash
from training.library import service as library

CAME_LATER = "jurisdiction"
_ENTRY = re.compile(rf"  - id: {CAME_LATER}\n(?:    .*\n)+")


def begin_with_it(session: Session, *, at: datetime) -> Item:
    """Let people be measured by the earlier version; returns the present one, to be published when its day has come."""
    present = library.with_versions(session, library.entries(session, "framework")[0].id)
    row = library.version_among(present, "")
    document = library.document(session, row.hash)
    assert isinstance(document, Framework)
    item = Item(row.item_id, "framework", row.path, row.title, row.hash, row.source, document)
    library.publish(session, [earlier(item, document)], at=at, retire_missing=False)
    return item


def earlier(item: Item, framework: Framework) -> Item:
    """The same file before one competency came into it."""
    source = _ENTRY.sub("", item.source).replace(f"{CAME_LATER}, ", "")
    source = source.replace(f'version: "{framework.version}"', 'version: "1.0"')
    document = replace(
        framework,
        version="1.0",
        competencies=tuple(one for one in framework.competencies if one.id != CAME_LATER),
        scope=tuple(map(without, framework.scope)),
    )
    return replace(item, source=source, document=document, hash=item_hash(source, (), document))


def without(line: ScopeLine) -> ScopeLine:
    return ScopeLine(
        line.region,
        tuple(one for one in line.supervised if one != CAME_LATER),
        tuple(one for one in line.independent if one != CAME_LATER),
    )
