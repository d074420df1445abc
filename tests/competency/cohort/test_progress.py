"""Whether somebody is stuck, away, and what holds people up; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.competency.makers import FRAMEWORK, OFFERED, finished, observation, passed, quiz_try, sight, wrong
from tests.makers import NOON
from training.competency.cohort.progress import (
    AWAY_AFTER,
    STUCK_AFTER,
    Progress,
    blockers,
    is_away,
    progress_of,
    share_of,
)
from training.competency.rule.facts import Evidence
from training.competency.rule.readiness import readiness

NOBODY = Evidence(offered=OFFERED)
READING = replace(NOBODY, lessons=(finished("lesson-1"),))


def row(evidence: Evidence, *, after: timedelta = timedelta()) -> dict[str, Progress]:
    found = readiness(FRAMEWORK, evidence)
    return {one.competency.id: progress_of(one, evidence, NOON + after) for one in found.competencies}


def test_what_was_begun_is_stuck_once_nothing_came_for_three_weeks() -> None:
    assert row(READING)["knowledge"].state == "begun"
    assert row(READING, after=STUCK_AFTER)["knowledge"].state == "begun"
    assert row(READING, after=STUCK_AFTER + timedelta(seconds=1))["knowledge"].state == "stuck"


def test_any_evidence_of_the_competency_moves_it_and_no_other() -> None:
    late = NOON + timedelta(days=30)
    moved = replace(READING, lessons=(*READING.lessons, finished("lesson-2", at=late)))
    elsewhere = replace(READING, observations=(observation("o", at=late),))

    assert row(moved, after=timedelta(days=31))["knowledge"].state == "begun"
    assert row(elsewhere, after=timedelta(days=31))["knowledge"].state == "stuck"


def test_what_is_met_or_not_begun_is_never_stuck() -> None:
    done = replace(NOBODY, lessons=tuple(finished(f"lesson-{n}") for n in (1, 2, 3)), quizzes=(quiz_try(8),))
    found = row(done, after=timedelta(days=999))

    assert (found["knowledge"].state, found["knowledge"].share) == ("met", 1.0)
    assert found["care"].state == "none"


@pytest.mark.parametrize(
    ("evidence", "competency"),
    [
        (replace(NOBODY, quizzes=(quiz_try(1),)), "knowledge"),
        (replace(NOBODY, cases=(sight("case-1"),)), "dx-cervical"),
        (replace(NOBODY, observations=(observation("o"),)), "practice-cervical"),
        (replace(NOBODY, observations=(observation("o", region="sacral"),)), "care"),
        (replace(NOBODY, wrong_safety=(wrong(),)), "safety"),
        (replace(NOBODY, wrong_safety=(wrong(at=NOON - timedelta(days=1)),), passed=(passed(),)), "safety"),
    ],
)
def test_every_kind_of_evidence_says_when_it_came(evidence: Evidence, competency: str) -> None:
    assert row(evidence)[competency].last_at == NOON


def test_people_are_away_after_two_weeks_or_when_they_never_came() -> None:
    assert is_away(None, NOON)
    assert not is_away(NOON - AWAY_AFTER, NOON)
    assert is_away(NOON - AWAY_AFTER - timedelta(seconds=1), NOON)


def test_the_commonest_requirement_comes_first_and_each_person_counts_once_in_a_competency() -> None:
    has_read = replace(NOBODY, lessons=tuple(finished(f"lesson-{n}") for n in (1, 2, 3)))
    rows = [row(one).values() for one in (READING, READING, has_read, NOBODY)]

    found = [(one.competency.id, one.example.kind, one.people) for one in blockers(rows)]

    assert found == [("knowledge", "lessons", 2), ("knowledge", "quiz", 1)]


@given(
    lessons=st.integers(0, 3),
    right=st.none() | st.integers(0, 8),
    sights=st.lists(st.booleans(), max_size=4),
    seen=st.integers(0, 4),
)
def test_a_share_is_whole_exactly_when_everything_is_met(
    lessons: int, right: int | None, sights: list[bool], seen: int
) -> None:
    evidence = replace(
        NOBODY,
        lessons=tuple(finished(f"lesson-{n + 1}") for n in range(lessons)),
        quizzes=() if right is None else (quiz_try(right),),
        cases=tuple(sight(f"case-{n + 1}", right) for n, right in enumerate(sights)),
        observations=tuple(observation(f"o{n}", assessor=n % 2) for n in range(seen)),
    )
    for one in readiness(FRAMEWORK, evidence).competencies:
        share = share_of(one)
        assert 0 <= share <= 1
        assert (share == 1) == one.met
