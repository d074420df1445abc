"""The questions that answers are about, as they are asked now, with the answers to just that wording.

A question that was rewritten is another question: figures over both would describe neither. So the figures rest on the
answers to every version that asks the same; the answers to other wordings are kept beside them, by version.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from training.anatomy.segments import region_of
from training.content.documents import REFER, Case, Document, Question, Quiz
from training.library.service import Entry

STEM_LENGTH = 110
SEGMENT_QUESTION = "segment"
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")


class Row(NamedTuple):
    """One first-sight answer. `response` is its stored JSON text; lists of them are in the order they were given."""

    person: int
    version: str
    right: int
    response: str
    confidence: str | None


Key = tuple[str, str]  # item id, question id


@dataclass(frozen=True)
class Subject:
    """A question of a quiz or case as people meet it now. `rows`: answers to this wording; `all_rows`: to any.

    `asked` is the question in each version that was answered; `number` counts from 1 within its quiz or case.
    """

    entry: Entry
    retired: bool
    question: Question
    number: int
    rows: tuple[Row, ...]
    all_rows: tuple[Row, ...]
    asked: Mapping[str, Question]

    @property
    def name(self) -> str:
        return f"{self.entry.id}#{self.question.id}"

    @property
    def pool(self) -> str:
        """The test it belongs to: its quiz, or the cases of its bank."""
        return self.entry.id if self.entry.kind == "quiz" else f"cases/{self.entry.bank}"

    @property
    def stem(self) -> str:
        return plain(self.question.stem_html)

    @property
    def difficulty(self) -> int:
        """The author's, 1 to 5: a case's belongs to its segment question."""
        if self.entry.difficulty and self.question.id == SEGMENT_QUESTION:
            return self.entry.difficulty
        return self.question.difficulty

    @property
    def region(self) -> str:
        """A case's; of a quiz's segment question that of its key; else empty."""
        if self.entry.region:
            return self.entry.region
        keys = [one for one in self.question.segments if one != REFER]
        return region_of(keys[0]) if keys else ""


def subjects(
    entries: Iterable[tuple[Entry, bool]],
    documents: Mapping[str, Document],
    answers: Mapping[Key, list[Row]],
) -> list[Subject]:
    """The questions that the current versions ask and somebody answered, in the order of their items."""
    found = []
    for entry, retired in entries:
        document = documents.get(entry.version_hash)
        if not isinstance(document, Quiz | Case):
            continue
        for number, question in enumerate(document.questions, start=1):
            rows = answers.get((entry.id, question.id))
            if not rows:
                continue
            versions = {row.version for row in rows}
            asked = {one: asks for one in versions if (asks := question_of(documents.get(one), question.id))}
            now = wording(document, question)
            same = {
                one for one, asks in asked.items() if one == entry.version_hash or wording(documents[one], asks) == now
            }
            here = tuple(rows) if same == versions else tuple(row for row in rows if row.version in same)
            found.append(Subject(entry, retired, question, number, here, tuple(rows), asked))
    return found


def question_of(document: Document | None, question_id: str) -> Question | None:
    if not isinstance(document, Quiz | Case):
        return None
    return next((one for one in document.questions if one.id == question_id), None)


def wording(document: Document, question: Question) -> tuple[object, ...]:
    """All that a person goes by, and the key; two questions with the same of it are one."""
    patient = (
        (document.history_html, document.findings, document.examination_html) if isinstance(document, Case) else ()
    )
    return (
        question.kind,
        question.stem_html,
        tuple((option.id, option.html, option.right) for option in question.options),
        question.items,
        question.segments,
        question.side,
        question.number,
        question.tolerance,
        question.unit,
        patient,
    )


def plain(markup: str, length: int = STEM_LENGTH) -> str:
    """The words of a piece of HTML, cut off at a word."""
    words = _SPACE.sub(" ", html.unescape(_TAG.sub(" ", markup))).strip()
    return words if len(words) <= length else words[:length].rsplit(" ", 1)[0] + " …"
