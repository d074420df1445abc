"""A person's first-sight answers in practice, from quizzes, lessons, cases and the examination room, in two queries.

Sign-off cases and exams are left out: a figure that moved with an answer to one would tell whether it was right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Table, Text, bindparam, case, func, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from training.assessment.analysis.subjects import question_of
from training.assessment.models import Answer, Attempt
from training.assessment.room.models import Encounter
from training.assessment.sign_off.sessions import SEGMENT_QUESTION
from training.content.documents import Case, Document, Quiz
from training.db.base import UtcDateTime
from training.library import service as library

Setting = Literal["case", "generated", "room", "quiz", "lesson"]
_SETTINGS: dict[str, Setting] = {"quiz": "quiz", "case": "case", "check": "lesson"}


@dataclass(frozen=True, slots=True)
class Given:
    """One answer. `public_id` is of its attempt or encounter, `place` the lesson of a question set into one.

    A generated patient has no item, and as its question the place in its run.

    seconds: from when the question or patient was met until the answer, None where that is not known. keys, segment,
    region: of an answer about a patient, what was right and what was named; else empty.
    """

    setting: Setting
    item_id: str
    question_id: str
    title: str
    public_id: str
    place: str
    right: bool
    confidence: str | None
    at: datetime
    seconds: float | None
    keys: tuple[str, ...] = ()
    segment: str = ""
    region: str = ""

    @property
    def of_patient(self) -> bool:
        """Whether it names a segment, or refers, for a patient."""
        return bool(self.keys)


def answers_given(session: Session, person_id: int) -> list[Given]:
    """Oldest first. Of a case that was met twice, on paper or in the room, the first meeting counts."""
    rows = session.execute(_FIRST_SIGHTS, {"person": person_id}).all()
    met = session.execute(_ENCOUNTERS, {"person": person_id}).all()
    hashes = {row.version_hash for row in (*rows, *met) if row.version_hash is not None}
    documents = library.documents(session, hashes)
    found = [one for row in rows if (one := _answer(row, documents)) is not None]
    found += [one for row in met if (one := _encounter(row, documents)) is not None]
    return list(_first_meetings(sorted(found, key=lambda one: one.at)))


def _first_meetings(found: Iterable[Given]) -> Iterable[Given]:
    """Answers without those about a patient who was met before."""
    seen = set[tuple[str, str]]()
    for one in found:
        if one.of_patient:
            who = (one.item_id, one.question_id)
            if who in seen:
                continue
            seen.add(who)
        yield one


# --- quizzes, lessons and cases --------------------------------------------------------------------------------

_A, _T = cast(Table, Answer.__table__).c, cast(Table, Attempt.__table__).c
_OWN = (
    select(
        _A.id,
        _A.item_id,
        _A.question_id,
        _A.version_hash,
        as_type(_A.response, Text).label("response"),
        _A.confidence,
        _A.right,
        _A.first_sight,
        _A.answered_at,
        func.lag(_A.answered_at, type_=UtcDateTime())
        .over(partition_by=_A.attempt_id, order_by=(_A.answered_at, _A.id))
        .label("before"),
        _T.public_id,
        _T.purpose,
        _T.place,
        _T.started_at,
    )
    .join(_T.id.table, _T.id == _A.attempt_id)
    .where(
        _A.person_id == bindparam("person"),
        _T.purpose.in_(list(_SETTINGS)),
        or_(_T.bank.is_(None), _T.bank == "practice"),
    )
    .subquery("own")
)
_FIRST_SIGHTS = select(_OWN).where(_OWN.c.first_sight)


def _answer(row: Any, documents: Mapping[str, Document]) -> Given | None:
    """None for a question that its version does not have, and for one of another bank."""
    document = documents[row.version_hash]
    question = question_of(document, row.question_id)
    if question is None or not isinstance(document, Quiz | Case) or document.bank != "practice":
        return None
    of_patient = isinstance(document, Case) and question.id == SEGMENT_QUESTION and question.kind == "segment"
    known = row.purpose != "check"  # the attempt of a lesson begins with its first answer
    return Given(
        _SETTINGS[row.purpose],
        row.item_id,
        row.question_id,
        document.title,
        row.public_id,
        row.place,
        row.right,
        row.confidence,
        row.answered_at,
        (row.answered_at - (row.before or row.started_at)).total_seconds() if known else None,
        question.segments if of_patient else (),
        str(json.loads(row.response)["segment"]) if of_patient else "",
        document.region if isinstance(document, Case) and of_patient else "",
    )


# --- the examination room and generated patients ---------------------------------------------------------------

_OF_GENERATED = Encounter.source == "generated"
_ENCOUNTERS = select(
    Encounter.public_id,
    Encounter.mode,
    Encounter.item_id,
    Encounter.version_hash,
    Encounter.run,
    Encounter.number,
    Encounter.response,
    Encounter.right,
    Encounter.started_at,
    Encounter.finished_at,
    # A pinned patient holds all findings; these three of them are all that is read.
    case((_OF_GENERATED, as_type(Encounter.patient["keys"], Text))).label("keys"),
    case((_OF_GENERATED, Encounter.patient["region"].as_string())).label("region"),
    case((_OF_GENERATED, Encounter.patient["title"].as_string())).label("title"),
).where(Encounter.person_id == bindparam("person"), Encounter.finished_at.is_not(None))


def _encounter(row: Any, documents: Mapping[str, Document]) -> Given | None:
    """None for a case whose version asks no segment."""
    item_id, question_id, title, region = "", f"{row.run}/{row.number}", row.title, row.region
    keys: tuple[str, ...] = ()
    if row.version_hash is not None:
        document = documents[row.version_hash]
        question = question_of(document, SEGMENT_QUESTION)
        if question is None or not isinstance(document, Case) or document.bank != "practice":
            return None
        item_id, question_id, keys = row.item_id, question.id, question.segments
        title, region = document.title, document.region
    return Given(
        "room" if row.mode == "room" else "generated",
        item_id,
        question_id,
        title,
        row.public_id,
        "",
        row.right,
        row.response.get("confidence"),
        row.finished_at,
        (row.finished_at - row.started_at).total_seconds(),
        keys or tuple(json.loads(row.keys)),
        str(row.response["segment"]),
        region,
    )
