"""The hint for words that name no behaviour: by examples of what assessors write."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.competency.rule.behaviour import Hint, forms, hint_for
from training.demo.learners import SEEN


@pytest.mark.parametrize(
    "text",
    [
        "Good. Did well with this patient.",
        "Great job today, very confident and professional!",
        "Fine, no concerns, good to go.",
        "Needs more practice, could be better.",
        "A safe and competent therapist for this level.",
        "Handled the patient well, looks good.",
        "GOOD JOB, KEEP IT UP",
        "Left a good impression, solid and thorough.",
        "Excellent",
    ],
)
def test_words_that_only_judge_get_a_hint_that_quotes_them(text: str) -> None:
    hint = hint_for(text)
    assert hint is not None
    assert hint.kind == "judges"
    assert hint.phrases
    assert all(phrase in text.lower() for phrase in hint.phrases)


@pytest.mark.parametrize(
    "text",
    [
        "The patient was a cyclist with pain in the left calf.",
        "A long session in the late afternoon with a new patient.",
        "It was the second time with this patient and her neck.",
        "I watched her with a patient today, and saw the whole treatment.",
    ],
)
def test_words_about_the_patient_alone_get_a_hint_too(text: str) -> None:
    assert hint_for(text) == Hint("no-behaviour")


@pytest.mark.parametrize(
    "text",
    [
        *SEEN,
        "Good: palpated the whole muscle before the needle.",
        "Did well. Asked about anticoagulants, then stopped when the patient flinched.",
        "I stepped in twice because the needle angled towards the pleura.",
        "Forgot to count the needles.",
        "Skin rolling from the spine outwards, comparing both sides.",
        "Chose C6, found the taut band, needled the multifidus.",
        "Told the patient what would happen; washed hands; no gloves.",
        "Held the rib between two fingers and kept the needle over it.",
        "Looked, good",
    ],
)
def test_words_that_name_what_was_done_get_none(text: str) -> None:
    assert hint_for(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Hat den Dornfortsatz markiert und die Nadel über dem Knochen gehalten.",
        "Er hat vor dem Stich beide Seiten verglichen.",
        "触診してから針を刺した。",
        "12345 – 67",
    ],
)
def test_what_is_no_english_text_is_left_alone(text: str) -> None:
    assert hint_for(text) is None


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("palpate", "palpated"), ("palpate", "palpating"), ("stop", "stopped"), ("stop", "stopping"), ("identify", "identified"),
        ("press", "presses"), ("watch", "watches"), ("ask", "asking"), ("lay", "lays"), ("apply", "applies"),
    ],
)  # fmt: skip
def test_a_verb_is_known_in_its_forms(verb: str, form: str) -> None:
    assert form in forms(verb)


@given(st.text(max_size=4000))
def test_any_text_has_an_answer(text: str) -> None:
    hint = hint_for(text)
    assert hint is None or hint.kind in ("judges", "no-behaviour")


def test_a_long_text_takes_no_time() -> None:
    hint_for("warm up")
    began = time.perf_counter()
    hint_for("good and fine with the needs to " * 125)
    assert time.perf_counter() - began < 0.2
