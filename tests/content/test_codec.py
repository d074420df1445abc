from __future__ import annotations

import json
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from training.content.codec import from_json, to_json
from training.content.documents import (
    Case,
    Check,
    Course,
    Document,
    ItemKind,
    Lesson,
    Library,
    Prose,
    Question,
    Quiz,
)

KINDS: dict[ItemKind, type[Document]] = {"course": Course, "lesson": Lesson, "quiz": Quiz, "case": Case}


def test_every_document_survives_storage(library: Library) -> None:
    for item in library.items:
        assert from_json(item.kind, json.loads(json.dumps(to_json(item.document)))) == item.document


@settings(deadline=None)  # a first document makes the decoders, which takes its time
@given(st.data(), st.sampled_from(list(KINDS)))
def test_any_document_survives_storage(data: st.DataObject, kind: ItemKind) -> None:
    document = data.draw(st.from_type(KINDS[kind]))
    assume("NaN" not in json.dumps(to_json(document)))  # the reader lets none through
    assert from_json(kind, json.loads(json.dumps(to_json(document)))) == document


def test_types_survive_too() -> None:
    question = Question("n", "number", "", number=3.0)
    found = from_json("quiz", to_json(Quiz("q", "Q", "c", 1.0, 1, (question,))))
    assert isinstance(found, Quiz)
    assert isinstance(found.questions[0].number, float)
    assert isinstance(found.questions, tuple)


def test_a_record_from_before_a_field_was_added_gets_its_default(library: Library) -> None:
    (item,) = [item for item in library.items if item.kind == "quiz"]
    stored = to_json(item.document)
    del stored["references"]
    stored["later"] = 1
    assert from_json("quiz", stored) == item.document


@pytest.mark.parametrize("data", [{}, {"id": "x"}, {"id": "x", "questions": 3}, []])
def test_data_of_another_shape_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a quiz"):
        from_json("quiz", data)


def test_a_kind_without_documents_is_refused() -> None:
    with pytest.raises(ValueError, match="essay"):
        from_json("essay", {})  # type: ignore[arg-type]


def test_reading_a_lesson_takes_well_under_a_millisecond() -> None:
    parts = tuple(part for n in range(40) for part in (Prose("x" * 400), Check("quiz", f"q{n}")))
    stored = to_json(Lesson("l", "c", "L", 5, ("a", "b"), parts, (), ()))
    from_json("lesson", stored)
    started = time.process_time()
    for _ in range(50):
        from_json("lesson", stored)
    assert (time.process_time() - started) / 50 < 0.001
