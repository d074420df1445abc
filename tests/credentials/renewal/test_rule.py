"""The rule of renewal, by examples and by what always holds, whatever was done and whenever one looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from training.content.documents import RenewalRule
from training.credentials.dates import months_later
from training.credentials.renewal.rule import (
    Dose,
    Evidence,
    LineCurrency,
    Practised,
    Watched,
    currency,
    narrows_on,
    warnings,
)

ISSUED = date(2026, 1, 15)
RULE = RenewalRule()
ONLY_CASES = replace(RULE, observations_each_year=0)


def cases(*days: date, region: str = "cervical") -> tuple[Practised, ...]:
    """A different case on each day."""
    return tuple(Practised(region, f"case-{number}", day) for number, day in enumerate(days))


def line(evidence: Evidence, today: date, rule: RenewalRule = RULE, region: str = "cervical") -> LineCurrency:
    return currency(rule, evidence, today)[region]


def dose(evidence: Evidence, today: date, what: str, rule: RenewalRule = RULE, region: str = "cervical") -> Dose:
    return next(one for one in line(evidence, today, rule, region).doses if one.what == what)


def test_a_decision_is_a_whole_dose_of_each_kind() -> None:
    found = line(Evidence({"cervical": ISSUED}), ISSUED)
    assert found.state == "current"
    assert [(one.what, one.until) for one in found.doses] == [
        ("cases", date(2026, 2, 15)),
        ("observation", date(2027, 1, 15)),
    ]


def test_three_different_cases_carry_a_month_from_the_oldest_of_them() -> None:
    evidence = Evidence({"cervical": ISSUED}, cases(date(2026, 2, 1), date(2026, 2, 5), date(2026, 2, 10)))
    found = dose(evidence, date(2026, 2, 12), "cases")
    assert (found.until, found.have, found.need) == (date(2026, 3, 1), 3, 3)


def test_the_same_case_again_counts_once() -> None:
    again = tuple(Practised("cervical", "elbow", date(2026, 2, day)) for day in (10, 11, 12))
    found = dose(Evidence({"cervical": ISSUED}, again), date(2026, 2, 12), "cases")
    assert (found.until, found.have) == (date(2026, 2, 15), 1)


def test_cases_of_another_region_and_observations_below_the_level_count_for_nothing() -> None:
    evidence = Evidence(
        {"cervical": ISSUED},
        cases(*[date(2026, 6, 1)] * 3, region="lumbar"),
        (Watched("cervical", 2, date(2026, 6, 1)), Watched("lumbar", 5, date(2026, 6, 1))),
    )
    bare = Evidence({"cervical": ISSUED})
    assert line(evidence, date(2026, 6, 2)) == line(bare, date(2026, 6, 2))


def test_the_chest_wall_lives_on_thoracic_cases_and_on_observations_over_the_chest_wall() -> None:
    evidence = Evidence(
        {"chest-wall": ISSUED},
        cases(*[date(2026, 6, 1)] * 3, region="thoracic"),
        (Watched("thoracic", 5, date(2026, 6, 1)), Watched("chest-wall", 3, date(2026, 3, 1))),
    )
    found = {one.what: one.until for one in line(evidence, date(2026, 6, 2), region="chest-wall").doses}
    assert found == {"cases": date(2026, 7, 1), "observation": date(2027, 3, 1)}


def test_a_missed_month_is_due_for_the_days_of_grace_and_lapses_the_day_after() -> None:
    evidence = Evidence({"cervical": ISSUED})
    last = date(2026, 2, 15) + timedelta(days=90)
    states = {day: line(evidence, day).state for day in (date(2026, 2, 14), date(2026, 2, 15), last)}
    assert list(states.values()) == ["current", "due", "due"]
    assert line(evidence, last + timedelta(days=1)).state == "lapsed"


def test_what_is_not_asked_for_never_lapses() -> None:
    nothing = replace(RULE, cases_each_month=0, observations_each_year=0)
    found = line(Evidence({"cervical": ISSUED}), date(2040, 1, 1), nothing)
    assert (found.state, found.doses, found.next_dose) == ("current", (), None)


def test_a_narrowed_line_comes_back_by_its_doses_and_somebody_who_watched_since() -> None:
    narrowed = date(2026, 6, 1)
    done = Evidence({"cervical": ISSUED}, cases(*[date(2026, 6, 20)] * 3), narrowed={"cervical": narrowed})
    before = replace(done, watched=(Watched("cervical", 4, date(2026, 5, 31)),))
    after = replace(done, watched=(Watched("cervical", 4, narrowed),))
    idle = replace(after, practised=())

    assert not line(done, date(2026, 6, 21)).back
    assert not line(before, date(2026, 6, 21)).back
    assert not line(idle, date(2026, 6, 21)).back
    assert line(after, date(2026, 6, 21)).back
    assert line(after, date(2026, 6, 21)).state == "lapsed", "a decider restores it, not the rule"


def test_each_notice_is_given_once_and_a_missed_run_gives_only_the_latest() -> None:
    evidence = Evidence({"cervical": ISSUED})
    lapses = date(2026, 5, 16)

    def told(days_before: int) -> list[tuple[str, int]]:
        today = lapses - timedelta(days=days_before)
        found = warnings(RULE, currency(RULE, evidence, today).values(), date(2028, 1, 15), today)
        return [(one.what, one.days) for one in found]

    assert told(91) == []
    assert told(90) == [("cases", 90)]
    assert told(61) == [("cases", 90)]
    assert told(25) == [("cases", 30)]
    assert told(0) == [("cases", 7)]
    assert told(-30) == [("cases", 7)]


def test_the_certificates_own_end_is_told_until_it_comes() -> None:
    assert [(one.what, one.days) for one in warnings(RULE, [], date(2026, 3, 1), date(2026, 2, 1))] == [
        ("certificate", 30)
    ]
    assert warnings(RULE, [], date(2026, 3, 1), date(2026, 3, 2)) == []


def test_nothing_is_narrowed_sooner_than_the_shortest_notice_after_the_first_one() -> None:
    one = Dose("cases", ISSUED, ISSUED + timedelta(days=90), 0, 3)
    assert narrows_on(RULE, one, ISSUED) == one.lapses_on + timedelta(days=1)
    late = one.lapses_on + timedelta(days=40)
    assert narrows_on(RULE, one, late) == late + timedelta(days=7)


# --- what always holds -----------------------------------------------------------------------------------------

DAYS = st.dates(date(2025, 12, 1), date(2028, 12, 31))
PRACTISED = st.lists(
    st.builds(Practised, st.sampled_from(["cervical", "thoracic"]), st.sampled_from("abcdef"), DAYS), max_size=25
)
WATCHED = st.lists(st.builds(Watched, st.sampled_from(["cervical", "chest-wall"]), st.integers(1, 5), DAYS), max_size=6)
RULES = st.builds(
    RenewalRule,
    cases_each_month=st.integers(0, 4),
    observations_each_year=st.integers(0, 2),
    entrustment=st.integers(1, 5),
    notice_days=st.sampled_from([(90, 60, 30, 7), (30, 7), (1,)]),
    grace_days=st.integers(0, 120),
)
ORDER = ("current", "due", "lapsed")


@given(RULES, PRACTISED, WATCHED, DAYS, st.integers(0, 400))
def test_time_alone_never_makes_a_line_more_current(
    rule: RenewalRule, practised: list[Practised], watched: list[Watched], today: date, later: int
) -> None:
    done = [one for one in practised if one.day <= today]
    seen = [one for one in watched if one.day <= today]
    evidence = Evidence({"cervical": ISSUED, "chest-wall": ISSUED}, done, seen)
    now, then = currency(rule, evidence, today), currency(rule, evidence, today + timedelta(days=later))
    for region in evidence.since:
        assert ORDER.index(then[region].state) >= ORDER.index(now[region].state)


@given(RULES, PRACTISED, PRACTISED, WATCHED, WATCHED, DAYS)
def test_doing_more_never_makes_a_line_less_current(
    rule: RenewalRule,
    practised: list[Practised],
    more: list[Practised],
    watched: list[Watched],
    seen: list[Watched],
    today: date,
) -> None:
    less = line(Evidence({"cervical": ISSUED}, practised, watched), today, rule)
    full = line(Evidence({"cervical": ISSUED}, [*practised, *more], [*watched, *seen]), today, rule)
    assert ORDER.index(full.state) <= ORDER.index(less.state)
    for before, after in zip(less.doses, full.doses, strict=True):
        assert after.until >= before.until
        assert after.have >= before.have


@given(RULES, PRACTISED, WATCHED, DAYS)
def test_a_dose_done_today_is_a_whole_period_of_being_current(
    rule: RenewalRule, practised: list[Practised], watched: list[Watched], today: date
) -> None:
    done = [Practised("cervical", f"new-{number}", today) for number in range(rule.cases_each_month)]
    seen = [Watched("cervical", 5, today)] * rule.observations_each_year
    found = line(Evidence({"cervical": ISSUED}, [*practised, *done], [*watched, *seen]), today, rule)
    for one in found.doses:
        assert one.until >= months_later(today, 1 if one.what == "cases" else 12)
        assert one.have == one.need
    assert found.state != "lapsed"


@given(RULES, PRACTISED, WATCHED, DAYS)
def test_whatever_lapses_was_due_for_a_notice_before(
    rule: RenewalRule, practised: list[Practised], watched: list[Watched], today: date
) -> None:
    evidence = Evidence({"cervical": ISSUED}, practised, watched)
    found = line(evidence, today, rule)
    told = {(one.region, one.what) for one in warnings(rule, [found], date(2030, 1, 1), today) if one.region}
    for one in found.doses:
        if one.state_on(today, max(rule.notice_days)) == "lapsed":
            assert (found.region, one.what) in told
