"""Lessons: `courses/<course>/NN-slug.md`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from training.content.documents import Check, Lesson, Prose
from training.content.faults import Faults, did_you_mean, quoted
from training.content.front_matter import FrontMatter, Keys, Slug, Text
from training.content.markdown import Renderer
from training.content.references import check_references, cited
from training.content.sections import fenced, prose_only

FILE_NAME = re.compile(r"(\d{1,4})-[A-Za-z0-9_\-]+\.md")
"""`NN-slug.md`; the number gives the place in the course."""

QuestionIds = Mapping[str, frozenset[str] | None]
"""The question ids of every quiz; None for a quiz that cannot be read, which is reported at its own file."""

_CHECK = re.compile(r"\{\{\s*check\b\s*:?(?P<inside>[^{}]*)\}\}\s*$")
_TARGET = re.compile(r"\s*(?P<quiz>[^#\s]+)#(?P<question>[^#\s]+)\s*$")
_ANCHOR = re.compile(r"\]\(#(?:sec-)?([^)\s]*)")


class LessonKeys(Keys):
    """Front matter of a lesson."""

    id: Slug
    title: Text
    minutes: Annotated[int, Field(ge=1, le=240)]
    objectives: Annotated[list[Text], Field(min_length=1)]
    references: list[str] = Field(default=[])


def read_lesson(
    keys: LessonKeys, front: FrontMatter, renderer: Renderer, course_id: str, quizzes: QuestionIds
) -> Lesson | None:
    """The lesson, or None when it has problems; they go to the renderer's faults."""
    faults = renderer.faults
    check_references(keys.references, front.mapped, renderer)
    parts: list[Prose | Check] = []
    waiting: list[str] = []
    start = front.body_line
    for number, (line, code) in enumerate(zip(front.body, fenced(front.body), strict=True), start=front.body_line):
        found = None if code else _CHECK.match(line)
        if found is None:
            waiting.append(line)
            continue
        _add_prose(parts, waiting, start, renderer)
        waiting, start = [], number + 1
        check = _read_check(found["inside"], number, quizzes, faults)
        if check in parts:
            faults.add(number, f"the check {check.quiz_id}#{check.question_id} stands twice" if check else "",
                       "delete one of the two")  # fmt: skip
        if check is not None:
            parts.append(check)
    _add_prose(parts, waiting, start, renderer)
    if not any(isinstance(part, Prose) for part in parts):
        faults.add(front.body_line, "the lesson has no text", "write it")
    _check_anchors(front, renderer)
    if len(faults):
        return None
    return Lesson(
        id=keys.id,
        course_id=course_id,
        title=keys.title,
        minutes=keys.minutes,
        objectives=tuple(keys.objectives),
        parts=tuple(parts),
        headings=tuple(renderer.headings),
        references=cited(renderer, keys.references),
    )


def _add_prose(parts: list[Prose | Check], lines: list[str], start: int, renderer: Renderer) -> None:
    if html := renderer.render(lines, start):
        parts.append(Prose(html))


def _read_check(inside: str, line: int, quizzes: QuestionIds, faults: Faults) -> Check | None:
    found = _TARGET.match(inside)
    if found is None:
        faults.add(line, "a check that names no question", "write {{ check: quiz-id#question-id }}")
        return None
    quiz, question = found["quiz"], found["question"]
    if quiz not in quizzes:
        faults.add(line, f"unknown quiz {quoted(quiz)}", did_you_mean(quiz, quizzes, "write quizzes/<id>.md first"))
        return None
    questions = quizzes[quiz]
    if questions is not None and question not in questions:
        todo = did_you_mean(question, questions, f"give a question of quizzes/{quiz}.md that id")
        faults.add(line, f"the quiz {quiz} has no question {quoted(question)}", todo)
        return None
    return Check(quiz, question)


def _check_anchors(front: FrontMatter, renderer: Renderer) -> None:
    """A problem for each link to a heading of this lesson that is not there."""
    prose = prose_only(front.body)
    known = [heading.id.removeprefix("sec-") for heading in renderer.headings]
    for found in _ANCHOR.finditer(prose):
        if found[1] not in known:
            line = front.body_line + prose.count("\n", 0, found.start())
            renderer.faults.add(line, f"there is no heading {quoted('#' + found[1])}",
                                did_you_mean(found[1], known, "link to a heading of this lesson"))  # fmt: skip
