"""The mastery decision as a requirement: what first-sight answers to a region's sign-off cases prove."""

from __future__ import annotations

import math
from dataclasses import replace

from training.competency.rule.facts import Evidence, FirstSight
from training.competency.rule.standing import Said, Standing, Step, say
from training.content.documents import MasteryAsked
from training.measurement import mastery
from training.measurement.mastery import Difficulty
from training.measurement.ratios import as_ratio

WHOLE = 100  # a bar's length


def of_mastery(asked: MasteryAsked, evidence: Evidence) -> Standing:
    """Met once the evidence has reached what the rule needs; the bar is its logarithm, so that each answer shows."""
    found = mastery_of(asked, evidence)
    have = WHOLE if found.decision == "pass" else min(WHOLE - 1, bar_of(found))
    if found.decision == "pass":
        return Standing("mastery", True, WHOLE, WHOLE, rule_words(evidence), now_words(found), None)
    unseen = {one.id for one in evidence.offered.cases if one.region == asked.region} - {
        one.case_id for one in evidence.cases
    }
    # The least that the rule asks for; the evidence may need more.
    least = max(found.answers_missing, sum(found.areas_missing.values()), 1)
    if unseen:
        step = Step("sign-off", asked.region, asked.region, "trainee", count=least)
    else:
        step = Step("content", asked.region, asked.region, "author")
    return Standing("mastery", False, have, WHOLE, rule_words(evidence), now_words(found), step)


def mastery_of(asked: MasteryAsked, evidence: Evidence) -> mastery.Evidence:
    """What the rule makes of the region's answers, oldest first."""
    rule = replace(evidence.mastery.rule, areas=evidence.mastery.areas.get(asked.region, ()))
    counted = [
        one
        for one in evidence.cases
        if one.region == asked.region and one.difficulty is not None and (asked.provisional or not one.provisional)
    ]
    return mastery.evidence([response(one) for one in sorted(counted, key=when)], rule)


def when(one: FirstSight) -> tuple[object, ...]:
    return one.answered_at, one.attempt


def response(one: FirstSight) -> tuple[Difficulty, bool]:
    """The answer as the decision reads it."""
    assert one.difficulty is not None
    return Difficulty(one.difficulty, session=one.session or None, area=one.area or None), one.right


def bar_of(found: mastery.Evidence) -> int:
    """How far the evidence is on the way from 1 to what is needed, in logarithms: 0 to 100."""
    return round(WHOLE * max(0.0, math.log(max(found.ratio, 1.0)) / math.log(found.needed)))


def rule_words(evidence: Evidence) -> Said:
    rule = evidence.mastery.rule
    return say(
        "Sign-off cases, each drawn for you and met once: the evidence that you are above the standard is at least "
        "%(needed)s : 1, from %(least)s cases or more, %(per_area)s or more in every part of the region. Only segment "
        "and side exactly right count.",
        needed=round(rule.needed),
        least=rule.least_answers,
        per_area=rule.per_area,
    )


def now_words(found: mastery.Evidence) -> Said:
    if not found.answers:
        return say("No case answered yet; evidence 1 : 1 of the %(needed)s : 1 needed", needed=round(found.needed))
    values: dict[str, str | int] = {
        "ratio": as_ratio(found.ratio),
        "needed": round(found.needed),
        "answers": found.answers,
    }
    if found.decision == "pass":
        return say("Reached: evidence %(needed)s : 1 or more, %(answers)s cases", **values)
    if found.held:
        return say("Evidence %(ratio)s of the %(needed)s : 1 needed, %(answers)s cases; practise, then go on", **values)
    return say("Evidence %(ratio)s of the %(needed)s : 1 needed, %(answers)s cases", **values)
