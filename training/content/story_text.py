"""The history of a template: its marks, its length, and that it gives away neither a level nor a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from training.anatomy.patients.stories import MARK, MARKS, told
from training.content.faults import Faults, did_you_mean, quoted
from training.content.markdown import Renderer
from training.content.sections import Block

WORDS = (60, 120)
_LONGEST = 5_000
_AGE = re.compile(r"\baged\s+\{age\}(?![\w-])|\{age\}-year-old\b")
_LABEL = re.compile(r"\b(?:C[ -]?[1-8]|Th?[ -]?(?:1[0-2]|[1-9])|L[ -]?[1-5]|S[ -]?[1-5])\b")
_ORDINAL = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth)\s+(?:cervical|thoracic|lumbar|sacral)\b", re.IGNORECASE
)
_FINDING = re.compile(
    r"\b(?:numb(?:ness|ed)?|tingl\w*|pins and needles|weak(?:er|ness|ened)?|reflex(?:es)?|dermatomes?|myotomes?|wasting"
    r"|tender(?:ness)?|straight[- ]leg[- ]rais\w+|spurling\w*|babinski\w*|troph?oedema|paraesthesia)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|not|nor|never|none|neither|without|denies|denied|free of|\w+n't)\b", re.IGNORECASE)
_SIDE = re.compile(
    r"\b(left|right)(?=\s+(?:side|neck|shoulder|collarbone|arm|elbow|forearm|wrist|hand|thumb|chest|ribs?|flank|back"
    r"|buttock|hip|groin|thigh|leg|knee|calf|shin|ankle|foot|heel|sitting bone)\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:[^.!?]|[.!?](?!\s|$))+[.!?]*")
_NOT_PROSE = re.compile(r"^\s*(?:[-*+]\s|\d{1,3}[.)]\s|#|>|\||```|~~~|!!!|:\s)|^ {4}|!?\[[^\]]*\]\(")
_REGIONS = re.compile(r"\b(?:cervical|thoracic|lumbar|sacral)\b", re.IGNORECASE)


def check_title(title: str, line: int, faults: Faults) -> None:
    """Say where a title names a level, a region or a side: every case of the template bears it."""
    for found in (_LABEL.search(title), _REGIONS.search(title), _SIDE.search(title)):
        if found is not None:
            faults.add(line, f"the title names {quoted(found[0])}, which tells the answer", "say it another way")
    if MARK.search(title):
        faults.add(line, "the title holds a placeholder", "write it out: all cases of the template share it")


def check_history(body: Block, heading: int, renderer: Renderer, alarming: bool) -> None:
    """Say what is wrong with the text. alarming: it carries a danger, so that a person may tell of lost strength."""
    faults = renderer.faults
    if body.blank:
        faults.add(heading, "History is empty", "write it")
        return
    if len(body.text) > _LONGEST:  # far from a story, and looking for every slip would take long
        faults.add(heading, f"the history has {len(body.text)} characters", f"write {WORDS[0]} to {WORDS[1]} words")
        return
    before = len(faults)
    _check_marks(body, heading, faults)
    sound = len(faults) == before
    _check_form(body, faults)
    _check_length(body, heading, faults)
    for line, what, todo in _giveaways(body, alarming):
        faults.add(line, what, todo)
    if sound:  # rendered as a case would be, so that the author hears of HTML and the like
        renderer.render(told(body.text, 40, "in the {side} arm", "left").split("\n"), body.line)


def _check_marks(body: Block, heading: int, faults: Faults) -> None:
    text = body.text
    for found in MARK.finditer(text):
        if found[1] not in MARKS:
            faults.add(_line(body, found.start()), f"unknown placeholder {quoted(found[0])}",
                       did_you_mean(found[1], MARKS, "use one of: {age}, {place}, {side}, {other_side}"))  # fmt: skip
    for found in re.finditer(r"[{}]", MARK.sub(lambda found: " " * len(found[0]), text)):
        faults.add(_line(body, found.start()), f"a {found[0]} that closes or opens nothing",
                   "write placeholders as {age}, and no other braces")  # fmt: skip
    ages = [found.start() for found in re.finditer(r"\{age\}", text)]
    if not ages:
        faults.add(heading, "{age} is missing", 'begin with "A {age}-year-old ..."')
    for start in ages[1:]:
        faults.add(_line(body, start), "{age} stands twice", "keep the first")
    if ages and not _AGE.search(text):
        faults.add(_line(body, ages[0]), "{age} does not stand in its phrase", 'write "A {age}-year-old ..."')
    if "{place}" not in text:
        faults.add(heading, "{place} is missing", 'say where it hurts: "has had pain {place} for ..."')
    for found in re.finditer(r"(?:^|\n\s*\n|[.!?][\"”]?\s+)\s*(\{(?:place|side|other_side)\})", text):
        faults.add(_line(body, found.start(1)), f"{found[1]} begins a sentence", "put a word before it")


def _check_form(body: Block, faults: Faults) -> None:
    for number, line in enumerate(body.lines):
        if _NOT_PROSE.search(line):
            faults.add(
                body.line + number, "a list, a table, a link or a heading in the history", "write plain paragraphs"
            )


def _check_length(body: Block, heading: int, faults: Faults) -> None:
    words = len(body.text.split())
    if not WORDS[0] <= words <= WORDS[1]:
        faults.add(
            heading, f"the history has {words} words", f"write {WORDS[0]} to {WORDS[1]}, a placeholder counted as one"
        )


def _giveaways(body: Block, alarming: bool) -> Iterator[tuple[int, str, str]]:
    text = body.text
    for pattern in (_LABEL, _ORDINAL):
        for found in pattern.finditer(text):
            yield _line(body, found.start()), f"the history names {quoted(found[0])}", "leave the level to {place}"
    for found in _SIDE.finditer(text):
        yield (_line(body, found.start()), f"the history names a side ({quoted(found[0])})",
               "write {side}, the side of the pain, or {other_side}")  # fmt: skip
    if alarming:
        return
    for sentence in _SENTENCE.finditer(text):
        for found in _FINDING.finditer(sentence[0]):
            if not _DENIED.search(sentence[0][: found.start()]):
                line = _line(body, sentence.start() + found.start())
                yield (line, f"the history tells a finding ({quoted(found[0])})",
                       "leave it out: it would fit some answers better than others")  # fmt: skip


def _line(body: Block, place: int) -> int:
    return body.line + body.text.count("\n", 0, place)
