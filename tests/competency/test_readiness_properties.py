"""The rule as a whole, over evidence nobody thought of."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.competency.makers import (
    CASES,
    FRAMEWORK,
    LESSONS,
    OFFERED,
    REMEDIATION,
    finished,
    observation,
    passed,
    quiz_try,
    sight,
    wrong,
)
from tests.makers import NOON
from training.competency.rule import facts
from training.competency.rule.facts import Evidence
from training.competency.rule.readiness import LEVELS, Readiness, readiness, to_json

quick = settings(database=None, deadline=None, max_examples=150)
moments: st.SearchStrategy[datetime] = st.integers(-5000, 5000).map(lambda minutes: NOON + timedelta(minutes=minutes))

lessons = st.builds(finished, st.sampled_from((*LESSONS, "elsewhere")), at=moments)
quizzes = st.builds(quiz_try, st.integers(0, 8), attempt=st.text("abcdef", min_size=8, max_size=8))
cases = st.builds(
    sight, st.sampled_from(CASES), st.booleans(), region=st.sampled_from(("cervical", "lumbar")), at=moments
)
wrongs = st.builds(wrong, st.sampled_from((None, "guess", "think", "sure")), at=moments)
passes = st.builds(passed, st.sampled_from((*REMEDIATION, "elsewhere")), at=moments)
observations = st.builds(
    observation,
    st.text("abcdef", min_size=8, max_size=8),
    region=st.sampled_from(("cervical", "chest-wall")),
    assessor=st.integers(1, 3),
    entrustment=st.integers(1, 5),
    at=moments,
)


def several(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=6).map(tuple)


evidences = st.builds(
    Evidence,
    offered=st.just(OFFERED),
    lessons=several(lessons),
    quizzes=several(quizzes),
    cases=several(cases),
    wrong_safety=several(wrongs),
    passed=several(passes),
    observations=several(observations),
)


def found(evidence: Evidence) -> Readiness:
    return readiness(FRAMEWORK, evidence)


def at_least(more: Readiness, less: Readiness) -> bool:
    """Whether nothing that was met is open, and no line is lower."""
    kept = all(
        after.met or not before.met
        for one, other in zip(less.competencies, more.competencies, strict=True)
        for before, after in zip(one.requirements, other.requirements, strict=True)
    )
    return kept and all(LEVELS.index(more.scope[region]) >= LEVELS.index(level) for region, level in less.scope.items())


@quick
@given(evidences, lessons, quizzes, passes, observations)
def test_more_good_evidence_never_lowers_readiness(evidence, lesson, quiz, remedy, seen) -> None:  # type: ignore[no-untyped-def]
    before = found(evidence)
    unseen = [one for one in CASES if one not in {case.case_id for case in evidence.cases}]
    for more in (
        replace(evidence, lessons=(*evidence.lessons, lesson)),
        replace(evidence, quizzes=(*evidence.quizzes, quiz)),
        replace(evidence, passed=(*evidence.passed, remedy)),
        replace(evidence, observations=(*evidence.observations, seen)),
        *(replace(evidence, cases=(*evidence.cases, sight(case_id))) for case_id in unseen),
    ):
        assert at_least(found(more), before)


@quick
@given(evidences, wrongs)
def test_a_wrong_safety_answer_never_raises_readiness(evidence: Evidence, answer: facts.WrongSafety) -> None:
    assert at_least(found(evidence), found(replace(evidence, wrong_safety=(*evidence.wrong_safety, answer))))


@quick
@given(evidences, several(quizzes), several(lessons))
def test_no_points_open_the_gate(evidence, points, more_lessons) -> None:  # type: ignore[no-untyped-def]
    perfect = tuple(sight(case_id) for case_id in CASES)
    richer = replace(evidence, quizzes=(*evidence.quizzes, *points, quiz_try(8)), lessons=more_lessons, cases=perfect)
    assert found(richer).gate == found(evidence).gate


@quick
@given(evidences, wrongs)
def test_the_latest_wrong_answer_closes_the_gate_whatever_was_done_before(
    evidence: Evidence, answer: facts.WrongSafety
) -> None:
    latest = replace(answer, answered_at=NOON + timedelta(days=30))
    result = found(replace(evidence, wrong_safety=(*evidence.wrong_safety, latest)))
    assert not result.gate.open
    assert set(result.scope.values()) == {"not-certified"}


@quick
@given(evidences, st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(evidence, random) -> None:  # type: ignore[no-untyped-def]
    names = ("lessons", "quizzes", "cases", "wrong_safety", "passed", "observations")
    mixed = {}
    for name in names:
        pieces = list(dict.fromkeys(getattr(evidence, name)))
        random.shuffle(pieces)
        mixed[name] = tuple(pieces)
    assert to_json(found(replace(evidence, **mixed))) == to_json(found(evidence))


@quick
@given(evidences)
def test_evidence_survives_json_and_gives_the_same_decision(evidence: Evidence) -> None:
    back = facts.from_json(json.loads(json.dumps(facts.to_json(evidence))))
    assert back == evidence
    assert to_json(found(back)) == to_json(found(evidence))


@quick
@given(evidences)
def test_numbers_and_steps_agree_with_what_is_met(evidence: Evidence) -> None:
    for each in found(evidence).competencies:
        for one in each.requirements:
            assert 0 <= one.have <= one.need
            assert one.met == (one.have == one.need) == (one.step is None)
            assert one.now.message % one.now.values
            assert one.rule.message % one.rule.values
