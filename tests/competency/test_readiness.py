"""The rule by examples: what each kind of requirement counts, says and asks next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.competency.makers import (
    CASES,
    FRAMEWORK,
    LESSONS,
    OFFERED,
    REMEDIATION,
    finished,
    later,
    observation,
    passed,
    quiz_try,
    sight,
    wrong,
)
from tests.makers import NOON
from training.competency.rule.facts import CaseOffer, Evidence, ExamTry, Offer, Offered
from training.competency.rule.readiness import Readiness, Standing, best_of, exceeds, of_exam, readiness
from training.competency.rule.requirements import of_observations
from training.competency.rule.wording import asked_words
from training.content.documents import ExamAsked, ObservationsAsked
from training.content.observing_documents import RegionFloor

NOTHING = Evidence(offered=OFFERED)
KNOWS = replace(NOTHING, lessons=tuple(map(finished, LESSONS)), quizzes=(quiz_try(6),))
SUPERVISED = replace(KNOWS, cases=tuple(map(sight, CASES[:2])))
INDEPENDENT = replace(
    SUPERVISED, observations=(observation("a"), observation("b", assessor=2), observation("c", entrustment=3))
)


def found(evidence: Evidence) -> Readiness:
    return readiness(FRAMEWORK, evidence)


def only(evidence: Evidence, competency: str, number: int = 0) -> Standing:
    """A competency's requirement by its place in the rule."""
    (one,) = (each for each in found(evidence).competencies if each.competency.id == competency)
    return one.requirements[number]


def now(standing: Standing) -> str:
    return standing.now.message % standing.now.values


# --- exams ---


def exam_standing(*tries: ExamTry, offered: bool = True) -> Standing:
    exams = (Offer("written", "The written exam"),) if offered else ()
    return of_exam(ExamAsked("written"), Evidence(offered=Offered(exams=exams), exams=tries))


def exam_try(right: int, *, passed: bool, attempt: str = "a", exam_id: str = "written") -> ExamTry:
    return ExamTry(exam_id, "h", attempt, right, 10, passed, NOON)


def test_an_exam_is_met_by_a_released_attempt_that_reached_its_own_standard() -> None:
    nothing, below = exam_standing(), exam_standing(exam_try(5, passed=False))
    reached = exam_standing(exam_try(5, passed=False), exam_try(7, passed=True, attempt="b"))

    assert (nothing.met, now(nothing)) == (False, "No result yet")
    assert nothing.step is not None
    assert (nothing.step.kind, nothing.step.actor) == ("exam", "trainee")
    assert (below.met, below.have, below.need, now(below)) == (False, 0, 1, "Best so far: 5 of 10 right")
    assert (reached.met, reached.have, reached.step, now(reached)) == (True, 1, None, "Best so far: 7 of 10 right")


def test_another_exam_does_not_count_and_a_withdrawn_one_is_the_authors() -> None:
    one = exam_standing(exam_try(10, passed=True, exam_id="other"), offered=False)
    assert one.step is not None
    assert (one.met, one.step.kind, one.step.actor) == (False, "content", "author")
    assert exam_standing(exam_try(7, passed=True), offered=False).met


# --- lessons ---


def test_lessons_are_counted_and_the_next_is_the_first_open_one() -> None:
    one = only(replace(NOTHING, lessons=(finished("lesson-1"), finished("lesson-3"))), "knowledge")
    assert (one.met, one.have, one.need, now(one)) == (False, 2, 3, "2 of 3 lessons")
    assert one.step is not None
    assert (one.step.kind, one.step.id, one.step.actor) == ("lesson", "lesson-2", "trainee")


def test_lessons_of_another_course_do_not_count() -> None:
    one = only(replace(NOTHING, lessons=(finished("elsewhere"),)), "knowledge")
    assert one.have == 0


def test_a_course_that_is_not_offered_is_for_an_instructor_to_mend() -> None:
    one = only(replace(KNOWS, offered=replace(OFFERED, courses=())), "knowledge")
    assert not one.met
    assert one.step is not None
    assert one.step.actor == "author"


# --- quizzes ---


@pytest.mark.parametrize(("right", "met"), [(5, False), (6, True), (8, True)])
def test_a_quiz_is_passed_at_its_mark(right: int, met: bool) -> None:
    one = only(replace(NOTHING, quizzes=(quiz_try(right),)), "knowledge", 1)
    assert (one.met, one.need) == (met, 6)


def test_reaching_a_mark_that_floating_point_overshoots_passes() -> None:
    assert only(replace(NOTHING, quizzes=(quiz_try(11, asked=20, mark=0.55),)), "knowledge", 1).met


def test_a_quiz_once_passed_stays_passed_after_a_worse_attempt() -> None:
    tries = (quiz_try(6, attempt="first"), quiz_try(2, attempt="second"))
    one = only(replace(NOTHING, quizzes=tries), "knowledge", 1)
    assert (one.met, now(one)) == (True, "Best so far: 6 of 8 right; 6 pass")


def test_an_untried_quiz_says_what_it_will_take() -> None:
    one = only(NOTHING, "knowledge", 1)
    assert now(one) == "Not tried yet; 6 of 8 right pass"
    assert one.step is not None
    assert (one.step.kind, one.step.id) == ("quiz", "quiz")


# --- cases ---


def test_cases_need_both_the_number_and_the_share() -> None:
    two_of_three = replace(NOTHING, cases=(sight(CASES[0]), sight(CASES[1]), sight(CASES[2], False)))
    two_of_four = replace(two_of_three, cases=(*two_of_three.cases, sight(CASES[3], False)))
    assert only(two_of_three, "dx-cervical").met
    one = only(two_of_four, "dx-cervical")
    assert (one.met, one.have, one.need) == (False, 2, 3)


def test_only_the_first_answer_to_a_case_counts() -> None:
    again = (sight(CASES[0], False), sight(CASES[0], True, at=later()), sight(CASES[1]))
    one = only(replace(NOTHING, cases=again), "dx-cervical")
    assert (one.have, now(one)) == (1, "1 of 2 exactly right; 2 needed")


def test_a_case_of_another_region_does_not_count() -> None:
    assert only(replace(NOTHING, cases=(sight("other", region="lumbar"),)), "dx-cervical").have == 0


def test_the_next_case_is_one_not_seen_before() -> None:
    step = only(replace(NOTHING, cases=(sight(CASES[0]),)), "dx-cervical").step
    assert step is not None
    assert (step.kind, step.id) == ("case", CASES[1])


def test_the_next_case_does_not_tell_its_region() -> None:
    mixed = (CaseOffer("a-lumbar-case", "A", "lumbar"), *OFFERED.cases)
    step = only(replace(NOTHING, offered=replace(OFFERED, cases=mixed)), "dx-cervical").step
    assert step is not None
    assert step.id == "a-lumbar-case"


def test_when_every_case_is_answered_an_instructor_must_publish_more() -> None:
    one = only(replace(NOTHING, cases=tuple(sight(case_id, False) for case_id in CASES)), "dx-cervical")
    assert one.step is not None
    assert one.step.actor == "author"
    assert "An instructor must publish new ones" in now(one)


# --- the safety gate ---


def test_the_gate_is_open_while_no_safety_answer_was_wrong() -> None:
    assert only(NOTHING, "safety").met


def test_a_wrong_safety_answer_closes_the_gate_and_names_the_case_that_opens_it() -> None:
    one = only(replace(INDEPENDENT, wrong_safety=(wrong(),)), "safety")
    assert (one.met, one.have, one.need) == (False, 0, 1)
    assert now(one) == "Closed. Passing a remediation case opens it."
    assert one.step is not None
    assert (one.step.kind, one.step.id) == ("remediation", REMEDIATION[0])


def test_a_remediation_case_passed_before_does_not_open_it() -> None:
    evidence = replace(NOTHING, wrong_safety=(wrong(at=later(5)),), passed=(passed(at=later(4)),))
    assert not only(evidence, "safety").met


def test_a_case_that_was_never_passed_is_offered_first() -> None:
    evidence = replace(NOTHING, wrong_safety=(wrong(at=later(5)),), passed=(passed(at=later(4)),))
    step = only(evidence, "safety").step
    assert step is not None
    assert step.id == REMEDIATION[1]


def test_a_remediation_case_passed_afterwards_opens_it() -> None:
    evidence = replace(NOTHING, wrong_safety=(wrong(at=later(5)),), passed=(passed(at=later(6)),))
    assert only(evidence, "safety").met


def test_the_next_wrong_answer_closes_it_again() -> None:
    answers = (wrong(at=later(5)), wrong(at=later(7)))
    assert not only(replace(NOTHING, wrong_safety=answers, passed=(passed(at=later(6)),)), "safety").met


def test_another_case_does_not_open_it() -> None:
    evidence = replace(NOTHING, wrong_safety=(wrong(),), passed=(passed("elsewhere", at=later()),))
    assert not only(evidence, "safety").met


def test_sure_and_wrong_asks_for_a_fresh_observation_as_well() -> None:
    evidence = replace(NOTHING, wrong_safety=(wrong("sure", at=later(5)),), observations=(observation("old"),))
    assert now(only(evidence, "safety")) == "Closed. A remediation case and a fresh observation open it."
    half = replace(evidence, passed=(passed(at=later(6)),))
    one = only(half, "safety")
    assert (one.met, one.have, one.need) == (False, 1, 2)
    assert one.step is not None
    assert (one.step.kind, one.step.actor) == ("observation", "assessor")
    fresh = replace(half, observations=(*half.observations, observation("new", at=later(24 * 60 + 7))))
    assert only(fresh, "safety").met


@pytest.mark.parametrize(
    ("seen_days_later", "entrustment", "opens"), [(0, 3, False), (1, 4, True), (-1, 5, False), (1, 2, False)]
)
def test_what_makes_an_observation_fresh(seen_days_later: int, entrustment: int, opens: bool) -> None:
    one = observation("new", entrustment=entrustment, at=later(7))
    one = replace(one, observed_on=NOON.date() + timedelta(days=seen_days_later))
    evidence = replace(
        NOTHING, wrong_safety=(wrong("sure", at=later(5)),), passed=(passed(at=later(6)),), observations=(one,)
    )
    assert only(evidence, "safety").met is opens


def test_a_closed_gate_closes_every_line_and_comes_first() -> None:
    result = found(replace(INDEPENDENT, wrong_safety=(wrong(),)))
    assert set(result.scope.values()) == {"not-certified"}
    assert result.next_step is not None
    assert result.next_step.id == REMEDIATION[0]


# --- observations ---


def test_two_observations_by_one_assessor_are_not_two_assessors() -> None:
    one = only(replace(NOTHING, observations=(observation("a"), observation("b"))), "practice-cervical")
    assert (one.met, one.have, one.need) == (False, 1, 2)
    assert now(one) == "2 of 2 observations, by 1 of 2 assessors"


def test_an_observation_below_the_level_does_not_count() -> None:
    low = (observation("a", entrustment=3), observation("b", assessor=2))
    assert only(replace(NOTHING, observations=low), "practice-cervical").have == 1


def test_observations_of_any_region_count_together_where_the_rule_says_any() -> None:
    mixed = (observation("a"), observation("b", region="lumbar"), observation("c", region="chest-wall"))
    assert only(replace(NOTHING, observations=mixed), "care").met


FLOORS = ObservationsAsked("any", 4, 2, 3, (RegionFloor("cervical", 1), RegionFloor("lumbar", 2)))


@pytest.mark.parametrize(
    ("regions", "have", "next_region"),
    [
        ((), 0, "cervical"),
        (("lumbar", "lumbar", "sacral", "sacral"), 3, "cervical"),
        (("cervical",) * 6, 2, "lumbar"),
        (("cervical", "lumbar", "lumbar"), 3, "any"),
        (("cervical", "lumbar", "lumbar", "sacral"), 4, None),
    ],
)
def test_floors_by_region(regions: tuple[str, ...], have: int, next_region: str | None) -> None:
    seen = tuple(observation(f"o{n}", region=region, assessor=n % 2) for n, region in enumerate(regions))
    one = of_observations(FLOORS, replace(NOTHING, observations=seen))
    assert (one.have, one.met) == (have, next_region is None)
    assert (one.step.id if one.step else None) == next_region
    assert "cervical 1, lumbar 2" in one.rule.message % one.rule.values


def test_what_a_floor_lacks_is_said_beside_the_numbers() -> None:
    seen = tuple(observation(f"o{n}", assessor=n % 2) for n in range(6))
    one = of_observations(FLOORS, replace(NOTHING, observations=seen))
    assert now(one) == "6 of 4 observations, by 2 of 2 assessors; still to come by region: lumbar 2"


def test_the_framework_in_words_names_the_floors() -> None:
    said = asked_words(FLOORS, {})
    assert said.message % said.values == (
        "4 observations at entrustment 3 or above, by 2 or more assessors, among them of each region at least: "
        "cervical 1, lumbar 2"
    )


# --- the scope ---


def test_each_level_opens_with_its_competencies() -> None:
    assert found(KNOWS).scope["cervical"] == "not-certified"
    assert found(SUPERVISED).scope["cervical"] == "supervised"
    assert found(INDEPENDENT).scope["cervical"] == "independent"
    assert found(INDEPENDENT).scope["chest-wall"] == "not-certified"


def test_a_line_names_what_the_next_level_lacks() -> None:
    by_region = {one.region: one for one in found(SUPERVISED).lines}
    assert by_region["cervical"].missing == ("practice-cervical", "care")
    assert {one.region: one for one in found(KNOWS).lines}["cervical"].missing == ("dx-cervical",)
    assert {one.region: one for one in found(INDEPENDENT).lines}["cervical"].missing == ()


def test_the_trainees_own_steps_come_before_what_others_must_do() -> None:
    watched = replace(NOTHING, observations=(observation("a"),))
    step = found(watched).next_step
    assert step is not None
    assert step.actor == "trainee"
    last = found(SUPERVISED).next_step
    assert last is not None
    assert last.actor == "assessor"
    assert found(INDEPENDENT).next_step is None


def test_a_scope_beyond_what_is_allowed_is_named_line_by_line() -> None:
    allowed = {"cervical": "supervised", "lumbar": "not-certified"}
    assert exceeds({"cervical": "independent", "lumbar": "supervised"}, allowed) == ["cervical", "lumbar"]
    assert exceeds({"cervical": "supervised", "lumbar": "not-certified"}, allowed) == []
    assert exceeds({"moon": "supervised"}, allowed) == ["moon"]
    assert exceeds({"cervical": "omnipotent"}, allowed) == ["cervical"]


def test_the_best_of_several_scopes_is_taken_line_by_line() -> None:
    scopes = ({"cervical": "supervised", "lumbar": "independent"}, {"cervical": "independent", "lumbar": "supervised"})
    assert best_of(scopes) == {"cervical": "independent", "lumbar": "independent"}
    assert best_of(()) == {}
