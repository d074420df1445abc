"""Small quizzes and cases, and answers to them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from tests.makers import NOON
from training.content import codec
from training.content.documents import (
    Case,
    Finding,
    Item,
    ItemKind,
    Option,
    OrderItem,
    Question,
    Quiz,
    Reference,
)
from training.db.base import new_public_id
from training.library import service as library

CHOICE = Question(
    id="first",
    kind="choice",
    stem_html="<p>Which comes first?</p>",
    options=(
        Option("a", "<p>The egg</p>", True, "<p>Dinosaurs laid them.</p>"),
        Option("b", "<p>The hen</p>", False, "<p>Hens came later.</p>"),
        Option("c", "<p>The cock</p>", False, "<p>Later still.</p>"),
    ),
)
CHOICES = Question(
    id="many",
    kind="choices",
    stem_html="<p>Which are cervical?</p>",
    options=(
        Option("a", "<p>C4</p>", True, "<p>C.</p>"),
        Option("b", "<p>T4</p>", False, "<p>T.</p>"),
        Option("c", "<p>C8</p>", True, "<p>C.</p>"),
    ),
)
NONE_RIGHT = replace(
    CHOICES,
    id="none-right",
    options=(Option("a", "<p>T1</p>", False, "<p>T.</p>"), Option("b", "<p>T2</p>", False, "<p>T.</p>")),
)
ORDER = Question(
    id="steps",
    kind="order",
    stem_html="<p>From the top down?</p>",
    items=(OrderItem("a", "<p>Neck</p>"), OrderItem("b", "<p>Chest</p>"), OrderItem("c", "<p>Loin</p>")),
    reason_html="<p>Downwards.</p>",
)
NUMBER = Question(
    id="count",
    kind="number",
    stem_html="<p>How many segments?</p>",
    number=30.0,
    tolerance=0.5,
    unit="segments",
    reason_html="<p>8 + 12 + 5 + 5.</p>",
)
SEGMENT = Question(
    id="segment",
    kind="segment",
    stem_html="<p>Which segment and side?</p>",
    segments=("C6",),
    side="right",
    reason_html="<p>The thumb decides for C6.</p>",
)
SAFETY = replace(CHOICE, id="danger", stem_html="<p>Needle here?</p>", safety=True)

QUIZ = Quiz(
    id="quiz-small",
    title="A small quiz",
    course_id="course",
    pass_mark=0.75,
    draw=4,
    questions=(CHOICE, CHOICES, NONE_RIGHT, ORDER, NUMBER, SAFETY),
)
PRACTICE = Case(
    id="case-practice",
    title="A painter with a thumb",
    region="cervical",
    bank="practice",
    difficulty=2,
    competencies=(),
    red_flags=(),
    origin="invented",
    history_html="<p>The history of a painter.</p>",
    findings=(
        Finding("brachioradialis reflex", "r", "reflex", "reduced", ("reduced",), "right"),
        Finding("triceps reflex", "t", "reflex", "normal", ("normal",), "both"),
    ),
    examination_html="<p>Examined standing.</p>",
    questions=(SEGMENT, CHOICE),
    explanation_html="<p>The explanation says C6.</p>",
    references=(Reference("KEY", "Somebody, 1999", "10.1000/1"),),
)
REFER_CASE = replace(
    PRACTICE,
    id="case-refer",
    title="A cyclist who must be referred",
    red_flags=("saddle anaesthesia",),
    questions=(replace(SEGMENT, segments=("refer",), side=None, safety=True),),
)
SIGN_OFF = replace(PRACTICE, id="case-sign-off", title="A sailor, for sign-off", bank="sign-off")

RIGHT: dict[str, dict[str, Any]] = {
    "first": {"option": "a"},
    "many": {"options": ["c", "a"]},
    "none-right": {"options": []},
    "steps": {"items": ["a", "b", "c"]},
    "count": {"number": 30.0},
    "segment": {"segment": "C6", "side": "right"},
    "danger": {"option": "a"},
}
WRONG: dict[str, dict[str, Any]] = {
    "first": {"option": "b"},
    "many": {"options": ["a"]},
    "none-right": {"options": ["a"]},
    "steps": {"items": ["b", "a", "c"]},
    "count": {"number": 31.0},
    "segment": {"segment": "C7", "side": "right"},
    "danger": {"option": "c"},
}


def published_item(document: Quiz | Case) -> Item:
    """The document as the reader hands it over; its hash follows from its content."""
    kind: ItemKind = "quiz" if isinstance(document, Quiz) else "case"
    digest = hashlib.sha256(repr(codec.to_json(document)).encode()).hexdigest()
    return Item(document.id, kind, f"{kind}/{document.id}.md", document.title, digest, "# source", document)


def publish(session: Session, *documents: Quiz | Case) -> list[str]:
    """Publish, keeping what is there; returns the versions' hashes."""
    items = [published_item(document) for document in documents]
    library.publish(session, items, at=NOON, retire_missing=False)
    session.flush()
    return [item.hash for item in items]


def nonce() -> str:
    return new_public_id()
