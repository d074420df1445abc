"""Which sign-off cases a person is offered."""

from __future__ import annotations

from training.assessment.lists import SIGN_OFF_SHOWN, CaseLine, State, next_few


def line(case_id: str, title: str, state: State = "new") -> CaseLine:
    return CaseLine(case_id, title, "cervical", 3, state, "x" if state == "open" else None)


def test_of_one_story_one_case_is_offered_and_none_once_it_was_met() -> None:
    lines = [line("a1", "A"), line("a2", "A"), line("b1", "B"), line("b2", "B", "done"), line("c1", "C", "open"),
             line("c2", "C")]  # fmt: skip

    assert [one.id for one in next_few(lines)] == ["c1", "a1", "b2"]


def test_everything_under_way_is_shown() -> None:
    assert [one.id for one in next_few([line("a1", "A", "open"), line("a2", "A", "open")])] == ["a1", "a2"]


def test_a_large_bank_shows_the_next_few_by_title() -> None:
    lines = [line(f"case-{number:03}", f"Title {number:03}") for number in range(500)]

    assert next_few(lines) == lines[:SIGN_OFF_SHOWN]
