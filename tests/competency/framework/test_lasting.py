"""Met once and still met: both follow from evidence and cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.competency.makers import (
    CASES,
    FRAMEWORK,
    LESSONS,
    OFFERED,
    finished,
    later,
    observation,
    passed,
    quiz_try,
    sight,
    wrong,
)
from training.competency.rule.facts import Evidence
from training.competency.rule.lasting import Lasting, Remembered, faded, lasting
from training.competency.rule.readiness import readiness
from training.content.documents import Refresh

NOTHING = Evidence(offered=OFFERED)


def states(evidence: Evidence, **remembered: Remembered) -> dict[str, Lasting]:
    return lasting(readiness(FRAMEWORK, evidence), evidence, remembered)


def test_what_was_never_met_has_no_date_and_needs_no_refreshing() -> None:
    found = states(NOTHING, knowledge=Remembered(20, 0.1))["knowledge"]
    assert (found.met_once, found.first_met, found.refresh_due, found.still_met) == (False, None, False, False)


def test_it_is_met_once_from_the_moment_at_which_the_last_part_came() -> None:
    lessons = tuple(finished(name, at=later(number)) for number, name in enumerate(LESSONS))
    quiz = replace(quiz_try(8), finished_at=later(90))
    again = replace(quiz_try(8, attempt="r"), finished_at=later(200))
    found = states(replace(NOTHING, lessons=lessons, quizzes=(quiz, again)))["knowledge"]
    assert (found.met_once, found.first_met, found.still_met) == (True, later(90), True)


def test_observations_date_it_when_the_second_assessor_wrote() -> None:
    seen = (observation("a", at=later(1)), observation("b", at=later(2)), observation("c", assessor=2, at=later(3)))
    assert states(replace(NOTHING, observations=seen))["practice-cervical"].first_met == later(3)


def test_what_more_evidence_takes_away_was_still_met_once() -> None:
    """A closed gate, and a share that fell, are open now; that they were met stays said."""
    right = [sight(name, at=later(number)) for number, name in enumerate(CASES[:2])]
    slips = [sight(f"x{number}", False, at=later(10 + number)) for number in range(4)]
    evidence = replace(NOTHING, cases=(*right, *slips), wrong_safety=(wrong(at=later(20)),))
    found = states(evidence)
    assert not next(
        one for one in readiness(FRAMEWORK, evidence).competencies if one.competency.id == "dx-cervical"
    ).met
    assert found["dx-cervical"].first_met == later(1)
    assert found["safety"].met_once
    assert found["safety"].first_met == later(0)


def test_a_gate_that_was_closed_from_the_first_moment_is_met_when_it_opens() -> None:
    closed = replace(NOTHING, wrong_safety=(wrong(at=later(1)),))
    assert states(closed)["safety"] == Lasting(False, None, None, False)
    opened = replace(closed, passed=(passed(at=later(7)),))
    assert states(opened)["safety"].first_met == later(7)


@pytest.mark.parametrize(
    ("remembered", "due"),
    [
        (None, False),
        (Remembered(4, 0.1), False),
        (Remembered(5, 0.79), True),
        (Remembered(5, 0.8), False),
        (Remembered(500, 0.0), True),
    ],
)
def test_refreshing_is_due_below_the_share_over_enough_cards(remembered: Remembered | None, due: bool) -> None:
    assert faded(remembered, Refresh(0.8, 5)) is due


def test_refresh_due_is_said_of_what_was_met_and_takes_no_level() -> None:
    lessons = tuple(finished(name) for name in LESSONS)
    evidence = replace(NOTHING, lessons=lessons, quizzes=(quiz_try(8),))
    found = states(evidence, knowledge=Remembered(9, 0.5))["knowledge"]
    assert (found.met_once, found.refresh_due, found.still_met) == (True, True, False)
    assert readiness(FRAMEWORK, evidence).competencies[0].met


minutes = st.integers(0, 60)
facts = st.builds(
    lambda lessons, quizzes, cases, slips, passes, seen: Evidence(
        offered=OFFERED,
        lessons=tuple(finished(name, at=later(at)) for name, at in lessons.items()),
        quizzes=tuple(
            replace(quiz_try(right, attempt=str(n)), finished_at=later(at)) for n, (right, at) in enumerate(quizzes)
        ),
        cases=tuple(sight(f"case-{n}", right, at=later(at)) for n, (right, at) in enumerate(cases)),
        wrong_safety=tuple(wrong(at=later(at)) for at in slips),
        passed=tuple(passed(at=later(at)) for at in passes),
        observations=tuple(observation(str(n), assessor=who, at=later(at)) for n, (who, at) in enumerate(seen)),
    ),
    st.dictionaries(st.sampled_from(LESSONS), minutes),
    st.lists(st.tuples(st.integers(0, 8), minutes), max_size=4),
    st.lists(st.tuples(st.booleans(), minutes), max_size=6),
    st.lists(minutes, max_size=3),
    st.lists(minutes, max_size=3),
    st.lists(st.tuples(st.integers(1, 3), minutes), max_size=5),
)  # fmt: skip


@given(facts)
def test_first_met_is_the_earliest_moment_that_a_plain_search_finds(evidence: Evidence) -> None:
    """The quick search against going through every moment, with evidence cut off by hand."""

    def at(moment: datetime) -> Evidence:
        return replace(
            evidence,
            lessons=tuple(one for one in evidence.lessons if one.finished_at <= moment),
            quizzes=tuple(one for one in evidence.quizzes if one.finished_at <= moment),
            cases=tuple(one for one in evidence.cases if one.answered_at <= moment),
            wrong_safety=tuple(one for one in evidence.wrong_safety if one.answered_at <= moment),
            passed=tuple(one for one in evidence.passed if one.passed_at <= moment),
            observations=tuple(one for one in evidence.observations if one.recorded_at <= moment),
        )

    happened = sorted(
        {one.finished_at for one in (*evidence.lessons, *evidence.quizzes)}
        | {one.answered_at for one in (*evidence.cases, *evidence.wrong_safety)}
        | {one.passed_at for one in evidence.passed}
        | {one.recorded_at for one in evidence.observations}
    )
    plain: dict[str, datetime] = {}
    for moment in happened:
        for one in readiness(FRAMEWORK, at(moment)).competencies:
            if one.met:
                plain.setdefault(one.competency.id, moment)
    assert {name: one.first_met for name, one in states(evidence).items() if one.first_met} == plain
