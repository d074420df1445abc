"""The whole analysis of a table of marks: items, test, difficulty, and what must be said about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from training.measurement import rasch
from training.measurement.item_statistics import ItemStatistics, item_statistics
from training.measurement.marks import Marks
from training.measurement.rasch import RaschFit
from training.measurement.sample_size import COUNTS_ONLY, KEY_IN_DOUBT, TRUSTED
from training.measurement.total_statistics import Reliability, TotalStatistics, reliability, total_statistics


@dataclass(frozen=True)
class Notice:
    """Something a reader of the figures must know; `code` is a message id, `items` whom it concerns."""

    code: str
    items: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Analysis:
    """Lists run along `items`. people: rows of the table; complete: those who saw every item that anybody saw."""

    people: int
    items: list[ItemStatistics]
    difficulties: list[float | None]
    difficulty_errors: list[float | None]
    alpha_if_deleted: list[float | None]
    effective_weights: list[float | None]
    totals: TotalStatistics
    reliability: Reliability
    rasch: RaschFit | None
    notices: list[Notice]


def analyse(marks: Marks) -> Analysis:
    """Compute every figure that can be computed.

    An item nobody saw is left out of the totals. Difficulty is estimated for the items with marks of 0 and 1 only,
    among themselves; one with partial marks has none.
    """
    items = item_statistics(marks)
    used = np.array([one.n > 0 for one in items], dtype=np.bool_)
    rows = marks.of(used).complete_rows() if used.any() else np.empty((0, 0))
    whole = reliability(rows)
    binary = marks.binary_items() & used
    found = rasch.fit(marks.of(binary)) if binary.sum() > 1 else None
    analysis = Analysis(
        people=len(marks.values),
        items=items,
        difficulties=_spread_out(binary, _values(found.difficulties) if found else None),
        difficulty_errors=_spread_out(binary, _values(found.standard_errors) if found else None),
        alpha_if_deleted=_spread_out(used, whole.alpha_if_deleted),
        effective_weights=_spread_out(used, whole.effective_weights),
        totals=total_statistics(rows.sum(axis=1) if used.any() else np.empty(0), float(used.sum())),
        reliability=whole,
        rasch=found,
        notices=[],
    )
    analysis.notices.extend(_notices(marks, analysis, binary))
    return analysis


def _values(array: np.typing.NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(one) else float(one) for one in array]


def _spread_out(chosen: np.typing.NDArray[np.bool_], values: list[float | None] | None) -> list[float | None]:
    found = iter(values or [])
    return [next(found, None) if one else None for one in chosen]


def _notices(marks: Marks, analysis: Analysis, binary: np.typing.NDArray[np.bool_]) -> Iterator[Notice]:
    people = analysis.people
    if people < COUNTS_ONLY:
        yield Notice("few-people", counts=(("people", people),))
    elif people < TRUSTED:
        yield Notice("some-people", counts=(("people", people),))
    yield from _gaps(marks, analysis)
    yield from _items(analysis)
    yield from _test(analysis)
    yield from _difficulty(analysis, binary)


def _gaps(marks: Marks, analysis: Analysis) -> Iterator[Notice]:
    seen = marks.seen
    if unseen := tuple(one.item for one in analysis.items if one.n == 0):
        yield Notice("unseen", unseen)
    if empty := int((~seen.any(axis=1)).sum()):
        yield Notice("empty-rows", counts=(("rows", empty),))
    gappy = tuple(one.item for one in analysis.items if 0 < one.n < analysis.people)
    if gappy:
        gaps = sum(analysis.people - one.n for one in analysis.items if one.n)
        counts = (("gaps", gaps), ("complete", analysis.totals.n), ("rows", analysis.people))
        yield Notice("missing", gappy, counts)
    if few := tuple(one.item for one in analysis.items if 0 < one.n < COUNTS_ONLY <= analysis.people):
        yield Notice("few-answers", few)


def _items(analysis: Analysis) -> Iterator[Notice]:
    if same := tuple(one.item for one in analysis.items if one.constant and one.n > 1):
        yield Notice("zero-variance", same)
    negative = [one for one in analysis.items if one.discrimination is not None and one.discrimination < 0]
    if doubtful := tuple(one.item for one in negative if one.discrimination_n >= KEY_IN_DOUBT):
        yield Notice("negative-discrimination", doubtful)
    if chance := tuple(one.item for one in negative if one.discrimination_n < KEY_IN_DOUBT):
        yield Notice("negative-by-chance", chance)
    if len([one for one in analysis.items if one.n]) < 2:
        yield Notice("one-item")


def _test(analysis: Analysis) -> Iterator[Notice]:
    whole, totals = analysis.reliability, analysis.totals
    if totals.n == 0 and analysis.people:
        yield Notice("no-complete-rows")
    if whole.alpha is None:
        if whole.items > 1 and 0 < whole.n < 3:
            yield Notice("alpha-few", counts=(("rows", whole.n),))
        elif whole.items > 1 and whole.n >= 3:
            yield Notice("alpha-no-spread")
    elif whole.alpha < 0:
        yield Notice("alpha-negative")
    if whole.alpha is not None and COUNTS_ONLY <= whole.n < TRUSTED <= analysis.people:
        yield Notice("alpha-small", counts=(("rows", whole.n),))


def _difficulty(analysis: Analysis, binary: np.typing.NDArray[np.bool_]) -> Iterator[Notice]:
    partial = tuple(one.item for one, whole in zip(analysis.items, binary, strict=True) if one.n and not whole)
    if partial:
        yield Notice("partial-marks", partial)
    extreme = {one.item for one in analysis.items if one.constant and one.facility in (0.0, 1.0)}
    lacking = [
        one.item
        for one, whole, found in zip(analysis.items, binary, analysis.difficulties, strict=True)
        if one.n and whole and found is None
    ]
    if binary.sum() < 2 and partial:
        yield Notice("difficulty-one")
    if at_the_edge := tuple(item for item in lacking if item in extreme):
        yield Notice("no-difficulty-extreme", at_the_edge)
    apart = tuple(item for item in lacking if item not in extreme)
    if apart and binary.sum() > 1:
        yield Notice("no-difficulty-apart", apart)
    found = analysis.rasch
    if found is None:
        return
    if found.perfect or found.zero:
        counts = (("perfect", found.perfect), ("zero", found.zero), ("people", found.people))
        yield Notice("perfect-scores", counts=counts)
    if found.people < TRUSTED:
        yield Notice("difficulty-few", counts=(("people", found.people),))
    if not found.converged:
        yield Notice("not-converged")
