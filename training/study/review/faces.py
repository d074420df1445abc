"""What a card shows: a drill, or a question of a quiz or a case; and how an answer to it is read and marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.anatomy.drills import Choice, Drill, choices, drills, is_right
from training.anatomy.segments import POSITION
from training.assessment import service as assessment
from training.content.documents import Case, Document, Question, Quiz
from training.study.review.missed import key_of

InvalidAnswer = assessment.InvalidAnswer


@dataclass(frozen=True)
class Face:
    """Either `drill`, with the `choices` if there are any, or `question` with the `document` that it stands in."""

    key: str
    kind: str
    competencies: tuple[str, ...]
    drill: Drill | None = None
    choices: tuple[Choice, ...] = ()
    question: Question | None = None
    document: Quiz | Case | None = None
    version_hash: str | None = None

    @property
    def case(self) -> Case | None:
        return self.document if isinstance(self.document, Case) else None


def drill_face(key: str, seed: str = "") -> Face | None:
    """None for what no drill asks any more."""
    drill = drills().get(key)
    if drill is None:
        return None
    return Face(key, "drill", drill_competencies(drill), drill, choices(drill, seed))


def drill_competencies(drill: Drill) -> tuple[str, ...]:
    return (f"dx-{drill.region}",)


def question_face(document: Document, question_id: str, version_hash: str) -> Face | None:
    """None when the item does not ask it any more."""
    if not isinstance(document, Quiz | Case):
        return None
    question = next((one for one in document.questions if one.id == question_id), None)
    if question is None:
        return None
    kind = "case" if isinstance(document, Case) else "question"
    competencies = question.competencies
    if isinstance(document, Case) and not competencies:
        competencies = document.competencies or (f"dx-{document.region}",)
    return Face(
        key_of(document.id, question_id),
        kind,
        competencies,
        question=question,
        document=document,
        version_hash=version_hash,
    )


def read(face: Face, sent: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """An answer in its stored form, and whether it is right. Raises InvalidAnswer for what is none."""
    if face.question is not None:
        response = _READ[face.question.kind](face.question, sent)
        return response, assessment.mark(face.question, response).right
    drill = face.drill
    if drill is None:
        raise InvalidAnswer("form", "This card is not asked any more. Go on with the next one.")
    if drill.on_spine:
        segment = str(sent.get("segment") or "")
        if not segment:
            raise InvalidAnswer("segment", "Choose a segment.")
        if segment not in POSITION:
            raise InvalidAnswer("segment", "This is none of the thirty segments. Reload the page and choose again.")
        return {"segment": segment}, is_right(drill, segment)
    option = str(sent.get("option") or "")
    if not option:
        raise InvalidAnswer("response", "Choose one of the answers.")
    if option not in [one.id for one in face.choices]:
        raise InvalidAnswer("response", "This is none of the answers. Reload the page and choose again.")
    return {"option": option}, is_right(drill, option)


# --- the kinds of question; the stored forms are those of training.assessment ----------------------------------


def _choice(question: Question, sent: Mapping[str, Any]) -> dict[str, Any]:
    if not sent.get("option"):
        raise InvalidAnswer("response", "Choose one of the answers.")
    if sent["option"] not in [one.id for one in question.options]:
        raise InvalidAnswer("response", "This is none of the answers. Reload the page and choose again.")
    return {"option": sent["option"]}


def _choices(question: Question, sent: Mapping[str, Any]) -> dict[str, Any]:
    given, known = sent.get("options") or [], [one.id for one in question.options]
    if any(one not in known for one in given):
        raise InvalidAnswer("response", "This is none of the answers. Reload the page and choose again.")
    return {"options": [one for one in known if one in given]}


def _segment(_question: Question, sent: Mapping[str, Any]) -> dict[str, Any]:
    segment, side = sent.get("segment"), sent.get("side")
    if not segment:
        raise InvalidAnswer("segment", "Choose a segment, or “do not needle”.")
    if segment == "refer":
        return {"segment": "refer"}
    if segment not in POSITION:
        raise InvalidAnswer("segment", "This is none of the thirty segments. Reload the page and choose again.")
    if side not in ("left", "right", "both", "midline"):
        raise InvalidAnswer("side", "Choose the side as well.")
    return {"segment": segment, "side": side}


def _order(question: Question, sent: Mapping[str, Any]) -> dict[str, Any]:
    known, places = [one.id for one in question.items], sent.get("places") or {}
    by_place = {places.get(one): one for one in known}
    items = [by_place.get(str(number)) for number in range(1, len(known) + 1)]
    if None in items:
        raise InvalidAnswer("response", "Give every step its place, and each place once.")
    return {"items": items}


def _number(_question: Question, sent: Mapping[str, Any]) -> dict[str, Any]:
    text = str(sent.get("number") or "").strip().replace(",", ".").replace("−", "-")
    digits = text.removeprefix("-").removeprefix("+").replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 20):
        raise InvalidAnswer("response", "Type a number such as 12 or 3.5.")
    return {"number": float(text)}


_READ = {"choice": _choice, "choices": _choices, "segment": _segment, "order": _order, "number": _number}
