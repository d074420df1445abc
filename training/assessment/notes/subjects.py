"""What a note or a report is about: `case:<id>`, `question:<quiz>#<question>` or `patient:<encounter>`.

Sign-off cases and exams have no notes and no reports of this kind: words about them would leak their keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.assessment.analysis.subjects import plain
from training.assessment.room.models import Encounter
from training.content.documents import Case, Question, Quiz
from training.db.errors import NotFound
from training.library import service as library

KINDS = ("case", "question", "patient")
LONGEST = 160
_NONE = "There is no such item to write about. Reload the page and try again."


@dataclass(frozen=True)
class Subject:
    """version_hash: of an authored item, as people meet it now; encounter_id: of a generated patient."""

    name: str
    kind: str
    title: str
    region: str | None
    item_id: str | None = None
    version_hash: str | None = None
    encounter_id: int | None = None


def of_case(case_id: str) -> str:
    return f"case:{case_id}"


def of_question(quiz_id: str, question_id: str) -> str:
    return f"question:{quiz_id}#{question_id}"


def of_patient(public_id: str) -> str:
    return f"patient:{public_id}"


def find(session: Session, name: str, person_id: int) -> Subject:
    """Raises NotFound for what is none, belongs to sign-off or exams, or is another's patient."""
    kind, _, what = name.partition(":")
    if len(name) > LONGEST or not name.isprintable() or not what:
        raise NotFound(_NONE)
    if kind == "patient":
        return _patient(session, name, what, person_id)
    item_id, _, question_id = what.partition("#")
    entry = library.offered(session, [item_id]).get(item_id)
    if entry is None or entry.bank not in (None, "practice"):
        raise NotFound(_NONE)
    document = library.document(session, entry.version_hash)
    if kind == "case" and isinstance(document, Case) and not question_id:
        return Subject(name, kind, document.title, document.region, item_id, entry.version_hash)
    asked = (
        next((one for one in document.questions if one.id == question_id), None) if isinstance(document, Quiz) else None
    )
    if kind != "question" or asked is None:
        raise NotFound(_NONE)
    return Subject(name, kind, title_of(document.title, asked), None, item_id, entry.version_hash)


def title_of(quiz: str, question: Question) -> str:
    """What a list says of a question: the quiz, and how the question begins."""
    return f"{quiz}: {plain(question.stem_html, 120)}"[:200]


def version_met(session: Session, subject: Subject, version_hash: str) -> str | None:
    """The version that somebody says they met, if it is one of the item's; else the one people meet now."""
    if not subject.version_hash or version_hash == subject.version_hash or len(version_hash) != 64:
        return subject.version_hash
    try:
        document = library.document(session, version_hash)
    except NotFound:
        return subject.version_hash
    its = isinstance(document, Case | Quiz) and document.id == subject.item_id
    return version_hash if its else subject.version_hash


def _patient(session: Session, name: str, public_id: str, person_id: int) -> Subject:
    row = session.execute(
        select(Encounter.id, Encounter.patient).where(
            Encounter.public_id == public_id[:22], Encounter.person_id == person_id, Encounter.source == "generated"
        )
    ).one_or_none()
    if row is None or len(public_id) != 22:
        raise NotFound(_NONE)
    title = f"{row.patient['title']} ({row.patient['id']})"[:200]
    return Subject(name, "patient", title, row.patient["region"], encounter_id=row.id)
