from __future__ import annotations

import pytest

from training.anatomy.localization import localize
from training.anatomy.model import model
from training.anatomy.patients.contrast import known_pairs, pair
from training.anatomy.patients.searching import standing
from training.anatomy.verdicts import alarms
from training.content.checking import problems_of_case


@pytest.mark.parametrize(("first", "second"), known_pairs())
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_two_differ_in_one_sign_and_in_the_answer(first: str, second: str, seed: int) -> None:
    made = pair(first, second, seed)
    rows = [{row.structure.id: row for row in case.rows} for case in (made.first, made.second)]
    assert rows[0].keys() == rows[1].keys()
    differing = [name for name in rows[0] if rows[0][name] != rows[1][name]]
    assert sorted(differing) == sorted(made.telling)
    assert len(differing) == 1
    assert made.first.history == made.second.history
    assert made.first.side == made.second.side
    assert made.first.id != made.second.id
    for case, wanted in ((made.first, first), (made.second, second)):
        (best, probability), (_other, next_one) = standing(localize(case.observations))[:2]
        assert best == model().hypotheses[model().place[wanted]].name == case.answer
        assert probability >= max(0.5, 2 * next_one)
        assert not alarms(case.observations)
        assert 6 <= len(case.rows) <= 12
        assert "twin" in case.explanation[-1]


@pytest.mark.parametrize(("first", "second"), known_pairs())
def test_cases_of_a_pair_pass_the_checker(first: str, second: str) -> None:
    made = pair(first, second, 4)
    assert problems_of_case(made.first.markdown(), f"{made.first.id}.md") == ()
    if made.second.truth.segments:
        assert problems_of_case(made.second.markdown(), f"{made.second.id}.md") == ()
    else:
        with pytest.raises(ValueError, match="key of a case file"):
            made.second.markdown()


def test_the_same_seed_gives_the_same_pair() -> None:
    one, other = pair("L5", "S1", 9), pair("L5", "S1", 9)
    assert one.first.markdown() == other.first.markdown()
    assert one.second.rows == other.second.rows
    assert one.telling == other.telling
    assert pair("L5", "S1", 10).first.rows != one.first.rows


def test_the_pairs_of_the_syllabus_are_there() -> None:
    wanted = {("C5", "C6"), ("C6", "C7"), ("C8", "T1"), ("L4", "L5"), ("L5", "S1"), ("C8", "ulnar")}
    assert wanted | {("L5", "common-fibular"), ("C6", "median-at-the-wrist")} <= set(known_pairs())


@pytest.mark.parametrize(("first", "second"), [("C6", "C6"), ("ulnar", "C8"), ("C6", "C99"), ("C99", "C6")])
def test_what_makes_no_pair_is_refused(first: str, second: str) -> None:
    with pytest.raises(ValueError, match="make no pair"):
        pair(first, second, 1)
