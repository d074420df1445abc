"""Private notes and flags: written by themselves, found again, taken away and brought back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training.assessment.notes import subjects
from training.assessment.notes.models import MOST_WORDS, Note
from training.assessment.room.models import Encounter
from training.db.base import new_public_id
from training.db.errors import Invalid, NotFound

KEPT_AFTER_DELETION = timedelta(days=1)


@dataclass(frozen=True)
class NoteView:
    """A note as its writer sees it; an empty one where nothing was written yet."""

    words: str = ""
    flagged: bool = False


@dataclass(frozen=True)
class NoteLine:
    """A note in the list. `mode`: how a generated patient was met, else ""."""

    public_id: str
    kind: str
    subject: str
    title: str
    region: str | None
    words: str
    flagged: bool
    touched_at: datetime
    mode: str

    @property
    def what(self) -> str:
        """The id within its subject: a case's, a quiz's, or the public id of a patient."""
        return self.subject.partition(":")[2].partition("#")[0]


@dataclass(frozen=True)
class Wanted:
    """Which notes: those that hold `search`, of a kind, of a region, flagged ones only; each "" or False for all."""

    search: str = ""
    kind: str = ""
    region: str = ""
    flagged: bool = False

    @property
    def narrowed(self) -> bool:
        return self != Wanted()


_NOTE_ON = select(Note.words, Note.flagged).where(Note.deleted_at.is_(None))


def note_on(session: Session, person_id: int, subject: str) -> NoteView:
    """One's own note on a subject. One query."""
    row = session.execute(_NOTE_ON.where(Note.person_id == person_id, Note.subject == subject)).one_or_none()
    return NoteView(*row) if row else NoteView()


def write(session: Session, person_id: int, subject: str, words: str, at: datetime) -> None:
    """Keep the words; they replace those before. Raises NotFound for no subject of ours, Invalid for too many."""
    if len(words) > MOST_WORDS:
        raise Invalid(
            "A note has at most %(most)s characters; this one has %(count)s.", most=MOST_WORDS, count=len(words)
        )
    _put(session, person_id, subject, at, words=words.replace("\x00", ""))


def flag(session: Session, person_id: int, subject: str, on: bool, at: datetime) -> None:
    """Set or take away the flag. Raises NotFound."""
    _put(session, person_id, subject, at, flagged=on)


def _put(session: Session, person_id: int, name: str, at: datetime, **values: Any) -> None:
    subject = subjects.find(session, name, person_id)
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"words": "", "flagged": False, **values, "touched_at": at, "title": subject.title, "region": subject.region}
    new = make(Note).values(
        public_id=new_public_id(), person_id=person_id, kind=subject.kind, subject=subject.name, deleted_at=None, **row
    )
    session.execute(new.on_conflict_do_nothing(index_elements=[Note.person_id, Note.subject]))
    mine = (Note.person_id == person_id, Note.subject == subject.name)
    # What was taken away comes back empty: the old words were not to be seen again.
    session.execute(
        update(Note).where(*mine, Note.deleted_at.is_not(None)).values(words="", flagged=False, deleted_at=None)
    )
    session.execute(update(Note).where(*mine).values(**values, touched_at=at, title=subject.title))


def notes(session: Session, person_id: int, wanted: Wanted, *, limit: int, offset: int = 0) -> list[NoteLine]:
    """One's notes and flags, the newest first. One query."""
    query = (
        select(
            Note.public_id, Note.kind, Note.subject, Note.title, Note.region, Note.words, Note.flagged, Note.touched_at,
            Encounter.mode,
        )
        .outerjoin(Encounter, "patient:" + Encounter.public_id == Note.subject)
        .where(Note.person_id == person_id, Note.deleted_at.is_(None), or_(Note.words != "", Note.flagged))
        .order_by(Note.touched_at.desc(), Note.id.desc())
    )  # fmt: skip
    if wanted.search:
        held = (
            Note.words.icontains(wanted.search, autoescape=True),
            Note.title.icontains(wanted.search, autoescape=True),
        )
        query = query.where(or_(*held))
    if wanted.kind:
        query = query.where(Note.kind == wanted.kind)
    if wanted.region:
        query = query.where(Note.region == wanted.region)
    if wanted.flagged:
        query = query.where(Note.flagged)
    return [NoteLine(*row[:-1], row[-1] or "") for row in session.execute(query.limit(limit).offset(offset))]


def take_away(session: Session, person_id: int, public_id: str, at: datetime) -> None:
    """Delete one's note; it can be brought back for a day. Raises NotFound."""
    session.execute(delete(Note).where(Note.person_id == person_id, Note.deleted_at < at - KEPT_AFTER_DELETION))
    _changed(session, person_id, public_id, deleted_at=at)


def bring_back(session: Session, person_id: int, public_id: str) -> None:
    """Undo the deletion. Raises NotFound once it is gone."""
    _changed(session, person_id, public_id, deleted_at=None)


def _changed(session: Session, person_id: int, public_id: str, **values: Any) -> None:
    query = update(Note).where(Note.person_id == person_id, Note.public_id == public_id[:40].replace("\x00", ""))
    if session.execute(query.values(**values).returning(Note.id)).scalar() is None:
        raise NotFound("There is no such note of yours.")
