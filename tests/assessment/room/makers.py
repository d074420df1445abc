"""A patient for the room, and what one does there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, SEGMENT, nonce
from tests.makers import NOON
from training.assessment.room import practice, service
from training.assessment.room.practice import Wish
from training.content.documents import Case, Finding, Side


def finding(structure: str, kind: str, side: Side, *signs: tuple[str, str]) -> Finding:
    """A row of an examination; signs with their grades."""
    names, grades = (tuple(one) for one in zip(*signs, strict=True))
    written = ", ".join(f"{grade} {name}".strip() for name, grade in signs)
    return Finding(structure, structure, kind, written, names, side, grades)


ROOM_CASE: Case = replace(
    PRACTICE,
    id="case-room",
    title="A climber with an elbow",
    findings=(
        finding("pronator teres", "muscle", "right", ("shortened", ""), ("tender", "very")),
        finding("brachioradialis reflex", "reflex", "right", ("reduced", "")),
        finding("thumb (skin)", "skin", "right", ("trophoedema", "")),
        finding("multifidus C5-C6", "muscle", "right", ("shortened", "")),
        finding("triceps reflex", "reflex", "both", ("normal", "")),
        finding("deltoid", "muscle", "both", ("normal", "")),
    ),
    questions=(SEGMENT,),
)
RIGHT_ANSWER = {"segment": "C6", "side": "right"}
BRACHIORADIALIS = ("brachioradialis-reflex", "tap")
TRICEPS = ("triceps-reflex", "tap")
EASY = Wish("cervical", 1, "")


def examine(session: Session, public_id: str, person_id: int, *choices: tuple[str, str]) -> list[service.Examined]:
    return [service.examine(session, public_id, person_id, *choice, at=NOON) for choice in choices]


def finish(
    session: Session,
    public_id: str,
    person_id: int,
    sent: dict[str, Any] | None = None,
    *,
    mode: service.Mode = "room",
    plan: str = "treat",
    confidence: str | None = None,
) -> service.Finished:
    """Answer rightly and treat, unless told otherwise."""
    answer = RIGHT_ANSWER if sent is None else sent
    return service.finish(session, public_id, person_id, mode, answer, confidence, plan, nonce(), at=NOON)


def meet_generated(
    session: Session, person_id: int, *, mode: service.Mode = "given", wish: Wish = EASY, run: str = "R" * 22
) -> str:
    return practice.meet(session, person_id, practice.first(wish, run, mode), at=NOON)
