"""Publish what the reader found, and find what is published. A version never changes, so it may be cached for ever."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from training.content import codec
from training.content.documents import Case, Course, Document, Exam, Framework, Item, ItemKind, Lesson, Quiz
from training.db.errors import NotFound
from training.journal import service as journal
from training.library.models import Asset, ItemVersion, LibraryItem

DOCUMENTS_CACHED = 8192
EXAM = "exam"  # the bank
D = TypeVar("D", Course, Lesson, Quiz, Case, Exam)
Judge = Callable[[Session, Sequence[Framework]], None]

_documents: dict[str, Document] = {}

judge_frameworks: Judge | None = None
"""Hook: raises a Problem when the frameworks that are to be offered from now on would orphan what records name."""

PRACTICE_ITEMS = (
    select(LibraryItem.id, LibraryItem.version_hash, LibraryItem.kind)
    .where(LibraryItem.retired_at.is_(None), or_(LibraryItem.bank.is_(None), LibraryItem.bank == "practice"))
    .subquery("practice_item")
)
"""What people can meet now and practise on, by id: its version_hash and kind; no sign-off case. For joining."""


@dataclass(frozen=True)
class Published:
    """What publishing did, by item id."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    retired: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """What lists say of an item that people can meet now; region and difficulty are those of a case.

    `bank` is that of a case; of a quiz it is `exam` or nothing.
    """

    id: str
    kind: ItemKind
    title: str
    version_hash: str
    region: str | None
    bank: str | None
    difficulty: int | None


# --- publishing ------------------------------------------------------------------------------------------------


def publish(
    session: Session,
    items: Iterable[Item],
    *,
    at: datetime,
    by_id: int | None = None,
    retire_missing: bool = True,
) -> Published:
    """Make a version of each item that differs from the published one, and journal it; the same items again do nothing.

    With `retire_missing`, an item whose file is gone is not offered any more; its versions, and answers to them, stay.
    Raises what `judge_frameworks` raises; then nothing is published.
    """
    items = list(items)
    frameworks = [item.document for item in items if isinstance(item.document, Framework)]
    if judge_frameworks is not None and (retire_missing or frameworks):
        judge_frameworks(session, frameworks)
    known = set(session.scalars(select(ItemVersion.hash)))
    shown_assets = set(session.scalars(select(Asset.hash)))
    current = {row.id: row for row in session.scalars(select(LibraryItem))}
    new: list[str] = []
    changed: list[str] = []
    for item in items:
        for asset in item.assets:
            if asset.hash not in shown_assets:
                session.add(Asset(hash=asset.hash, media_type=asset.media_type, data=asset.data))
                shown_assets.add(asset.hash)
        if item.hash not in known:
            session.add(version_row(item, at=at, by_id=by_id))
            known.add(item.hash)
    session.flush()  # an item names its version, so all versions come first, in a few statements
    for item in items:
        row = current.get(item.id)
        if row is not None and row.version_hash == item.hash and row.retired_at is None:
            continue
        (new if row is None else changed).append(item.id)
        current[item.id] = offer(session, item, row, at=at)
    here = {item.id for item in items}
    gone = [row for row in current.values() if row.id not in here and row.retired_at is None] if retire_missing else []
    for row in gone:
        row.retired_at = at
    retired = tuple(sorted(row.id for row in gone))
    if new or changed or retired:
        fresh = {*new, *changed}
        versions = {item.id: item.hash for item in items if item.id in fresh}
        payload = {"versions": versions, "retired": list(retired)}
        journal.append(session, "content.published", actor_id=by_id, subject="library", payload=payload, at=at)
    return Published(tuple(new), tuple(changed), len(items) - len(new) - len(changed), retired)


def version_row(item: Item, *, at: datetime, by_id: int | None) -> ItemVersion:
    return ItemVersion(
        hash=item.hash,
        item_id=item.id,
        kind=item.kind,
        title=item.title,
        path=item.path,
        source=item.source,
        document=codec.to_json(item.document),
        published_at=at,
        published_by_id=by_id,
    )


def offer(session: Session, item: Item, row: LibraryItem | None, *, at: datetime) -> LibraryItem:
    """Let people meet the item from now on, in the row of its id or in a new one."""
    case = item.document if isinstance(item.document, Case) else None
    for_exams = isinstance(item.document, Quiz) and item.document.bank == EXAM
    if row is None:
        row = LibraryItem(id=item.id)
        session.add(row)
    row.kind = item.kind
    row.title = item.title
    row.version_hash = item.hash
    row.region = case.region if case else None
    row.bank = case.bank if case else EXAM if for_exams else None
    row.difficulty = case.difficulty if case else None
    row.updated_at = at
    row.retired_at = None
    return row


# --- finding ---------------------------------------------------------------------------------------------------


def document(session: Session, version_hash: str) -> Document:
    """A published version's document; from the process's memory, else in one query. Raises NotFound."""
    return documents(session, [version_hash])[version_hash]


def documents(session: Session, hashes: Collection[str]) -> dict[str, Document]:
    """Several versions' documents, in at most one query. Raises NotFound when one was never published."""
    missing = {wanted for wanted in hashes if wanted not in _documents}
    if len(_documents) + len(missing) > DOCUMENTS_CACHED:
        _documents.clear()
        missing = set(hashes)
    if missing:
        for row in session.execute(
            select(ItemVersion.hash, ItemVersion.kind, ItemVersion.document).where(ItemVersion.hash.in_(missing))
        ):
            _documents[row.hash] = codec.from_json(row.kind, row.document)
    try:
        return {wanted: _documents[wanted] for wanted in hashes}
    except KeyError as error:
        raise NotFound("This version was never published.") from error


# Pages ask these many times, and building a statement takes longer than running it: so they are built once.
_ITEMS = LibraryItem.__table__
_ENTRY = (
    _ITEMS.c.id,
    _ITEMS.c.kind,
    _ITEMS.c.title,
    _ITEMS.c.version_hash,
    _ITEMS.c.region,
    _ITEMS.c.bank,
    _ITEMS.c.difficulty,
)
_OFFERED = select(*_ENTRY).where(_ITEMS.c.retired_at.is_(None)).order_by(_ITEMS.c.title, _ITEMS.c.id)
_RETIRED = _ITEMS.c.retired_at.is_not(None)
_CATALOGUE = select(*_ENTRY, _ITEMS.c.updated_at, _RETIRED).order_by(_RETIRED, _ITEMS.c.title, _ITEMS.c.id)
_BY_KIND = _OFFERED.where(_ITEMS.c.kind.in_(bindparam("kinds", expanding=True)))
_BY_ID = _OFFERED.where(_ITEMS.c.id.in_(bindparam("ids", expanding=True)))


def entries(
    session: Session,
    kind: ItemKind | Sequence[ItemKind],
    *,
    ids: Collection[str] | None = None,
    bank: str | None = None,
) -> list[Entry]:
    """Items of a kind or of several that people can meet now, by title; of cases those of one bank if it is given.

    What belongs to the exam bank is met in exams only: it is listed where that bank is asked for, and nowhere else.
    """
    kinds = [kind] if isinstance(kind, str) else list(kind)
    if ids is None:
        found = [Entry(*row) for row in session.execute(_BY_KIND, {"kinds": kinds})]
    else:
        found = [one for one in offered(session, ids).values() if one.kind in kinds]
    if bank is None:
        return [one for one in found if one.bank != EXAM]
    return [one for one in found if one.bank in (None, bank)]


def offered(session: Session, ids: Collection[str]) -> dict[str, Entry]:
    """What people can meet now under these ids, of whatever kind, by title."""
    return {row.id: Entry(*row) for row in session.execute(_BY_ID, {"ids": list(ids)})}


def entry(session: Session, item_id: str, kind: ItemKind) -> Entry:
    """The item that people meet now under an id. Raises NotFound when there is none, or it is retired."""
    found = offered(session, [item_id]).get(item_id)
    if found is None or found.kind != kind:
        raise NotFound("There is no such page. It may have been withdrawn.")
    return found


def current(session: Session, item_id: str, wanted: type[D]) -> tuple[str, D]:
    """The version hash and document that people meet now under an id. Raises NotFound, for the exam bank too."""
    found = offered(session, [item_id]).get(item_id)
    if found is None or found.bank == EXAM:
        raise NotFound("There is no such page. It may have been withdrawn.")
    return found.version_hash, of_kind(document(session, found.version_hash), wanted)


def current_all(session: Session, ids: Collection[str]) -> dict[str, tuple[str, Document]]:
    """Version hash and document of what people meet now under these ids, in one query once they are in memory."""
    found = offered(session, ids)
    known = documents(session, [one.version_hash for one in found.values()])
    return {one.id: (one.version_hash, known[one.version_hash]) for one in found.values()}


def courses(session: Session) -> list[tuple[str, Course]]:
    """Version hash and document of every course, in their order."""
    found = entries(session, "course")
    known = documents(session, [entry.version_hash for entry in found])
    pairs = [(entry.version_hash, of_kind(known[entry.version_hash], Course)) for entry in found]
    return sorted(pairs, key=lambda pair: (pair[1].order, pair[1].title))


def hold_versions(session: Session, hashes: Collection[str]) -> None:
    """Let others who want the same versions held wait until the caller's transaction ends; answers to them go on."""
    wanted = select(ItemVersion.hash).where(ItemVersion.hash.in_(hashes)).order_by(ItemVersion.hash)
    session.execute(wanted.with_for_update(key_share=True))


def of_kind(found: Document, wanted: type[D]) -> D:
    """The document, known to be of a kind. Raises NotFound when it is of another."""
    if not isinstance(found, wanted):
        raise NotFound("There is no such page.")
    return found


@dataclass(frozen=True)
class Catalogued:
    """An item as authors see it in a list; retired ones are shown, and said."""

    entry: Entry
    updated_at: datetime
    retired: bool


def catalogue(
    session: Session, search: str = "", *, kind: str = "", bank: str = "", region: str = ""
) -> dict[ItemKind, list[Catalogued]]:
    """Every item by kind, those people can meet before retired ones, in one query.

    With a search only those whose id or title holds it; with a kind, a bank or a region only what has it.
    """
    found: dict[ItemKind, list[Catalogued]] = {}
    for *columns, updated_at, retired in session.execute(_CATALOGUE):
        shown = Entry(*columns)
        if (
            kind in ("", shown.kind)
            and bank in ("", shown.bank)
            and region in ("", shown.region)
            and search.lower() in f"{shown.id} {shown.title}".lower()
        ):
            found.setdefault(shown.kind, []).append(Catalogued(shown, updated_at, retired))
    return found


@dataclass(frozen=True)
class Versions:
    """An item with everything that was ever published under its id, newest first."""

    item: LibraryItem
    versions: tuple[ItemVersion, ...]


def with_versions(session: Session, item_id: str) -> Versions:
    """Raises NotFound."""
    item = session.get(LibraryItem, item_id)
    if item is None:
        raise NotFound("There is no such item in the library.")
    query = select(ItemVersion).where(ItemVersion.item_id == item_id).order_by(ItemVersion.published_at.desc())
    return Versions(item, tuple(session.scalars(query)))


@dataclass(frozen=True)
class Since:
    """A version and when it came to be offered; the present one last, also when it was published before."""

    hash: str
    since: datetime


def versions_of(session: Session, item_id: str) -> list[Since]:
    """Everything that was ever published under an id, oldest first, in one query."""
    query = (
        select(ItemVersion.hash, ItemVersion.published_at, LibraryItem.version_hash, LibraryItem.updated_at)
        .join(LibraryItem, LibraryItem.id == ItemVersion.item_id)
        .where(ItemVersion.item_id == item_id)
    )
    rows = session.execute(query).all()
    found = [Since(one.hash, one.updated_at if one.hash == one.version_hash else one.published_at) for one in rows]
    present = {one.version_hash for one in rows}
    return sorted(found, key=lambda one: (one.hash in present, one.since))


def version_among(found: Versions, version_hash: str) -> ItemVersion:
    """The version that is asked for, else the one people meet now. Raises NotFound for another item's."""
    wanted = version_hash or found.item.version_hash
    for one in found.versions:
        if one.hash == wanted:
            return one
    raise NotFound("This version was never published.")


def asset(session: Session, name: str) -> Asset:
    """A figure by `<hash>.<ending>`. Raises NotFound."""
    found = session.get(Asset, name.rsplit(".", 1)[0])
    if found is None:
        raise NotFound("There is no such picture.")
    return found
