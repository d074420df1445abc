"""Cases: `cases/<region>/<id>.md`, a patient on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from training.anatomy.segments import describe, region_of, segments_of
from training.anatomy.signs import is_alarm, resolve_red_flag, sign_vocabulary
from training.anatomy.vocabulary import Unknown, resolve_structure
from training.content.documents import REFER, Bank, Case, Finding, Question, Region, Side
from training.content.examination import Examination, read_examination
from training.content.faults import Faults, did_you_mean, quoted, suggest
from training.content.front_matter import FrontMatter, Keys, Slug, Text
from training.content.localizing import check_distractors, check_key
from training.content.markdown import Renderer
from training.content.questions import (
    SEGMENT_ID,
    CaseKey,
    check_ids_unique,
    check_side,
    is_question,
    read_answer,
    read_question,
)
from training.content.references import check_references, cited
from training.content.sections import Section, split_sections

PARTS = ("History", "Examination", "Explanation")


class CaseKeys(Keys):
    """Front matter of a case."""

    id: Slug
    title: Text
    region: Region
    answer: str | list[str]
    side: Side | None = None
    red_flags: list[str] = Field(default=[])
    bank: Bank
    difficulty: Annotated[int, Field(ge=1, le=5)]
    competencies: list[Slug] = Field(default=[])
    origin: Literal["invented", "consented", "de-identified"]
    references: list[str] = Field(default=[])
    key_note: str = ""
    template: Slug | None = None


@dataclass(frozen=True)
class _Parts:
    history: Section | None
    examination: Section | None
    explanation: Section | None
    questions: tuple[Section, ...]


def read_case(keys: CaseKeys, front: FrontMatter, renderer: Renderer) -> Case | None:
    """The case, or None when it has problems; they go to the renderer's faults."""
    faults, mapped = renderer.faults, front.mapped
    sound = keys.model_fields_set  # of a file with broken front matter only some keys are there
    segments = read_answer(keys.answer, mapped.line("answer"), faults) if "answer" in sound else ()
    if "side" in sound or "side" not in mapped.values:
        check_side(segments, keys.side, mapped.line("side" if keys.side else "answer"), faults)
    if "region" in sound:
        _check_region(keys, segments, mapped.line("answer"), faults)
    flags = tuple(_red_flags(keys.red_flags, front, faults))
    check_references(keys.references, mapped, renderer)
    parts = _find_parts(front, faults)
    history = _render_part(parts.history, "History", renderer)
    examination = Examination()
    if parts.examination is not None:
        examination = read_examination(parts.examination.body, parts.examination.line, renderer)
    findings = examination.findings
    readable = not len(faults)  # what is wrong above would make the check of the key speak of something else
    has_flags = bool(flags) or ("red_flags" in mapped.values and "red_flags" not in sound)
    if segments == (REFER,) and not has_flags and not any(_implies_referral(finding) for finding in findings):
        faults.add(mapped.line("answer"), "refer without a red flag, and no finding implies one",
                   "add red_flags, or the finding that makes needling wrong")  # fmt: skip
    questions = _read_questions(parts, CaseKey(segments, keys.side), front, renderer)
    explanation = _render_part(parts.explanation, "Explanation", renderer)
    if readable and segments and segments != (REFER,):
        if not keys.key_note.strip():
            check_key(examination, segments, keys.side, mapped.line("answer"), mapped.line("side"), faults)
        check_distractors(examination, parts.questions, faults)
    if len(faults):
        return None
    return Case(
        id=keys.id,
        title=keys.title,
        region=keys.region,
        bank=keys.bank,
        difficulty=keys.difficulty,
        competencies=tuple(keys.competencies),
        red_flags=flags,
        origin=keys.origin,
        history_html=history,
        findings=findings,
        examination_html=examination.html,
        questions=questions,
        explanation_html=explanation,
        references=cited(renderer, keys.references),
        key_note=keys.key_note,
        template=keys.template or "",
    )


def _check_region(keys: CaseKeys, segments: tuple[str, ...], line: int, faults: Faults) -> None:
    outside = [one for one in segments if one != REFER and region_of(one) != keys.region]
    if outside:
        inside = describe(segments_of(keys.region))
        faults.add(line, f"{', '.join(outside)} is not {keys.region}",
                   f"the {keys.region} segments are {inside}: correct region or answer")  # fmt: skip


def _red_flags(given: list[str], front: FrontMatter, faults: Faults) -> Iterator[str]:
    for number, text in enumerate(given):
        found = resolve_red_flag(text)
        if isinstance(found, Unknown):
            every = f"use one of: {', '.join(sign_vocabulary().red_flags)}"
            faults.add(front.mapped.line("red_flags", number), f"unknown red flag {quoted(text)}",
                       suggest(found.suggestions, every))  # fmt: skip
        else:
            yield found


def _implies_referral(finding: Finding) -> bool:
    structure = resolve_structure(finding.structure)
    return not isinstance(structure, Unknown) and any(is_alarm(structure, sign) for sign in finding.signs)


def _find_parts(front: FrontMatter, faults: Faults) -> _Parts:
    """Sort the sections; missing, doubled, unknown and misplaced ones become problems."""
    before, sections = split_sections(front.body, front.body_line)
    if not before.blank:
        first = next(number for number, line in enumerate(before.lines) if line.strip())
        faults.add(before.line + first, "text before the first heading", "put it below ## History")
    found: dict[str, Section] = {}
    questions = []
    reached = 0
    for section in sections:
        name = "Question" if is_question(section) else section.title
        if name not in ("Question", *PARTS):
            faults.add(section.line, f"unknown part {quoted(section.title)}",
                       did_you_mean(section.title.title(), (*PARTS, "Question: segment")))  # fmt: skip
            continue
        place = ("History", "Examination", "Question", "Explanation").index(name)
        if place < reached:
            faults.add(section.line, f"{section.title} stands too late",
                       "order the parts: History, Examination, questions, Explanation")  # fmt: skip
        reached = max(reached, place)
        if name == "Question":
            questions.append(section)
        elif name in found:
            faults.add(section.line, f"{name} stands twice (first in line {found[name].line})", "join the two")
        else:
            found[name] = section
    for name in PARTS:
        if name not in found:
            faults.add(front.body_line, f"the part {name} is missing", f"add ## {name}")
    return _Parts(found.get("History"), found.get("Examination"), found.get("Explanation"), tuple(questions))


def _render_part(section: Section | None, name: str, renderer: Renderer) -> str:
    if section is None:
        return ""
    if section.body.blank:
        renderer.faults.add(section.line, f"{name} is empty", "write it")
    return renderer.render(section.body.lines, section.body.line)


def _read_questions(parts: _Parts, key: CaseKey, front: FrontMatter, renderer: Renderer) -> tuple[Question, ...]:
    """All questions; exactly one of them is the case's segment question."""
    own = [section for section in parts.questions if _is_own(section)]
    if len(own) != 1:
        line = own[1].line if own else front.body_line
        renderer.faults.add(line, f"{len(own)} segment questions without an id of their own",
                            "write ## Question: segment exactly once")  # fmt: skip
    if len(own) < 2:
        check_ids_unique(parts.questions, renderer.faults)
    read = [read_question(one, renderer, key if _is_own(one) else None) for one in parts.questions]
    return tuple(question for question in read if question is not None)


def _is_own(section: Section) -> bool:
    words = section.title.replace("{", " {").split(":", 1)[-1].split()
    return words[:1] == ["segment"] and (len(words) == 1 or words[1].strip("{#}") in ("", SEGMENT_ID))
