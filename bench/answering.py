"""Answers that can be sent: open attempts at the shipped quizzes, and each question's form as a browser fills it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bench.client import JSON, Answer, Client, hidden
from bench.rounds import FailedError, Work
from training.assessment import service as assessment
from training.content.documents import Question, Quiz
from training.db.base import new_public_id
from training.library import service as library

A_ROUND = 60
ACKNOWLEDGED = (200, 201, 303)

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """One answer that was not sent yet. `person` counts the school's cookies."""

    person: int
    attempt: str
    question_id: str
    fields: Fields

    @property
    def address(self) -> str:
        return f"/attempts/{self.attempt}/answers"

    @property
    def nonce(self) -> str:
        return dict(self.fields)["nonce"]

    def other(self) -> Sheet:
        """A form for the same question that was opened again, filled in the same way."""
        fields = tuple((name, new_public_id() if name == "nonce" else text) for name, text in self.fields)
        return replace(self, fields=fields)


def open_attempts(session: Session, person_ids: Sequence[int], at: datetime) -> list[Sheet]:
    """Begin every quiz for each person; a sheet for each question that is asked."""
    quizzes = [library.current(session, entry.id, Quiz) for entry in library.entries(session, "quiz")]
    sheets = []
    for person, person_id in enumerate(person_ids):
        for version, quiz in quizzes:
            attempt = assessment.start(session, person_id, quiz.id, "quiz", at)
            asked = {question.id: question for question in quiz.questions}
            for question_id in attempt.question_ids:
                fields = filled_in(asked[question_id], version)
                sheets.append(Sheet(person, attempt.public_id, question_id, fields))
    return sheets


def filled_in(question: Question, version: str) -> Fields:
    """The form of a question with some answer, right or not."""
    common = {
        "kind": question.kind,
        "question": question.id,
        "version": version,
        "nonce": new_public_id(),
        "confidence": "think",
    }
    answer: dict[str, str]
    match question.kind:
        case "choice":
            answer = {"option": question.options[0].id}
        case "choices":
            answer = {"options": question.options[0].id}
        case "segment":
            answer = {"segment": "C6", "side": "right"}
        case "order":
            answer = {f"place-{item.id}": str(place) for place, item in enumerate(question.items, 1)}
        case "number":
            answer = {"number": "3"}
    return tuple({**common, **answer}.items())


class Desk:
    """The people whose sheets are sent: each has a session, and its token for forms."""

    def __init__(self, cookies: Sequence[str]) -> None:
        self.kept = [{"segmental": cookie} for cookie in cookies]
        self.tokens: dict[int, str] = {}

    def sign_in(self, client: Client, person: int) -> None:
        """Fetch the token of a person's session, once."""
        client.cookies = self.kept[person]
        if person not in self.tokens:
            self.tokens[person] = hidden(client.get("/verify").body, "csrf_token")

    def send(self, client: Client, sheet: Sheet, headers: Mapping[str, str] = JSON) -> Answer:
        """Post a sheet as our script does."""
        self.sign_in(client, sheet.person)
        return client.post(sheet.address, [("csrf_token", self.tokens[sheet.person]), *sheet.fields], headers)


def sending(desk: Desk, sheets: Iterator[Sheet]) -> Work:
    """Work for a task: the next sheet, which must be acknowledged."""

    def work(client: Client, _number: int) -> float:
        sheet = next(sheets)
        answer = desk.send(client, sheet)
        if answer.status not in ACKNOWLEDGED:
            raise FailedError(f"{sheet.address}: {answer.status} {answer.body[:300]!r}")
        return answer.seconds

    return work
