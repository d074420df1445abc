"""Which sign-off case comes next: by chance within the band, spread over the content, none met too often.

What the decision's guarantee asks of the drawing is only that it does not look at how the person will answer
(docs/measurement.md, "Why it holds"); the rest keeps the bank fresh and the content balanced.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

CONFIGURED = Path(__file__).parent / "data" / "bank.toml"


@dataclass(frozen=True, kw_only=True)
class BankRule:
    """The values of data/bank.toml.

    band: lowest and highest share (0..1) of just-competent people who answer a case rightly. raters: panel members
    before a rating counts. cases_needed: in band, a region. exposure_cap: share of the region's candidates who may meet
    one case, from `exposure_from` candidates on. practice_between: practice cases after a session that ended "not yet".
    areas: by region, then by the area's name, the answers that belong to it. weights: of areas, 1 unless given.
    Raises ValueError for values outside these ranges.
    """

    band: tuple[float, float] = (0.30, 0.80)
    raters: int = 3
    cases_needed: int = 100
    exposure_cap: float = 0.30
    exposure_from: int = 10
    practice_between: int = 20
    areas: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.band[0] < self.band[1] < 1 or not 0 < self.exposure_cap <= 1:
            raise ValueError("the band's ends and the cap are shares between 0 and 1")
        if min(self.raters, self.cases_needed, self.exposure_from) < 1 or self.practice_between < 0:
            raise ValueError("raters, cases_needed and exposure_from are at least 1, practice_between at least 0")
        if any(weight <= 0 for weight in self.weights.values()):
            raise ValueError("a weight is above 0")

    def in_band(self, share: float) -> bool:
        """Both ends belong to it; a rating of exactly 30 % is not turned away by how it is stored."""
        return self.band[0] - 1e-9 <= share <= self.band[1] + 1e-9

    def area_of(self, region: str, answers: Collection[str]) -> str:
        """The area of a case by its key, the first that holds one of the answers; "" where no area is set."""
        return next((name for name, held in self.areas.get(region, {}).items() if set(answers) & set(held)), "")

    def areas_of(self, region: str) -> tuple[str, ...]:
        return tuple(self.areas.get(region, {}))


@cache
def configured_bank() -> BankRule:
    """The rule of data/bank.toml, read once."""
    found = tomllib.loads(CONFIGURED.read_text(encoding="utf-8"))
    return BankRule(**{**found, "band": tuple(found["band"])})


@dataclass(frozen=True)
class Candidate:
    """A case that the person may be given. `template` is "" for one that stands alone; `seen_by` counts people."""

    item_id: str
    region: str
    area: str
    template: str
    seen_by: int = 0


def draw(
    candidates: Sequence[Candidate],
    *,
    asked: Mapping[str, int],
    people: Mapping[str, int],
    rule: BankRule,
    random: Random,
) -> Candidate | None:
    """One of the candidates, or None when there is none.

    First a region by chance, then an area, the likelier the less it was asked, then a case by chance among those below
    the exposure cap; where all are above it, among those that the fewest have met.
    asked: how many cases of each area the person had in the running sessions. people: by region, how many sat it.
    """
    regions = sorted({one.region for one in candidates})
    if not regions:
        return None
    region = random.choice(regions)
    here = [one for one in candidates if one.region == region]
    areas = sorted({one.area for one in here})
    weights = [rule.weights.get(area, 1.0) / (1 + asked.get(area, 0)) ** 2 for area in areas]
    area = random.choices(areas, weights)[0]
    there = sorted((one for one in here if one.area == area), key=lambda one: one.item_id)
    return random.choice(fresh(there, people.get(region, 0), rule))


def fresh(candidates: Sequence[Candidate], people: int, rule: BankRule) -> Sequence[Candidate]:
    """Those below the exposure cap once enough people sat the region, else those that the fewest have met."""
    if people < rule.exposure_from:
        return candidates
    below = [one for one in candidates if one.seen_by + 1 <= rule.exposure_cap * people]
    if below:
        return below
    fewest = min(one.seen_by for one in candidates)
    return [one for one in candidates if one.seen_by == fewest]
