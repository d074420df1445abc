"""Whether a case's examination supports its key, by the localization model; told row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from training.anatomy.explanation import tellings
from training.anatomy.localization import Localization, localize
from training.anatomy.model import Hypothesis, model
from training.anatomy.observations import Observation
from training.anatomy.segments import describe, parse_segment
from training.anatomy.sentences import named, odds_in_words
from training.anatomy.signs import sign_vocabulary
from training.anatomy.verdicts import alarms
from training.anatomy.vocabulary import Unknown, resolve_structure
from training.content.documents import Finding
from training.content.examination import Examination
from training.content.faults import Faults, quoted
from training.content.sections import Section

_ROWS_NAMED = 3
_SEGMENT_OPTION = re.compile(
    r"\s*[-*+]\s+\[ \]\s*\**(?P<segment>[CTLScls]h?\s?[0-9]{1,2})\b\**(?:\s*,.*|\s+(?:on|to) the .*)?\s*$"
)


def observations_of(finding: Finding) -> tuple[Observation, ...]:
    """A row as the model takes it: one observation for each sign; () for a structure that is no longer known."""
    structure = resolve_structure(finding.structure)
    if isinstance(structure, Unknown):
        return ()
    grades = finding.grades or ("",) * len(finding.signs)
    return tuple(
        Observation(structure, sign, finding.side, grade) for sign, grade in zip(finding.signs, grades, strict=True)
    )


def localize_findings(findings: Sequence[Finding]) -> Localization:
    """What the rows of an examination say."""
    return localize([one for finding in findings for one in observations_of(finding)])


def check_key(
    rows: Examination, segments: tuple[str, ...], side: str | None, answer_line: int, side_line: int, faults: Faults
) -> None:
    """Say when the rows favour something else than the key, how strongly, and which rows do it.

    segments: the key's; a key of `refer` is not for the rows to support, since one line of the history can be enough.
    """
    if not rows.findings:
        return
    by_row = [observations_of(finding) for finding in rows.findings]
    line_of = {id(one): line for its, line in zip(by_row, rows.lines, strict=True) for one in its}
    observations = [one for its in by_row for one in its]
    for alarm in alarms(observations):
        faults.add(line_of[id(alarm)], f"{quoted(alarm.structure.name)} {alarm.sign} means that needling must wait",
                   "answer refer, change the row, or write in key_note why the key stands")  # fmt: skip
    found = localize(observations)
    _check_segment(found, segments, answer_line, line_of, faults)
    if side in ("left", "right") and found.side in ("left", "right") and found.side != side:
        faults.add(side_line, f"the key says {side}, and the findings lie on the {found.side}",
                   "correct the side of the key or of the rows")  # fmt: skip


def _check_segment(
    found: Localization, segments: tuple[str, ...], line: int, line_of: dict[int, int], faults: Faults
) -> None:
    shares = dict(found.segments)
    best, probability = found.segments[0]
    nerve, nerve_probability = found.nerves[0]
    key = max(segments, key=lambda segment: shares[segment])
    tolerance = found.model.numbers["check.tolerance"]
    if nerve_probability > max(probability, tolerance * shares[key]):
        rival = next(one for one, _ in found.ranked if one.name == nerve and one.kind == "nerve")
        probability = nerve_probability
    elif best not in segments and probability > tolerance * shares[key]:
        rival = found.model.hypotheses[found.model.place[best]]
    else:
        return
    mine = found.model.hypotheses[found.model.place[key]]
    faults.add(
        line,
        f"the examination speaks for {named(rival)} ({probability:.0%}) rather than {describe(segments)} "
        f"({shares[key]:.0%}): {_rows_for(found, rival, mine, line_of)}",
        "correct the key or the rows, or write in key_note why the key stands",
    )


def _rows_for(found: Localization, rival: Hypothesis, key: Hypothesis, line_of: dict[int, int]) -> str:
    """The rows that speak most for the rival: "line 24, triceps reflex (6 : 1)"."""
    against = [telling for telling in tellings(found, rival, key) if telling.favours is rival][:_ROWS_NAMED]
    return "; ".join(
        f"line {line_of[id(telling.observation)]}, {telling.observation.structure.name} ({odds_in_words(telling.odds)})"
        for telling in against
    )


def check_distractors(rows: Examination, questions: Sequence[Section], faults: Faults) -> None:
    """Point out a wrong option that names a segment which no abnormal finding supports: nobody would choose it."""
    abnormal = [
        one
        for finding in rows.findings
        for one in observations_of(finding)
        if sign_vocabulary().signs[one.sign].finding_class != "normal"
    ]
    if not abnormal:
        return
    its = model()
    for section in questions:
        for number, line in enumerate(section.body.lines):
            option = _SEGMENT_OPTION.match(line)
            segment = parse_segment(option["segment"]) if option else None
            if segment is None:
                continue
            place, least = its.place[segment], its.numbers["check.support"]
            if not any(its.supply(one.structure)[place] >= least for one in abnormal):
                faults.add(section.body.line + number, f"no finding supports {segment}, so nobody would choose it",
                           "offer a segment that a finding supports, or add such a finding")  # fmt: skip
