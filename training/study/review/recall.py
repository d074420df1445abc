"""How much is remembered of each competency now, and how much will be in a week without a review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from training.study.review.queue import Day
from training.study.review.scheduling import recall

A_WEEK = timedelta(days=7)
OTHER = ""  # cards that name no competency


@dataclass(frozen=True)
class Recall:
    """One competency: how many cards it has, and their mean recall now and in a week, 0 to 1."""

    competency: str
    title: str
    cards: int
    now: float
    in_a_week: float


def recall_by_competency(day: Day, titles: Mapping[str, str]) -> list[Recall]:
    """In the order of `titles`, the names of the competencies; those without a card are left out."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in day.asked:
        if row.reviewed_at is None:
            continue
        later = day.at + A_WEEK
        both = recall(row.stability, row.reviewed_at, day.at), recall(row.stability, row.reviewed_at, later)
        for name in day.competencies(row) or (OTHER,):
            found.setdefault(name if name in titles else OTHER, []).append(both)
    order = [name for name in (*titles, OTHER) if name in found]
    return [
        Recall(
            name,
            titles.get(name, ""),
            len(found[name]),
            sum(now for now, _ in found[name]) / len(found[name]),
            sum(later for _, later in found[name]) / len(found[name]),
        )
        for name in order
    ]
