"""Learning curves from evidence, and what a drift after sign-off asks for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.competency.makers import FRAMEWORK, competency
from tests.makers import NOON
from training.competency.rule import facts
from training.competency.rule.bundle import Decision, Party, freeze, replay
from training.competency.rule.curve import Signed, asks, curves, latest_signed
from training.competency.rule.facts import Evidence, Observed, Treated
from training.competency.rule.readiness import readiness
from training.competency.rule.requirements import of_treatments
from training.content.documents import TreatmentsAsked
from training.measurement.cusum import configured_rule

RULE = configured_rule()
SIGNED = {"cervical": Signed("independent", NOON.date())}


def on(days: int) -> date:
    return NOON.date() + timedelta(days=days)


def treated(
    days: int, grasp: str = "yes", *, harm: str = "none", supervision: int = 4, region: str = "cervical"
) -> Treated:
    name = f"{days}-{grasp}-{harm}-{supervision}-{region}"
    return Treated(name, region, supervision, grasp, harm, on(days), NOON + timedelta(days=days))


def seen(days: int, entrustment: int = 4, region: str = "cervical") -> Observed:
    at = NOON + timedelta(days=days)
    return Observed(f"seen-{days}", region, 1, "", "Saw it.", entrustment, on(days), at)


def drifting() -> tuple[Treated, ...]:
    return tuple(treated(days, "no") for days in range(1, 5))


def test_success_is_a_grasp_in_ones_own_hand_without_serious_harm() -> None:
    log = (
        treated(1),
        treated(2, harm="minor"),
        treated(3, "no"),
        treated(4, harm="serious"),
        treated(5, "unsure"),
        treated(6, "unsure", harm="serious"),
        treated(7, supervision=2),
    )
    (found,) = curves(FRAMEWORK, Evidence(treatments=log), {}, RULE)
    assert [one.success for one in found.results] == [True, True, False, False, False]
    assert found.left_out == 1


def test_an_observation_is_held_to_what_the_framework_asks() -> None:
    evidence = Evidence(observations=(seen(1, 3), seen(2, 4)))
    (found,) = curves(FRAMEWORK, evidence, {}, RULE)
    assert [one.success for one in found.results] == [False, True]
    supervised = {"cervical": Signed("supervised", on(0))}
    (found,) = curves(FRAMEWORK, evidence, supervised, RULE)
    assert [one.success for one in found.results] == [True, True]


def test_a_drift_asks_only_after_a_sign_off() -> None:
    evidence = Evidence(treatments=drifting())
    assert asks(curves(FRAMEWORK, evidence, {}, RULE), ()) == ()
    (ask,) = asks(curves(FRAMEWORK, evidence, SIGNED, RULE), ())
    assert (ask.region, ask.source, ask.since, ask.standard) == ("cervical", "treatments", on(4), 4)


def test_what_was_logged_on_the_day_of_the_decision_came_before_it() -> None:
    log = tuple(treated(days, "no") for days in range(-3, 1))
    (found,) = curves(FRAMEWORK, Evidence(treatments=log), SIGNED, RULE)
    assert (found.monitored_from, found.drifts_since) == (4, ())


def test_an_observation_on_a_later_day_at_the_standard_closes_it_and_no_other() -> None:
    evidence = Evidence(treatments=drifting())
    found = curves(FRAMEWORK, evidence, SIGNED, RULE)
    for other in (seen(4), seen(5, 3), seen(5, region="lumbar")):
        assert asks(found, (other,)) != ()
    assert asks(found, (seen(5),)) == ()


def test_the_latest_sign_off_that_certifies_a_line_counts() -> None:
    later = NOON + timedelta(days=9)
    found = latest_signed(
        [(later, {"cervical": "supervised", "lumbar": "not-certified"}), (NOON, {"cervical": "independent"})]
    )
    assert found == {"cervical": Signed("supervised", later.date())}


@given(st.permutations([*drifting(), treated(9), treated(10, "no")]))
def test_the_order_in_which_evidence_comes_says_nothing(log: list[Treated]) -> None:
    (found,) = curves(FRAMEWORK, Evidence(treatments=tuple(log)), SIGNED, RULE)
    (sorted_,) = curves(
        FRAMEWORK, Evidence(treatments=tuple(sorted(log, key=lambda one: one.recorded_at))), SIGNED, RULE
    )
    assert found == sorted_


# --- as a requirement ---


def test_treatments_count_by_region_and_supervision() -> None:
    log = (treated(1), treated(2, supervision=3), treated(3, supervision=2), treated(4, region="lumbar"))
    evidence = Evidence(treatments=log)
    counted = {
        (region, level): of_treatments(TreatmentsAsked(region, 3, level), evidence).now.values["count"]  # type: ignore[arg-type]
        for region in ("cervical", "any")
        for level in (2, 3, 4)
    }
    assert counted == {
        ("cervical", 2): 3,
        ("cervical", 3): 2,
        ("cervical", 4): 1,
        ("any", 2): 4,
        ("any", 3): 3,
        ("any", 4): 2,
    }


@given(st.lists(st.integers(1, 4), max_size=12), st.integers(1, 10), st.integers(1, 4))
def test_it_is_met_exactly_when_there_are_enough(levels: list[int], count: int, wanted: int) -> None:
    log = tuple(treated(day, supervision=level) for day, level in enumerate(levels))
    found = of_treatments(TreatmentsAsked("cervical", count, wanted), Evidence(treatments=log))
    enough = sum(level >= wanted for level in levels) >= count
    assert (found.met, found.step is None, found.have == found.need) == (enough, enough, enough)


def decided(at: datetime) -> Decision:
    party = Party("x", "X")
    return Decision("SO-1", "deferred", {}, party, party, "", at, party, "", at, None)


def test_a_bundle_with_treatments_replays_and_one_from_before_them_too() -> None:
    asked = competency("logged", TreatmentsAsked("cervical", 1, 3))
    framework = FRAMEWORK.__class__(**{**FRAMEWORK.__dict__, "competencies": (*FRAMEWORK.competencies, asked)})
    evidence = Evidence(treatments=(treated(1),))
    bundle = freeze(decided(NOON), "hash", readiness(framework, evidence), evidence)
    assert replay(bundle).holds
    del bundle["evidence"]["treatments"]
    assert not replay(bundle).holds  # the treatment was what met the rule
    old = facts.to_json(Evidence())
    del old["treatments"]
    assert facts.from_json(old) == Evidence()
