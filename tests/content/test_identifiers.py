"""What of a short note could tell who a patient is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.anatomy.segments import SEGMENTS
from training.anatomy.vocabulary import vocabulary
from training.content.identifiers import identifiers


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Mrs Smith cramped early", "name", "Mrs Smith"),
        ("mr smith cramped", "name", "mr smith"),
        ("Mme Élise Roy was tender", "name", "Mme Élise Roy"),
        ("patient: Bob", "name", "patient: Bob"),
        ("her name is Maria", "name", "name is Maria"),
        ("Patient Anna Kowalski said no", "name", "Patient Anna Kowalski"),
        ("pt JD did well", "initials", "pt JD"),
        ("J.D. again", "initials", "J.D."),
        ("dob 12/03/1980", "birth", "dob 12/03/1980"),
        ("born 1980, tender", "birth", "born 1980"),
        ("seen 2026-06-01", "date", "2026-06-01"),
        ("on 12 March 1980", "date", "12 March 1980"),
        ("call (403) 555-0199", "phone", "(403) 555-0199"),
        ("555-0199", "phone", "555-0199"),
        ("write to a.b@example.org", "e-mail", "a.b@example.org"),
        ("PHN 12345-6789", "health-number", "PHN 12345-6789"),
        ("ABCD 1234 5678", "health-number", "ABCD 1234 5678"),
        ("987654321", "health-number", "987654321"),
        ("lives at T2N 1N4", "postal-code", "T2N 1N4"),
    ],
)
def test_what_tells_who_it_is_is_found_with_its_words(text: str, kind: str, words: str) -> None:
    assert [(one.kind, one.words) for one in identifiers(text)] == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "C5-6 multifidus, 4/5 grip, ROM 60 to 80 degrees",
        "Right upper trapezius cramped; 3 needles 0.30 x 50 mm",
        "Patient C6 left, S.I. joint sore, R.O.M. better",
        "Needle 40 mm, 10/10 to 2/10, BP 120/80, 30-45 seconds each",
        "The patient asked to stop. Lay flat, legs up.",
        "Pt. told to rest. Both sides.",
        "Patient Achilles tight; MS relapse in 2019",
    ],
)
def test_words_of_the_trade_are_nobody(text: str) -> None:
    assert identifiers(text) == ()


def test_no_muscle_and_no_segment_is_a_person() -> None:
    muscles = [one.name for one in vocabulary().structures.values() if one.kind == "muscle"]
    taken = [name for name in (*muscles, *SEGMENTS) if identifiers(name) or identifiers(f"patient {name}")]
    assert taken == []


def test_several_stand_in_the_order_of_the_text() -> None:
    assert [one.kind for one in identifiers("a@b.ca, then Mr Fox, then 555-0199")] == ["e-mail", "name", "phone"]


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    for one in identifiers(text):
        assert one.words
