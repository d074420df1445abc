"""What waits for one's rating: every question that people can meet, those nearest to a panel of three first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.anatomy.chart.marks import Mark
from training.assessment.analysis.subjects import Subject
from training.assessment.charting import marks_of
from training.assessment.panel import rating
from training.assessment.panel.forms import Asked
from training.assessment.panel.rating import RESERVED, Given, Opinion, Rater, opinion
from training.assessment.panel.service import SEGMENT_QUESTION, Key, Rated, difficulties, shares_of
from training.content.documents import Case, Quiz
from training.db.errors import NotFound
from training.library import service as library
from training.library.service import Entry
from training.measurement.item_calibration import FEWEST_RATERS

PRACTICE = "practice"


@dataclass(frozen=True)
class Line:
    """A question in the list: how many rated it as it stands, what one said oneself in per cent, and how many had rated
    it before it was changed."""

    subject: Subject
    raters: int
    mine: int | None
    before: int

    @property
    def key(self) -> Key:
        return self.subject.entry.version_hash, self.subject.question.id

    @property
    def bank(self) -> str:
        return bank_of(self.subject.entry)

    @property
    def counts(self) -> bool:
        return self.raters >= FEWEST_RATERS

    @property
    def lost(self) -> bool:
        """Its ratings went with a change, and the new wording has not as many yet."""
        return self.before > self.raters and not self.counts

    @property
    def order(self) -> tuple[bool, bool, int, bool, str, str, int]:
        """Reserved banks first, then what lacks least to a panel of three; what has one already stands last."""
        entry = self.subject.entry
        missing = -self.raters if not self.counts else self.raters
        by_title = (entry.title, entry.id, self.subject.number)
        return (
            self.counts,
            self.bank not in RESERVED,
            missing,
            self.subject.question.id != SEGMENT_QUESTION,
            *by_title,
        )


@dataclass(frozen=True)
class Waiting:
    """`lines` are those asked for, in order. Of `all` questions that one may rate, `rated` are by oneself, and `count`
    have a panel. `closed`: the reserved banks are left out, since one sits them oneself."""

    lines: list[Line]
    all: int
    rated: int
    count: int
    lost: int
    closed: bool


def waiting(session: Session, rater: Rater, asked: Asked) -> Waiting:
    """Five queries, one for versions that are not in memory, and for trainees a few more while exams are announced."""
    closed = rating.closed_banks(session, rater)
    lines = [line for line in every_line(session, rater) if line.bank not in closed]
    here = [line for line in lines if asked.wants(line.subject.entry.kind, line.subject.region, line.bank)]
    return Waiting(
        sorted((line for line in here if (line.mine is not None) is asked.rated), key=lambda line: line.order),
        len(here),
        sum(line.mine is not None for line in here),
        sum(line.counts for line in here),
        sum(line.lost for line in here),
        bool(closed),
    )


def every_line(session: Session, rater: Rater) -> list[Line]:
    every = all_subjects(session)
    keys = [(one.entry.version_hash, one.question.id) for one in every]
    shares, versions = shares_of(session, keys), rating.raters_before(session)
    found = []
    for subject, key in zip(every, keys, strict=True):
        given = shares.get(key, {})
        before = versions.get((subject.entry.id, subject.question.id), {})
        earlier = max((number for version, number in before.items() if version != key[0]), default=0)
        found.append(Line(subject, len(given), given.get(rater.id), earlier))
    return found


def all_subjects(session: Session) -> list[Subject]:
    """Every question that people can meet, without answers."""
    listed = library.catalogue(session)
    entries = [one.entry for kind in ("case", "quiz") for one in listed.get(kind, ()) if not one.retired]
    documents = library.documents(session, {entry.version_hash for entry in entries})
    return [subject for entry in entries for subject in subjects_of(entry, documents[entry.version_hash])]


def subjects_of(entry: Entry, document: object) -> Iterable[Subject]:
    if isinstance(document, Quiz | Case):
        for number, question in enumerate(document.questions, start=1):
            yield Subject(entry, False, question, number, (), (), {})


def bank_of(entry: Entry) -> str:
    """A quiz that is for no exam is for practice."""
    return entry.bank or PRACTICE


# --- one question ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """One question as its rater sees it. `given`: one's own ratings, oldest first; `panel` and `known` are None until
    there is one; `before`: how many had rated an earlier version, where that matters."""

    subject: Subject
    document: Quiz | Case
    given: list[Given]
    panel: Opinion | None
    known: Rated | None
    before: int

    @property
    def mine(self) -> Given | None:
        return self.given[-1] if self.given else None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """A case's findings on the body chart."""
        return marks_of(self.document.findings) if isinstance(self.document, Case) else ()


def sheet(session: Session, rater: Rater, item_id: str, question_id: str) -> Sheet:
    """Raises NotFound for what nobody can meet now, Refused where the rater sits the bank."""
    subject, document = subject_of(session, item_id, question_id)
    rating.refuse_if_closed(session, rater, subject.entry.bank)
    key = (subject.entry.version_hash, question_id)
    given = rating.all_given(session, rater.id, [key]).get(key, [])
    shares = shares_of(session, [key]).get(key, {})
    versions = rating.raters_before(session, [item_id]).get((item_id, question_id), {})
    before = max((number for version, number in versions.items() if version != key[0]), default=0)
    return Sheet(
        subject,
        document,
        given,
        opinion(shares, rater.id) if given else None,
        difficulties(session, [key])[key] if given else None,
        before if before > len(shares) else 0,
    )


def subject_of(session: Session, item_id: str, question_id: str) -> tuple[Subject, Quiz | Case]:
    """Raises NotFound."""
    entry = library.offered(session, [item_id]).get(item_id)
    document = library.document(session, entry.version_hash) if entry else None
    if entry is not None and isinstance(document, Quiz | Case):
        for subject in subjects_of(entry, document):
            if subject.question.id == question_id:
                return subject, document
    raise NotFound("There is no such question to rate. It may have been withdrawn.")
