"""What a version of the framework changed, in words, and whom it gives another level than the version before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from training.competency.rule.facts import Evidence
from training.competency.rule.readiness import Level, exceeds, readiness
from training.competency.rule.standing import Said, say
from training.competency.rule.wording import Titles, asked_words
from training.content.documents import Competency, Framework

Kind = Literal["added", "dropped", "retired", "back", "rule", "judged", "words", "scope", "certificate", "refresh"]

Asked = tuple[str, ...]
LEVELS_ASKED = ("supervised", "independent")
LEVEL_WORDS = {
    "both": say("What both levels ask for changed."),
    "supervised": say("What practice under supervision asks for changed."),
    "independent": say("What independent practice asks for changed."),
}


@dataclass(frozen=True)
class Change:
    """One difference. `about` is a competency's title, empty for the framework as a whole; `lines` are of the scope."""

    kind: Kind
    about: str
    what: Said
    gone: tuple[Said, ...] = ()
    new: tuple[Said, ...] = ()
    lines: tuple[str, ...] = ()


def changes(old: Framework, new: Framework, titles: Titles) -> tuple[Change, ...]:
    """Everything in which two versions differ for somebody, in the order of the newer one."""
    before = {one.id: one for one in old.competencies}
    after = {one.id: one for one in new.competencies}
    found = [change for one in new.competencies for change in of_competency(before.get(one.id), one, titles)]
    found += [
        Change("dropped", one.title, say("Left out of the file."), tuple(asked_words(r, titles) for r in one.rule))
        for one in old.competencies
        if one.id not in after
    ]
    names = {one.id: one.title for one in (*old.competencies, *new.competencies)}
    found += of_scope(old, new, names)
    if old.valid_months != new.valid_months:
        what = say(
            "A certificate is valid for %(new)s months, no longer %(old)s.", new=new.valid_months, old=old.valid_months
        )
        found.append(Change("certificate", "", what))
    if old.refresh != new.refresh:
        what = say(
            "Refreshing is due below %(new)s %% recall over %(new_cards)s cards or more; it was %(old)s %% and "
            "%(old_cards)s.",
            new=round(new.refresh.recall_below * 100),
            new_cards=new.refresh.cards,
            old=round(old.refresh.recall_below * 100),
            old_cards=old.refresh.cards,
        )
        found.append(Change("refresh", "", what))
    return tuple(found)


def of_competency(old: Competency | None, new: Competency, titles: Titles) -> list[Change]:
    rule = tuple(asked_words(one, titles) for one in new.rule)
    if old is None:
        what = say("New, with a rule of its own.") if new.measured else say("New, without a rule of its own.")
        return [Change("added", new.title, what, new=rule)]
    if new.retired != old.retired:
        what = say("Retired: not asked for any more.") if new.retired else say("Asked for again.")
        return [Change("retired" if new.retired else "back", new.title, what)]
    found = []
    if new.rule != old.rule:
        gone = tuple(asked_words(one, titles) for one in old.rule if one not in new.rule)
        fresh = tuple(asked_words(one, titles) for one in new.rule if one not in old.rule)
        found.append(Change("rule", new.title, say("The rule changed."), gone, fresh))
    if (new.judged_with, new.not_judged) != (old.judged_with, old.not_judged):
        found.append(Change("judged", new.title, say("Where it is judged changed.")))
    if (new.title, new.means, new.tested_by, new.group) != (old.title, old.means, old.tested_by, old.group):
        found.append(Change("words", new.title, say("Its title, its meaning or its tags were written anew.")))
    return found


def of_scope(old: Framework, new: Framework, names: Mapping[str, str]) -> list[Change]:
    """What the lines ask for otherwise; lines and levels that changed alike are told together."""
    before = {line.region: line for line in old.scope}
    alike: dict[tuple[str, Asked, Asked], list[str]] = {}
    for line in new.scope:
        earlier = before.get(line.region)
        moved = {level: moved_names(getattr(earlier, level, ()), getattr(line, level)) for level in LEVELS_ASKED}
        if moved["supervised"] == moved["independent"]:
            moved = {"both": moved["supervised"]}
        for level, (gone, fresh) in moved.items():
            if gone or fresh:
                alike.setdefault((level, gone, fresh), []).append(line.region)
    return [
        Change(
            "scope",
            "",
            LEVEL_WORDS[level],
            tuple(say("%(title)s", title=names.get(one, one)) for one in gone),
            tuple(say("%(title)s", title=names.get(one, one)) for one in fresh),
            tuple(lines),
        )
        for (level, gone, fresh), lines in alike.items()
    ]


def moved_names(was: Asked, now: Asked) -> tuple[Asked, Asked]:
    """What is not asked for any more, and what is new."""
    return tuple(one for one in was if one not in now), tuple(one for one in now if one not in was)


@dataclass(frozen=True)
class LineMoved:
    """A line of the scope that two versions give one person differently; `granted` is what a sign-off gave in it."""

    region: str
    before: Level
    now: Level
    granted: str | None

    @property
    def less(self) -> bool:
        return bool(exceeds({self.region: self.before}, {self.region: self.now}))

    @property
    def below_granted(self) -> bool:
        """Whether what was granted would not be granted by the newer version."""
        return self.granted is not None and bool(exceeds({self.region: self.granted}, {self.region: self.now}))


def lines_moved(
    old: Framework, new: Framework, evidence: Evidence, granted: Mapping[str, str]
) -> tuple[LineMoved, ...]:
    """The lines that the same evidence gets at another level from the two versions."""
    before, now = readiness(old, evidence).scope, readiness(new, evidence).scope
    return tuple(
        LineMoved(region, before.get(region, "not-certified"), level, granted.get(region))
        for region, level in now.items()
        if before.get(region, "not-certified") != level
    )
