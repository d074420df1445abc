"""Counts of a library's cases by region and bank, as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

from training.anatomy.segments import REGIONS, segments_of
from training.content.documents import REFER, Bank, Case, Library
from training.content.localizing import localize_findings
from training.measurement.item_calibration import AUTHOR_SHARES
from training.measurement.worlds import BAND

SIGN_OFF = "sign-off"
FEWEST_IN_BAND = 100
"""Of sign-off cases in a region; with fewer, people meet the same ones (docs/measurement.md)."""


@dataclass(frozen=True)
class BankLine:
    """One bank of one region.

    templates: stories from which some of its cases are to be made. in_band: cases whose estimated rating lies in the
    band. answers: cases by answer, from the top of the spine down; several accepted segments are joined by "/".
    refer_share: from 0 to 1. ratio: how probable the next answer is beside the key at most, and ratio_case the case
    where it is so; 0 and "" without a case that names a segment.
    """

    region: str
    bank: str
    templates: int
    cases: int
    in_band: int
    answers: Mapping[str, int]
    refer_share: float
    ratio: float
    ratio_case: str

    def as_json(self) -> dict[str, Any]:
        """The fields, numbers not rounded."""
        return asdict(self)


def bank_lines(library: Library) -> list[BankLine]:
    """A line for each region and bank, empty ones too."""
    cases = [item.document for item in library.items if isinstance(item.document, Case)]
    return [
        _line(
            region,
            bank,
            sum(one.region == region and one.bank == bank for one in library.templates),
            [one for one in cases if one.region == region and one.bank == bank],
        )
        for region in REGIONS
        for bank in get_args(Bank)
    ]


def _line(region: str, bank: str, templates: int, cases: Sequence[Case]) -> BankLine:
    keys = {one.id: key_of(one) for one in cases}
    counted = Counter("/".join(key) for key in keys.values())
    order = [*(one for name in REGIONS for one in segments_of(name)), REFER]
    ratios = [(ratio(one, keys[one.id]), one.id) for one in cases if keys[one.id] != (REFER,) and one.findings]
    worst, worst_case = max(ratios, default=(0.0, ""))
    return BankLine(
        region=region,
        bank=bank,
        templates=templates,
        cases=len(cases),
        in_band=sum(BAND[0] <= AUTHOR_SHARES[one.difficulty] <= BAND[1] for one in cases),
        answers={name: counted[name] for name in sorted(counted, key=lambda one: order.index(one.split("/")[0]))},
        refer_share=counted[REFER] / len(cases) if cases else 0.0,
        ratio=worst,
        ratio_case=worst_case,
    )


def doubles(library: Library) -> list[tuple[str, ...]]:
    """Ids of cases that certify and have the same examination, in groups: whoever remembers one knows the other."""
    groups: dict[frozenset[tuple[str, str, str]], list[str]] = {}
    for item in library.items:
        case = item.document
        if isinstance(case, Case) and case.bank != "practice" and case.findings:
            rows = frozenset((row.structure_id, row.finding, row.side) for row in case.findings)
            groups.setdefault(rows, []).append(case.id)
    return [tuple(ids) for ids in groups.values() if len(ids) > 1]


def key_of(case: Case) -> tuple[str, ...]:
    """The segments of which any one is right, or `("refer",)`."""
    return next(question.segments for question in case.questions if question.id == "segment")


def ratio(case: Case, key: Sequence[str]) -> float:
    """How probable the best answer outside the key is beside the best inside it; above 1 where the model disagrees."""
    found = localize_findings(case.findings)
    shares = (*found.segments, *found.nerves, *found.others)
    return max(share for name, share in shares if name not in key) / max(share for name, share in shares if name in key)
