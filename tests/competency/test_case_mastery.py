"""The mastery decision as a requirement: which answers count, and what stands beside the bar."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.makers import NOON
from training.competency.rule.case_mastery import of_mastery
from training.competency.rule.facts import CaseOffer, Evidence, FirstSight, MasteryRule, Offered, from_json, to_json
from training.content.documents import MasteryAsked
from training.measurement.mastery import Rule

ASKED = MasteryAsked("cervical")
AREAS = {"cervical": ("upper", "lower")}


def sight(number: int, *, right: bool = True, **changed: object) -> FirstSight:
    values: dict[str, object] = {
        "case_id": f"case-{number}",
        "version_hash": "0" * 64,
        "attempt": f"{number:03}",
        "region": "cervical",
        "right": right,
        "confidence": None,
        "answered_at": NOON + timedelta(minutes=number),
        "difficulty": 0.0,
        "session": "first",
        "area": ("upper", "lower")[number % 2],
    }
    return FirstSight(**{**values, **changed})  # type: ignore[arg-type]


def evidence(*cases: FirstSight, offered: tuple[str, ...] = ("new",)) -> Evidence:
    return Evidence(
        offered=Offered(cases=tuple(CaseOffer(one, one, "cervical") for one in offered)),
        cases=cases,
        mastery=MasteryRule(Rule(), AREAS),
    )


RIGHT = [sight(number) for number in range(20)]


def test_enough_right_answers_meet_it() -> None:
    found = of_mastery(ASKED, evidence(*RIGHT))
    assert (found.met, found.have, found.need, found.step) == (True, 100, 100, None)
    assert found.now.values["answers"] == 20


def test_the_order_in_which_the_answers_are_handed_over_says_nothing() -> None:
    mixed = [sight(number, right=number not in (2, 5)) for number in range(9)]
    assert of_mastery(ASKED, evidence(*mixed)).have == of_mastery(ASKED, evidence(*mixed[::-1])).have


def test_nothing_answered_is_a_ratio_of_one_and_the_next_step_is_to_draw() -> None:
    found = of_mastery(ASKED, evidence())
    assert (found.met, found.have) == (False, 0)
    assert found.step is not None
    assert (found.step.kind, found.step.actor) == ("sign-off", "trainee")
    assert found.now.values == {"needed": 20}


def test_where_the_bank_is_used_up_an_author_comes_next() -> None:
    found = of_mastery(ASKED, evidence(*RIGHT[:4], offered=("case-1",)))
    assert found.step is not None
    assert (found.step.kind, found.step.actor) == ("content", "author")


def test_a_high_ratio_without_the_content_minimum_is_not_met_and_not_full() -> None:
    found = of_mastery(ASKED, evidence(*(sight(number, area="upper") for number in range(30))))
    assert (found.met, found.have) == (False, 99)


@pytest.mark.parametrize(
    "changed",
    [{"difficulty": None}, {"region": "lumbar"}, {"provisional": True}],
    ids=["not drawn", "another region", "rated by no panel"],
)
def test_what_does_not_count(changed: dict[str, object]) -> None:
    found = of_mastery(ASKED, evidence(*(sight(number, **changed) for number in range(30))))
    assert (found.met, found.have) == (False, 0)


def test_in_a_demonstration_provisional_ratings_count() -> None:
    cases = [sight(number, provisional=True) for number in range(20)]
    assert of_mastery(MasteryAsked("cervical", provisional=True), evidence(*cases)).met


def test_wrong_answers_say_not_yet_and_name_practice() -> None:
    found = of_mastery(ASKED, evidence(*(sight(number, right=False) for number in range(8))))
    assert not found.met
    assert "practise" in found.now.message


def test_a_pass_is_final_whatever_comes_after() -> None:
    later = [sight(number, right=False) for number in range(20, 40)]
    assert of_mastery(ASKED, evidence(*RIGHT, *later)).met


def test_frozen_evidence_keeps_the_rule_it_was_decided_by() -> None:
    strict = Evidence(cases=tuple(RIGHT), mastery=MasteryRule(Rule(alpha=1e-9), AREAS))
    thawed = from_json(to_json(strict))
    assert thawed == strict
    assert not of_mastery(ASKED, thawed).met


def test_evidence_from_before_cases_were_drawn_can_still_be_read() -> None:
    old = to_json(Evidence(cases=(RIGHT[0],)))
    del old["mastery"]
    for name in ("difficulty", "provisional", "session", "area"):
        del old["cases"][0][name]
    assert from_json(old).cases[0].difficulty is None
