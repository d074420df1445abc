from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.makers import CHOICE, CHOICES, NUMBER, ORDER, RIGHT, SEGMENT, WRONG
from tests.makers import NOON
from training.assessment.nearness import nearness
from training.assessment.responses import InvalidAnswer, SentAnswer, mark, normal, read_sent, shown
from training.assessment.service import AnswerView
from training.content.documents import OrderItem, Question
from training.measurement.marking import REFER

QUESTIONS = (CHOICE, CHOICES, ORDER, NUMBER, SEGMENT)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.kind)
def test_the_stored_form_of_an_answer_is_its_own_stored_form(question: Question) -> None:
    for given_answer in (RIGHT[question.id], WRONG[question.id]):
        stored = normal(question, given_answer)
        assert normal(question, stored) == stored


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.kind)
def test_right_answers_are_right_and_others_are_not(question: Question) -> None:
    assert mark(question, normal(question, RIGHT[question.id])).right
    assert not mark(question, normal(question, WRONG[question.id])).right


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
sent_fields = st.dictionaries(
    st.sampled_from(["option", "options", "segment", "side", "items", "places", "number"]), json_values
)


@given(st.sampled_from(QUESTIONS), sent_fields)
def test_whatever_is_sent_is_an_answer_or_names_its_field(question: Question, sent: dict[str, object]) -> None:
    field, stored = "", None
    try:
        stored = normal(question, sent)
    except InvalidAnswer as error:
        field = error.field
    if stored is None:
        assert field in ("response", "segment", "side")
    else:
        assert normal(question, stored) == stored
        assert mark(question, stored).right in (True, False)


@pytest.mark.parametrize(("text", "number"), [("3,5", 3.5), (" 30 ", 30.0), ("−2", -2.0), ("1e2", 100.0), ("0", 0.0)])
def test_a_number_is_read_as_people_write_it(text: str, number: float) -> None:
    assert normal(NUMBER, {"number": text}) == {"number": number}


def test_refer_takes_no_side() -> None:
    assert normal(SEGMENT, {"segment": REFER, "side": "left"}) == {"segment": REFER}


def test_a_form_is_read_by_its_kind() -> None:
    common = {"question": ["q"], "nonce": ["n"], "version": ["v"], "confidence": ["sure"]}
    assert read_sent(
        {**common, "kind": ["segment"], "segment": ["C6"], "side": ["left"], "option": ["a"]}
    ) == SentAnswer("q", "n", "v", "sure", {"segment": "C6", "side": "left"})
    assert read_sent({"kind": ["choices"], "options": ["a", "c"]}).response == {"options": ["a", "c"]}
    assert read_sent({"kind": ["order"], "place-a": ["2"], "place-b": ["1"]}).response == {
        "places": {"a": "2", "b": "1"}
    }
    assert read_sent({}) == SentAnswer("", "", "", None, {})


@given(st.text(max_size=30))
def test_options_stand_in_one_order_for_one_seed(seed: str) -> None:
    assert shown(CHOICE, seed) == shown(CHOICE, seed)
    assert set(shown(CHOICE, seed).options) == set(CHOICE.options)


def test_different_seeds_bring_different_orders() -> None:
    assert len({shown(CHOICE, str(number)).options for number in range(60)}) == 6


@given(st.text(max_size=30), st.integers(2, 6))
def test_steps_are_never_shown_in_the_right_order(seed: str, count: int) -> None:
    question = replace(ORDER, items=tuple(OrderItem(letter, letter) for letter in "abcdef"[:count]))
    items = shown(question, seed).items
    assert items != question.items
    assert set(items) == set(question.items)


# --- how near an answer was ------------------------------------------------------------------------------------


def answered(question: Question, segment: str) -> AnswerView:
    response = {"segment": segment} if segment == REFER else {"segment": segment, "side": "left"}
    found = mark(question, response)
    return AnswerView("segment", "", response, None, found.right, found.segment_right, None, False, True, NOON)


def test_nearness_is_by_shared_muscles_with_the_nearest_key() -> None:
    two = replace(SEGMENT, segments=("C6", "T4"))
    near = nearness(two, answered(two, "C5"))
    assert near is not None
    assert near.shared is not None
    assert (near.shared.first, near.shared.second) == ("C5", "C6")
    assert near.shares["C6"] == near.shares["T4"] == 1.0
    assert 0 < near.shares["C5"] < 1
    assert near.shares["S5"] == 0


def test_nothing_is_near_to_refer() -> None:
    refer = replace(SEGMENT, segments=(REFER,), side=None)
    near = nearness(refer, answered(refer, "C5"))
    assert near is not None
    assert (near.shared, near.shares) == (None, {})
    near = nearness(SEGMENT, answered(SEGMENT, REFER))
    assert near is not None
    assert near.shared is None


def test_only_answered_segments_have_a_nearness() -> None:
    assert nearness(SEGMENT, None) is None
    assert nearness(CHOICE, answered(SEGMENT, "C6")) is None
