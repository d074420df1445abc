"""Invented histories: readable English, put together from the phrases of data/histories.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from training.anatomy.patients.referrals import Referral
from training.anatomy.segments import SEGMENTS, region_of
from training.anatomy.tables import DATA

NOTICED = ("motor", "sensory", "none")
_BY_ZONE = ("vague", "complaints", "eases", "tried", "past")
_MARK = re.compile(r"\{(\w+)\}")
_FORMS = ("they", "them", "their", "has", "is", "was", "s", "es", "ies")
_SHE = ("she", "her", "her", "has", "is", "was", "s", "es", "ies")
_HE = ("he", "him", "his", "has", "is", "was", "s", "es", "ies")
_THEY = ("they", "them", "their", "have", "are", "were", "", "", "y")
_PEOPLE = (_SHE, _SHE, _SHE, _HE, _HE, _HE, _THEY)
THEY: Mapping[str, str] = dict(zip(_FORMS, _THEY, strict=True))
"""Forms for a person of whom nothing more is known."""
_OFTEN, _SOMETIMES = 0.7, 0.4
"""How many histories hold a sentence that may be left out."""


@dataclass(frozen=True)
class Person:
    """Someone whose work or pastime burdens a region. onset and worse are sentences without their full stop."""

    who: str
    regions: tuple[str, ...]
    ages: tuple[int, int]
    onset: tuple[str, ...]
    worse: tuple[str, ...]


@dataclass(frozen=True)
class Phrases:
    """histories.toml: `zone_of` by segment, `by_zone` by kind of phrase and zone, the rest by what its name says."""

    people: tuple[Person, ...]
    zone_of: Mapping[str, str]
    places: Mapping[str, tuple[str, ...]]
    by_zone: Mapping[str, Mapping[str, tuple[str, ...]]]
    noticed: Mapping[str, Mapping[str, tuple[str, ...]]]
    denied: Mapping[str, tuple[str, ...]]
    qualities: tuple[str, ...]
    durations: tuple[str, ...]
    medicines: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What the history says of the findings, and the luck of the pain.

    segment: where the trouble is. side: left or right. noticed: one of NOTICED. vague: the pain keeps to no segment.
    """

    segment: str
    side: str
    noticed: str
    vague: bool
    referral: Referral | None = None


@dataclass(frozen=True)
class History:
    title: str
    text: str


def tell(told: Told, random: Random) -> History:
    """An invented person's story: who, where it hurts, how it began, what burdens it, what was tried and denied."""
    phrases, region = load_phrases(), region_of(told.segment)
    zone, referral = phrases.zone_of[told.segment], told.referral
    ages = referral.ages if referral else (0, 200)
    person = random.choice(_people(region, ages))
    age = random.randint(max(person.ages[0], ages[0]), min(person.ages[1], ages[1]))
    forms = dict(zip(_FORMS, random.choice(_PEOPLE), strict=True)) | {"side": told.side}

    def one_of(among: Sequence[str]) -> str:
        return random.choice(among)

    def by_zone(kind: str) -> str:
        return one_of(phrases.by_zone[kind][zone])

    place = by_zone("vague") if told.vague else one_of(phrases.places[told.segment])
    if referral and referral.pain:
        place = one_of(referral.pain)
    pain = f"{one_of([quality for quality in phrases.qualities if not _echo(quality, place)])} {place}"
    who = f"{_article(str(age))} {age}-year-old {person.who}"
    begun = f"{who} has had {pain} for {one_of(phrases.durations)}"
    if "," in pain or random.random() < _SOMETIMES:
        begun = f"For {one_of(phrases.durations)} {who[0].lower()}{who[1:]} has had {pain}"
    burdened = [begun, one_of(person.onset), one_of(person.worse)]
    if referral and referral.alone:
        sentences = [f"{who} comes with {pain}", one_of(referral.told), referral.spared]
    elif referral:
        sentences = [*burdened, by_zone("tried"), one_of(referral.told), referral.spared]
    else:
        sentences = burdened
        sentences += [by_zone("eases")] if random.random() < _OFTEN else []
        sentences += [one_of(phrases.noticed[told.noticed][zone])]
        sentences += random.sample(phrases.by_zone["tried"][zone], 2 if random.random() < _SOMETIMES else 1)
        sentences += [by_zone("past")] if random.random() < _OFTEN else []
        sentences += [one_of(phrases.denied[region])]
    sentences.append(one_of(phrases.medicines))
    complaint = by_zone("complaints")
    return History(
        f"{_article(person.who)} {person.who} with {complaint[0].lower()}{complaint[1:]}",
        " ".join(f"{fill(sentence, forms)}." for sentence in sentences),
    )


def fill(sentence: str, forms: Mapping[str, str]) -> str:
    """Put the forms of a pronoun into the marks of a sentence; KeyError for a mark that is none."""

    def put(found: re.Match[str]) -> str:
        mark = found[1]
        form = forms[mark.lower()]
        return form.capitalize() if mark[0].isupper() else form

    filled = _MARK.sub(put, sentence)
    return filled[0].upper() + filled[1:]


@lru_cache(maxsize=2)
def load_phrases(folder: Path = DATA) -> Phrases:
    """Read and check histories.toml. ValueError for a zone, segment or region that has no phrases."""
    data: dict[str, Any] = tomllib.loads((folder / "histories.toml").read_text("utf-8"))
    zones: dict[str, list[str]] = data["zones"]
    zone_of = {segment: zone for zone, segments in zones.items() for segment in segments}
    phrases = Phrases(
        people=tuple(
            Person(one["who"], tuple(one["regions"]), _range(one["ages"]), tuple(one["onset"]), tuple(one["worse"]))
            for one in data["people"]
        ),
        zone_of=zone_of,
        places=_lists(data["places"], SEGMENTS),
        by_zone={kind: _lists(data[kind], zones) for kind in _BY_ZONE},
        noticed={kind: _lists(data["noticed"][kind], zones) for kind in NOTICED},
        denied=_lists(data["denied"], {region_of(segment) for segment in SEGMENTS}),
        qualities=tuple(data["qualities"]),
        durations=tuple(data["durations"]),
        medicines=tuple(data["medicines"]),
    )
    if missing := [segment for segment in SEGMENTS if segment not in zone_of]:
        raise ValueError(f"histories.toml: {', '.join(missing)} is in no zone")
    return phrases


def _lists(
    given: Mapping[str, Sequence[str]], needed: Sequence[str] | Mapping[str, Any] | set[str]
) -> dict[str, tuple[str, ...]]:
    if missing := sorted(name for name in needed if not given.get(name)):
        raise ValueError(f"histories.toml: no phrases for {', '.join(missing)}")
    return {name: tuple(phrases) for name, phrases in given.items()}


def _range(given: Sequence[int]) -> tuple[int, int]:
    return given[0], given[1]


@lru_cache(maxsize=64)
def _people(region: str, ages: tuple[int, int]) -> tuple[Person, ...]:
    return tuple(one for one in load_phrases().people if region in one.regions and _overlap(one.ages, ages))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) <= min(one[1], other[1])


def _echo(one: str, other: str) -> bool:
    """Whether two phrases share a word of weight: "a deep ache deep in the shoulder"."""
    return any(len(word) > 3 and word in other.split() for word in one.split())


def _article(word: str) -> str:
    """A or An, before a word or an age."""
    return "An" if word[0].lower() in "aeio8" or word in ("11", "18") else "A"
