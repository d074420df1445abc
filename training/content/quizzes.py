"""Quizzes: `quizzes/<id>.md`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from training.content.documents import Quiz, QuizBank
from training.content.front_matter import FrontMatter, Keys, Slug, Text
from training.content.markdown import Renderer
from training.content.questions import check_ids_unique, is_question, read_question
from training.content.references import cited
from training.content.sections import split_sections


class QuizKeys(Keys):
    """Front matter of a quiz."""

    id: Slug
    title: Text
    course: Slug
    pass_mark: Annotated[float, Field(gt=0, le=1)]
    draw: Annotated[int, Field(ge=1, le=500)] | None = None
    bank: QuizBank = "practice"


def read_quiz(keys: QuizKeys, front: FrontMatter, renderer: Renderer) -> Quiz | None:
    """The quiz, or None when it has problems; they go to the renderer's faults."""
    faults = renderer.faults
    before, sections = split_sections(front.body, front.body_line)
    if not before.blank:
        first = next(number for number, line in enumerate(before.lines) if line.strip())
        faults.add(before.line + first, "text before the first question", "delete it, or make it part of a question")
    check_ids_unique(sections, faults)
    questions = []
    for section in sections:
        if is_question(section):
            questions.append(read_question(section, renderer))
        else:
            faults.add(section.line, f"the heading {section.title!r} is no question",
                       "write ## Question: choice {#its-id}")  # fmt: skip
    if not sections:
        faults.add(front.body_line, "the quiz has no question", "write ## Question: choice {#its-id}")
    draw = keys.draw if keys.draw is not None else len(questions)
    if draw > len(questions):
        faults.add(front.mapped.line("draw"), f"draw is {draw}, but there are {len(questions)} questions",
                   "write more questions, or draw fewer")  # fmt: skip
    sound = tuple(question for question in questions if question is not None)
    if len(faults):
        return None
    return Quiz(keys.id, keys.title, keys.course, keys.pass_mark, draw, sound, cited(renderer, ()), keys.bank)
