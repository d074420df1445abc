"""The one grammar of questions, in quizzes and in cases."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, get_args

from pydantic import Field

from training.anatomy.segments import POSITION, SEGMENTS, parse_segment
from training.content.documents import REFER, Option, OrderItem, Question, QuestionKind, Side
from training.content.faults import Faults, did_you_mean, quoted
from training.content.front_matter import Keys, Mapped, Slug, check_keys, read_mapping
from training.content.markdown import Renderer
from training.content.sections import Block, Section, fenced, trimmed

KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
SEGMENT_ID = "segment"
_MOST_OPTIONS = 26

_HEADING = re.compile(r"Question\s*:\s*(?P<kind>[^\s{]*)\s*(?:\{\s*#?(?P<id>[^}]*?)\s*\})?\s*$")
_KEY_LINE = re.compile(r"[A-Za-z][A-Za-z_-]*\s*:(\s|$)")
_OPTION = re.compile(r"[-*+]\s+\[(?P<mark>[^\]]?)\]\s*(?P<text>.*)$")
_BULLET = re.compile(r"[-*+](\s|\[)")
_NUMBERED = re.compile(r"\d{1,3}[.)]\s+(?P<text>.*)$")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class CaseKey:
    """The key of a case's segment question, from its front matter."""

    segments: tuple[str, ...]
    side: Side | None


class _Common(Keys):
    competencies: list[Slug] = Field(default=[])
    difficulty: Annotated[int, Field(ge=1, le=5)] = 3
    safety: bool = False


class _SegmentKeys(_Common):
    answer: str | list[str]
    side: Side | None = None


class _NumberKeys(_Common):
    answer: float
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    unit: str = ""


_MODELS: dict[QuestionKind, type[_Common]] = {"segment": _SegmentKeys, "number": _NumberKeys}


@dataclass(frozen=True)
class _Piece:
    """An option or a step as written: its text and the reason below it."""

    line: int
    mark: str
    text: Block
    reason: Block


def is_question(section: Section) -> bool:
    """Whether a section means to be a question, rightly written or not."""
    return re.match(r"questions?\b", section.title, re.IGNORECASE) is not None


def question_ids(sections: Iterable[Section]) -> dict[str, int]:
    """The ids of the questions among the sections with the line of each; the first of doubles."""
    found: dict[str, int] = {}
    for section in sections:
        heading = _HEADING.match(section.title)
        if heading:
            name = heading["id"] or (SEGMENT_ID if heading["kind"] == "segment" else "")
            found.setdefault(name, section.line)
    return found


def check_ids_unique(sections: Iterable[Section], faults: Faults) -> None:
    """A problem for every question id that stands twice in the file."""
    first: dict[str, int] = {}
    for section in sections:
        for name, line in question_ids([section]).items():
            if name in first:
                faults.add(line, f"the question id {quoted(name)} is used twice (first in line {first[name]})",
                           "give this one another id")  # fmt: skip
            elif name:
                first[name] = line


def read_question(section: Section, renderer: Renderer, case: CaseKey | None = None) -> Question | None:
    """A question from its section; None when it has problems, which go to the renderer's faults.

    case: given for a case's own segment question, which has no id and takes its key from the front matter.
    """
    faults = renderer.faults
    before = len(faults)
    heading = _HEADING.match(section.title)
    if heading is None:
        faults.add(section.line, "a question heading that cannot be read", "write ## Question: choice {#its-id}")
        return None
    kind = next((known for known in KINDS if known == heading["kind"]), None)
    if kind is None:
        faults.add(section.line, f"unknown question kind {quoted(heading['kind'])}",
                   did_you_mean(heading["kind"], KINDS))  # fmt: skip
    name = heading["id"] or ("" if case is None else SEGMENT_ID)
    if not name:
        faults.add(section.line, "the question has no id", "write one behind the kind, such as {#first-level}")
    elif not _ID.fullmatch(name) or len(name) > 64:
        faults.add(section.line, f"the question id {quoted(name)} cannot be used",
                   "use lower-case letters, digits and hyphens, at most 64")  # fmt: skip
    keys_block, rest = _split_keys(section.body, faults)
    if kind is None:
        return None
    mapped = _read_keys(keys_block, section.line, faults)
    if kind == "choice" or kind == "choices":
        keys = _check(_Common, mapped, faults)
        stem, options = _read_options(rest, kind, section.line, renderer)
        parts: dict[str, object] = {"options": options}
    else:
        rest, reason = _split_reason(rest)
        stem, parts, keys = _read_other(kind, rest, mapped, section.line, renderer, case)
        if reason.blank:
            faults.add(section.line, "the question has no reason", "end it with a line that begins with >")
        else:
            parts["reason_html"] = renderer.render(_unquote(reason), reason.line)
    stem = trimmed(stem)
    if stem.blank:
        faults.add(section.line, "the question asks nothing", "write its text after the keys and a blank line")
    stem_html = renderer.render(stem.lines, stem.line)
    if keys is None or len(faults) > before:
        return None
    return Question(
        id=name,
        kind=kind,
        stem_html=stem_html,
        competencies=tuple(keys.competencies),
        difficulty=keys.difficulty,
        safety=keys.safety,
        **parts,  # type: ignore[arg-type]  # the names and types of Question's fields, chosen by kind
    )


def _split_keys(body: Block, faults: Faults) -> tuple[Block, Block]:
    """The `key: value` lines directly below the heading, and the rest."""
    end = 0
    while end < len(body.lines) and body.lines[end].strip():
        end += 1
    if not end or not _KEY_LINE.match(body.lines[0]):
        return Block((), body.line), body
    for number, line in enumerate(body.lines[:end]):
        if not (_KEY_LINE.match(line) or line[:1] in " -" or line[:1] in "[]{}#"):
            faults.add(body.line + number, "text directly below the keys", "put a blank line before it")
            return Block(body.lines[:number], body.line), Block(body.lines[number:], body.line + number)
    return Block(body.lines[:end], body.line), Block(body.lines[end:], body.line + end)


def _read_keys(block: Block, heading_line: int, faults: Faults) -> Mapped | None:
    if not block.lines:
        return Mapped({}, {}, heading_line)
    found = read_mapping(block.text, block.line, faults)
    return Mapped(found.values, found.lines, heading_line) if found else None


def _check(model: type[_Common], mapped: Mapped | None, faults: Faults) -> _Common | None:
    return check_keys(model, mapped, faults, "the question") if mapped else None


def _read_other(
    kind: QuestionKind, rest: Block, mapped: Mapped | None, line: int, renderer: Renderer, case: CaseKey | None
) -> tuple[Block, dict[str, object], _Common | None]:
    """The stem and the key of a segment, order or number question."""
    faults = renderer.faults
    if kind == "order":
        stem, items = _read_order(rest, line, renderer)
        return stem, {"items": items}, _check(_Common, mapped, faults)
    if kind == "segment" and case is not None:
        for name in ("answer", "side"):
            if mapped and name in mapped.values:
                faults.add(mapped.line(name), f"{name} stands in the case's front matter", "delete it here")
                mapped.values.pop(name)
        return rest, {"segments": case.segments, "side": case.side}, _check(_Common, mapped, faults)
    keys = _check(_MODELS[kind], mapped, faults)
    if isinstance(keys, _NumberKeys):
        if not math.isfinite(keys.answer) or abs(keys.answer) > 1e15:
            faults.add(line, "the answer is out of range", "write a smaller number")
        return rest, {"number": keys.answer, "tolerance": keys.tolerance, "unit": keys.unit}, keys
    if isinstance(keys, _SegmentKeys) and mapped:
        segments = read_answer(keys.answer, mapped.line("answer"), faults)
        check_side(segments, keys.side, mapped.line("side"), faults)
        return rest, {"segments": segments, "side": keys.side}, keys
    return rest, {}, keys


def read_answer(answer: str | list[str], line: int, faults: Faults) -> tuple[str, ...]:
    """The segments of an `answer:`, in order, or ("refer",); what is not understood becomes a problem."""
    given = [answer] if isinstance(answer, str) else answer
    if [one.strip().casefold() for one in given] == [REFER]:
        return (REFER,)
    if not given:
        faults.add(line, "the answer is empty", "name a segment, several as a list, or refer")
    found = []
    for one in given:
        segment = parse_segment(one)
        if segment is not None:
            found.append(segment)
        elif one.strip().casefold() == REFER:
            faults.add(line, "refer stands beside segments", "answer either refer or segments")
        else:
            todo = did_you_mean(one.upper(), (*SEGMENTS, REFER), "use C1-C8, T1-T12, L1-L5, S1-S5 or refer")
            faults.add(line, f"unknown segment {quoted(one)}", todo)
    return tuple(sorted(set(found), key=POSITION.__getitem__))


def check_side(segments: tuple[str, ...], side: Side | None, line: int, faults: Faults) -> None:
    """A segment needs a side; refer has none."""
    if segments == (REFER,) and side is not None:
        faults.add(line, "refer has no side", "delete the key side")
    elif segments and segments != (REFER,) and side is None:
        faults.add(line, "the side is missing", "add side: left, right, both or midline")


def _read_options(rest: Block, kind: str, line: int, renderer: Renderer) -> tuple[Block, tuple[Option, ...]]:
    faults = renderer.faults
    stem, pieces = _split_list(rest, _OPTION, faults)
    right = sum(piece.mark in "xX" and bool(piece.mark.strip()) for piece in pieces)
    if len(pieces) < 2:
        faults.add(line, f"{len(pieces)} option(s)", "write at least two, as - [x] or - [ ]")
    elif len(pieces) > _MOST_OPTIONS:
        faults.add(line, f"{len(pieces)} options", f"write at most {_MOST_OPTIONS}")
    elif kind == "choice" and right != 1:
        faults.add(line, f"{right} options marked [x]", "mark exactly one, or make the kind choices")
    options = []
    for number, piece in enumerate(pieces[:_MOST_OPTIONS]):
        if piece.mark.strip() not in ("", "x", "X"):
            faults.add(piece.line, f"an option marked [{piece.mark}]", "write [x] or [ ]")
        if piece.text.blank:
            faults.add(piece.line, "an option without text", "write it behind the box")
        if piece.reason.blank:
            faults.add(piece.line, "the option has no reason", "add an indented line below it that begins with >")
        options.append(
            Option(
                id=chr(ord("a") + number),
                html=renderer.render(piece.text.lines, piece.text.line),
                right=piece.mark in ("x", "X"),
                reason_html=renderer.render(_unquote(piece.reason), piece.reason.line),
            )
        )
    return stem, tuple(options)


def _read_order(rest: Block, line: int, renderer: Renderer) -> tuple[Block, tuple[OrderItem, ...]]:
    stem, pieces = _split_list(rest, _NUMBERED, renderer.faults)
    if not 2 <= len(pieces) <= _MOST_OPTIONS:
        renderer.faults.add(line, f"{len(pieces)} steps", f"write 2 to {_MOST_OPTIONS} as a numbered list, in order")
    for piece in pieces:
        if piece.text.blank:
            renderer.faults.add(piece.line, "a step without text", "write it behind the number")
        if not piece.reason.blank:
            renderer.faults.add(piece.reason.line, "a reason below a step", "give one reason at the end")
    steps = [renderer.render(piece.text.lines, piece.text.line) for piece in pieces[:_MOST_OPTIONS]]
    # The ids stand in the form, so they must not tell the order.
    letters = {
        place: chr(ord("a") + n) for n, place in enumerate(sorted(range(len(steps)), key=lambda n: _mixed(steps[n])))
    }
    return stem, tuple(OrderItem(letters[place], html) for place, html in enumerate(steps))


def _mixed(html: str) -> str:
    """A place in an order that has nothing to do with the written one, and is the same every time."""
    return sha256(html.encode()).hexdigest()


def _split_list(block: Block, item: re.Pattern[str], faults: Faults) -> tuple[Block, list[_Piece]]:
    """The text before the first item, and the items with their indented lines."""
    code = fenced(block.lines)
    starts = [n for n, line in enumerate(block.lines) if not code[n] and item.match(line)]
    if not starts:
        return block, []
    pieces = []
    for start, end in pairwise([*starts, len(block.lines)]):
        found = item.match(block.lines[start])
        if found is None:
            continue
        inside: list[str] = [found["text"]]
        for number in range(start + 1, end):
            line = block.lines[number]
            if line.strip() and not line.startswith("  "):
                faults.add(block.line + number, *_stray(line))
                if line.startswith(">"):
                    inside.append(line)
                    continue
                inside.append("")
                continue
            inside.append(line)
        mark = found.groupdict().get("mark") or ""
        pieces.append(_piece(block.line + start, mark, inside, faults))
    return Block(block.lines[: starts[0]], block.line), pieces


def _stray(line: str) -> tuple[str, str]:
    """What is wrong with a line that stands unindented among or after the options."""
    if line.startswith(">"):
        return "a reason that is not indented", "indent it by two spaces below its option"
    if _BULLET.match(line):
        return "an option without a box", "write - [x] or - [ ]"
    return "text after the list", "put it before the list, or indent it by two spaces below its item"


def _piece(line: int, mark: str, inside: list[str], faults: Faults) -> _Piece:
    """Part an item's lines, dedented, into text and reason."""
    width = min((len(one) - len(one.lstrip()) for one in inside[1:] if one.strip()), default=0)
    lines = [inside[0], *(one[width:] for one in inside[1:])]
    code = fenced(lines)
    start = next((n for n, one in enumerate(lines) if n and not code[n] and one.startswith(">")), len(lines))
    end = start
    while end < len(lines) and (lines[end].startswith(">") or not lines[end].strip()):
        end += 1
    for number in range(end, len(lines)):
        if lines[number].strip():
            faults.add(line + number, "text after the reason", "put it before the reason, or begin it with >")
            break
    return _Piece(line, mark, trimmed(Block(tuple(lines[:start]), line)), Block(tuple(lines[start:end]), line + start))


def _split_reason(block: Block) -> tuple[Block, Block]:
    """The closing `>` block of a question, and what stands before it."""
    cut = trimmed(block)
    start = len(cut.lines)
    while start and cut.lines[start - 1].startswith(">"):
        start -= 1
    return Block(cut.lines[:start], cut.line), Block(cut.lines[start:], cut.line + start)


def _unquote(block: Block) -> list[str]:
    """The lines of a `>` block without their marks."""
    return [re.sub(r"^> ?", "", line) for line in block.lines]
