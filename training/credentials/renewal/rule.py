"""The rule of renewal: a pure function from what somebody did to whether each line of a certificate is current.

Two doses keep a line current, each for itself: so many practice cases of the region every month, so many observations
there every year. A dose that was missed is first due, with notices, and lapses when the days of grace are over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from training.content.documents import RenewalRule
from training.credentials.dates import months_later

CASES, OBSERVATION, EXPIRY = "cases", "observation", "certificate"
CURRENT, DUE, LAPSED = "current", "due", "lapsed"
State = Literal["current", "due", "lapsed"]
CASES_OF = {"chest-wall": "thoracic"}  # no case has the chest wall as its answer; its segments are the thoracic ones


@dataclass(frozen=True)
class Practised:
    """A practice case or a review of one, answered. `case` names it, so that the same one counts once a month."""

    region: str
    case: str
    day: date


@dataclass(frozen=True)
class Watched:
    """An observation: where, at which entrustment (1 to 5), on which day."""

    region: str
    entrustment: int
    day: date


@dataclass(frozen=True)
class Evidence:
    """What counts for one certificate.

    `since` has a line's region and the day from which it counts: the issue, or the day on which a decider restored the
    line. Only such lines are kept current. `narrowed` has the day on which this rule suspended a line.
    """

    since: Mapping[str, date]
    practised: Collection[Practised] = ()
    watched: Collection[Watched] = ()
    narrowed: Mapping[str, date] | None = None


@dataclass(frozen=True)
class Dose:
    """One thing that keeps a line current, `what` it is: cases or observation.

    It holds until `until`, that day included; after `lapses_on`, the last day of grace, it has lapsed. `have` of
    `need` were done within the period that counts today.
    """

    what: str
    until: date
    lapses_on: date
    have: int
    need: int

    def state_on(self, today: date, longest_notice: int) -> State:
        if today > self.lapses_on:
            return "lapsed"
        return "due" if today >= self.lapses_on - timedelta(days=longest_notice) else "current"


@dataclass(frozen=True)
class LineCurrency:
    """How current a line is: as its worse dose is.

    `narrowed_on` is the day on which the rule suspended the line. `back`: the doses are current again, and somebody
    watched since that day; a decider may restore the line.
    """

    region: str
    state: State
    doses: tuple[Dose, ...]
    narrowed_on: date | None = None
    back: bool = False

    @property
    def next_dose(self) -> Dose | None:
        """The dose that lapses first; None where the rule asks for none."""
        return min(self.doses, key=lambda dose: dose.lapses_on, default=None)


def currency(rule: RenewalRule, evidence: Evidence, today: date) -> dict[str, LineCurrency]:
    """Each line of the certificate, by region."""
    return {region: line_currency(rule, region, evidence, today) for region in evidence.since}


def line_currency(rule: RenewalRule, region: str, evidence: Evidence, today: date) -> LineCurrency:
    doses = doses_of(rule, region, evidence, today)
    longest = max(rule.notice_days, default=0)
    states = {dose.state_on(today, longest) for dose in doses}
    state: State = "lapsed" if LAPSED in states else "due" if DUE in states else "current"
    narrowed_on = (evidence.narrowed or {}).get(region)
    if narrowed_on is None:
        return LineCurrency(region, state, doses)
    return LineCurrency(region, "lapsed", doses, narrowed_on, back=is_back(rule, region, evidence, today))


def doses_of(rule: RenewalRule, region: str, evidence: Evidence, today: date) -> tuple[Dose, ...]:
    since = evidence.since[region]
    grace = timedelta(days=rule.grace_days)
    doses = []
    for what, need, days, months in (
        (CASES, rule.cases_each_month, case_days(region, evidence, today), 1),
        (OBSERVATION, rule.observations_each_year, watched_days(rule, region, evidence, today), 12),
    ):
        if need:
            until = kept_until(since, days, need, months)
            have = sum(months_later(day, months) >= today for day in days[:need])
            doses.append(Dose(what, until, until + grace, have, need))
    return tuple(doses)


def kept_until(since: date, days: Sequence[date], need: int, months: int) -> date:
    """The last day of a period that begins with the oldest of the last so many; a decision itself is a whole dose."""
    start = days[need - 1] if len(days) >= need else since
    return months_later(max(start, since), months)


def case_days(region: str, evidence: Evidence, today: date) -> list[date]:
    """The last day of each different case of the region, newest first."""
    wanted, latest = CASES_OF.get(region, region), dict[str, date]()
    for one in evidence.practised:
        if one.region == wanted and one.day <= today:
            latest[one.case] = max(one.day, latest.get(one.case, one.day))
    return sorted(latest.values(), reverse=True)


def watched_days(rule: RenewalRule, region: str, evidence: Evidence, today: date) -> list[date]:
    """The days of the region's observations at the rule's entrustment or above, newest first."""
    found = (
        one.day
        for one in evidence.watched
        if one.region == region and one.entrustment >= rule.entrustment and one.day <= today
    )
    return sorted(found, reverse=True)


def is_back(rule: RenewalRule, region: str, evidence: Evidence, today: date) -> bool:
    """Whether somebody watched after the line was narrowed, and every dose is done within its own period again."""
    narrowed_on = (evidence.narrowed or {})[region]
    if not any(day >= narrowed_on for day in watched_days(rule, region, evidence, today)):
        return False
    asked = (
        (rule.cases_each_month, case_days(region, evidence, today), 1),
        (rule.observations_each_year, watched_days(rule, region, evidence, today), 12),
    )
    return all(
        len(days) >= need and months_later(days[need - 1], months) >= today for need, days, months in asked if need
    )


# --- notices ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Warning:
    """A notice to be given: of which line (empty: the whole certificate) and dose, when it lapses, how far ahead."""

    region: str
    what: str
    lapses_on: date
    days: int


def warnings(rule: RenewalRule, lines: Collection[LineCurrency], expires_on: date, today: date) -> list[Warning]:
    """What should have been said by today: of each thing that comes due, the latest of its notices and no other.

    What has lapsed already is told as the shortest notice, since nothing is narrowed before a notice was given.
    """
    coming = [("", EXPIRY, expires_on)] if today <= expires_on else []
    coming += [
        (line.region, dose.what, dose.lapses_on) for line in lines if not line.narrowed_on for dose in line.doses
    ]
    found = []
    for region, what, lapses_on in coming:
        reached = [days for days in rule.notice_days if today >= lapses_on - timedelta(days=days)]
        if reached:
            found.append(Warning(region, what, lapses_on, min(reached)))
    return found


def narrows_on(rule: RenewalRule, dose: Dose, first_notice: date) -> date:
    """The first day on which a lapsed dose narrows its line: never sooner after a notice than the shortest of them."""
    return max(dose.lapses_on + timedelta(days=1), first_notice + timedelta(days=min(rule.notice_days, default=0)))
