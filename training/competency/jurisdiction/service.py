"""What somebody says of where they practise, what an instructor confirms, and whether needling is locked there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.competency.jurisdiction import rules
from training.competency.jurisdiction.models import PracticeRecord
from training.content.jurisdictions import Jurisdiction, RegisterClass
from training.db.errors import Conflict, Invalid, Refused
from training.journal import service as journal

CLAIMED, CONFIRMED = "claimed", "confirmed"
ELSEWHERE = "elsewhere"
DAYS_BACK = 90
_LICENCE = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./\-]{0,39}")
_RECORDS = (
    select(PracticeRecord)
    .where(PracticeRecord.person_id == bindparam("person_id"))
    .order_by(PracticeRecord.number.desc())
)


@dataclass(frozen=True)
class Lock:
    """A register class that may not needle, and where."""

    jurisdiction: Jurisdiction
    register_class: RegisterClass

    @property
    def source(self) -> str:
        return "; ".join(one.citation for one in self.register_class.sources)


@dataclass(frozen=True)
class Card:
    """ "May I, here?": a person's records, newest first, and the rules that go with the newest.

    `jurisdiction` and `register_class` are None where no rules are kept. `lock` says why the forms are locked, if so.
    """

    records: tuple[PracticeRecord, ...]
    names: dict[int, str]
    jurisdiction: Jurisdiction | None
    register_class: RegisterClass | None
    lock: Lock | None

    @property
    def newest(self) -> PracticeRecord | None:
        return self.records[0] if self.records else None

    @property
    def seen(self) -> int:
        """How many records there are: a form sends it back, so that nobody overwrites what they did not see."""
        return self.records[0].number if self.records else 0


def records_of(session: Session, person_id: int) -> Sequence[PracticeRecord]:
    """Everything that was said and confirmed, newest first."""
    return session.scalars(_RECORDS, {"person_id": person_id}).all()


def card(session: Session, person_id: int, *, with_names: bool = False) -> Card:
    """In one query, and one more for who wrote each record."""
    records = records_of(session, person_id)
    newest = records[0] if records else None
    return Card(
        records=tuple(records),
        names=people.names(session, {one.by_id for one in records}) if with_names and records else {},
        jurisdiction=rules.jurisdiction(newest.jurisdiction) if newest else None,
        register_class=rules.register_class(newest.jurisdiction, newest.register_class) if newest else None,
        lock=lock_of(records),
    )


def lock_of(records: Sequence[PracticeRecord]) -> Lock | None:
    """Why somebody with these records, newest first, may not needle; None when no rule that we keep forbids it.

    What stands is the newest record. A "may not" that an instructor confirmed stays until an instructor confirms
    otherwise: nobody opens it for themselves.
    """
    confirmed = next((one for one in records if one.kind == CONFIRMED), None)
    for row in (*records[:1], *([confirmed] if confirmed else [])):
        place = rules.jurisdiction(row.jurisdiction)
        found = rules.register_class(row.jurisdiction, row.register_class)
        if place is not None and found is not None and found.may_needle is False:
            return Lock(place, found)
    return None


def refuse_where_not_allowed(session: Session, person_id: int) -> None:
    """Raises Refused, with the rule and its source, where the person's register class may not needle."""
    lock = lock_of(records_of(session, person_id))
    if lock is not None:
        raise Refused(
            "Needling is locked: in %(place)s, %(register)s. %(rule)s Source: %(source)s.",
            place=lock.jurisdiction.name,
            register=lock.register_class.name,
            rule=lock.register_class.says,
            source=lock.source,
        )


# --- saying and confirming -------------------------------------------------------------------------------------


def claim(
    session: Session, person_id: int, *, place: str, register: str, licence: str, seen: int, at: datetime
) -> PracticeRecord:
    """Keep what a person says of themselves, and journal it; the same sent again gives the record that it made.

    `seen` is the number of the newest record that the person saw, 0 for none. Raises Invalid for what cannot be kept,
    Conflict when there is a newer record.
    """
    row = new_row(CLAIMED, person_id, person_id, place, register, licence, None, seen, at)
    return keep(session, row, seen)


def confirm(
    session: Session,
    person_id: int,
    *,
    place: str,
    register: str,
    licence: str,
    checked_on: date,
    seen: int,
    by_id: int,
    today: date,
    at: datetime,
) -> PracticeRecord:
    """Keep what an instructor found in the public register, which may differ from what was claimed; journaled.

    Raises as `claim` does, and Refused for oneself.
    """
    if person_id == by_id:
        raise Refused("This is you. Somebody else must look you up in the register.")
    if not today - timedelta(days=DAYS_BACK) <= checked_on <= today:
        raise Invalid("Give the day on which you looked, at most %(days)s days ago.", days=DAYS_BACK)
    row = new_row(CONFIRMED, person_id, by_id, place, register, licence, checked_on, seen, at)
    return keep(session, row, seen)


def new_row(
    kind: str,
    person_id: int,
    by_id: int,
    place: str,
    register: str,
    licence: str,
    checked_on: date | None,
    seen: int,
    at: datetime,
) -> PracticeRecord:
    """Raises Invalid for a place or register class that is not in the list, and for a licence that is no number."""
    licence = " ".join(licence.split())
    if place == ELSEWHERE:
        register = ""
    elif rules.register_class(place, register) is None:
        raise Invalid("Choose from the list where and how the registration is.")
    if licence and not _LICENCE.fullmatch(licence):
        raise Invalid("Write the licence number as it stands in the register: letters and digits, at most 40.")
    return PracticeRecord(
        person_id=person_id,
        number=seen + 1,
        kind=kind,
        jurisdiction=place,
        register_class=register,
        licence=licence,
        checked_on=checked_on,
        by_id=by_id,
        at=at,
    )


def keep(session: Session, row: PracticeRecord, seen: int) -> PracticeRecord:
    newest = newest_of(session, row.person_id)
    if newest is not None and newest.number == seen + 1 and same(newest, row):
        return newest
    if (newest.number if newest else 0) != seen:
        raise changed_meanwhile()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        newest = newest_of(session, row.person_id)
        if newest is not None and same(newest, row):
            return newest
        raise changed_meanwhile() from error
    payload = {
        "jurisdiction": row.jurisdiction,
        "register_class": row.register_class,
        "licence": bool(row.licence),  # the number itself is nobody's business who reads the journal
        "checked_on": row.checked_on.isoformat() if row.checked_on else None,
    }
    subject = f"person/{people.person_of(session, row.person_id).public_id}"
    journal.append(session, f"practice.{row.kind}", actor_id=row.by_id, subject=subject, payload=payload, at=row.at)
    return row


def newest_of(session: Session, person_id: int) -> PracticeRecord | None:
    return session.scalars(_RECORDS.limit(1), {"person_id": person_id}).first()


def same(earlier: PracticeRecord, row: PracticeRecord) -> bool:
    names = ("kind", "jurisdiction", "register_class", "licence", "checked_on", "by_id")
    return all(getattr(earlier, name) == getattr(row, name) for name in names)


def changed_meanwhile() -> Conflict:
    return Conflict("Somebody changed this record meanwhile. Look at it again, then send yours.")
