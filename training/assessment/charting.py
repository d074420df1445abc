"""The findings of a case as marks on the body chart."""

from __future__ import annotations

from functools import lru_cache

from training.anatomy.chart.marks import ChartFinding, Mark, marks
from training.anatomy.signs import sign_vocabulary
from training.anatomy.vocabulary import Unknown, resolve_structure
from training.content.documents import Finding


@lru_cache(maxsize=512)
def marks_of(findings: tuple[Finding, ...]) -> tuple[Mark, ...]:
    """One mark or more for each row, numbered as the rows are."""
    return tuple(marks(_charted(finding) for finding in findings))


def _charted(finding: Finding) -> ChartFinding:
    structure = resolve_structure(finding.structure)
    signs = sign_vocabulary().signs
    return ChartFinding(
        structure_id=finding.structure_id,
        kind=finding.kind,
        segments=() if isinstance(structure, Unknown) else structure.segments,
        normal=all(signs[sign].finding_class == "normal" for sign in finding.signs if sign in signs),
        side=finding.side,
        label=finding.structure,
        detail=finding.finding,
    )
