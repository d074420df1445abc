"""How many stations of a practical exam the evidence holds as passed."""

from __future__ import annotations

from training.competency.rule.facts import Evidence, StationTry
from training.competency.rule.standing import Standing, Step, say
from training.content.documents import StationsAsked

PASSED, SECOND_LOOK = "passed", "second-look"


def of_stations(asked: StationsAsked, evidence: Evidence) -> Standing:
    """Only released results are evidence. A station once passed stays so, and counts once however often."""
    named = set(asked.stations)
    tries = [one for one in evidence.stations if counts(asked, one)]
    passed = {one.station_id for one in tries if one.outcome == PASSED}
    again = {one.station_id for one in tries if one.outcome == SECOND_LOOK} - passed
    need, have = asked.passed, min(len(passed), asked.passed)
    met = len(passed) >= need
    offered = [one for one in evidence.offered.stations if one.id in named or asked.competency in one.competencies]
    rule = (
        say(
            "Stations of a practical exam: at least %(passed)s of these passed, critical items included: %(stations)s.",
            passed=need,
            stations=", ".join(f"“{evidence.offered.title(one)}”" for one in asked.stations),
        )
        if named
        else say(
            "Stations of a practical exam that test this: at least %(passed)s passed, critical items included.",
            passed=need,
        )
    )
    now = say("%(have)s of %(need)s stations passed", have=have, need=need)
    if again and not met:
        now = say(
            "%(have)s of %(need)s stations passed; %(again)s so near the cut that somebody looks again",
            have=have,
            need=need,
            again=len(again),
        )
    if met:
        return Standing("stations", True, have, need, rule, now, None)
    left = [one for one in offered if one.id not in passed]
    step = (
        Step("station", left[0].id, left[0].title, "assessor")
        if left
        else Step("content", asked.competency, asked.competency or ", ".join(asked.stations), "author")
    )
    return Standing("stations", False, have, need, rule, now, step)


def counts(asked: StationsAsked, one: StationTry) -> bool:
    """Whether a result is of a station that is asked for."""
    return one.station_id in asked.stations if asked.stations else asked.competency in one.competencies
