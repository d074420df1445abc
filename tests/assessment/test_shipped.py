"""Every question that ships: its key earns full marks, and no other answer does."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from training.anatomy.segments import SEGMENTS
from training.assessment import responses
from training.assessment.responses import SIDES
from training.content.documents import Case, Library, Question, Quiz


def questions_of(shipped: Library) -> list[tuple[str, Question]]:
    documents = [item.document for item in shipped.items if isinstance(item.document, Quiz | Case)]
    return [(document.id, question) for document in documents for question in document.questions]


def keys_of(question: Question) -> list[dict[str, Any]]:
    """Every answer that the key calls right, as a form sends it."""
    match question.kind:
        case "choice":
            return [{"option": one.id} for one in question.options if one.right]
        case "choices":
            return [{"options": [one.id for one in question.options if one.right]}]
        case "segment":
            return [{"segment": one, "side": question.side} for one in question.segments]
        case "order":
            return [{"items": [one.id for one in question.items]}]
        case "number":
            return [{"number": question.number}]


def others_of(question: Question) -> list[dict[str, Any]]:
    """Every other answer, or of the very many those beside the key."""
    match question.kind:
        case "choice":
            return [{"option": one.id} for one in question.options if not one.right]
        case "choices":
            ids = [one.id for one in question.options]
            right = [one.id for one in question.options if one.right]
            sets = [list(some) for size in range(len(ids) + 1) for some in combinations(ids, size)]
            return [{"options": some} for some in sets if some != right]
        case "segment":
            answers = [{"segment": one, "side": side} for one in SEGMENTS for side in SIDES]
            answers.append({"segment": "refer", "side": ""})
            refers = question.segments == ("refer",)
            return [
                one
                for one in answers
                if one["segment"] not in question.segments or (not refers and one["side"] != question.side)
            ]
        case "order":
            ids = [one.id for one in question.items]
            swaps = []
            for first, second in combinations(range(len(ids)), 2):
                swapped = list(ids)
                swapped[first], swapped[second] = swapped[second], swapped[first]
                swaps.append({"items": swapped})
            return swaps
        case "number":
            assert question.number is not None
            beyond = question.tolerance + max(abs(question.number), 1) * 1e-3
            return [{"number": question.number + beyond}, {"number": question.number - beyond}]


def is_right(question: Question, sent: dict[str, Any]) -> bool:
    return responses.mark(question, responses.normal(question, sent)).right


def test_each_key_earns_full_marks(shipped: Library) -> None:
    asked = questions_of(shipped)
    assert len(asked) >= 32
    wrong = [(item, question.id) for item, question in asked if not all(map_right(question, keys_of(question)))]
    assert wrong == []


def test_no_other_answer_does(shipped: Library) -> None:
    right = [
        (item, question.id) for item, question in questions_of(shipped) if any(map_right(question, others_of(question)))
    ]
    assert right == []


def map_right(question: Question, answers: list[dict[str, Any]]) -> list[bool]:
    assert answers, question.id
    return [is_right(question, one) for one in answers]
