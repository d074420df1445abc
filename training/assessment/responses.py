"""Answers as they are sent, as they are stored, and as they are marked.

The stored forms: choice {"option": "b"}; choices {"options": ["a", "c"]}; segment {"segment": "C6", "side": "right"} or
{"segment": "refer"}; order {"items": ["b", "a"]}; number {"number": 3.5}.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training.anatomy.segments import POSITION
from training.content.documents import REFER, Option, OrderItem, Question
from training.db.errors import Invalid
from training.measurement import marking

Response = dict[str, Any]

SIDES = ("left", "right", "both", "midline")
CONFIDENCES = ("guess", "think", "sure")
MOST_DIGITS = 24


class InvalidAnswer(Invalid):
    """An answer that lacks something or cannot be read; `field` says where on the form."""

    def __init__(self, field: str, message: str, /, **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


@dataclass(frozen=True)
class Mark:
    """`segment_right` and `side_right` are those of a segment question, else None."""

    right: bool
    segment_right: bool | None = None
    side_right: bool | None = None


# --- reading what was sent -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SentAnswer:
    """The fields of an answer form. `response` is as it was sent: the question decides whether it is one of its own."""

    question_id: str
    nonce: str
    version_hash: str
    confidence: str | None
    response: Response


def read_sent(fields: Mapping[str, list[str]]) -> SentAnswer:
    """Read a form made by `question_form` of templates/assessment/question.html. `fields` are all values by name."""

    def first(name: str) -> str:
        return next(iter(fields.get(name, ())), "").strip()

    kind = first("kind")
    sent: Response = {}
    if kind == "choice":
        sent = {"option": first("option")}
    elif kind == "choices":
        sent = {"options": list(fields.get("options", ()))}
    elif kind == "segment":
        sent = {"segment": first("segment"), "side": first("side")}
    elif kind == "order":
        places = {name.removeprefix("place-"): first(name) for name in fields if name.startswith("place-")}
        sent = {"places": places}
    elif kind == "number":
        sent = {"number": first("number")}
    return SentAnswer(first("question"), first("nonce"), first("version"), first("confidence") or None, sent)


def normal(question: Question, sent: Mapping[str, Any]) -> Response:
    """The stored form of an answer. Raises InvalidAnswer for one that is missing or is no answer to this question."""
    return _NORMAL[question.kind](question, sent)


def _choice(question: Question, sent: Mapping[str, Any]) -> Response:
    option = sent.get("option")
    if not option:
        raise InvalidAnswer("response", "Choose one of the answers.")
    if option not in [one.id for one in question.options]:
        raise InvalidAnswer("response", "This is none of the answers. Reload the page and choose again.")
    return {"option": option}


def _choices(question: Question, sent: Mapping[str, Any]) -> Response:
    given = sent.get("options")
    known = [one.id for one in question.options]
    if not isinstance(given, list) or any(one not in known for one in given):
        raise InvalidAnswer("response", "This is none of the answers. Reload the page and choose again.")
    return {"options": [one for one in known if one in given]}


def _segment(_question: Question, sent: Mapping[str, Any]) -> Response:
    segment, side = sent.get("segment"), sent.get("side")
    if not segment:
        raise InvalidAnswer("segment", "Choose a segment, or “do not needle”.")
    if segment == REFER:
        return {"segment": REFER}
    if not isinstance(segment, str) or segment not in POSITION:
        raise InvalidAnswer("segment", "This is none of the thirty segments. Reload the page and choose again.")
    if side not in SIDES:
        raise InvalidAnswer("side", "Choose the side as well.")
    return {"segment": segment, "side": side}


def _order(question: Question, sent: Mapping[str, Any]) -> Response:
    known = [one.id for one in question.items]
    items, places = sent.get("items"), sent.get("places")
    if isinstance(places, dict):
        if any(not places.get(one) for one in known):
            raise InvalidAnswer("response", "Give every step its place.")
        by_place = {str(place): one for one, place in places.items()}
        items = [by_place.get(str(number)) for number in range(1, len(known) + 1)]
        if None in items or len(places) != len(known):
            raise InvalidAnswer("response", "Two steps have the same place. Give each place once.")
    if not isinstance(items, list) or len(items) != len(known) or any(one not in items for one in known):
        raise InvalidAnswer("response", "Give every step its place.")
    return {"items": items}


def _number(_question: Question, sent: Mapping[str, Any]) -> Response:
    given = sent.get("number")
    if isinstance(given, str):
        text = given.strip().replace(",", ".").replace("−", "-")
        if not text:
            raise InvalidAnswer("response", "Type a number.")
        try:
            given = float(text) if len(text) <= MOST_DIGITS and "_" not in text else math.nan
        except ValueError:
            given = math.nan
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise InvalidAnswer("response", "Type a number such as 12 or 3.5.")
    return {"number": float(given)}


_NORMAL = {"choice": _choice, "choices": _choices, "segment": _segment, "order": _order, "number": _number}


def confidence_of(question: Question, sent: str | None) -> str | None:
    """How sure the person was. Raises InvalidAnswer where it must be said and was not, or is no step of ours."""
    if sent is None and question.safety:
        raise InvalidAnswer("confidence", "This question is about safety: say how sure you are.")
    if sent is not None and sent not in CONFIDENCES:
        raise InvalidAnswer("confidence", "Choose how sure you are from the list.")
    return sent


# --- marking ---------------------------------------------------------------------------------------------------


def mark(question: Question, response: Response) -> Mark:
    """Mark an answer in its stored form."""
    match question.kind:
        case "choice":
            return Mark(marking.mark_choice(next(one.id for one in question.options if one.right), response["option"]))
        case "choices":
            return Mark(marking.mark_choices([one.id for one in question.options if one.right], response["options"]))
        case "segment":
            found = marking.mark_segment(question.segments, question.side, response["segment"], response.get("side"))
            return Mark(found.right, found.segment_right, found.side_right)
        case "order":
            return Mark(marking.mark_order([one.id for one in question.items], response["items"]))
        case "number":
            key = question.number if question.number is not None else math.nan
            return Mark(marking.mark_number(key, question.tolerance, response["number"]))


# --- showing ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """The options of a choice, or the steps of an order question, as one person sees them, every time the same."""

    options: tuple[Option, ...] = ()
    items: tuple[OrderItem, ...] = field(default=())


def shown(question: Question, seed: str) -> Shown:
    """The order in which the options stand for this seed. Steps to be ordered never stand in the right order."""
    chance = random.Random(f"{seed}/{question.id}")
    options, items = list(question.options), list(question.items)
    chance.shuffle(options)
    chance.shuffle(items)
    if len(items) > 1 and tuple(items) == question.items:
        items = [*items[1:], items[0]]
    return Shown(tuple(options), tuple(items))
