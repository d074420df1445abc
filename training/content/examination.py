"""The examination of a case: a table of structure, finding and side, which people and the machine can read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from training.anatomy.signs import SignList, resolve_signs, sign_fits, sign_vocabulary
from training.anatomy.vocabulary import Structure, Unknown, resolve_structure
from training.content.documents import Finding, Side
from training.content.faults import Faults, did_you_mean, quoted, suggest
from training.content.markdown import Renderer
from training.content.sections import Block, trimmed

COLUMNS = ("Structure", "Finding", "Side")
SIDES: tuple[Side, ...] = get_args(Side)

_CELLS = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^[\s|:\-]+$")


@dataclass(frozen=True)
class Examination:
    """What was read: the findings with the line of each, and the rendered text around the table."""

    findings: tuple[Finding, ...] = ()
    lines: tuple[int, ...] = ()
    html: str = ""


def read_examination(body: Block, heading_line: int, renderer: Renderer) -> Examination:
    """The findings of the table, and the rendered text around it.

    What is wrong with the table or a row becomes a problem; such rows are left out.
    """
    faults = renderer.faults
    lines = body.lines
    start = next((number for number, line in enumerate(lines) if _is_row(line)), None)
    if start is None:
        faults.add(heading_line, "the examination has no table", "write | Structure | Finding | Side | and its rows")
        return Examination(html=renderer.render(lines, body.line))
    end = start
    while end < len(lines) and _is_row(lines[end]):
        end += 1
    before, after = trimmed(Block(lines[:start], body.line)), trimmed(Block(lines[end:], body.line + end))
    around = "\n".join(html for html in (renderer.render(block.lines, block.line) for block in (before, after)) if html)
    header = tuple(cell.strip("* ").capitalize() for cell in _split(lines[start]))
    if header != COLUMNS:
        faults.add(body.line + start, f"the table's columns are {', '.join(header)[:80]}",
                   "write | Structure | Finding | Side |")  # fmt: skip
        return Examination(html=around)
    if end < start + 2 or not _RULE.match(lines[start + 1]):
        faults.add(body.line + start, "the table has no line below its head", "add |---|---|---|")
        return Examination(html=around)
    findings: list[Finding] = []
    read_in: list[int] = []
    seen: dict[tuple[str, tuple[str, ...], str], int] = {}
    for number in range(start + 2, end):
        line = body.line + number
        finding = _read_row(_split(lines[number]), line, faults)
        if finding is None:
            continue
        first = seen.setdefault((finding.structure_id, finding.signs, finding.side), line)
        if first != line:
            faults.add(line, f"the row repeats line {first}", "delete one of them")
        findings.append(finding)
        read_in.append(line)
    if end == start + 2:
        faults.add(body.line + start, "the table has no rows", "add a row for each finding, normal ones too")
    return Examination(tuple(findings), tuple(read_in), around)


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|") or len(_CELLS.findall(line)) >= 2


def _split(line: str) -> list[str]:
    text = line.strip()
    text = text[1:] if text.startswith("|") else text
    text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
    return [cell.replace("\\|", "|").strip() for cell in _CELLS.split(text)]


def _read_row(cells: list[str], line: int, faults: Faults) -> Finding | None:
    if len(cells) != len(COLUMNS):
        faults.add(line, f"{len(cells)} cells in the row", "write | structure | finding | side |")
        return None
    text, finding, side_text = cells
    structure = resolve_structure(text)
    if isinstance(structure, Unknown):
        _refuse_structure(structure, line, faults)
    signs = _check_signs(finding, structure, line, faults)
    side = next((known for known in SIDES if known == side_text.casefold()), None)
    if not side_text:
        faults.add(line, "the side is empty", "write right, left, both or midline")
    elif side is None:
        faults.add(line, f"unknown side {quoted(side_text)}", _side_hint(side_text))
    if isinstance(structure, Unknown) or signs is None or side is None:
        return None
    names = tuple(one.sign for one in signs.observed)
    grades = tuple(one.grade for one in signs.observed)
    return Finding(text, structure.id, structure.kind, finding, names, side, grades)


def _refuse_structure(unknown: Unknown, line: int, faults: Faults) -> None:
    if not unknown.given.strip():
        faults.add(line, "the structure is empty", "name what was examined")
        return
    kinds = {name.rpartition("(")[2] for name in unknown.suggestions if name.endswith(")")}
    ambiguous = len(kinds) > 1 and len(unknown.suggestions) > 1
    what = f"{'ambiguous' if ambiguous else 'unknown'} structure {quoted(unknown.given)}"
    faults.add(line, what, suggest(unknown.suggestions, "name a muscle, movement, reflex, skin area, joint or test"))


def _check_signs(text: str, structure: Structure | Unknown, line: int, faults: Faults) -> SignList | None:
    """The signs of a cell when all are known and possible, else None with problems."""
    signs = resolve_signs(text)
    sound = not signs.unknown
    for unknown in signs.unknown:
        every = f"use one of: {', '.join(sign_vocabulary().signs)}"
        faults.add(line, f"unknown sign {quoted(unknown.given)}", suggest(unknown.suggestions, every))
    if not signs.observed and not signs.unknown:
        faults.add(line, "the finding is empty", "write the signs, or normal")
        return None
    names = [one.sign for one in signs.observed]
    if len(names) > 1 and "normal" in names:
        faults.add(line, "normal stands beside another sign", "write one of the two")
        sound = False
    if doubled := next((name for name in names if names.count(name) > 1), None):
        faults.add(line, f"{quoted(doubled)} stands twice in the finding", "delete one")
        sound = False
    if isinstance(structure, Structure):
        for name in names:
            if not sign_fits(name, structure.kind):
                faults.add(line, f"a {structure.kind} cannot be {quoted(name)}", _fitting(structure))
                sound = False
    return signs if sound else None


@lru_cache(maxsize=16)
def _signs_for(kind: str) -> str:
    return ", ".join(name for name, sign in sign_vocabulary().signs.items() if kind in sign.kinds)


def _fitting(structure: Structure) -> str:
    what = "skin area" if structure.kind == "skin" else structure.kind
    return f"name another structure, or a sign of a {what}: {_signs_for(structure.kind)}"


def _side_hint(text: str) -> str:
    words = {"bilateral": "both", "bilaterally": "both", "r": "right", "l": "left", "central": "midline"}
    known = words.get(text.casefold())
    return f'did you mean "{known}"?' if known else did_you_mean(text, SIDES)
