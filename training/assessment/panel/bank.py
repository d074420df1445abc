"""How far the banks are: cases, and how many of them are rated and hard enough to tell anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.anatomy.segments import REGIONS
from training.assessment.analysis.subjects import Subject
from training.assessment.panel.service import SEGMENT_QUESTION, Rated, difficulties
from training.assessment.panel.waiting import bank_of, subjects_of
from training.content.documents import Case
from training.library import service as library

BANKS = ("sign-off", "exam", "practice")
DRAWN_FROM = 10  # cases of a region; of fewer a drawing would tell a rater what the others said of one
NEEDED = 100  # cases in band of a region, below which two trainees share too many; measurement.md, 3.2 there


@dataclass(frozen=True)
class RegionLine:
    """The cases of a region in one bank, by their segment question.

    `templates`: stories, each of which may have several variants; a case that stands alone is a story of its own.
    """

    region: str
    templates: int
    rated: tuple[Rated, ...]

    @property
    def cases(self) -> int:
        return len(self.rated)

    @property
    def in_band(self) -> int:
        """Of those with a panel; these count."""
        return sum(one.in_band and not one.provisional for one in self.rated)

    @property
    def in_band_provisional(self) -> int:
        return sum(one.in_band and one.provisional for one in self.rated)

    @property
    def with_panel(self) -> int:
        return sum(not one.provisional for one in self.rated)

    @property
    def calibrated(self) -> int:
        return sum(one.answers > 0 for one in self.rated)

    @property
    def sure(self) -> list[float]:
        return [one.share for one in self.rated if not one.provisional]

    @property
    def provisional(self) -> list[float]:
        return [one.share for one in self.rated if one.provisional]


def banks(session: Session) -> dict[str, list[RegionLine]]:
    """By bank, its regions in the order of the column; those without a case too, except in a bank without any.

    Three queries, and one for versions that are not in memory.
    """
    entries = [one.entry for one in library.catalogue(session).get("case", ()) if not one.retired]
    documents = library.documents(session, {entry.version_hash for entry in entries})
    asked = [
        subject
        for entry in entries
        for subject in subjects_of(entry, documents[entry.version_hash])
        if subject.question.id == SEGMENT_QUESTION
    ]
    rated = difficulties(session, [(one.entry.version_hash, one.question.id) for one in asked])
    stories = {version: story(document) for version, document in documents.items() if isinstance(document, Case)}
    found = {}
    for bank in BANKS:
        members = [one for one in asked if bank_of(one.entry) == bank]
        if members:
            found[bank] = [line_of(region, members, stories, rated) for region in REGIONS]
    return found


def story(case: Case) -> str:
    return f"template/{case.template}" if case.template else f"case/{case.id}"


def line_of(
    region: str, members: Sequence[Subject], stories: dict[str, str], rated: dict[tuple[str, str], Rated]
) -> RegionLine:
    here = [one for one in members if one.region == region]
    return RegionLine(
        region,
        len({stories[one.entry.version_hash] for one in here}),
        tuple(rated[one.entry.version_hash, one.question.id] for one in here),
    )
