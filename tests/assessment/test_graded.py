"""What an answer is worth by degrees, and the words that say so."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, render_template_string

from tests.assessment.makers import CHOICE, CHOICES, NONE_RIGHT, NUMBER, ORDER, PRACTICE, RIGHT, SEGMENT, WRONG
from tests.makers import NOON
from training.assessment import responses
from training.assessment.answers import AnswerView
from training.assessment.graded import Graded, graded, mean_score
from training.assessment.nearness import nearness
from training.assessment.reasoning import reasoning_of
from training.content.documents import Case, Finding, Question, Quiz
from training.content.documents import Library as Shipped

FINDINGS = PRACTICE.findings
REFER = replace(SEGMENT, segments=("refer",), side=None)


def answered(question: Question, response: dict[str, Any]) -> AnswerView:
    mark = responses.mark(question, response)
    return AnswerView(
        question.id, "", response, None, mark.right, mark.segment_right, mark.side_right, False, True, NOON
    )


def grade(question: Question, response: dict[str, Any], findings: tuple[Finding, ...] = ()) -> Graded:
    answer = answered(question, response)
    found = graded(question, answer, nearness(question, answer), findings)
    assert found is not None
    return found


def words(app: Flask, question: Question, response: dict[str, Any], findings: tuple[Finding, ...] = ()) -> str:
    source = '{% from "assessment/question.html" import question_feedback %}{{ question_feedback(q, a, s, graded=g) }}'
    answer = answered(question, response)
    with app.test_request_context():
        page = render_template_string(
            source, q=question, a=answer, s=responses.shown(question, "seed"), g=grade(question, response, findings)
        )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("question", [CHOICE, CHOICES, NONE_RIGHT, ORDER, NUMBER, SEGMENT], ids=lambda one: one.id)
def test_a_right_answer_has_1_and_nothing_more_to_tell(question: Question) -> None:
    found = grade(question, RIGHT[question.id])
    assert (found.score, found.right, found.worth_telling) == (1, True, False)


@pytest.mark.parametrize("question", [CHOICE, CHOICES, NONE_RIGHT, ORDER, NUMBER, SEGMENT], ids=lambda one: one.id)
def test_a_wrong_answer_has_less(question: Question) -> None:
    found = grade(question, WRONG[question.id])
    assert 0 <= found.score < 1
    assert not found.right


def test_there_is_no_grade_before_an_answer() -> None:
    assert graded(CHOICES, None) is None


@pytest.mark.parametrize("kind", ["quiz", "case"])
def test_every_shipped_key_has_1_and_no_other_grade(shipped: Shipped, kind: str) -> None:
    """Whatever the findings or the muscle table say: the key is the key."""
    for item in shipped.items:
        document = item.document
        if item.kind != kind or not isinstance(document, Quiz | Case):
            continue
        findings = document.findings if isinstance(document, Case) else ()
        for question in document.questions:
            found = grade(question, key_of(question), findings)
            assert (found.score, found.right) == (1, True), (item.path, question.id)


def key_of(question: Question) -> dict[str, Any]:
    if question.kind == "segment":
        first = question.segments[0]
        return {"segment": first} if first == "refer" else {"segment": first, "side": question.side}
    right = [one.id for one in question.options if one.right]
    return {
        "choice": {"option": next(iter(right), "")},
        "choices": {"options": right},
        "order": {"items": [one.id for one in question.items]},
        "number": {"number": question.number},
    }[question.kind]


def test_a_segment_of_a_case_is_weighed_by_its_findings(app: Flask) -> None:
    found = grade(SEGMENT, WRONG["segment"], FINDINGS)
    shares = reasoning_of(FINDINGS, ("C6",), "C7").segments
    assert found.score == pytest.approx(dict(shares)["C7"] / shares[0][1])
    said = words(app, SEGMENT, WRONG["segment"], FINDINGS)
    assert f"Graded {found.score:.2f} of 1 – the findings speak for C7 {found.score:.2f} times as strongly" in said
    assert "only an exact match of segment and side counts towards sign-off" in said


def test_a_segment_far_off_is_said_to_be(app: Flask) -> None:
    assert "for S4 less than a hundredth as strongly" in words(
        app, SEGMENT, {"segment": "S4", "side": "right"}, FINDINGS
    )


def test_a_key_that_rests_on_more_than_the_findings_is_said(app: Flask) -> None:
    best = reasoning_of(FINDINGS).segments[0][0]
    other = replace(SEGMENT, segments=("L5",))
    assert "the key rests on more than they say" in words(app, other, {"segment": best, "side": "right"}, FINDINGS)


def test_a_segment_without_findings_is_weighed_by_common_muscles(app: Flask) -> None:
    assert 0 < grade(SEGMENT, WRONG["segment"]).score < 1
    assert "muscles that C7 has in common with C6" in words(app, SEGMENT, WRONG["segment"])


@pytest.mark.parametrize("findings", [(), FINDINGS], ids=["quiz", "case"])
def test_the_side_is_told_apart_and_halves_nothing(app: Flask, findings: tuple[Finding, ...]) -> None:
    wrong_side = {"segment": "C6", "side": "left"}
    found = grade(SEGMENT, wrong_side, findings)
    assert (found.score, found.right) == (1, False)
    assert "Graded 1.00 of 1 – the segment is right. The side is judged apart." in words(
        app, SEGMENT, wrong_side, findings
    )


@pytest.mark.parametrize(
    ("question", "response", "score", "said"),
    [
        (REFER, {"segment": "refer"}, 1, "Right referral."),
        (REFER, {"segment": "C6", "side": "left"}, 0, "Over-needling."),
        (SEGMENT, {"segment": "refer"}, 0, "Over-referral."),
    ],
)
def test_to_refer_is_a_decision_and_no_degree(
    app: Flask, question: Question, response: dict[str, Any], score: float, said: str
) -> None:
    assert grade(question, response, FINDINGS).score == score
    page = words(app, question, response, FINDINGS)
    assert said in page
    assert "of 1" not in page


@pytest.mark.parametrize(
    ("question", "response", "said"),
    [
        (CHOICES, {"options": ["a", "b", "c"]}, "Graded 0.00 of 1 – 2 of 2 right answers ticked, less 1 of 1 wrong"),
        (NONE_RIGHT, {"options": ["a"]}, "Graded 0.50 of 1 – none was right, and 1 of 2 were ticked"),
        (ORDER, {"items": ["b", "a", "c"]}, "Graded 0.67 of 1 – 2 of 3 pairs of steps stand in the right order"),
        (NUMBER, {"number": 31.0}, "Graded 0.50 of 1 – 1 within the tolerance, then falling to 0"),
    ],
)
def test_every_grade_says_its_rule(app: Flask, question: Question, response: dict[str, Any], said: str) -> None:
    assert said in words(app, question, response)


def test_what_knows_right_and_wrong_alone_says_no_grade(app: Flask) -> None:
    assert "Graded" not in words(app, CHOICE, {"option": "b"})
    assert "Graded" not in words(app, replace(NUMBER, tolerance=0.0), {"number": 31.0})


def test_a_mean_needs_a_question_that_knows_degrees() -> None:
    right, wrong = grade(CHOICE, RIGHT["first"]), grade(CHOICE, WRONG["first"])
    half = grade(CHOICES, WRONG["many"])
    assert mean_score([right, wrong]) is None
    assert mean_score([]) is None
    assert mean_score([right, wrong, half]) == pytest.approx(0.5)
