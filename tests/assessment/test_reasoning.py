"""What feedback says of a case's findings, beside the answer that was given."""

from __future__ import annotations

import pytest

from training.assessment.charting import marks_of
from training.assessment.reasoning import MATTERS, TOLD, Reasoning, reasoning_of
from training.content.documents import Finding


def row(structure: str, kind: str, sign: str, side: str = "right") -> Finding:
    return Finding(structure, structure.replace(" ", "-"), kind, sign, (sign,), side)  # type: ignore[arg-type]


FINDINGS = (
    row("wrist extension", "movement", "weak"),
    row("brachioradialis reflex", "reflex", "reduced"),
    row("thumb (skin)", "skin", "numb"),
    row("triceps reflex", "reflex", "normal", "both"),
)


def test_right_answers_are_told_from_the_next_best() -> None:
    found = reasoning_of(FINDINGS, ("C6",), "C6")
    assert found.best.name == "C6"
    assert "C6" not in found.rival.segments
    assert found.score == pytest.approx(1.0)
    assert found.side == "right"


def test_a_wrong_answer_is_told_from_the_key_and_scored_by_the_findings() -> None:
    found = reasoning_of(FINDINGS, ("C6",), "C7")
    assert (found.best.name, found.rival.name) == ("C6", "C7")
    shares = dict(found.segments)
    assert found.score == pytest.approx(shares["C7"] / shares["C6"])
    normal = next(one for one in found.tellings if one.observation.structure.id == "triceps-reflex")
    assert normal.favours.name == "C6"
    assert normal.odds > 2


def test_of_several_keys_the_one_that_the_findings_favour_is_compared() -> None:
    assert reasoning_of(FINDINGS, ("C5", "C6"), "C8").best.name == "C6"


@pytest.mark.parametrize("chosen", ["", "refer"])
def test_without_a_segment_there_is_no_score(chosen: str) -> None:
    assert reasoning_of(FINDINGS, ("refer",), chosen).score is None


def test_what_leads_is_short_and_what_is_told_is_bounded() -> None:
    found = reasoning_of(FINDINGS, ("C6",), "C6")
    assert found.leading[0][0] == "C6"
    assert all(share >= MATTERS for _name, share in found.leading[1:])
    assert len(found.leading) <= 4
    assert len(found.tellings) <= TOLD


def test_what_to_examine_next_was_not_examined_and_is_something_clinicians_do() -> None:
    found = reasoning_of(FINDINGS, ("C6",), "C6")
    examined = {one.observation.structure.id for one in found.tellings}
    assert found.next
    assert not examined & {worth.choice.structure.id for worth in found.next}
    assert [worth.bits for worth in found.next] == sorted((worth.bits for worth in found.next), reverse=True)


def test_disputed_structures_say_how_charts_differ() -> None:
    found: Reasoning = reasoning_of(FINDINGS, ("C6",), "C6")
    assert all(one.disagreement for one in found.disputed)


def test_a_row_whose_structure_is_no_longer_known_is_left_out() -> None:
    gone = Finding("left-handed spanner", "spanner", "muscle", "weak", ("weak",), "right")
    assert reasoning_of((*FINDINGS, gone), ("C6",), "C6").segments == reasoning_of(FINDINGS, ("C6",), "C6").segments
    assert len({mark.number for mark in marks_of((*FINDINGS, gone))}) >= len(FINDINGS)


def test_every_row_has_its_number_on_the_chart() -> None:
    assert {mark.number for mark in marks_of(FINDINGS)} == {1, 2, 3, 4}
    assert {mark.number for mark in marks_of(FINDINGS) if mark.normal} == {4}
